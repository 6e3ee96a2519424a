/* A video that is put into an MP4, or asked about in parts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "media/video.h"
#include "request.h"
#include "room.h"
#include "split.h"
#include "talk.h"
#include "temporary.h"
#include "text.h"
#include "translate.h"
#include "video_module.h"
#include "words.h"

enum { PROGRESS_MS = 50, MAX_ANSWER = 16 << 10 };

struct sl__split {
    struct sl__request *request; /* whose talk this is in */
    const struct sl__video_module *module;
    struct sl__cutter *cutter;
    struct sl__attachment *video; /* the original */
    const struct sl__cut_part *list;
    size_t count, at;            /* `at`: the one that is asked about; `count` after the last */
    struct sl__attachment *part; /* its file, until it was answered */
    struct sl__buf answers;      /* with a heading each */
    bool merged;
    int64_t reported_at;
};

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left for the video");
}

static void on_progress(uint64_t done, uint64_t total, void *context)
{
    struct sl__split *split = context;
    int64_t now = sl__now_ms();
    if (now - split->reported_at < PROGRESS_MS)
        return;
    split->reported_at = now;
    sl__request_progress(split->request, SL_PHASE_PREPARING, done < total ? done : total, total);
}

static int fail_module(const struct sl__attachment *video, const struct sl_error *why,
                       struct sl_error *error)
{
    char line[SL__FFMPEG_LINE];
    sl__ffmpeg_line(line, video->name, "-c:v libx264 -c:a aac");
    return sl_error_set(error, why->code,
                        "%s: this video needs Sightline's video module, which %s, or convert it: "
                        "%s",
                        video->name, why->message, line);
}

static int open_cutter(struct sl__split *split, struct sl_error *error)
{
    struct sl_error why = SL_ERROR_INIT;
    struct sl__request *request = split->request;
    const struct sl__cut_source source = {.fd = split->video->fd,
                                          .len = split->video->len,
                                          .name = split->video->name,
                                          .cancel = request->cancel,
                                          .progress = on_progress,
                                          .context = split};
    const struct sl__cut_limits limits = {.whole_seconds = SL__WHOLE_SECONDS,
                                          .part_seconds = request->config->part_seconds,
                                          .bytes = SL__MAX_VIDEO,
                                          .count = SL__MAX_PARTS};
    split->module = sl__video_module_open(&why);
    if (!split->module)
        return fail_module(split->video, &why, error);
    int code = split->module->open(&split->cutter, &source, &limits, error);
    if (!code)
        split->list = split->module->parts(split->cutter, &split->count);
    return code;
}

static int check_unchanged(const struct sl__attachment *video, struct sl_error *error)
{
    if (sl__attachment_unchanged(video))
        return 0;
    return sl_error_set(error, SL_E_IO,
                        "%s: the file was changed since it was opened; wait until it is whole, and "
                        "ask again",
                        video->name);
}

/* An attachment for a part that is still to be written. */
static struct sl__attachment *new_part(const struct sl__split *split, struct sl_error *error)
{
    const struct sl__attachment *video = split->video;
    struct sl__attachment *part = sl__attachment_new();
    if (part) {
        part->name = strdup(video->name);
        part->path = video->path ? strdup(video->path) : NULL;
    }
    if (!part || !part->name || (video->path && !part->path)) {
        sl__attachment_drop(part);
        no_memory(error);
        return NULL;
    }
    part->video = true;
    part->mime = "video/mp4";
    part->detail = video->detail;
    part->seconds = split->list[split->at].seconds;
    part->fd = sl__temporary_file(error);
    if (part->fd >= 0)
        return part;
    sl__attachment_drop(part);
    return NULL;
}

/* What came out can be sent: the head of a video may have said less than there was. */
static int check_part(const struct sl__split *split, struct sl__attachment *part,
                      struct sl_error *error)
{
    struct sl__video made = {0};
    char line[SL__FFMPEG_LINE];
    bool good = sl__attachment_take_file(part, part->fd) && part->len < SL__MAX_VIDEO &&
                sl__mp4_probe(&made, part->fd, part->len, part->name, error) == 0 &&
                made.seconds <= (split->count > 1 ? SL__PART_SECONDS : SL__WHOLE_SECONDS);
    sl__ffmpeg_line(line, part->name, "-c:v libx264 -c:a aac");
    return good ? 0
                : sl_error_set(error, SL_E_CORRUPT,
                               "%s: what the video says of its length is not so; convert it: %s",
                               part->name, line);
}

static int write_part(struct sl__split *split, struct sl_error *error)
{
    struct sl__attachment *part = new_part(split, error);
    if (!part)
        return error->code;
    int code = check_unchanged(split->video, error);
    if (!code)
        code = split->module->write(split->cutter, part->fd, error);
    if (!code)
        code = check_unchanged(split->video, error);
    if (!code)
        code = check_part(split, part, error);
    if (code) {
        sl__attachment_drop(part);
        return code;
    }
    split->part = part;
    return 0;
}

static int take_whole(struct sl__split *split, struct sl__attachment **video,
                      struct sl_error *error)
{
    int code = write_part(split, error);
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
    cJSON_DeleteItemFromObjectCaseSensitive(talk->settings, "n"); /* of a part one is enough */
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
    split->video = sl__attachment_hold(*video);
    split->answers = (struct sl__buf)SL__BUF_INIT(SL__MAX_PROMPT / 2);
    int code = open_cutter(split, error);
    if (!code && split->count > 1)
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
    if (split->cutter)
        split->module->close(split->cutter);
    sl__attachment_drop(split->part);
    sl__attachment_drop(split->video);
    sl__buf_release(&split->answers);
    free(split);
}

static const char PART[] = SL__TR_NOOP("part %zu of %zu, %s to %s");

/* "part 2 of 5, 2:00 to 4:00", in the words of PART or its translation. */
static const char *name_part(const struct sl__split *split, const char *format, char text[96])
{
    const struct sl__cut_part *part = &split->list[split->at];
    char from[24], to[24];
    snprintf(text, 96, format, split->at + 1, split->count, sl__play_time(part->start, from),
             sl__play_time(part->start + part->seconds, to));
    return text;
}

static int tell(struct sl__request *request, enum sl_event_type type, const char *text)
{
    struct sl_event event = {.type = type, .text = text, .len = strlen(text)};
    return sl__request_event(request, &event);
}

static int begin_part(struct sl__split *split, struct sl_error *error)
{
    char name[96], line[128];
    int code = write_part(split, error);
    if (code)
        return code;
    snprintf(line, sizeof line, "%s[%s]\n\n", split->at > 0 ? "\n\n" : "",
             name_part(split, sl__tr(PART), name));
    return tell(split->request, SL_EVENT_REASONING, line) ? no_memory(error) : 0;
}

static int write_prompt(const struct sl__split *split, const char *prompt, struct sl__buf *text)
{
    char name[96], whole[24];
    int code = sl__buf_addf(text,
                            "%s\n\nThe video here is %s, of a video that lasts %s. Answer about "
                            "this part alone, in the form asked for, with times counted from the "
                            "beginning of the part. The answers about all parts are put together "
                            "afterwards.",
                            prompt, name_part(split, PART, name),
                            sl__play_time(sl__split_seconds(split), whole));
    if (!code && split->answers.len > 0)
        code = sl__buf_addf(text,
                            "\n\nWhat was answered about the parts before it, so that you know "
                            "what came before; do not repeat it:\n\n%s",
                            split->answers.data);
    return code;
}

/* The question with another text, and the part where there is one. */
static struct sl__message *ask_instead(const struct sl__message *question, const char *text,
                                       struct sl__attachment *part)
{
    struct sl__message *made = sl__message_new(SL__USER, text);
    int code = 0;
    for (size_t i = 0; made && i < question->attachment_count && !code; i++)
        code = sl__message_attach(made, question->attachments[i]);
    if (made && part && !code)
        code = sl__message_attach(made, part);
    if (!code)
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
        code = sl__history_add(question, ask_instead(asked, text.data, split->part));
    }
    sl__buf_release(&text);
    return code;
}

/* From here on the answers stand in for the video, in later questions too. */
static int merge(struct sl__split *split)
{
    struct sl__talk *talk = split->request->talk;
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
        old->text, split->video->name, sl__play_time(sl__split_seconds(split), whole), split->count,
        sl__buf_text(&split->answers));
    if (!code)
        made = ask_instead(old, text.data, NULL);
    sl__buf_release(&text);
    if (!made)
        return SL_E_NOMEM;
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
    if (split->at < split->count && !split->part)
        code = begin_part(split, error);
    if (code)
        return code;
    if (split->at < split->count)
        code = ask_part(split, question);
    else if (!split->merged)
        code = merge(split);
    return code ? no_memory(error) : 0;
}

/* How much of each answer is passed on: all of them together leave room for one more. */
static size_t longest_answer(const struct sl__split *split)
{
    size_t room =
        split->request->config->model_row.context / 2 * SL__BYTES_PER_TOKEN / split->count;
    return room < MAX_ANSWER ? room : MAX_ANSWER;
}

int sl__split_answer(struct sl__request *request, const char *text)
{
    struct sl__split *split = request->talk->split;
    char name[96], start[24];
    double begins = split->list[split->at].start;
    int code = sl__buf_addf(&split->answers, "[%s; it begins at %s, after %.0f seconds]\n",
                            name_part(split, PART, name), sl__play_time(begins, start), begins);
    if (!code)
        code = sl__text_keep(&split->answers, text, longest_answer(split));
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
    struct sl_error why = *error;
    char name[96];
    size_t len = strlen(split->video->name);
    size_t colon =
        strncmp(why.message, split->video->name, len) == 0 ? skip_colon(why.message + len) : 0;
    bool some = split->answers.len > 0 && request->task.output == SL_OUTPUT_TEXT;
    if (some)
        tell(request, SL_EVENT_TEXT, split->answers.data);
    if (split->at >= split->count)
        return;
    sl_error_set(error, why.code, "%s, %s: %s%s", split->video->name,
                 name_part(split, sl__tr(PART), name), why.message + (colon > 0 ? len + colon : 0),
                 some ? sl__tr(" (what was answered about the parts before it is kept)") : "");
    error->http_status = why.http_status;
}

void sl__split_place(const struct sl__split *split, unsigned *part, unsigned *count)
{
    *count = split ? (unsigned)split->count : 0;
    *part = split && split->at < split->count ? (unsigned)split->at + 1 : 0;
}

void sl__split_announce(const struct sl__split *split, const char *cost)
{
    char text[24];
    sl__request_note(split->request, SL_LEVEL_OK,
                     "%s lasts %s: it is asked about in %zu parts, and a last request puts the "
                     "answers together%s",
                     split->video->name, sl__play_time(sl__split_seconds(split), text),
                     split->count, cost);
}

double sl__split_seconds(const struct sl__split *split)
{
    const struct sl__cut_part *last = &split->list[split->count - 1];
    return last->start + last->seconds;
}
