/* The tool `watch`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "json.h"
#include "parts.h"
#include "request.h"
#include "talk.h"
#include "translate.h"
#include "watch.h"
#include "words.h"

struct sl__watch {
    struct sl__parts parts; /* of the video that was watched last */
    size_t at;
    struct sl__attachment *part; /* that is asked about, or NULL */
    char *question;
};

const struct sl__tool sl__watch_tool = {
    .name = "watch",
    .description =
        "Has one part of a video watched again, to answer a question about it. Use it where the "
        "answers about the parts of a long video, which you have, leave open what you are asked. "
        "It sees that part alone: ask all that you want to know of it, in full sentences.",
    .parameters =
        "{\"type\":\"object\",\"properties\":{"
        "\"part\":{\"type\":\"integer\",\"description\":\"which part, from 1\"},"
        "\"question\":{\"type\":\"string\"},"
        "\"video\":{\"type\":\"integer\",\"description\":\"which of several long videos, from 1; "
        "the first when left out\"}},"
        "\"required\":[\"part\",\"question\"]}",
};

/* The long video of this number, from 1, or NULL. */
static struct sl__attachment *find_video(const struct sl__request *request, double number)
{
    const struct sl__history *history = &request->talk->history;
    double count = 0;
    for (size_t i = 0; i < history->count; i++) {
        count += history->items[i]->parted != NULL;
        if (history->items[i]->parted && count == number)
            return history->items[i]->parted;
    }
    return NULL;
}

bool sl__watch_useful(const struct sl__request *request)
{
    const struct sl__talk *talk = request->talk;
    const struct sl__abilities *can = &request->config->row->abilities[talk->protocol];
    return !talk->split && (can->takes & SL__TAKES_VIDEO) && request->config->model_row.videos &&
           find_video(request, 1);
}

void sl__watch_free(struct sl__watch *watch)
{
    if (!watch)
        return;
    sl__parts_release(&watch->parts);
    sl__attachment_drop(watch->part);
    free(watch->question);
    free(watch);
}

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left for the video");
}

/* Has the video in parts, as it was asked about. What was watched last needs not be opened again.
 */
static int open_parts(struct sl__request *request, struct sl__attachment *video,
                      struct sl_error *error)
{
    struct sl__talk *talk = request->talk;
    if (!talk->watch)
        talk->watch = calloc(1, sizeof *talk->watch);
    if (!talk->watch)
        return no_memory(error);
    struct sl__parts *parts = &talk->watch->parts;
    if (parts->video == video)
        return 0;
    sl__parts_release(parts);
    if (!sl__attachment_unchanged(video))
        return sl_error_set(error, SL_E_IO,
                            "%s: the file was changed since it was asked about, so that no part of "
                            "it can be watched again; ask about the video anew",
                            video->name);
    int code = sl__parts_open(parts, request, video, video->part_seconds, error);
    if (code || parts->count == video->part_count)
        return code;
    sl__parts_release(parts);
    return sl_error_set(error, SL_E_CORRUPT,
                        "%s: the video is not cut into the same parts any more; ask about it anew",
                        video->name);
}

/* What is said of the part comes as reasoning, as what was said of all of them did. */
static int begin_reasoning(struct sl__request *request, const char *name)
{
    char line[128];
    struct sl_event event = {.type = SL_EVENT_REASONING, .text = line};
    event.len = (size_t)snprintf(line, sizeof line, "\n\n[%s]\n\n", name);
    return sl__request_event(request, &event);
}

static int write_part(struct sl__request *request, size_t at, const char *question,
                      struct sl_error *error)
{
    struct sl__watch *watch = request->talk->watch;
    char name[SL__PART_NAME];
    sl__parts_title(&watch->parts, at, name);
    sl__request_tool(request, "watches %s, of %s again: %s", name, watch->parts.video->name,
                     question);
    if (begin_reasoning(request, name))
        return no_memory(error);
    free(watch->question);
    watch->question = strdup(question);
    watch->at = at;
    int code = watch->question ? sl__parts_write(&watch->parts, at, &watch->part, error)
                               : no_memory(error);
    if (code) /* then it gives nothing more */
        sl__parts_release(&watch->parts);
    return code;
}

int sl__watch_answer(struct sl__request *request, const cJSON *arguments, struct sl_error *result)
{
    struct sl__attachment *video = find_video(request, sl__calls_number(arguments, "video", 1));
    const char *question = sl__json_string(arguments, "question");
    double part = sl__calls_number(arguments, "part", 0);
    if (!video)
        return sl__error_set_plain(
            result, SL_E_INVALID,
            "there is no such video to be watched again; use what was answered");
    if (!(part >= 1 && part <= (double)video->part_count))
        return sl__error_set_plain(result, SL_E_INVALID,
                                   "the video has the parts 1 to %zu and no others",
                                   video->part_count);
    if (!question || !*question)
        return sl__error_set_plain(result, SL_E_INVALID, "there is no question about the part");
    int code = open_parts(request, video, result);
    if (!code)
        code = write_part(request, (size_t)part - 1, question, result);
    if (!code || code == SL_E_CANCELLED || code == SL_E_NOMEM)
        return code;
    sl__request_note(request, SL_LEVEL_WARNING, "%s", result->message);
    return sl__error_set_plain(result, code,
                               "the part cannot be watched again (%s); use what was answered",
                               sl_code_name(code));
}

bool sl__watch_waits(const struct sl__watch *watch)
{
    return watch && watch->part;
}

int sl__watch_ask(const struct sl__watch *watch, struct sl__history *question)
{
    struct sl__buf text = SL__BUF_INIT(SL__MAX_PROMPT);
    char name[SL__PART_NAME], whole[24];
    int code = sl__buf_addf(&text,
                            "%s\n\nThe video here is %s, of a video that lasts %s. Answer from "
                            "what is in this part, with times counted from the beginning of the "
                            "part. Say so where it is not in it.",
                            watch->question, sl__parts_name(&watch->parts, watch->at, name),
                            sl__play_time(sl__parts_seconds(&watch->parts), whole));
    struct sl__message *message = code ? NULL : sl__message_new(SL__USER, text.data);
    if (message && sl__message_attach(message, watch->part)) {
        sl__message_drop(message);
        message = NULL;
    }
    sl__buf_release(&text);
    return sl__history_add(question, message);
}

static void drop_part(struct sl__watch *watch)
{
    sl__attachment_drop(watch->part);
    watch->part = NULL;
}

int sl__watch_take(struct sl__request *request, const char *text)
{
    struct sl__watch *watch = request->talk->watch;
    struct sl__buf answer = SL__BUF_INIT(SL__MAX_PROMPT);
    struct sl_event after = {.type = SL_EVENT_REASONING, .text = "\n\n", .len = 2};
    int code = sl__parts_tell(&watch->parts, watch->at, text, SL__MAX_PART_ANSWER, &answer);
    if (!code)
        code = sl__calls_add(request, answer.data, false);
    sl__buf_release(&answer);
    drop_part(watch);
    return code ? code : sl__request_event(request, &after);
}

int sl__watch_failed(struct sl__request *request, const struct sl_error *why)
{
    struct sl__watch *watch = request->talk->watch;
    char name[SL__PART_NAME];
    sl__request_note(request, SL_LEVEL_WARNING, "%s could not be watched again: %s",
                     sl__parts_title(&watch->parts, watch->at, name), why->message);
    drop_part(watch);
    return sl__calls_add(request, why->message, true);
}

void sl__watch_place(const struct sl__watch *watch, unsigned *part, unsigned *count)
{
    if (!sl__watch_waits(watch))
        return;
    *part = (unsigned)watch->at + 1;
    *count = (unsigned)watch->parts.count;
}
