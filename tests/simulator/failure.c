/* The errors of StepFun's API, as a table, and the body in which they are sent. */
#include "failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

/* The types of 403, 405, 411, 413, 429, 431, 499 and 5xx are not documented and are of our making.
 */
static const struct error {
    int status;
    const char *reason, *type, *message;
    const char *kind; /* the type in the Messages API, as Anthropic documents it */
} errors[] = {
    {400, "Bad Request", "request_params_invalid", "The request's parameters are invalid.",
     "invalid_request_error"},
    {401, "Unauthorized", "invalid_api_key", "Incorrect API key provided", "authentication_error"},
    {402, "Payment Required", "insufficient_quota",
     "You exceeded your current quota, please check your plan and billing details.",
     "billing_error"},
    {403, "Forbidden", "permission_denied", "You have no permission to do this.",
     "permission_error"},
    {404, "Not Found", "model_invalid", "The model does not exist or you do not have access to it.",
     "not_found_error"},
    {405, "Method Not Allowed", "method_not_allowed", "This path takes another method.",
     "invalid_request_error"},
    {411, "Length Required", "request_params_invalid", "The request says no length of its body.",
     "invalid_request_error"},
    {413, "Content Too Large", "request_too_large", "The request is too large.",
     "request_too_large"},
    {429, "Too Many Requests", "rate_limit_exceeded", "Rate limit reached, please try again later.",
     "rate_limit_error"},
    {431, "Request Header Fields Too Large", "request_too_large",
     "The request's header is too large.", "invalid_request_error"},
    {451, "Unavailable For Legal Reasons", "censorship_blocked",
     "The content you provided or machine outputted is blocked.", "censorship_blocked"},
    {499, "Client Closed Request", "client_closed", "The client closed the request.", "api_error"},
    {500, "Internal Server Error", "server_error", "The server met an error, please try again.",
     "api_error"},
    {502, "Bad Gateway", "server_error", "The server is not reachable, please try again.",
     "api_error"},
    {503, "Service Unavailable", "server_overloaded",
     "The server is overloaded, please try again later.", "overloaded_error"},
    {504, "Gateway Timeout", "server_timeout", "The server took too long, please try again.",
     "timeout_error"},
};

static const struct error *error_of(int status)
{
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        if (errors[i].status == status)
            return &errors[i];
    }
    return NULL;
}

bool failure_of_status(struct failure *failure, int status)
{
    const struct error *error = error_of(status);
    if (!error)
        return false;
    failure->status = status;
    failure->type = error->type;
    snprintf(failure->message, sizeof failure->message, "%s", error->message);
    return true;
}

const char *status_reason(int status)
{
    const struct error *error = error_of(status);
    if (error)
        return error->reason;
    return status == 200 ? "OK" : status == 307 ? "Temporary Redirect" : "Unknown";
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

static cJSON *body_of_chat(const struct failure *failure)
{
    cJSON *body = cJSON_CreateObject();
    cJSON *error = cJSON_AddObjectToObject(body, "error");
    cJSON_AddStringToObject(error, "message", failure->message);
    cJSON_AddStringToObject(error, "type", failure->type);
    return body;
}

static cJSON *body_of_messages(const struct failure *failure)
{
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "type", "error");
    cJSON *error = cJSON_AddObjectToObject(body, "error");
    cJSON_AddStringToObject(error, "type", error_of(failure->status)->kind);
    cJSON_AddStringToObject(error, "message", failure->message);
    return body;
}

/* As OpenRouter passes on what a provider said. */
static cJSON *body_wrapped(const struct failure *failure)
{
    char *raw = failure_body(failure, SHAPE_CHAT);
    cJSON *body = cJSON_CreateObject();
    cJSON *error = cJSON_AddObjectToObject(body, "error");
    cJSON_AddStringToObject(error, "message", "Provider returned error");
    cJSON_AddNumberToObject(error, "code", failure->status);
    cJSON *metadata = cJSON_AddObjectToObject(error, "metadata");
    cJSON_AddStringToObject(metadata, "raw", raw);
    cJSON_AddStringToObject(metadata, "provider_name", "StepFun");
    cJSON_free(raw);
    return body;
}

cJSON *failure_object(const struct failure *failure, enum failure_shape shape)
{
    switch (shape) {
    case SHAPE_MESSAGES:
        return body_of_messages(failure);
    case SHAPE_WRAPPED:
        return body_wrapped(failure);
    default:
        return body_of_chat(failure);
    }
}

char *failure_body(const struct failure *failure, enum failure_shape shape)
{
    cJSON *body = failure_object(failure, shape);
    char *text = cJSON_PrintUnformatted(body);
    cJSON_Delete(body);
    return text;
}
