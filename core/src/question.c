/* The question of a request: its media and its prompt. */
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "groups.h"
#include "near.h"
#include "prepared.h"
#include "request.h"
#include "split.h"
#include "talk.h"
#include "translate.h"
#include "words.h"

static const char *first_of(const char *a, const char *b, const char *c, const char *otherwise)
{
    return a ? a : b ? b : c ? c : otherwise;
}

const char *sl__request_detail(const struct sl__request *request)
{
    return sl__task_detail(&request->task, request->config, request->detail);
}

/* What the provider has to take for this attachment, and what it is called in sentences. */
static unsigned ability_for(const struct sl__attachment *attachment, const char **what)
{
    *what = attachment->video ? sl__tr("videos") : sl__tr("pictures by address");
    if (attachment->video)
        return SL__TAKES_VIDEO;
    if (attachment->kind != SL__ATTACHED_URL)
        return 0;
    if (strncmp(attachment->url, "stepfile:", 9) != 0)
        return SL__TAKES_ADDRESSES;
    *what = sl__tr("stored files");
    return SL__TAKES_STORED;
}

static bool is_taken(const struct sl__request *request, enum sl__protocol protocol, unsigned needed)
{
    return (request->config->row->abilities[protocol].takes & needed) == needed;
}

static void keep_protocol_of(struct sl__request *request, const struct sl__attachment *attachment)
{
    const char *what;
    unsigned needed = ability_for(attachment, &what);
    if (!is_taken(request, request->talk->protocol, needed) && is_taken(request, SL__CHAT, needed))
        request->talk->protocol = SL__CHAT;
}

/* What went over another protocol is in the conversation still, and is to be seen again. */
static void keep_protocol(struct sl__request *request)
{
    const struct sl__history *history = &request->talk->history;
    for (size_t i = 0; i < history->count; i++) {
        const struct sl__message *message = history->items[i];
        for (size_t k = 0; k < message->attachment_count; k++)
            keep_protocol_of(request, message->attachments[k]);
        if (message->parted)
            keep_protocol_of(request, message->parted);
    }
}

/* A medium that the configured protocol does not take may go over another one. */
static int check_ability(struct sl__request *request, const struct sl__attachment *attachment,
                         struct sl_error *error)
{
    struct sl__talk *talk = request->talk;
    const char *what;
    unsigned needed = ability_for(attachment, &what);
    const struct sl__model *model = &request->config->model_row;
    if (attachment->video ? !model->videos : !model->images)
        return sl_error_set(error, SL_E_UNSUPPORTED, "%s: the model %s takes no %s; choose another",
                            attachment->name, request->config->model,
                            attachment->video ? sl__tr("videos") : sl__tr("pictures"));
    if (is_taken(request, talk->protocol, needed))
        return 0;
    if (!is_taken(request, SL__CHAT, needed))
        return sl_error_set(error, SL_E_UNSUPPORTED,
                            "%s: %s takes no %s; name a picture file, or choose another provider",
                            attachment->name, request->config->provider, what);
    sl__request_note(request, SL_LEVEL_OK,
                     "%s: the Messages API takes no %s; it goes over Chat Completions",
                     attachment->name, what);
    talk->protocol = SL__CHAT;
    return 0;
}

/* What the task takes, by what the attachment turned out to be. */
static int check_kind(const struct sl__request *request, const struct sl__attachment *attachment,
                      struct sl_error *error)
{
    const struct sl__task *task = &request->task;
    if (attachment->video ? task->videos : task->images)
        return 0;
    return sl_error_set(error, SL_E_INVALID, "%s: %s takes %s, not %s; use another task",
                        attachment->name, task->name,
                        task->videos ? sl__tr("a video") : sl__tr("pictures"),
                        attachment->video ? sl__tr("a video") : sl__tr("pictures"));
}

/* A video in a file that neither of the protocols takes. */
static bool goes_as_frames(const struct sl__request *request,
                           const struct sl__attachment *attachment)
{
    const struct sl__model *model = &request->config->model_row;
    bool taken = model->videos && (is_taken(request, request->talk->protocol, SL__TAKES_VIDEO) ||
                                   is_taken(request, SL__CHAT, SL__TAKES_VIDEO));
    return attachment->video && attachment->kind == SL__ATTACHED_FILE && model->images && !taken;
}

static bool has_video(const struct sl__message *message)
{
    bool found = false;
    for (size_t i = 0; i < message->attachment_count; i++)
        found = found || message->attachments[i]->video;
    return found;
}

/* Makes a video ready that cannot be sent as it is. Each part of one is the only video of its
 * request. */
static int open_video(struct sl__request *request, const struct sl__message *message,
                      struct sl__attachment **attachment, struct sl_error *error)
{
    struct sl__attachment *video = (*attachment)->video ? sl__attachment_hold(*attachment) : NULL;
    bool before = request->talk->split || has_video(message);
    int code = video && video->foreign && !request->talk->split
                   ? sl__split_open(request, attachment, error)
                   : 0;
    if (!code && video && before && request->talk->split)
        code = sl_error_set(error, SL_E_INVALID,
                            "%s: beside a long video there can be no other one; ask about one of "
                            "them at a time",
                            video->name);
    sl__attachment_drop(video);
    return code;
}

static struct sl_image_options image_options(const struct sl__request *request)
{
    return sl__config_image_options(request->config, sl__request_detail(request), request->cancel);
}

static bool choose_all(size_t at, struct sl_image_options *options, const void *context)
{
    (void)at;
    *options = image_options(context);
    return true;
}

static void note_done(struct sl__request *request, const struct sl__attachment *attachment,
                      unsigned done)
{
    if (done & SL_IMAGE_FIRST_FRAME)
        sl__request_note(request, SL_LEVEL_OK, "%s is an animation; its first frame is sent",
                         attachment->name);
    if (done & SL_IMAGE_FIRST_PAGE)
        sl__request_note(request, SL_LEVEL_OK, "%s has several pages; the first one is sent",
                         attachment->name);
}

static int attach(struct sl__request *request, struct sl__message *message,
                  struct sl__preparing *preparing, size_t at, struct sl_error *error)
{
    struct sl_image_options options = image_options(request);
    struct sl__attachment *attachment;
    unsigned done;
    int code = sl__preparing_take(preparing, at, &attachment, &done, error);
    if (code)
        return code;
    code = sl__near_take(request, &attachment, &options, &done, error);
    if (code) {
        sl__attachment_drop(attachment);
        return code;
    }
    note_done(request, attachment, done);
    code = check_kind(request, attachment, error);
    if (!code && goes_as_frames(request, attachment)) {
        code = sl__frames_attach(request, message, attachment, &options, error);
        sl__attachment_drop(attachment);
        return code;
    }
    if (!code)
        code = check_ability(request, attachment, error);
    if (!code)
        code = open_video(request, message, &attachment, error);
    if (!code && attachment && sl__message_attach(message, attachment))
        code = sl_error_set(error, SL_E_NOMEM, "there is no memory left for the pictures");
    sl__attachment_drop(attachment);
    return code;
}

static uint64_t picture_bytes(const struct sl__attachment *attachment)
{
    return attachment->video ? 0 : attachment->len;
}

/* All pictures together, none counted with more than `most` bytes. */
static uint64_t all_bytes(const struct sl__message *message, uint64_t most)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < message->attachment_count; i++) {
        uint64_t bytes = picture_bytes(message->attachments[i]);
        sum += bytes < most ? bytes : most;
    }
    return sum;
}

/* How many bytes each picture may have at most for all to be within `room`: the small ones leave
 * the large ones what they do not need. */
static uint64_t fair_share(const struct sl__message *message, uint64_t room)
{
    uint64_t low = 0, high = room;
    while (low < high) {
        uint64_t middle = high - (high - low) / 2;
        if (all_bytes(message, middle) <= room)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* What is over its share of the bytes that a request may hold. */
struct shrinking {
    const struct sl__request *request;
    const struct sl__message *message; /* whose attachments are those of the media in turn */
    uint64_t share;
};

static bool is_over(const struct shrinking *shrinking, size_t at)
{
    return picture_bytes(shrinking->message->attachments[at]) > shrinking->share;
}

static bool choose_large(size_t at, struct sl_image_options *options, const void *context)
{
    const struct shrinking *shrinking = context;
    *options = image_options(shrinking->request);
    options->detail = sl__detail_of(shrinking->message->attachments[at]->detail);
    options->max_bytes = shrinking->share;
    return is_over(shrinking, at);
}

static int make_smaller(struct sl__request *request, const struct shrinking *shrinking,
                        unsigned *made, struct sl_error *error)
{
    struct sl__preparing preparing = {
        .request = request, .choose = choose_large, .context = shrinking};
    struct sl__attachment **list = shrinking->message->attachments;
    int code = sl__preparing_begin(&preparing, error);
    if (code)
        return code;
    for (size_t i = 0; i < request->media_count && !code; i++) {
        struct sl__attachment *smaller;
        unsigned done;
        code = sl__preparing_take(&preparing, i, &smaller, &done, error);
        if (!smaller)
            continue;
        sl__attachment_drop(list[i]);
        list[i] = smaller;
        *made += 1;
    }
    sl__preparing_end(&preparing);
    return code;
}

/* Pictures that are over what a request may hold are sent smaller. Each attachment is that of the
 * medium of its number. */
static int fit_bytes(struct sl__request *request, const struct sl__message *message,
                     struct sl_error *error)
{
    uint64_t room = request->config->model_row.max_picture_bytes;
    if (all_bytes(message, UINT64_MAX) <= room)
        return 0;
    const struct shrinking shrinking = {
        .request = request, .message = message, .share = fair_share(message, room)};
    unsigned made = 0;
    int code = message->attachment_count == request->media_count
                   ? make_smaller(request, &shrinking, &made, error)
                   : 0;
    if (!code && all_bytes(message, UINT64_MAX) > room)
        code = sl_error_set(error, SL_E_TOO_LARGE,
                            "the pictures are over the %.3g MB that a request may hold together; "
                            "ask about fewer at once",
                            (double)room / 1e6);
    if (!code)
        sl__request_note(request, SL_LEVEL_OK,
                         made == 1 ? SL__TR_NOOP("the pictures are over the %.3g MB that a request "
                                                 "may hold together: %u of them is sent smaller")
                                   : SL__TR_NOOP("the pictures are over the %.3g MB that a request "
                                                 "may hold together: %u of them are sent smaller"),
                         (double)room / 1e6, made);
    return code;
}

struct sl__message *sl__question_prompt(const struct sl__request *request, struct sl_error *error)
{
    struct sl__task_values values = {
        .language =
            first_of(request->language, request->config->language, request->text_language, NULL),
        .instruction = request->instruction,
        .selection = request->selection,
        .context = request->context,
        .filetype = request->filetype,
        .stack = request->stack};
    struct sl__buf prompt = SL__BUF_INIT(SL__MAX_PROMPT);
    int code = sl__task_prompt(&request->task, &values, &prompt);
    struct sl__message *message = code ? NULL : sl__message_new(SL__USER, sl__buf_text(&prompt));
    sl__buf_release(&prompt);
    if (code == SL_E_TOO_LARGE)
        sl_error_set(error, code, "the text is over %u MB; ask with a shorter one",
                     SL__MAX_PROMPT >> 20);
    else if (!message)
        sl_error_set(error, SL_E_NOMEM, "there is no memory left for the request");
    return message;
}

int sl__question_describe_schema(struct sl__request *request)
{
    struct sl__talk *talk = request->talk;
    struct sl__message *old = talk->history.items[talk->asked], *made = NULL;
    struct sl__buf text = SL__BUF_INIT(SL__MAX_PROMPT + SL__MAX_TASK);
    char *schema = cJSON_PrintUnformatted(request->task.schema);
    int code = schema ? sl__buf_addf(&text,
                                     "%s\n\nAnswer with JSON alone, without a fence and without "
                                     "other words, that fits this JSON Schema:\n",
                                     old->text)
                      : SL_E_NOMEM;
    if (!code)
        code = sl__buf_adds(&text, schema);
    if (!code)
        made = sl__message_reword(old, text.data);
    cJSON_free(schema);
    sl__buf_release(&text);
    if (!made)
        return SL_E_NOMEM;
    talk->history.items[talk->asked] = made;
    talk->no_schema = true;
    sl__message_drop(old);
    return 0;
}

/* A provider that takes no schema is told it in the prompt. */
static int finish_prompt(struct sl__request *request, struct sl_error *error)
{
    const struct sl__abilities *can = &request->config->row->abilities[request->talk->protocol];
    if (!request->task.schema || request->talk->continues || (can->takes & SL__TAKES_SCHEMA))
        return 0;
    return sl__question_describe_schema(request)
               ? sl_error_set(error, SL_E_NOMEM, "there is no memory left for the request")
               : 0;
}

int sl__question_attach(struct sl__request *request, struct sl__message *message,
                        struct sl_error *error)
{
    struct sl__preparing preparing = {.request = request, .choose = choose_all, .context = request};
    int code = sl__preparing_begin(&preparing, error);
    if (code)
        return code;
    for (size_t i = 0; i < request->media_count && !code; i++)
        code = attach(request, message, &preparing, i, error);
    sl__preparing_end(&preparing);
    return code ? code : fit_bytes(request, message, error);
}

/* The prompt with the descriptions of the pictures, where those were described. */
static struct sl__message *write_question(const struct sl__request *request, struct sl_error *error)
{
    struct sl__message *message = sl__question_prompt(request, error);
    if (!message || !request->talk->groups)
        return message;
    message = sl__groups_ask(request->talk->groups, message);
    if (!message)
        sl_error_set(error, SL_E_NOMEM, "there is no memory left for the request");
    return message;
}

int sl__question_make(struct sl__request *request, struct sl_error *error)
{
    struct sl__message *message = write_question(request, error);
    if (!message)
        return error->code;
    int code = 0;
    message->continues = request->talk->continues;
    keep_protocol(request);
    if (!request->talk->groups)
        code = sl__question_attach(request, message, error);
    request->talk->asked = request->talk->history.count;
    if (code)
        sl__message_drop(message);
    else if (sl__history_add(&request->talk->history, message))
        code = sl_error_set(error, SL_E_NOMEM, "there is no memory left for the request");
    if (!code && sl__history_earlier(&request->talk->history, &request->talk->earlier))
        code = sl_error_set(error, SL_E_NOMEM, "there is no memory left for the request");
    return code ? code : finish_prompt(request, error);
}
