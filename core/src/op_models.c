/* The models that a provider has, by their names. */
#include <errno.h>

#include "json.h"
#include "request.h"

static int prepare(struct sl__request *request, struct sl_error *error)
{
    sl__request_progress(request, SL_PHASE_PREPARING, 0, 0);
    request->exchange.path = "/models";
    int code = sl__request_find_key(request, error);
    return code ? code : sl__request_may_send(request, error);
}

/* The names, a line each, made harmless; "" when the reply is no list. */
static int list_names(const struct sl__reply *reply, struct sl__buf *names)
{
    cJSON *json = sl__json_parse(reply->body, reply->body_len, NULL);
    const cJSON *item;
    int code = !json && errno == ENOMEM ? SL_E_NOMEM : 0;
    cJSON_ArrayForEach(item, sl__json_array(json, "data"))
    {
        struct sl_error line = SL_ERROR_INIT;
        const char *id = sl__json_string(item, "id");
        sl_error_set(&line, 0, "%s", id ? id : "");
        if (!code && *line.message)
            code = sl__buf_addf(names, "%s%s", names->len > 0 ? "\n" : "", line.message);
    }
    cJSON_Delete(json);
    return code;
}

static void finish(struct sl__request *request, const struct sl__outcome *outcome)
{
    struct sl__buf names = SL__BUF_INIT(SL__MAX_MODEL_LIST);
    struct sl_error error = outcome->error;
    int code = outcome->code;
    if (!code && list_names(&outcome->reply, &names))
        code = sl_error_set(&error, SL_E_NOMEM, "there is no memory left for the list of models");
    if (!code && names.len == 0)
        code = sl_error_set(&error, SL_E_PROTOCOL,
                            "%s answered without a list of models; name the model that you want",
                            request->config->url.host);
    if (code)
        sl__request_failed(request, &error);
    else
        sl__request_done(request, names.data);
    sl__buf_release(&names);
}

const struct sl__operation sl__models_operation = {.prepare = prepare, .finish = finish};
