/* Chat Completions: request bodies. */
#include <ctype.h>
#include <string.h>

#include "body_parts.h"
#include "chat.h"

enum { SCHEMA_NAME_MAX = 64 };

/* What stands before the messages. */

static bool add_limit(cJSON *root, const struct sl__turn *turn)
{
    return sl__add_copy(root, turn->abilities->most_tokens, sl__turn_setting(turn, SL__MAX_TOKENS));
}

static bool add_stream(cJSON *root, const struct sl__turn *turn)
{
    if (!turn->stream)
        return true;
    if (!cJSON_AddTrueToObject(root, "stream"))
        return false;
    if (!(turn->abilities->takes & SL__TAKES_STREAM_OPTIONS))
        return true;
    cJSON *options = cJSON_AddObjectToObject(root, "stream_options");
    return options && cJSON_AddTrueToObject(options, "include_usage");
}

/* An effort and a limit of the reasoning exclude each other; the limit is the more exact wish. */
static bool add_reasoning(cJSON *root, const struct sl__turn *turn)
{
    const cJSON *limit = sl__turn_setting(turn, SL__REASONING_MAX_TOKENS);
    const cJSON *exclude = sl__turn_setting(turn, SL__REASONING_EXCLUDE);
    const char *effort = limit ? NULL : turn->effort;
    if (!effort && !limit && !exclude)
        return true;
    cJSON *reasoning = cJSON_AddObjectToObject(root, "reasoning");
    return reasoning && (!effort || cJSON_AddStringToObject(reasoning, "effort", effort)) &&
           sl__add_copy(reasoning, "max_tokens", limit) &&
           sl__add_copy(reasoning, "exclude", exclude);
}

static bool add_effort(cJSON *root, const struct sl__turn *turn)
{
    if (turn->abilities->effort == SL__EFFORT_NESTED)
        return add_reasoning(root, turn);
    bool flat = turn->effort && turn->abilities->effort == SL__EFFORT_FLAT;
    return !flat || cJSON_AddStringToObject(root, "reasoning_effort", turn->effort);
}

/* Servers take letters, digits, "_" and "-" in it. */
static bool add_schema_name(cJSON *object, const char *wanted)
{
    char name[SCHEMA_NAME_MAX + 1] = "answer";
    size_t len = wanted ? strnlen(wanted, SCHEMA_NAME_MAX) : 0;
    for (size_t i = 0; i < len; i++) {
        bool plain = isalnum((unsigned char)wanted[i]) || wanted[i] == '-';
        name[i] = (char)(plain ? wanted[i] : '_');
        name[i + 1] = '\0';
    }
    return cJSON_AddStringToObject(object, "name", name);
}

static bool add_schema(cJSON *format, const struct sl__turn *turn)
{
    if (!cJSON_AddStringToObject(format, "type", "json_schema"))
        return false;
    cJSON *schema = cJSON_AddObjectToObject(format, "json_schema");
    return schema && add_schema_name(schema, turn->schema_name) &&
           cJSON_AddTrueToObject(schema, "strict") && sl__add_copy(schema, "schema", turn->schema);
}

static bool add_format(cJSON *root, const struct sl__turn *turn)
{
    unsigned takes = turn->abilities->takes;
    bool fits = turn->schema && (takes & SL__TAKES_SCHEMA);
    if (!turn->json || !(fits || (takes & SL__TAKES_JSON)))
        return true;
    cJSON *format = cJSON_AddObjectToObject(root, "response_format");
    if (!format)
        return false;
    return fits ? add_schema(format, turn)
                : cJSON_AddStringToObject(format, "type", "json_object") != NULL;
}

static bool add_tool(cJSON *list, const struct sl__tool *tool)
{
    cJSON *item = cJSON_CreateObject();
    if (!cJSON_AddItemToArray(list, item))
        return false;
    bool good = cJSON_AddStringToObject(item, "type", "function") != NULL;
    cJSON *function = good ? cJSON_AddObjectToObject(item, "function") : NULL;
    return function && cJSON_AddStringToObject(function, "name", tool->name) &&
           cJSON_AddStringToObject(function, "description", tool->description) &&
           cJSON_AddRawToObject(function, "parameters", tool->parameters);
}

static bool add_tool_choice(cJSON *root, const struct sl__turn *turn)
{
    const cJSON *choice = sl__turn_setting(turn, SL__TOOL_CHOICE);
    if (choice)
        return sl__add_copy(root, "tool_choice", choice);
    bool documented = turn->abilities->parameters & SL__BIT(SL__TOOL_CHOICE);
    return !documented || cJSON_AddStringToObject(root, "tool_choice", "auto");
}

static bool add_tools(cJSON *root, const struct sl__turn *turn)
{
    if (turn->tool_count == 0 || !(turn->abilities->takes & SL__TAKES_TOOLS))
        return true;
    cJSON *list = cJSON_AddArrayToObject(root, "tools");
    bool good = list != NULL;
    for (size_t i = 0; i < turn->tool_count && good; i++)
        good = add_tool(list, &turn->tools[i]);
    return good && add_tool_choice(root, turn) &&
           sl__add_copy(root, "parallel_tool_calls",
                        sl__turn_setting(turn, SL__PARALLEL_TOOL_CALLS));
}

static cJSON *make_head(const struct sl__turn *turn)
{
    cJSON *root = cJSON_CreateObject();
    if (cJSON_AddStringToObject(root, "model", turn->model) && add_stream(root, turn) &&
        add_limit(root, turn) && sl__add_settings(root, turn, SL__CHAT) && add_effort(root, turn) &&
        add_format(root, turn) && add_tools(root, turn) && sl__add_extra(root, turn))
        return root;
    cJSON_Delete(root);
    return NULL;
}

/* Messages. */

static void write_medium(struct sl__writer *writer, struct sl__attachment *attachment)
{
    const char *detail = attachment->detail ? attachment->detail : "low";
    sl__write_text(writer, attachment->video ? "{\"type\":\"video_url\",\"video_url\":{\"url\":"
                                             : "{\"type\":\"image_url\",\"image_url\":{\"url\":");
    sl__write_source(writer, attachment, "\"data:", ";base64,");
    if (!attachment->video && (writer->turn->abilities->takes & SL__TAKES_DETAIL)) {
        sl__write_text(writer, ",\"detail\":");
        sl__write_json(writer, cJSON_CreateString(detail));
    }
    sl__write_text(writer, "}}");
}

/* Media before the text. */
static void write_parts(struct sl__writer *writer, const struct sl__message *message)
{
    sl__write_list(writer, "{\"role\":\"user\",\"content\":[");
    for (size_t i = 0; i < message->attachment_count; i++) {
        sl__write_next(writer);
        if (sl__turn_takes(writer->turn, message->attachments[i]))
            write_medium(writer, message->attachments[i]);
        else
            sl__write_json(writer, sl__attachment_named(message->attachments[i]));
    }
    if (*message->text) {
        sl__write_next(writer);
        sl__write_json(writer, sl__text_part(message->text));
    }
    sl__write_text(writer, "]}");
    writer->comma = true;
}

static cJSON *make_plain(const char *role, const char *text)
{
    cJSON *json = cJSON_CreateObject();
    if (cJSON_AddStringToObject(json, "role", role) &&
        (text ? cJSON_AddStringToObject(json, "content", text)
              : cJSON_AddNullToObject(json, "content")))
        return json;
    cJSON_Delete(json);
    return NULL;
}

/* Servers parse the arguments, so broken ones would make every later turn fail. */
static bool add_call(cJSON *list, const struct sl__call *call)
{
    cJSON *item = cJSON_CreateObject();
    if (!cJSON_AddItemToArray(list, item))
        return false;
    cJSON *input = sl__call_input(call);
    char *arguments = input ? cJSON_PrintUnformatted(input) : NULL;
    bool good = cJSON_AddStringToObject(item, "id", call->id) &&
                cJSON_AddStringToObject(item, "type", "function");
    cJSON *function = good ? cJSON_AddObjectToObject(item, "function") : NULL;
    good = function && arguments && cJSON_AddStringToObject(function, "name", call->name) &&
           cJSON_AddStringToObject(function, "arguments", arguments);
    cJSON_free(arguments);
    cJSON_Delete(input);
    return good;
}

static bool add_calls(cJSON *json, const struct sl__message *message)
{
    cJSON *list = message->call_count > 0 ? cJSON_AddArrayToObject(json, "tool_calls") : NULL;
    bool good = list || message->call_count == 0;
    for (size_t i = 0; i < message->call_count && good; i++)
        good = add_call(list, &message->calls[i]);
    return good;
}

/* What the model thought, where the provider wants it back. */
static bool add_thoughts(cJSON *json, const struct sl__turn *turn,
                         const struct sl__message *message)
{
    unsigned takes = turn->abilities->takes;
    if ((takes & SL__REPLAYS_REASONING) && message->call_count > 0 && message->reasoning &&
        !cJSON_AddStringToObject(json, "reasoning_content", message->reasoning))
        return false;
    return !(takes & SL__REPLAYS_DETAILS) ||
           sl__add_copy(json, "reasoning_details", message->details);
}

static cJSON *make_assistant(const struct sl__turn *turn, const struct sl__message *message)
{
    bool silent = !*message->text && message->call_count > 0;
    cJSON *json = make_plain("assistant", silent ? NULL : message->text);
    if (json && add_thoughts(json, turn, message) && add_calls(json, message))
        return json;
    cJSON_Delete(json);
    return NULL;
}

static cJSON *make_result(const struct sl__message *message)
{
    cJSON *json = make_plain("tool", message->text);
    const char *id = message->call_id ? message->call_id : "";
    if (json && cJSON_AddStringToObject(json, "tool_call_id", id))
        return json;
    cJSON_Delete(json);
    return NULL;
}

static void write_message(struct sl__writer *writer, const struct sl__message *message)
{
    sl__write_next(writer);
    if (message->role == SL__TOOL)
        sl__write_json(writer, make_result(message));
    else if (message->role == SL__ASSISTANT)
        sl__write_json(writer, make_assistant(writer->turn, message));
    else if (message->attachment_count > 0)
        write_parts(writer, message);
    else
        sl__write_json(writer, make_plain("user", message->text));
}

int sl__chat_body(struct sl__body *body, const struct sl__turn *turn)
{
    struct sl__writer writer = {.body = body, .turn = turn};
    sl__write_head(&writer, make_head(turn));
    for (size_t i = 0; i < turn->history->count && !writer.code; i++)
        write_message(&writer, turn->history->items[i]);
    sl__write_text(&writer, "]}");
    return writer.code;
}
