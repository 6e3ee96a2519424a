/* The endpoints as a table, and what comes before each of them. */
#include "route.h"

#include <string.h>

#include "chat.h"
#include "models.h"
#include "text.h"

static const struct endpoint {
    const char *method, *path;
    bool below; /* takes paths below its own too */
    bool (*answer)(struct reply *, const char *path);
} endpoints[] = {
    {"POST", "/v1/chat/completions", false, chat_answer},
    {"GET", "/v1/models", true, models_answer},
};

static const struct endpoint *endpoint_at(const char *path)
{
    for (size_t i = 0; i < sizeof endpoints / sizeof endpoints[0]; i++) {
        size_t len = strlen(endpoints[i].path);
        if (!strncmp(path, endpoints[i].path, len) &&
            (!path[len] || (endpoints[i].below && path[len] == '/')))
            return &endpoints[i];
    }
    return NULL;
}

static bool is_authorized(const struct request *request, const char *key)
{
    static const char scheme[] = "Bearer ";
    const char *value = request_header(request, "authorization");
    return !key || (value && !strncmp(value, scheme, sizeof scheme - 1) &&
                    !strcmp(value + sizeof scheme - 1, key));
}

static bool reply_html(struct reply *reply, int status)
{
    struct text page = {0};
    text_format(&page,
                "<html>\r\n<head><title>%d %s</title></head>\r\n<body>\r\n"
                "<center><h1>%d %s</h1></center>\r\n<hr><center>proxy</center>\r\n"
                "</body>\r\n</html>\r\n",
                status, status_reason(status), status, status_reason(status));
    bool good = reply_with(reply, status, "text/html", page.data);
    text_release(&page);
    return good;
}

static void find_failure(const struct request *request, const struct settings *settings,
                         struct failure *failure)
{
    if (request->plan.status > 0) {
        failure_of_status(failure, (int)request->plan.status);
        return;
    }
    const struct endpoint *endpoint = endpoint_at(request->api_path);
    if (!endpoint) {
        refuse_with(failure, 404, "There is nothing at %s.", request->api_path);
        failure->type = "not_found"; /* the table's type is about models */
    } else if (strcmp(endpoint->method, request->method) != 0) {
        refuse_with(failure, 405, "%s takes %s only.", request->api_path, endpoint->method);
    } else if (!is_authorized(request, settings->key)) {
        failure_of_status(failure, 401);
    }
}

void route(struct reply *reply, const struct settings *settings, struct failure *failure)
{
    const struct request *request = reply->request;
    if (!failure->status && request->plan.refuse > 0)
        return;
    if (!failure->status && request->plan.html > 0) {
        reply_html(reply, (int)request->plan.html);
        return;
    }
    if (!failure->status)
        find_failure(request, settings, failure);
    if (failure->status)
        reply_failure(reply, failure);
    else
        endpoint_at(request->api_path)->answer(reply, request->api_path);
}
