/* The endpoints as a table, and what comes before each of them. */
#include "route.h"

#include <string.h>

#include "account.h"
#include "chat.h"
#include "files.h"
#include "messages.h"
#include "models.h"
#include "reply.h"

/* More specific ones first. */
static const struct endpoint {
    const char *method, *path;
    bool below; /* takes the paths below its own, and not its own */
    bool (*answer)(struct reply *, const char *path);
} endpoints[] = {
    {"POST", "/v1/chat/completions", false, chat_answer},
    {"POST", "/v1/messages/count_tokens", false, messages_count},
    {"POST", "/v1/messages", false, messages_answer},
    {"POST", "/v1/token/count", false, chat_count},
    {"GET", "/v1/models", false, models_list},
    {"GET", "/v1/models/", true, models_one},
    {"GET", "/v1/accounts", false, account_answer},
    {"POST", "/v1/files", false, files_create},
    {"GET", "/v1/files", false, files_list},
    {"GET", "/v1/files/", true, files_read},
    {"DELETE", "/v1/files/", true, files_delete},
};

static bool serves(const struct endpoint *endpoint, const char *path)
{
    size_t len = strlen(endpoint->path);
    return !strncmp(path, endpoint->path, len) &&
           (endpoint->below ? path[len] != 0 : !path[len] || path[len] == '?');
}

/* With a method that no endpoint of the path takes, *other is one that the path has. */
static const struct endpoint *endpoint_for(const struct request *request,
                                           const struct endpoint **other)
{
    *other = NULL;
    for (size_t i = 0; i < sizeof endpoints / sizeof endpoints[0]; i++) {
        if (!serves(&endpoints[i], request->api_path))
            continue;
        if (!strcmp(endpoints[i].method, request->method))
            return &endpoints[i];
        *other = &endpoints[i];
    }
    return NULL;
}

static bool is_messages_path(const struct request *request)
{
    static const char path[] = "/v1/messages";
    return !strncmp(request->api_path, path, sizeof path - 1);
}

/* Anthropic's clients send the key in a header of their own. */
static bool is_authorized(const struct request *request, const char *key)
{
    static const char scheme[] = "Bearer ";
    const char *value = request_header(request, "authorization");
    const char *bare = is_messages_path(request) ? request_header(request, "x-api-key") : NULL;
    return !key || (bare && !strcmp(bare, key)) ||
           (value && !strncmp(value, scheme, sizeof scheme - 1) &&
            !strcmp(value + sizeof scheme - 1, key));
}

static void reply_html(struct reply *reply, int status)
{
    struct text page = {0};
    text_format(&page,
                "<html>\r\n<head><title>%d %s</title></head>\r\n<body>\r\n"
                "<center><h1>%d %s</h1></center>\r\n<hr><center>proxy</center>\r\n"
                "</body>\r\n</html>\r\n",
                status, status_reason(status), status, status_reason(status));
    reply_with(reply, status, "text/html", page.data, page.len);
    text_release(&page);
}

static int hex_of(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *digit = c ? strchr(digits, c) : NULL;
    return digit ? (int)(digit - digits) & 15 : -1;
}

/* The path of the request without this instruction. */
static void add_same(struct text *location, const struct request *request)
{
    static const char instruction[] = "/redirect=";
    for (const char *at = request->path; at < request->api_path;) {
        size_t len = 1 + strcspn(at + 1, "/");
        if (strncmp(at, instruction, sizeof instruction - 1) != 0)
            text_add(location, at, len);
        at += len;
    }
}

static void add_unescaped(struct text *location, const char *url)
{
    for (const char *at = url; *at; at++) {
        int high = *at == '%' ? hex_of(at[1]) : -1;
        int low = high >= 0 ? hex_of(at[2]) : -1;
        char byte = low >= 0 ? (char)(high << 4 | low) : *at;
        text_add(location, &byte, 1);
        at += low >= 0 ? 2 : 0;
    }
}

static void redirect(struct reply *reply, const char *to)
{
    struct text location = {0};
    if (strcmp(to, "same") != 0)
        add_unescaped(&location, to);
    else
        add_same(&location, reply->request);
    text_adds(&location, reply->request->api_path);
    reply_redirect(reply, location.data);
    text_release(&location);
}

/* The faults that take an answer's place. True when one did. */
static bool reply_fault(struct reply *reply)
{
    const struct plan *plan = &reply->request->plan;
    if (plan->refuse > 0)
        return true;
    if (plan->silent > 0)
        return !reply_pause(reply, -1);
    if (plan->html > 0)
        reply_html(reply, (int)plan->html);
    else if (plan->redirect[0])
        redirect(reply, plan->redirect);
    else if (plan->empty > 0)
        reply_with(reply, 200, "application/json", "", 0);
    else
        return false;
    return true;
}

static const struct endpoint *find(const struct request *request, struct failure *failure)
{
    const struct plan *plan = &request->plan;
    const struct endpoint *other, *endpoint = endpoint_for(request, &other);
    if (plan->status > 0 || plan->bare_error > 0) {
        failure_of_status(failure, plan->status > 0 ? (int)plan->status : 500);
    } else if (!endpoint && other) {
        refuse_with(failure, 405, "%s takes %s only.", request->api_path, other->method);
    } else if (!endpoint) {
        refuse_with(failure, 404, "There is nothing at %s.", request->api_path);
        failure->type = "not_found"; /* the table's type is about models */
    } else if (!is_authorized(request, request->settings->key)) {
        failure_of_status(failure, 401);
    }
    return endpoint;
}

static void answer(struct reply *reply, struct failure *failure)
{
    const struct request *request = reply->request;
    const struct endpoint *endpoint = NULL;
    if (!failure->status && reply_fault(reply))
        return;
    if (!failure->status)
        endpoint = find(request, failure);
    if (failure->status)
        reply_failure(reply, failure);
    else
        endpoint->answer(reply, request->api_path);
}

static enum failure_shape shape_of(const struct request *request)
{
    if (is_messages_path(request))
        return SHAPE_MESSAGES;
    return request->plan.wrapped > 0 ? SHAPE_WRAPPED : SHAPE_CHAT;
}

void route(struct carrier *carrier, const struct request *request, struct failure *failure)
{
    struct reply reply;
    reply_init(&reply, carrier, request);
    reply.shape = shape_of(request);
    answer(&reply, failure);
    reply_end(&reply);
}
