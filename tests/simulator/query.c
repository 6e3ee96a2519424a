/* What was asked. */
#include "query.h"

#include <stdlib.h>
#include <string.h>

#include "excerpt.h"
#include "fields.h"
#include "syntax.h"

static bool is_json_type(const char *type)
{
    static const char json[] = "application/json";
    size_t len = sizeof json - 1;
    return type && !strncmp(type, json, len) && (!type[len] || type[len] == ';');
}

static bool parse_body(struct query *query, const struct request *request, struct failure *failure)
{
    size_t at = 0;
    if (!is_json_type(request_header(request, "content-type")))
        return refuse(failure, "The content-type must be application/json.");
    if (!request->body || !is_json(request->body, request->body_len, &at))
        return refuse(failure, "The body is not JSON from byte %zu on.", at);
    query->body = cJSON_ParseWithLength(request->body, request->body_len);
    return query->body || refuse(failure, "The body cannot be read.");
}

/* What stands before the messages for the cache. */
static void begin_prefixes(struct query *query)
{
    static const char *const names[] = {"model", "system", "tools"};
    prefixes_init(&query->prefixes);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        prefixes_mix(&query->prefixes, cJSON_GetObjectItemCaseSensitive(query->body, names[i]));
}

bool query_init(struct query *query, const struct request *request, struct failure *failure)
{
    *query = (struct query){.request = request, .max_tokens = -1, .n = 1, .reasoning_tokens = -1};
    query->providers = request->plan.strict > 0 ? (unsigned)request->plan.strict : EVERYONE;
    if (!parse_body(query, request, failure))
        return false;
    begin_prefixes(query);
    return true;
}

void query_release(struct query *query)
{
    cJSON_Delete(query->body);
    text_release(&query->asked);
    text_release(&query->results);
    prefixes_release(&query->prefixes);
}

bool is_counted_text(struct query *query, const cJSON *value, const char *name,
                     const struct field *field, struct failure *failure)
{
    if (!is_text(query, value, name, field, failure))
        return false;
    query->text_bytes += strlen(value->valuestring);
    return true;
}

bool is_asked_text(struct query *query, const cJSON *value, const char *name,
                   const struct field *field, struct failure *failure)
{
    if (!is_counted_text(query, value, name, field, failure))
        return false;
    if (query->asked.len)
        text_adds(&query->asked, " ");
    text_adds(&query->asked, value->valuestring);
    return true;
}

void query_add_result(struct query *query, const char *text)
{
    query->text_bytes += strlen(text);
    text_format(&query->results, "Tool result %zu: ", ++query->result_count);
    excerpt_add(&query->results, text, strlen(text));
    text_adds(&query->results, "\n\n");
}

bool query_add_tool(struct query *query, const char *name, const cJSON *schema, const char *where,
                    struct failure *failure)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    static const char others[] = "0123456789-";
    size_t len = strspn(name, letters) ? 1 : 0;
    while (len && name[len] && (strchr(letters, name[len]) || strchr(others, name[len])))
        len++;
    if (!len || name[len] || len > 64)
        return refuse(failure, "%s must match ^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$", where);
    if (query->tool_count == QUERY_MAX_TOOLS)
        return refuse(failure, "There are more than %d tools", QUERY_MAX_TOOLS);
    for (size_t i = 0; i < query->tool_count; i++) {
        if (!strcmp(query->tools[i].name, name))
            return refuse(failure, "%s: the tool %s stands twice", where, name);
    }
    query->tools[query->tool_count++] = (struct tool){name, schema};
    return true;
}

bool is_call_id(struct query *query, const cJSON *value, const char *name,
                const struct field *field, struct failure *failure)
{
    if (!is_text(query, value, name, field, failure))
        return false;
    for (size_t i = 0; i < query->call_count; i++) {
        if (!strcmp(query->calls[i], value->valuestring))
            return refuse(failure, "%s: the id %s stands twice", name, value->valuestring);
    }
    if (query->call_count == QUERY_MAX_CALLS)
        return refuse(failure, "%s: there are more than %d calls", name, QUERY_MAX_CALLS);
    query->calls[query->call_count++] = value->valuestring;
    return true;
}

bool is_ended_call(struct query *query, const cJSON *value, const char *name,
                   const struct field *field, struct failure *failure)
{
    if (!is_text(query, value, name, field, failure))
        return false;
    for (size_t i = 0; i < query->call_count; i++) {
        if (strcmp(query->calls[i], value->valuestring) != 0)
            continue;
        query->calls[i] = query->calls[--query->call_count];
        return true;
    }
    return refuse(failure, "%s: there is no call with the id %s just before it", name,
                  value->valuestring);
}

bool query_check_calls(const struct query *query, struct failure *failure)
{
    return !query->call_count ||
           refuse(failure, "The call with the id %s has no result just after it", query->calls[0]);
}

void query_end_message(struct query *query, const cJSON *message)
{
    prefixes_mix(&query->prefixes, message);
    prefixes_mark(&query->prefixes, query_prompt_tokens(query));
}

bool is_model(struct query *query, const cJSON *value, const char *name, const struct field *field,
              struct failure *failure)
{
    if (!is_text(query, value, name, field, failure))
        return false;
    query->model = model_named(value->valuestring, query->providers);
    return query->model ||
           refuse_with(failure, 404,
                       "The model \"%s\" does not exist or you do not have access to it.",
                       value->valuestring);
}

bool query_check_model(const struct query *query, const char *effort, struct failure *failure)
{
    if ((query->picture_count || query->video_count) && !query->model->sees)
        return refuse(failure, "The model %s takes no images.", query->model->id);
    return !effort || strcmp(effort, "medium") != 0 || query->model->medium_effort ||
           refuse(failure, "The model %s takes reasoning_effort low or high only.",
                  query->model->id);
}
