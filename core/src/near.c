/* Addresses of media that are got here. */
#include <string.h>
#include <strings.h>

#include "clock.h"
#include "fetch.h"
#include "near.h"
#include "request.h"
#include "talk.h"
#include "worker.h"

enum { PROGRESS_MS = 50 };

struct got {
    struct sl__request *request;
    int64_t told_at;
};

static void on_progress(uint64_t count, uint64_t total, void *context)
{
    struct got *got = context;
    int64_t now = sl__now_ms();
    if (now - got->told_at < PROGRESS_MS)
        return;
    got->told_at = now;
    sl__request_progress(got->request, SL_PHASE_PREPARING, count, total);
}

static bool is_web(const struct sl__attachment *attachment)
{
    return attachment->kind == SL__ATTACHED_URL && strncasecmp(attachment->url, "http", 4) == 0;
}

static bool ends_like_jpeg(const char *url)
{
    static const char *const endings[] = {".jpg", ".jpeg", ".jpe"};
    size_t len = strcspn(url, "?#");
    bool found = false;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t tail = strlen(endings[i]);
        found = found || (len >= tail && strncasecmp(url + len - tail, endings[i], tail) == 0);
    }
    return found;
}

/* Whether the server gets addresses, over one of the protocols. */
static bool server_takes(const struct sl__request *request, const struct sl__attachment *attachment)
{
    const struct sl__provider_row *row = request->config->row;
    unsigned needed = attachment->video ? SL__TAKES_VIDEO : SL__TAKES_ADDRESSES;
    unsigned takes = row->abilities[SL__CHAT].takes | row->abilities[request->talk->protocol].takes;
    return takes & needed;
}

static bool is_wanted_here(const struct sl__request *request,
                           const struct sl__attachment *attachment)
{
    enum sl__urls_policy policy = request->config->urls_policy;
    if (!is_web(attachment) || policy == SL__URLS_PASS)
        return false;
    return policy == SL__URLS_FETCH || !server_takes(request, attachment) ||
           !(attachment->video || ends_like_jpeg(attachment->url));
}

/* On success `*attachment` is another. */
static int get(struct sl__request *request, struct sl__attachment **attachment,
               const struct sl_image_options *options, unsigned *done, struct sl_error *error)
{
    const struct sl__attachment *address = *attachment;
    struct got got = {.request = request};
    const struct sl__fetch fetch = {.url = address->url,
                                    .name = address->name,
                                    .typed = address->typed,
                                    .config = request->config,
                                    .cancel = request->cancel,
                                    .progress = on_progress,
                                    .context = &got};
    const struct sl_media media = {.kind = SL_MEDIA_URL, .name = address->name};
    struct sl__attachment *made = NULL;
    int fd;
    sl__workers_step_out(request->workers);
    int code = sl__fetch(&fetch, &fd, error);
    sl__workers_step_in(request->workers);
    if (!code)
        code = sl__attachment_fetched(&made, &media, fd, options, done, error);
    if (code)
        return code;
    sl__attachment_drop(*attachment);
    *attachment = made;
    return 0;
}

/* What would not go better elsewhere, or must not be told there. */
static bool is_final(int code)
{
    return code == SL_E_INVALID || code == SL_E_CANCELLED || code == SL_E_NOMEM;
}

int sl__near_take(struct sl__request *request, struct sl__attachment **attachment,
                  const struct sl_image_options *options, unsigned *done, struct sl_error *error)
{
    struct sl_error why = SL_ERROR_INIT;
    if (!is_wanted_here(request, *attachment))
        return 0;
    int code = get(request, attachment, options, done, &why);
    bool may_pass =
        request->config->urls_policy == SL__URLS_AUTO && server_takes(request, *attachment);
    if (code && may_pass && !is_final(code)) {
        sl__request_note(request, SL_LEVEL_WARNING, "%s; %s is given its address instead",
                         why.message, request->config->provider);
        return 0;
    }
    if (code && error)
        *error = why;
    return code;
}

static bool has_address(const struct sl__message *message)
{
    bool found = false;
    for (size_t i = 0; i < message->attachment_count; i++)
        found = found || is_web(message->attachments[i]);
    return found;
}

bool sl__near_suspects(struct sl__request *request, const struct sl__outcome *outcome)
{
    struct sl__talk *talk = request->talk;
    bool found = false;
    for (size_t i = 0; i < talk->history.count; i++)
        found = found || has_address(talk->history.items[i]);
    talk->mending = found && outcome->error.http_status == 400 &&
                    request->config->urls_policy == SL__URLS_AUTO && !talk->got_here;
    if (talk->mending)
        talk->refusal = outcome->error;
    return talk->mending;
}

static int get_medium(struct sl__request *request, struct sl__attachment **medium,
                      struct sl_error *error)
{
    struct sl_image_options options =
        sl__config_image_options(request->config, (*medium)->detail, request->cancel);
    unsigned done;
    int code = is_web(*medium) ? get(request, medium, &options, &done, error) : 0;
    if (!code && (*medium)->foreign)
        code = sl_error_set(error, SL_E_UNSUPPORTED,
                            "%s is no MP4 of under five minutes and 128 MB; save it and name the "
                            "file",
                            (*medium)->name);
    return code;
}

/* The same message with what its addresses lead to. */
static int get_message(struct sl__request *request, const struct sl__message *old,
                       struct sl__message **made, struct sl_error *error)
{
    int code = 0;
    *made = sl__message_new(old->role, old->text);
    for (size_t i = 0; *made && i < old->attachment_count && !code; i++) {
        struct sl__attachment *medium = sl__attachment_hold(old->attachments[i]);
        code = get_medium(request, &medium, error);
        if (!code && sl__message_attach(*made, medium))
            code = sl_error_set(error, SL_E_NOMEM, "there is no memory left for the pictures");
        sl__attachment_drop(medium);
    }
    if (!*made)
        return sl_error_set(error, SL_E_NOMEM, "there is no memory left for the pictures");
    (*made)->continues = old->continues;
    if (code)
        sl__message_drop(*made);
    return code;
}

static int get_all(struct sl__request *request, struct sl_error *error)
{
    struct sl__history *history = &request->talk->history;
    int code = 0;
    for (size_t i = 0; i < history->count && !code; i++) {
        struct sl__message *old = history->items[i], *made = NULL;
        if (!has_address(old))
            continue;
        code = get_message(request, old, &made, error);
        if (!code) {
            history->items[i] = made;
            sl__message_drop(old);
        }
    }
    return code;
}

int sl__near_mend(struct sl__request *request, struct sl_error *error)
{
    struct sl__talk *talk = request->talk;
    struct sl_error why = SL_ERROR_INIT;
    talk->mending = false;
    talk->got_here = true;
    int code = get_all(request, &why);
    if (code == SL_E_CANCELLED)
        return sl_error_set(error, code, "cancelled");
    if (!code) {
        sl__request_note(request, SL_LEVEL_OK,
                         "%s could not use an address; what it leads to is sent instead",
                         request->config->provider);
        return 0;
    }
    sl__request_note(request, SL_LEVEL_WARNING, "%s", why.message);
    if (error)
        *error = talk->refusal;
    return talk->refusal.code;
}
