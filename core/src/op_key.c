/* Storing the key for all hosts. */
#include "request.h"

static int prepare(struct sl__request *request, struct sl_error *error)
{
    struct sl__key_search search = sl__request_key_search(request);
    int code = sl__key_store(&search, sl__buf_text(&request->new_key), &request->key_source, error);
    sl__buf_wipe(&request->new_key);
    return code;
}

static void finish(struct sl__request *request, const struct sl__outcome *outcome)
{
    (void)outcome;
    sl__request_done(request, sl__buf_text(&request->key_source));
}

const struct sl__operation sl__set_key_operation = {.prepare = prepare, .finish = finish};
