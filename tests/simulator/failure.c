/* The errors of StepFun's API, as a table, and the body in which they are sent. */
#include "failure.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

/* The types of 403, 405, 411, 413, 429, 431, 499 and 5xx are not documented and are of our making.
 */
static const struct {
    int status;
    const char *reason, *type, *message;
} errors[] = {
    {400, "Bad Request", "request_params_invalid", "The request's parameters are invalid."},
    {401, "Unauthorized", "invalid_api_key", "Incorrect API key provided"},
    {402, "Payment Required", "insufficient_quota",
     "You exceeded your current quota, please check your plan and billing details."},
    {403, "Forbidden", "permission_denied", "You have no permission to do this."},
    {404, "Not Found", "model_invalid",
     "The model does not exist or you do not have access to it."},
    {405, "Method Not Allowed", "method_not_allowed", "This path takes another method."},
    {411, "Length Required", "request_params_invalid", "The request says no length of its body."},
    {413, "Content Too Large", "request_too_large", "The request is too large."},
    {429, "Too Many Requests", "rate_limit_exceeded",
     "Rate limit reached, please try again later."},
    {431, "Request Header Fields Too Large", "request_too_large",
     "The request's header is too large."},
    {451, "Unavailable For Legal Reasons", "censorship_blocked",
     "The content you provided or machine outputted is blocked."},
    {499, "Client Closed Request", "client_closed", "The client closed the request."},
    {500, "Internal Server Error", "server_error", "The server met an error, please try again."},
    {502, "Bad Gateway", "server_error", "The server is not reachable, please try again."},
    {503, "Service Unavailable", "server_overloaded",
     "The server is overloaded, please try again later."},
    {504, "Gateway Timeout", "server_timeout", "The server took too long, please try again."},
};

bool failure_of_status(struct failure *failure, int status)
{
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        if (errors[i].status != status)
            continue;
        failure->status = status;
        failure->type = errors[i].type;
        snprintf(failure->message, sizeof failure->message, "%s", errors[i].message);
        return true;
    }
    return false;
}

const char *status_reason(int status)
{
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        if (errors[i].status == status)
            return errors[i].reason;
    }
    return status == 200 ? "OK" : "Unknown";
}

static void set_message(struct failure *failure, int status, const char *format, va_list list)
{
    failure_of_status(failure, status);
    size_t room = sizeof failure->message;
    int len = vsnprintf(failure->message, room, format, list);
    if (len >= (int)room) /* what the client sent may be long: cut between two characters */
        failure->message[text_boundary(failure->message, room - 4)] = 0;
}

bool refuse(struct failure *failure, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    set_message(failure, 400, format, list);
    va_end(list);
    return false;
}

bool refuse_with(struct failure *failure, int status, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    set_message(failure, status, format, list);
    va_end(list);
    return false;
}

char *failure_body(const struct failure *failure)
{
    cJSON *body = cJSON_CreateObject();
    cJSON *error = cJSON_AddObjectToObject(body, "error");
    cJSON_AddStringToObject(error, "message", failure->message);
    cJSON_AddStringToObject(error, "type", failure->type);
    char *text = cJSON_PrintUnformatted(body);
    cJSON_Delete(body);
    return text;
}
