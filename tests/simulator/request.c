/* The life of one request. */
#include "request.h"

#include <ctype.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "text.h"

static atomic_long last_id;

void request_init(struct request *request, const struct settings *settings, long connection)
{
    *request = (struct request){
        .settings = settings, .connection = connection, .headers = cJSON_CreateObject()};
    request->id = atomic_fetch_add(&last_id, 1) + 1;
    request->api_path = request->path;
    plan_init(&request->plan, settings->pace);
}

void request_release(struct request *request)
{
    if (request->body)
        munmap(request->body, request->body_len);
    if (request->spool)
        fclose(request->spool);
    cJSON_Delete(request->headers);
}

const char *request_header(const struct request *request, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(request->headers, name));
}

static bool is_printable(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((text[i] < ' ' && text[i] != '\t') || text[i] == 0x7f || (unsigned char)text[i] >= 0x80)
            return false;
    }
    return true;
}

bool request_set_target(struct request *request, const char *method, size_t method_len,
                        const char *target, size_t target_len, struct failure *failure)
{
    if (!is_printable(method, method_len) || !is_printable(target, target_len))
        return refuse(failure, "The request line is not in ASCII.");
    if (method_len >= sizeof request->method || target_len >= sizeof request->path || !target_len ||
        *target != '/')
        return refuse(failure, "The request's method or path is not one that is known here.");
    memcpy(request->method, method, method_len);
    request->method[method_len] = 0;
    memcpy(request->path, target, target_len);
    request->path[target_len] = 0;
    return true;
}

static bool is_name(const char *name)
{
    return *name && !name[strspn(name, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")];
}

bool request_add_header(struct request *request, char *name, const char *value,
                        struct failure *failure)
{
    for (char *at = name; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    if (cJSON_GetArraySize(request->headers) == REQUEST_MAX_HEADERS)
        return refuse_with(failure, 431, "There are more than %d headers.", REQUEST_MAX_HEADERS);
    if (!is_name(name))
        return refuse(failure, "A header's name is not a valid one.");
    if (!is_printable(value, strlen(value)))
        return refuse(failure, "A header is not in ASCII.");
    if (request_header(request, name))
        return refuse(failure, "The header \"%s\" stands twice.", name);
    cJSON_AddStringToObject(request->headers, name, value);
    return true;
}

bool request_read_plan(struct request *request, struct failure *failure)
{
    struct plan *plan = &request->plan;
    if (!plan_parse(plan, request->path, &request->api_path, failure))
        return false;
    if (plan->times >= 0 && times_count(request->settings->times, request->path,
                                        (size_t)(request->api_path - request->path)) > plan->times)
        plan_end_faults(plan);
    return true;
}

void request_journal_gone(const struct request *request)
{
    cJSON *event = journal_event("gone", "connection", request->connection);
    cJSON_AddNumberToObject(event, "id", (double)request->id);
    cJSON_AddNumberToObject(event, "stream", (double)request->stream);
    cJSON_AddStringToObject(event, "how", "client closed");
    cJSON_AddNumberToObject(event, "received", (double)request->body_len);
    journal_write(request->settings->journal, event);
}

void request_journal(const struct request *request)
{
    const char *bodies = request->settings->bodies;
    cJSON *event = journal_event("request", "id", request->id);
    cJSON_AddNumberToObject(event, "connection", (double)request->connection);
    cJSON_AddNumberToObject(event, "stream", (double)request->stream);
    cJSON_AddStringToObject(event, "version", request->version);
    cJSON_AddStringToObject(event, "method", request->method);
    cJSON_AddStringToObject(event, "path", request->path);
    cJSON_AddItemToObject(event, "headers", cJSON_Duplicate(request->headers, true));
    cJSON_AddNumberToObject(event, "body_bytes", (double)request->body_len);
    if (bodies && request->spool) {
        char *path = request_body_path(bodies, request->id);
        cJSON_AddStringToObject(event, "body", path);
        free(path);
    }
    journal_write(request->settings->journal, event);
}

char *request_body_path(const char *directory, long id)
{
    struct text path = {0};
    text_format(&path, "%s/%ld.body", directory, id);
    return path.data;
}
