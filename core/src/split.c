/* A video that is put into an MP4, or asked about in parts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"
#include "request.h"
#include "room.h"
#include "split.h"
#include "talk.h"
#include "translate.h"
#include "words.h"

struct sl__split {
    struct sl__request *request; /* whose talk this is in */
    struct sl__parts parts;
    size_t at;                   /* the one that is asked about; their count after the last */
    struct sl__attachment *part; /* its file, until it was answered */
    struct sl__buf answers;      /* with a heading each */
    bool merged;
};

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left for the video");
}

static int take_whole(struct sl__split *split, struct sl__attachment **video,
                      struct sl_error *error)
{
    int code = sl__parts_write(&split->parts, 0, &split->part, error);
    if (code)
        return code;
    sl__attachment_drop(*video);
    *video = sl__attachment_hold(split->part);
    return 0;
}

/* The video is asked about in parts from now on. */
static void take_parts(struct sl__split *split, struct sl__attachment **video)
{
    struct sl__talk *talk = split->request->talk;
    (*video)->part_seconds = split->request->config->part_seconds;
    (*video)->part_count = split->parts.count;
    sl__attachment_drop(*video);
    *video = NULL;
    talk->split = split;
}

int sl__split_open(struct sl__request *request, struct sl__attachment **video,
                   struct sl_error *error)
{
    struct sl__split *split = calloc(1, sizeof *split);
    if (!split)
        return no_memory(error);
    split->request = request;
    split->answers = (struct sl__buf)SL__BUF_INIT(SL__MAX_PROMPT / 2);
    int code = sl__parts_open(&split->parts, request, *video, request->config->part_seconds, error);
    if (!code && split->parts.count > 1)
        take_parts(split, video);
    else if (!code)
        code = take_whole(split, video, error);
    if (request->talk->split != split)
        sl__split_free(split);
    return code;
}

void sl__split_free(struct sl__split *split)
{
    if (!split)
        return;
    sl__parts_release(&split->parts);
    sl__attachment_drop(split->part);
    sl__buf_release(&split->answers);
    free(split);
}

/* For a person. */
static const char *title_part(const struct sl__split *split, char text[SL__PART_NAME])
{
    return sl__parts_title(&split->parts, split->at, text);
}

static int tell(struct sl__request *request, enum sl_event_type type, const char *text)
{
    struct sl_event event = {.type = type, .text = text, .len = strlen(text)};
    return sl__request_event(request, &event);
}

static int begin_part(struct sl__split *split, struct sl_error *error)
{
    char name[SL__PART_NAME], line[128];
    int code = sl__parts_write(&split->parts, split->at, &split->part, error);
    if (code)
        return code;
    snprintf(line, sizeof line, "%s[%s]\n\n", split->at > 0 ? "\n\n" : "", title_part(split, name));
    return tell(split->request, SL_EVENT_REASONING, line) ? no_memory(error) : 0;
}

static int write_prompt(const struct sl__split *split, const char *prompt, struct sl__buf *text)
{
    char name[SL__PART_NAME], whole[24];
    int code = sl__buf_addf(text,
                            "%s\n\nThe video here is %s, of a video that lasts %s. Answer about "
                            "this part alone, in the form asked for, with times counted from the "
                            "beginning of the part. The answers about all parts are put together "
                            "afterwards.",
                            prompt, sl__parts_name(&split->parts, split->at, name),
                            sl__play_time(sl__split_seconds(split), whole));
    if (!code && split->answers.len > 0)
        code = sl__buf_addf(text,
                            "\n\nWhat was answered about the parts before it, so that you know "
                            "what came before; do not repeat it:\n\n%s",
                            split->answers.data);
    return code;
}

/* The question with another text, and with the part. */
static struct sl__message *ask_about_part(const struct sl__split *split,
                                          const struct sl__message *question, const char *text)
{
    struct sl__message *made = sl__message_reword(question, text);
    if (made && sl__message_attach(made, split->part) == 0)
        return made;
    sl__message_drop(made);
    return NULL;
}

static int ask_part(const struct sl__split *split, struct sl__history *question)
{
    const struct sl__talk *talk = split->request->talk;
    const struct sl__message *asked = talk->history.items[talk->asked];
    struct sl__buf text = SL__BUF_INIT(SL__MAX_PROMPT);
    int code = sl__history_copy(question, &talk->history);
    if (!code)
        code = write_prompt(split, asked->text, &text);
    if (!code) {
        sl__history_cut(question, talk->asked);
        code = sl__history_add(question, ask_about_part(split, asked, text.data));
    }
    sl__buf_release(&text);
    return code;
}

/* From here on the answers stand in for the video, in later questions too. */
static int merge(struct sl__split *split)
{
    struct sl__talk *talk = split->request->talk;
    struct sl__attachment *video = split->parts.video;
    struct sl__message *old = talk->history.items[talk->asked], *made = NULL;
    struct sl__buf text = SL__BUF_INIT(SL__MAX_PROMPT);
    char whole[24];
    int code = sl__buf_addf(
        &text,
        "%s\n\nThe video, %s, lasts %s. It was asked about in %zu parts and is not attached here. "
        "What was answered about each part follows, with times counted from the beginning of that "
        "part. Put the answers together into one about the whole video, in the form asked for "
        "above. Times are those of the whole video: to each add where its part begins. What goes "
        "on from one part to the next is told once; nothing is left out, and nothing is added.\n\n"
        "%s",
        old->text, video->name, sl__play_time(sl__split_seconds(split), whole), split->parts.count,
        sl__buf_text(&split->answers));
    if (!code)
        made = sl__message_reword(old, text.data);
    sl__buf_release(&text);
    if (!made)
        return SL_E_NOMEM;
    made->parted = sl__attachment_hold(video);
    talk->history.items[talk->asked] = made;
    sl__message_drop(old);
    split->merged = true;
    return tell(split->request, SL_EVENT_REASONING, "\n\n");
}

int sl__split_next(struct sl__request *request, struct sl__history *question,
                   struct sl_error *error)
{
    struct sl__split *split = request->talk->split;
    int code = 0;
    if (split->at < split->parts.count && !split->part)
        code = begin_part(split, error);
    if (code)
        return code;
    if (split->at < split->parts.count)
        code = ask_part(split, question);
    else if (!split->merged)
        code = merge(split);
    return code ? no_memory(error) : 0;
}

/* How much of each answer is passed on: all of them together leave room for one more. */
static size_t longest_answer(const struct sl__split *split)
{
    size_t room =
        split->request->config->model_row.context / 2 * SL__BYTES_PER_TOKEN / split->parts.count;
    return room < SL__MAX_PART_ANSWER ? room : SL__MAX_PART_ANSWER;
}

int sl__split_answer(struct sl__request *request, const char *text)
{
    struct sl__split *split = request->talk->split;
    int code =
        sl__parts_tell(&split->parts, split->at, text, longest_answer(split), &split->answers);
    if (!code)
        code = sl__buf_adds(&split->answers, "\n\n");
    sl__attachment_drop(split->part);
    split->part = NULL;
    split->at++;
    return code;
}

/* The length of what stands between the name and the rest of a sentence, or 0. */
static size_t skip_colon(const char *text)
{
    static const char *const colons[] = {": ", "：", " : "};
    for (size_t i = 0; i < sizeof colons / sizeof *colons; i++)
        if (strncmp(text, colons[i], strlen(colons[i])) == 0)
            return strlen(colons[i]);
    return 0;
}

void sl__split_failed(struct sl__request *request, struct sl_error *error)
{
    const struct sl__split *split = request->talk->split;
    const char *video = split->parts.video->name;
    struct sl_error why = *error;
    char name[SL__PART_NAME];
    size_t len = strlen(video);
    size_t colon = strncmp(why.message, video, len) == 0 ? skip_colon(why.message + len) : 0;
    bool some = split->answers.len > 0 && request->task.output == SL_OUTPUT_TEXT;
    if (some)
        tell(request, SL_EVENT_TEXT, split->answers.data);
    if (split->at >= split->parts.count)
        return;
    sl_error_set(error, why.code, "%s, %s: %s%s", video, title_part(split, name),
                 why.message + (colon > 0 ? len + colon : 0),
                 some ? sl__tr(" (what was answered about the parts before it is kept)") : "");
    error->http_status = why.http_status;
}

void sl__split_place(const struct sl__split *split, unsigned *part, unsigned *count)
{
    *count = split ? (unsigned)split->parts.count : 0;
    *part = split && split->at < split->parts.count ? (unsigned)split->at + 1 : 0;
}

void sl__split_announce(const struct sl__split *split, const char *cost)
{
    char text[24];
    sl__request_note(split->request, SL_LEVEL_OK,
                     "%s lasts %s: it is asked about in %zu parts, and a last request puts the "
                     "answers together%s",
                     split->parts.video->name, sl__play_time(sl__split_seconds(split), text),
                     split->parts.count, cost);
}

double sl__split_seconds(const struct sl__split *split)
{
    return sl__parts_seconds(&split->parts);
}
