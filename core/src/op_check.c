/* The examination of a set-up: what a person asks for when something does not work. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sightline/sightline.h>

#include "json.h"
#include "prepare_module.h"
#include "request.h"
#include "stored_index.h"
#include "translate.h"
#include "video_module.h"

static void note_config(struct sl__request *request)
{
    const struct sl_config *config = request->config;
    const char *warning;
    sl__request_note(request, SL_LEVEL_OK,
                     config->exists ? SL__TR_NOOP("configuration: %s")
                                    : SL__TR_NOOP("configuration: %s (not there, which is fine)"),
                     config->path);
    for (size_t i = 0; (warning = sl_config_warning(config, i)); i++)
        sl__request_note(request, SL_LEVEL_WARNING, "%s", warning);
    sl__request_note(request, SL_LEVEL_OK, "provider: %s at %s, model %s", config->provider,
                     config->url.base, config->model);
}

static void note_video(struct sl__request *request)
{
    struct sl_error why = SL_ERROR_INIT;
    if (sl__video_module_open(&why))
        sl__request_note(request, SL_LEVEL_OK, "videos: MP4, and others with the video module");
    else
        sl__request_note(request, SL_LEVEL_WARNING,
                         "videos: MP4 up to 5 minutes; others need the video module, which %s",
                         why.message);
}

static void note_pictures(struct sl__request *request)
{
    static const struct {
        enum sl__optional module;
        const char *formats;
    } rows[] = {{SL__TIFF_MODULE, "TIFF"},
                {SL__HEIF_MODULE, SL__TR_NOOP("HEIC and AVIF")},
                {SL__SVG_MODULE, "SVG"}};
    struct sl_error why = SL_ERROR_INIT;
    const struct sl__prepare_module *module = sl__prepare_module_open(sl__tr("pictures"), &why);
    if (!module) {
        sl__request_note(request, SL_LEVEL_WARNING, "%s", why.message);
        return;
    }
    sl__request_note(request, SL_LEVEL_OK, "pictures: JPEG, PNG, WebP, GIF, BMP");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (module->check(rows[i].module, sl__tr(rows[i].formats), &why))
            sl__request_note(request, SL_LEVEL_WARNING, "%s", why.message);
        else
            sl__request_note(request, SL_LEVEL_OK, "pictures: %s", sl__tr(rows[i].formats));
    }
}

/* What the index knows of an account. */
struct holding {
    size_t count;
    uint64_t bytes;
    int64_t first_end; /* when the first of them is deleted; 0: none is */
};

static bool hold(const struct sl__stored *stored, void *data)
{
    struct holding *holding = data;
    holding->count++;
    holding->bytes += stored->bytes;
    if (stored->delete_at > 0 &&
        (holding->first_end == 0 || stored->delete_at < holding->first_end))
        holding->first_end = stored->delete_at;
    return true;
}

static int count_stored(const struct sl__request *request, struct holding *holding,
                        struct sl_error *why)
{
    const struct sl_config *config = request->config;
    struct sl__account account;
    struct sl__index *index = NULL;
    char *notice = NULL;
    sl__account_make(&account, config->provider, config->url.origin, sl__buf_text(&request->key));
    int code = sl__index_open(&index, config->state_dir, &notice, why);
    if (!code)
        code = sl__index_each(index, &account, hold, holding, why);
    if (!code && notice)
        code = sl_error_set(why, SL_E_IO, "%s", notice);
    sl__index_close(index);
    free(notice);
    return code;
}

static const char *when(int64_t end, char text[64])
{
    int64_t hours = (end - time(NULL) + 1800) / 3600, days = (hours + 12) / 24;
    if (end == 0)
        return sl__tr("they stay until somebody deletes them");
    if (hours < 1)
        return sl__tr("the first of them goes with the next question");
    if (days < 1)
        snprintf(text, 64,
                 hours > 1 ? sl__tr("the first of them goes in %d hours")
                           : sl__tr("the first of them goes in %d hour"),
                 (int)hours);
    else
        snprintf(text, 64,
                 days > 1 ? sl__tr("the first of them goes in %d days")
                          : sl__tr("the first of them goes in %d day"),
                 (int)days);
    return text;
}

/* Without asking the provider, which knows of more. */
static void note_stored(struct sl__request *request)
{
    const struct sl_config *config = request->config;
    struct holding holding = {0};
    struct sl_error why = SL_ERROR_INIT;
    char text[64];
    if (config->row->max_files == 0)
        return;
    if (sl__index_exists(config->state_dir) && count_stored(request, &holding, &why))
        sl__request_note(request, SL_LEVEL_WARNING, "stored files: %s", why.message);
    else if (holding.count == 0)
        sl__request_note(request, SL_LEVEL_OK, "stored files: none with %s", config->provider);
    else
        sl__request_note(request, SL_LEVEL_OK, "stored files: %zu with %s, %.3g MB together; %s",
                         holding.count, config->provider, (double)holding.bytes / 1e6,
                         when(holding.first_end, text));
}

static int prepare(struct sl__request *request, struct sl_error *error)
{
    sl__request_progress(request, SL_PHASE_PREPARING, 0, 0);
    request->exchange.path = "/models";
    sl__request_note(request, SL_LEVEL_OK, "libsightline %s", sl_version());
    if (!request->config) {
        sl__request_note(request, SL_LEVEL_ERROR, "%s", request->config_error.message);
        sl__request_done(request, "");
        return SL_E_CONFIG;
    }
    note_config(request);
    note_pictures(request);
    note_video(request);
    struct sl_error finding = SL_ERROR_INIT;
    int code = sl__request_find_key(request, &finding);
    if (code == SL_E_CANCELLED)
        return sl_error_set(error, code, "cancelled");
    if (code) {
        sl__request_note(request, SL_LEVEL_ERROR, "key: %s", finding.message);
        sl__request_done(request, "");
        return code;
    }
    sl__request_note(request, SL_LEVEL_OK, "key: %s", sl__buf_text(&request->key_source));
    note_stored(request);
    code = sl__request_may_send(request, &finding);
    if (code) {
        sl__request_note(request, SL_LEVEL_WARNING, "provider: %s", finding.message);
        sl__request_done(request, "");
    }
    return code;
}

/* Whether a list of models is there and does not name the model. */
static bool lacks_model(const struct sl__reply *reply, const char *model)
{
    cJSON *json = sl__json_parse(reply->body, reply->body_len, NULL);
    const cJSON *list = sl__json_array(json, "data"), *item;
    bool named = false;
    cJSON_ArrayForEach(item, list)
    {
        const char *id = sl__json_string(item, "id");
        named = named || (id && strcmp(id, model) == 0);
    }
    bool lacks = list && list->child && !named;
    cJSON_Delete(json);
    return lacks;
}

static void finish(struct sl__request *request, const struct sl__outcome *outcome)
{
    const struct sl_config *config = request->config;
    if (outcome->code)
        sl__request_note(request, SL_LEVEL_ERROR, "provider: %s", outcome->error.message);
    else
        sl__request_note(request, SL_LEVEL_OK,
                         request->key.len > 0
                             ? SL__TR_NOOP("provider: %s answers and takes the key")
                             : SL__TR_NOOP("provider: %s answers"),
                         config->url.host);
    if (!outcome->code && lacks_model(&outcome->reply, config->model))
        sl__request_note(request, SL_LEVEL_WARNING,
                         "model: %s does not list %s; set “model” to one that it has",
                         config->url.host, config->model);
    sl__request_done(request, "");
}

const struct sl__operation sl__check_operation = {.prepare = prepare, .finish = finish};
