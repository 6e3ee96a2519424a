/* What a task's request stores with the provider, and refers to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dialect.h"
#include "files_api.h"
#include "request.h"
#include "storing.h"
#include "sweep.h"
#include "talk.h"
#include "translate.h"

enum { WAIT_MS = 200, NEEDED_SECONDS = 3600 };

enum state {
    SENT,   /* its bytes go with each question */
    WANTED, /* it is to be stored first */
    STORED,
};

struct sl__storing_item {
    struct sl__attachment *attachment; /* a reference */
    enum state state;
    struct sl__stored stored;
    bool is_new;  /* it goes out for the first time, and the index is to know */
    bool gone;    /* the provider has it no more, and the index is to know */
    bool deleted; /* or the provider was asked to delete it */
};

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left for the pictures");
}

void sl__storing_release(struct sl__storing *storing)
{
    sl__claim_release(&storing->claim);
    for (size_t i = 0; i < storing->count; i++)
        sl__attachment_drop(storing->items[i].attachment);
    free(storing->items);
    free(storing->path);
    *storing = (struct sl__storing){.claim = SL__CLAIM_INIT};
}

static struct sl__storing_item *find_item(const struct sl__storing *storing,
                                          const struct sl__attachment *attachment)
{
    for (size_t i = 0; i < storing->count; i++) {
        if (storing->items[i].attachment == attachment)
            return &storing->items[i];
    }
    return NULL;
}

const char *sl__storing_id(const struct sl__storing *storing,
                           const struct sl__attachment *attachment)
{
    const struct sl__storing_item *item = storing ? find_item(storing, attachment) : NULL;
    return item && item->state == STORED ? item->stored.id : NULL;
}

static struct sl__storing_item *add_item(struct sl__storing *storing,
                                         struct sl__attachment *attachment)
{
    struct sl__storing_item *items =
        realloc(storing->items, (storing->count + 1) * sizeof *storing->items);
    if (!items)
        return NULL;
    storing->items = items;
    struct sl__storing_item *item = &items[storing->count++];
    *item = (struct sl__storing_item){.attachment = sl__attachment_hold(attachment)};
    item->stored.bytes = attachment->len;
    item->stored.video = attachment->video;
    struct sl_error line = SL_ERROR_INIT; /* made harmless, as all sentences are */
    sl_error_set(&line, 0, "%s", attachment->name ? attachment->name : "");
    snprintf(item->stored.name, sizeof item->stored.name, "%.*s", SL__MAX_FILE_NAME, line.message);
    return item;
}

/* The account, and whether anything is stored there. */

static void set_up(struct sl__request *request)
{
    struct sl__storing *storing = &request->storing;
    const struct sl_config *config = request->config;
    if (storing->ready)
        return;
    storing->ready = true;
    storing->path = malloc(SL__FILE_PATH);
    enum sl__protocol protocol = request->talk ? request->talk->protocol : SL__CHAT;
    bool taken = config->row->abilities[protocol].takes & SL__TAKES_STORED;
    bool wanted = storing->keep || config->files_policy != SL__FILES_NEVER;
    storing->off = !storing->path || !taken || !wanted || config->row->max_files == 0;
    sl__account_make(&storing->account, config->provider, config->url.origin,
                     sl__buf_text(&request->key));
}

/* Without an index nothing is stored: it would be stored again and again. */
static struct sl__index *open_index(struct sl__request *request)
{
    struct sl__index *index = NULL;
    struct sl_error why = SL_ERROR_INIT;
    char *notice = NULL;
    if (sl__index_open(&index, request->config->state_dir, &notice, &why)) {
        request->storing.off = true;
        request->storing.problem = why;
        sl__request_note(request, SL_LEVEL_WARNING, "nothing is stored with the provider: %s",
                         why.message);
    }
    if (notice)
        sl__request_note(request, SL_LEVEL_WARNING, "%s", notice);
    free(notice);
    return index;
}

/* An index that fails in the middle is as good as none. */
static bool is_well(struct sl__request *request, int code, const struct sl_error *why)
{
    if (code && !request->storing.off)
        sl__request_note(request, SL_LEVEL_WARNING, "%s", why->message);
    request->storing.off = request->storing.off || code;
    return !code;
}

/* When what is stored now is deleted. */
static int64_t end_of_time(const struct sl__request *request, int64_t now)
{
    const struct sl_config *config = request->config;
    if (request->storing.keep)
        return 0;
    if (config->delete_after_use)
        return now + NEEDED_SECONDS; /* should this request not come to it */
    return config->files_policy == SL__FILES_AUTO ? now + SL__STORED_SECONDS : 0;
}

/* Deciding. */

static bool may_be_stored(const struct sl__attachment *attachment)
{
    return attachment->kind != SL__ATTACHED_URL && !attachment->foreign &&
           attachment->len >= SL__STORE_LEAST && attachment->len < SL__MAX_VIDEO;
}

static bool may_be_sent(const struct sl__attachment *attachment)
{
    return attachment->kind != SL__ATTACHED_ABSENT;
}

/* Takes over what the index knows; false when it is not stored. */
static bool look_up(struct sl__request *request, struct sl__index *index,
                    struct sl__storing_item *item, bool *found)
{
    struct sl__storing *storing = &request->storing;
    struct sl__stored known;
    struct sl_error why = SL_ERROR_INIT;
    int64_t now = time(NULL);
    int code = sl__index_find(index, &storing->account, item->stored.digest, found, &known, &why);
    if (!is_well(request, code, &why) || !*found || !*known.id)
        return false;
    int64_t until = known.delete_at > 0 ? now + NEEDED_SECONDS : 0;
    code = sl__index_use(index, &storing->account, known.digest, now, until, &why);
    is_well(request, code, &why);
    item->stored = known;
    item->state = STORED;
    return true;
}

static void remember(struct sl__request *request, struct sl__index *index,
                     struct sl__storing_item *item, int64_t delete_at)
{
    struct sl_error why = SL_ERROR_INIT;
    item->stored.used_at = time(NULL);
    item->stored.stored_at = *item->stored.id ? item->stored.used_at : 0;
    item->stored.delete_at = delete_at;
    is_well(request, sl__index_put(index, &request->storing.account, &item->stored, &why), &why);
}

/* The same content once more in this request: whatever becomes of the first becomes of it. */
static bool follows_another(const struct sl__storing *storing, struct sl__storing_item *item)
{
    for (const struct sl__storing_item *other = storing->items; other < item; other++) {
        if (!may_be_stored(other->attachment) ||
            memcmp(other->stored.digest, item->stored.digest, SL__SHA256_BYTES) != 0)
            continue;
        item->state = other->state;
        item->stored = other->stored;
        return true;
    }
    return false;
}

static int decide(struct sl__request *request, struct sl__index *index,
                  struct sl__attachment *attachment, struct sl_error *error)
{
    struct sl__storing *storing = &request->storing;
    struct sl__storing_item *item = add_item(storing, attachment);
    bool found = false;
    if (!item)
        return no_memory(error);
    if (!may_be_stored(attachment))
        return 0;
    int code = sl__attachment_digest(attachment, request->cancel, item->stored.digest, error);
    if (code || follows_another(storing, item) || look_up(request, index, item, &found) ||
        storing->off)
        return code;
    if (!may_be_sent(attachment)) {
        sl__request_note(request, SL_LEVEL_WARNING,
                         "%s is not stored with %s any more and cannot be shown again; name the "
                         "file once more where it has to be seen",
                         attachment->name, request->config->provider);
        return 0;
    }
    bool all = storing->keep || request->config->files_policy == SL__FILES_ALWAYS;
    bool again = found && !request->config->delete_after_use;
    item->state = all || attachment->video || again ? WANTED : SENT;
    item->is_new = !found && item->state == SENT;
    return 0;
}

/* What goes out for the first time is noted beside the question: a disk takes its time. */
static void note_new(struct sl__request *request)
{
    struct sl__storing *storing = &request->storing;
    struct sl__stored *sent = calloc(storing->count + 1, sizeof *sent);
    size_t count = 0;
    for (size_t i = 0; sent && i < storing->count; i++) {
        struct sl__storing_item *item = &storing->items[i];
        if (!item->is_new)
            continue;
        item->is_new = false;
        item->stored.used_at = time(NULL);
        sent[count++] = item->stored;
    }
    if (count > 0)
        sl__note_sent(request, &storing->account, sent, count);
    else
        free(sent);
}

static int decide_all(struct sl__request *request, struct sl__index *index,
                      const struct sl__history *history, struct sl_error *error)
{
    int code = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct sl__message *message = history->items[i];
        for (size_t k = 0; k < message->attachment_count && !code && !request->storing.off; k++) {
            if (!find_item(&request->storing, message->attachments[k]))
                code = decide(request, index, message->attachments[k], error);
        }
    }
    return code;
}

/* What the last exchange came to. */

static void send_instead(struct sl__request *request, struct sl__storing_item *item)
{
    struct sl__storing *storing = &request->storing;
    sl__claim_release(&storing->claim);
    storing->step = SL__STORING_NOTHING;
    item->state = SENT;
    if (!storing->keep)
        sl__request_note(request, SL_LEVEL_WARNING,
                         "%s is not stored, and goes with the question: %s", item->attachment->name,
                         storing->problem.message);
}

/* All parts of a video have its name. */
static bool was_told(const struct sl__storing *storing, const struct sl__storing_item *item)
{
    for (const struct sl__storing_item *other = storing->items; other < item; other++) {
        if (other->state == STORED && strcmp(other->stored.name, item->stored.name) == 0)
            return true;
    }
    return false;
}

static void count_stored(struct sl__request *request, const struct sl__storing_item *item)
{
    struct sl__storing *storing = &request->storing;
    if (!was_told(storing, item) && storing->untold++ == 0)
        storing->first_untold = (size_t)(item - storing->items);
}

/* In one sentence, however many there are. */
static void tell_stored(struct sl__request *request)
{
    const struct sl_config *config = request->config;
    struct sl__storing *storing = &request->storing;
    const char *name =
        storing->untold > 0 ? storing->items[storing->first_untold].attachment->name : "";
    bool passing =
        !storing->keep && !config->delete_after_use && config->files_policy == SL__FILES_AUTO;
    if (storing->untold == 1 && passing)
        sl__request_note(request, SL_LEVEL_OK,
                         "%s is stored with %s for seven days, so that it is not sent again; "
                         "“files” in the configuration says otherwise",
                         name, config->provider);
    else if (storing->untold > 1 && passing)
        sl__request_note(request, SL_LEVEL_OK,
                         "%s and %zu more are stored with %s for seven days, so that they are not "
                         "sent again; “files” in the configuration says otherwise",
                         name, storing->untold - 1, config->provider);
    storing->untold = 0;
}

static void record_upload(struct sl__request *request, struct sl__index *index)
{
    struct sl__storing *storing = &request->storing;
    struct sl__storing_item *item = &storing->items[storing->at];
    storing->uploaded = false;
    storing->step = SL__STORING_NOTHING;
    remember(request, index, item, end_of_time(request, time(NULL)));
    item->state = STORED;
    sl__claim_release(&storing->claim);
    count_stored(request, item);
}

static void forget_gone(struct sl__request *request, struct sl__index *index)
{
    struct sl__storing *storing = &request->storing;
    struct sl_error why = SL_ERROR_INIT;
    for (size_t i = 0; i < storing->count; i++) {
        struct sl__storing_item *item = &storing->items[i];
        if (!item->gone)
            continue;
        is_well(request, sl__index_forget(index, &storing->account, item->stored.id, &why), &why);
        item->gone = false;
        item->stored.id[0] = '\0';
        item->state = item->deleted || !may_be_sent(item->attachment) ? SENT : WANTED;
    }
}

static bool take_oldest(const struct sl__stored *stored, void *data)
{
    struct sl__storing *storing = data;
    for (size_t i = 0; i < storing->count; i++) {
        if (strcmp(storing->items[i].stored.id, stored->id) == 0)
            return true;
    }
    snprintf(storing->victim, sizeof storing->victim, "%s", stored->id);
    return false;
}

/* The oldest of ours gives way: of those that the index knows, else of those that are listed. */
static bool find_victim(struct sl__request *request, struct sl__index *index)
{
    struct sl__storing *storing = &request->storing;
    char listed[sizeof storing->victim];
    memcpy(listed, storing->victim, sizeof listed);
    storing->victim[0] = '\0';
    sl__index_each(index, &storing->account, take_oldest, storing, NULL);
    if (!*storing->victim)
        memcpy(storing->victim, listed, sizeof listed);
    return *storing->victim && storing->remote_count >= request->config->row->max_files;
}

/* Making the next exchange. */

static void make_room(struct sl__request *request, struct sl__index *index)
{
    struct sl__storing *storing = &request->storing;
    if (!find_victim(request, index)) {
        send_instead(request, &storing->items[storing->at]);
        return;
    }
    storing->step = SL__STORING_MAKE_ROOM;
    sl__files_delete(&request->exchange, storing->victim, storing->path);
}

/* Told once. */
static void wait_for_another(struct sl__request *request, const struct sl__storing_item *item)
{
    struct sl__storing *storing = &request->storing;
    if (!storing->waits)
        sl__request_note(request, SL_LEVEL_OK,
                         "%s is being stored by another request, which is waited for",
                         item->attachment->name);
    storing->waits = true;
    storing->step = SL__STORING_WAIT;
    request->exchange.pause_ms = WAIT_MS;
}

static int upload(struct sl__request *request, struct sl__index *index, size_t at,
                  struct sl_error *error)
{
    struct sl__storing *storing = &request->storing;
    struct sl__storing_item *item = &storing->items[at];
    bool found;
    if (storing->claim.fd < 0 && !sl__claim_take(&storing->claim, request->config->state_dir,
                                                 &storing->account, item->stored.digest)) {
        wait_for_another(request, item);
        return 0;
    }
    if (look_up(request, index, item, &found)) {
        sl__claim_release(&storing->claim);
        return 0;
    }
    storing->step = SL__STORING_UPLOAD;
    storing->at = at;
    return sl__files_upload(&request->exchange, item->attachment, item->stored.digest)
               ? no_memory(error)
               : 0;
}

static bool is_ready(const struct sl__request *request)
{
    return request->exchange.path || request->exchange.pause_ms > 0;
}

static int upload_wanted(struct sl__request *request, struct sl__index *index,
                         struct sl_error *error)
{
    struct sl__storing *storing = &request->storing;
    int code = 0;
    for (size_t i = 0; i < storing->count && !code && !storing->off && !is_ready(request); i++) {
        if (storing->items[i].state == WANTED)
            code = upload(request, index, i, error);
    }
    return code;
}

static int go_on(struct sl__request *request, struct sl__index *index,
                 const struct sl__history *history, struct sl_error *error)
{
    struct sl__storing *storing = &request->storing;
    struct sl_error why = SL_ERROR_INIT;
    int code = 0;
    if (storing->uploaded)
        record_upload(request, index);
    if (storing->step == SL__STORING_MAKE_ROOM)
        is_well(request, sl__index_forget(index, &storing->account, storing->victim, &why), &why);
    forget_gone(request, index);
    if (storing->step == SL__STORING_COUNT && storing->counted)
        make_room(request, index);
    else if (storing->step == SL__STORING_COUNT || storing->step == SL__STORING_CHECK)
        sl__files_list(&request->exchange);
    if (!is_ready(request) && history)
        code = decide_all(request, index, history, error);
    if (!code)
        code = upload_wanted(request, index, error);
    note_new(request);
    return code;
}

/* Whether there is anything to decide or to do. */
static bool has_news(const struct sl__storing *storing, const struct sl__history *history)
{
    bool news = storing->step != SL__STORING_NOTHING || storing->uploaded || storing->keep;
    for (size_t i = 0; i < storing->count; i++)
        news = news || storing->items[i].gone || storing->items[i].state == WANTED;
    for (size_t i = 0; !news && i < history->count; i++) {
        const struct sl__message *message = history->items[i];
        for (size_t k = 0; k < message->attachment_count && !news; k++)
            news = !find_item(storing, message->attachments[k]);
    }
    return news;
}

static int prepare(struct sl__request *request, const struct sl__history *history, bool *first,
                   struct sl_error *error)
{
    struct sl__storing *storing = &request->storing;
    struct sl__index *index = has_news(storing, history) ? open_index(request) : NULL;
    if (!index)
        return 0;
    sl__request_clear_exchange(request);
    int code = go_on(request, index, history, error);
    sl__index_close(index);
    *first = !code && is_ready(request);
    if (!*first)
        tell_stored(request);
    return code;
}

/* What is due for deletion goes at an occasion like this, beside the question. */
int sl__storing_prepare(struct sl__request *request, const struct sl__history *history, bool *first,
                        struct sl_error *error)
{
    struct sl__storing *storing = &request->storing;
    *first = false;
    set_up(request);
    int code = storing->off ? 0 : prepare(request, history, first, error);
    if (!storing->off && !storing->swept)
        sl__sweep(request, &storing->account);
    storing->swept = true;
    return code;
}

int sl__storing_want(struct sl__request *request, struct sl__attachment *attachment,
                     struct sl_error *error)
{
    request->storing.keep = true;
    set_up(request);
    struct sl__storing_item *item =
        request->storing.path ? add_item(&request->storing, attachment) : NULL;
    if (!item)
        return no_memory(error);
    item->state = WANTED;
    return sl__attachment_digest(attachment, request->cancel, item->stored.digest, error);
}

const struct sl__stored *sl__storing_first(const struct sl__storing *storing)
{
    return storing->count > 0 && storing->items[0].state == STORED ? &storing->items[0].stored
                                                                   : NULL;
}

/* The ends of exchanges. */

/* What would befall the question too, or is no matter of storing. */
static bool is_fatal(const struct sl__outcome *outcome)
{
    int status = outcome->error.http_status;
    return status == 0 || status == 401 || status == 402 || status == 429;
}

static int finish_upload(struct sl__request *request, const struct sl__outcome *outcome,
                         struct sl_error *error)
{
    struct sl__storing *storing = &request->storing;
    struct sl__storing_item *item = &storing->items[storing->at];
    struct sl__remote_file file;
    if (outcome->code && is_fatal(outcome)) {
        tell_stored(request);
        *error = outcome->error;
        return outcome->code;
    }
    int code = outcome->code ? outcome->code : sl__files_read(&outcome->reply, &file);
    if (code == SL_E_NOMEM) {
        tell_stored(request);
        return no_memory(error);
    }
    storing->problem = outcome->error;
    storing->uploaded = !code && (file.bytes == 0 || file.bytes == item->stored.bytes);
    if (storing->uploaded)
        snprintf(item->stored.id, sizeof item->stored.id, "%s", file.id);
    else if (!outcome->code)
        sl_error_set(&storing->problem, SL_E_PROTOCOL, "%s did not say that it has all of it",
                     request->config->url.host);
    bool refused = outcome->code && outcome->error.http_status < 500 && !storing->counted;
    if (refused)
        storing->step = SL__STORING_COUNT;
    else if (!storing->uploaded)
        send_instead(request, item);
    return 0;
}

static int count_file(const struct sl__remote_file *file, void *data)
{
    struct sl__storing *storing = data;
    bool older = storing->oldest_at == 0 || file->created_at < storing->oldest_at;
    storing->remote_count++;
    if (sl__file_name_is_ours(file->name) && older) {
        storing->oldest_at = file->created_at;
        snprintf(storing->victim, sizeof storing->victim, "%s", file->id);
    }
    return 0;
}

static int finish_count(struct sl__request *request, const struct sl__outcome *outcome,
                        struct sl_error *error)
{
    struct sl__storing *storing = &request->storing;
    int code =
        outcome->code ? outcome->code : sl__files_read_list(&outcome->reply, count_file, storing);
    storing->counted = true;
    if (code == SL_E_NOMEM)
        return no_memory(error);
    if (code)
        send_instead(request, &storing->items[storing->at]);
    return 0;
}

static bool is_gone(const struct sl__outcome *outcome)
{
    return outcome->error.http_status == 404;
}

static void finish_room(struct sl__request *request, const struct sl__outcome *outcome)
{
    struct sl__storing *storing = &request->storing;
    if (outcome->code && !is_gone(outcome))
        send_instead(request, &storing->items[storing->at]);
}

static int confirm_file(const struct sl__remote_file *file, void *data)
{
    struct sl__storing *storing = data;
    for (size_t i = 0; i < storing->count; i++) {
        if (strcmp(storing->items[i].stored.id, file->id) == 0)
            storing->items[i].gone = false;
    }
    return 0;
}

/* What the list does not have is gone; where it has all, the question failed for another reason. */
static int finish_check(struct sl__request *request, const struct sl__outcome *outcome,
                        struct sl_error *error)
{
    struct sl__storing *storing = &request->storing;
    size_t gone = 0, lost = 0;
    for (size_t i = 0; i < storing->count; i++)
        storing->items[i].gone = storing->items[i].state == STORED;
    int code =
        outcome->code ? outcome->code : sl__files_read_list(&outcome->reply, confirm_file, storing);
    for (size_t i = 0; i < storing->count; i++) {
        gone += storing->items[i].gone;
        lost += storing->items[i].gone && !may_be_sent(storing->items[i].attachment);
    }
    storing->step = SL__STORING_NOTHING;
    if (code == SL_E_NOMEM)
        return no_memory(error);
    if (code || gone == 0) {
        *error = storing->problem;
        return error->code;
    }
    sl__request_note(
        request, SL_LEVEL_OK,
        lost < gone ? SL__TR_NOOP("%s does not have what was stored any more; it is sent again")
                    : SL__TR_NOOP("%s does not have what was stored any more; it cannot be "
                                  "shown again"),
        request->config->provider);
    return 0;
}

/* What cannot be deleted now is due for it at the next occasion. */
static void finish_clean_up(struct sl__request *request, const struct sl__outcome *outcome)
{
    struct sl__storing *storing = &request->storing;
    struct sl__storing_item *item = &storing->items[storing->at];
    bool gone = !outcome->code || is_gone(outcome);
    for (size_t i = 0; i < storing->count; i++) {
        struct sl__storing_item *other = &storing->items[i];
        if (strcmp(other->stored.id, item->stored.id) != 0)
            continue;
        other->deleted = true;
        other->gone = gone;
    }
    if (!gone)
        sl__request_note(request, SL_LEVEL_WARNING, "%s stays stored for now: %s",
                         item->attachment->name, outcome->error.message);
}

int sl__storing_finish(struct sl__request *request, const struct sl__outcome *outcome,
                       struct sl_error *error)
{
    switch (request->storing.step) {
    case SL__STORING_UPLOAD:
        return finish_upload(request, outcome, error);
    case SL__STORING_COUNT:
        return finish_count(request, outcome, error);
    case SL__STORING_MAKE_ROOM:
        finish_room(request, outcome);
        return 0;
    case SL__STORING_CHECK:
        return finish_check(request, outcome, error);
    case SL__STORING_CLEAN_UP:
        finish_clean_up(request, outcome);
        return 0;
    case SL__STORING_NOTHING:
    case SL__STORING_WAIT:
        break;
    }
    return 0;
}

bool sl__storing_suspects(struct sl__request *request, const struct sl__outcome *outcome)
{
    struct sl__storing *storing = &request->storing;
    int status = outcome->error.http_status;
    bool refers = false;
    for (size_t i = 0; i < storing->count; i++)
        refers = refers || storing->items[i].state == STORED;
    if (!refers || storing->checked || (status != 400 && status != 404))
        return false;
    storing->checked = true;
    storing->step = SL__STORING_CHECK;
    storing->problem = outcome->error;
    return true;
}

static void forget_deleted(struct sl__request *request)
{
    bool any = false;
    for (size_t i = 0; i < request->storing.count; i++)
        any = any || request->storing.items[i].gone;
    struct sl__index *index = any ? open_index(request) : NULL;
    if (index)
        forget_gone(request, index);
    sl__index_close(index);
}

bool sl__storing_clean_up(struct sl__request *request)
{
    struct sl__storing *storing = &request->storing;
    sl__request_clear_exchange(request);
    if (!request->config->delete_after_use)
        return false;
    forget_deleted(request);
    for (size_t i = 0; i < storing->count; i++) {
        if (storing->items[i].state != STORED || storing->items[i].deleted)
            continue;
        storing->step = SL__STORING_CLEAN_UP;
        storing->at = i;
        sl__files_delete(&request->exchange, storing->items[i].stored.id, storing->path);
        return true;
    }
    return false;
}
