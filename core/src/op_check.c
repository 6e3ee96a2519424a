/* The examination of a set-up: what a person asks for when something does not work. */
#include <string.h>

#include <sightline/sightline.h>

#include "json.h"
#include "media/optional.h"
#include "request.h"
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
    sl__request_note(request, SL_LEVEL_OK, "pictures: JPEG, PNG, WebP, GIF, BMP");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (sl__optional_check(rows[i].module, sl__tr(rows[i].formats), &why))
            sl__request_note(request, SL_LEVEL_WARNING, "%s", why.message);
        else
            sl__request_note(request, SL_LEVEL_OK, "pictures: %s", sl__tr(rows[i].formats));
    }
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
