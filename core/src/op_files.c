/* Stored files, at a person's wish: listing, showing, storing and deleting them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sightline/files.h>

#include "errand.h"
#include "request.h"
#include "words.h"

struct sl__errand *sl__errand_new(size_t count)
{
    struct sl__errand *errand = calloc(1, sizeof *errand);
    if (!errand)
        return NULL;
    errand->reply = (struct sl__buf)SL__BUF_INIT(SL__MAX_MODEL_LIST);
    errand->ids = calloc(count + 1, sizeof *errand->ids);
    if (errand->ids)
        return errand;
    free(errand);
    return NULL;
}

void sl__errand_free(struct sl__errand *errand)
{
    if (!errand)
        return;
    sl__buf_release(&errand->reply);
    free(errand->ids);
    free(errand->detail);
    free(errand->sent);
    free(errand);
}

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left for the list of files");
}

/* The key, the consent and the account, once. */
static int get_ready(struct sl__request *request, struct sl_error *error)
{
    const struct sl_config *config = request->config;
    struct sl__errand *errand = request->errand;
    sl__request_clear_exchange(request);
    if (errand->ready)
        return 0;
    if (config->row->max_files == 0)
        return sl_error_set(error, SL_E_UNSUPPORTED,
                            "%s stores no files; choose a provider that does: stepfun, stepfun-cn",
                            config->provider);
    sl__request_progress(request, SL_PHASE_PREPARING, 0, 0);
    int code = sl__request_find_key(request, error);
    if (!code)
        code = sl__request_may_send(request, error);
    sl__account_make(&errand->account, config->provider, config->url.origin,
                     sl__buf_text(&request->key));
    errand->ready = !code;
    return code;
}

/* NULL where it cannot be had: then less is told, and a note says why. */
static struct sl__index *open_index(struct sl__request *request)
{
    struct sl__index *index = NULL;
    struct sl_error why = SL_ERROR_INIT;
    char *notice = NULL;
    if (sl__index_open(&index, request->config->state_dir, &notice, &why))
        sl__request_note(request, SL_LEVEL_WARNING, "%s", why.message);
    if (notice)
        sl__request_note(request, SL_LEVEL_WARNING, "%s", notice);
    free(notice);
    return index;
}

static int tell(struct sl__request *request, const struct sl_stored_file *file)
{
    struct sl_event event = {
        .type = SL_EVENT_STORED, .stored = file, .text = file->name, .len = strlen(file->name)};
    return sl__request_event(request, &event);
}

/* What the provider lists, beside what the index knows. */

struct listing {
    struct sl__request *request;
    struct sl__stored *known;
    size_t count, room;
    bool *seen;
    bool dry; /* not all that is known could be taken */
};

static bool add_known(const struct sl__stored *stored, void *data)
{
    struct listing *listing = data;
    if (listing->count == listing->room) {
        size_t room = listing->room * 2 + 64;
        struct sl__stored *known = realloc(listing->known, room * sizeof *known);
        listing->dry = !known;
        if (!known)
            return false;
        listing->known = known;
        listing->room = room;
    }
    listing->known[listing->count++] = *stored;
    return true;
}

static struct sl__stored *find_known(struct listing *listing, const char *id)
{
    for (size_t i = 0; i < listing->count; i++) {
        if (strcmp(listing->known[i].id, id) == 0)
            return &listing->known[i];
    }
    return NULL;
}

static int tell_remote(const struct sl__remote_file *remote, void *data)
{
    struct listing *listing = data;
    struct sl__stored *known = find_known(listing, remote->id);
    struct sl_stored_file file = {.id = remote->id,
                                  .name = known ? known->name : remote->name,
                                  .bytes = remote->bytes,
                                  .stored_at = remote->created_at,
                                  .ours = known || sl__file_name_is_ours(remote->name)};
    if (known) {
        file.used_at = known->used_at;
        file.delete_at = known->delete_at;
        if (file.bytes == 0)
            file.bytes = known->bytes;
        listing->seen[known - listing->known] = true;
    }
    return tell(listing->request, &file);
}

static void forget_unseen(const struct listing *listing, struct sl__index *index)
{
    for (size_t i = 0; i < listing->count; i++) {
        if (!listing->seen[i])
            sl__index_forget(index, &listing->request->errand->account, listing->known[i].id, NULL);
    }
}

static int tell_all(struct sl__request *request, bool whole, struct sl_error *error)
{
    struct sl__errand *errand = request->errand;
    struct sl__index *index = open_index(request);
    struct listing listing = {.request = request};
    struct sl__reply reply = {.body = sl__buf_text(&errand->reply), .body_len = errand->reply.len};
    struct sl__remote_file one;
    int code = 0;
    if (index)
        sl__index_each(index, &errand->account, add_known, &listing, NULL);
    listing.seen = calloc(listing.count + 1, sizeof *listing.seen);
    if (!listing.seen || listing.dry)
        code = SL_E_NOMEM;
    else if (whole)
        code = sl__files_read_list(&reply, tell_remote, &listing);
    else
        code = sl__files_read(&reply, &one);
    if (!code && !whole)
        code = tell_remote(&one, &listing);
    if (!code && whole && index)
        forget_unseen(&listing, index);
    sl__index_close(index);
    free(listing.known);
    free(listing.seen);
    if (code == SL_E_PROTOCOL)
        return sl_error_set(error, code, "%s answered without a list of files; check the base URL",
                            request->config->url.host);
    return code ? no_memory(error) : 0;
}

static int prepare_list(struct sl__request *request, struct sl_error *error)
{
    int code = get_ready(request, error);
    if (!code && request->errand->answered)
        return tell_all(request, true, error);
    if (!code)
        sl__files_list(&request->exchange);
    return code;
}

static int prepare_show(struct sl__request *request, struct sl_error *error)
{
    struct sl__errand *errand = request->errand;
    int code = get_ready(request, error);
    if (!code && errand->answered)
        return tell_all(request, false, error);
    if (!code)
        sl__files_show(&request->exchange, errand->ids[0], errand->path);
    return code;
}

/* What was answered is told by a worker, which may wait for the index. */
static void finish_reading(struct sl__request *request, const struct sl__outcome *outcome)
{
    struct sl__errand *errand = request->errand;
    struct sl_error error = outcome ? outcome->error : (struct sl_error)SL_ERROR_INIT;
    int code = outcome ? outcome->code : 0;
    if (!code && outcome &&
        sl__buf_add(&errand->reply, outcome->reply.body, outcome->reply.body_len))
        code = no_memory(&error);
    errand->answered = true;
    if (code && error.http_status == 404 && errand->count > 0)
        sl_error_set(&error, code, "there is no file %s", errand->ids[0]);
    if (code)
        sl__request_failed(request, &error);
    else if (outcome)
        sl__request_again(request);
    else
        sl__request_done(request, "");
}

const struct sl__operation sl__list_files_operation = {.prepare = prepare_list,
                                                       .finish = finish_reading};
const struct sl__operation sl__show_file_operation = {.prepare = prepare_show,
                                                      .finish = finish_reading};

/* Storing. */

static int make_attachment(struct sl__request *request, struct sl__attachment **attachment,
                           struct sl_error *error)
{
    const struct sl_config *config = request->config;
    const char *detail = request->errand->detail ? request->errand->detail : config->detail;
    struct sl_image_options options = sl__config_image_options(config, detail, request->cancel);
    unsigned done;
    int code = sl__attachment_prepare(attachment, request->media, &options, &done, error);
    if (!code && (*attachment)->kind == SL__ATTACHED_URL)
        code = sl_error_set(error, SL_E_INVALID, "%s is an address; name a file to store",
                            (*attachment)->name);
    else if (!code && (*attachment)->foreign)
        code = sl_error_set(error, SL_E_UNSUPPORTED,
                            "%s is no MP4 of under five minutes and 128 MB; ask about it, and its "
                            "parts are stored",
                            (*attachment)->name);
    return code;
}

static int want(struct sl__request *request, struct sl_error *error)
{
    struct sl__attachment *attachment = NULL;
    int code = make_attachment(request, &attachment, error);
    if (!code)
        code = sl__storing_want(request, attachment, error);
    sl__attachment_drop(attachment);
    return code;
}

static int tell_stored(struct sl__request *request, struct sl_error *error)
{
    const struct sl__stored *stored = sl__storing_first(&request->storing);
    if (!stored) {
        *error = request->storing.problem;
        return error->code ? error->code
                           : sl_error_set(error, SL_E_UNSUPPORTED, "%s stores no files",
                                          request->config->provider);
    }
    struct sl_stored_file file = {.id = stored->id,
                                  .name = stored->name,
                                  .bytes = stored->bytes,
                                  .stored_at = stored->stored_at,
                                  .used_at = stored->used_at,
                                  .delete_at = stored->delete_at,
                                  .ours = true};
    return tell(request, &file) ? no_memory(error) : 0;
}

static int prepare_store(struct sl__request *request, struct sl_error *error)
{
    bool first = false;
    int code = get_ready(request, error);
    if (!code && request->storing.count == 0)
        code = want(request, error);
    if (!code)
        code = sl__storing_prepare(request, NULL, &first, error);
    return code || first ? code : tell_stored(request, error);
}

static void finish_store(struct sl__request *request, const struct sl__outcome *outcome)
{
    struct sl_error error = SL_ERROR_INIT;
    bool stored = !outcome && !request->exchange.pause_ms;
    if (stored)
        sl__request_done(request, sl__storing_first(&request->storing)->id);
    else if (sl__storing_finish(request, outcome, &error))
        sl__request_failed(request, &error);
    else
        sl__request_again(request);
}

const struct sl__operation sl__store_file_operation = {.prepare = prepare_store,
                                                       .finish = finish_store};

/* Deleting. */

static int prepare_deletion(struct sl__request *request, struct sl_error *error)
{
    struct sl__errand *errand = request->errand;
    int code = get_ready(request, error);
    if (code)
        return code;
    struct sl__index *index = errand->gone ? open_index(request) : NULL;
    if (index)
        sl__index_forget(index, &errand->account, errand->ids[errand->at - 1], NULL);
    sl__index_close(index);
    if (errand->at < errand->count)
        sl__files_delete(&request->exchange, errand->ids[errand->at], errand->path);
    return 0;
}

/* A failure that the next file would meet too. */
static bool is_lasting(const struct sl__outcome *outcome)
{
    return outcome->error.http_status == 0 || outcome->code == SL_E_AUTH;
}

static void note_failure(struct sl__request *request, const struct sl__outcome *outcome)
{
    struct sl__errand *errand = request->errand;
    if (!errand->first.code)
        errand->first = outcome->error;
    sl__request_note(request, SL_LEVEL_ERROR, "%s is not deleted: %s", errand->ids[errand->at],
                     outcome->error.message);
}

static void end_deletion(struct sl__request *request)
{
    const struct sl__errand *errand = request->errand;
    if (errand->first.code)
        sl__request_failed(request, &errand->first);
    else
        sl__request_done(request, "");
}

static void finish_deletion(struct sl__request *request, const struct sl__outcome *outcome)
{
    struct sl__errand *errand = request->errand;
    if (!outcome) {
        end_deletion(request);
        return;
    }
    errand->gone = !outcome->code || outcome->error.http_status == 404;
    if (!errand->gone && is_lasting(outcome)) {
        sl__request_failed(request, &outcome->error);
        return;
    }
    if (!errand->gone)
        note_failure(request, outcome);
    errand->at++;
    sl__request_again(request);
}

const struct sl__operation sl__delete_files_operation = {.prepare = prepare_deletion,
                                                         .finish = finish_deletion};
