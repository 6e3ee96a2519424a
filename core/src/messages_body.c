/* The Messages API: request bodies. */
#include <string.h>

#include "body_parts.h"
#include "messages.h"

/* What stands before the messages. */

/* The API wants a limit always. */
static bool add_limit(cJSON *root, const struct sl__turn *turn)
{
    const cJSON *limit = sl__turn_setting(turn, SL__MAX_TOKENS);
    return limit ? sl__add_copy(root, turn->abilities->most_tokens, limit)
                 : cJSON_AddNumberToObject(root, turn->abilities->most_tokens, turn->max_output) !=
                       NULL;
}

static bool add_effort(cJSON *root, const struct sl__turn *turn)
{
    if (!turn->effort || turn->abilities->effort != SL__EFFORT_OUTPUT)
        return true;
    cJSON *config = cJSON_AddObjectToObject(root, "output_config");
    return config && cJSON_AddStringToObject(config, "effort", turn->effort);
}

/* Always a list here. */
static bool add_stop(cJSON *root, const struct sl__turn *turn)
{
    const cJSON *stop = sl__turn_setting(turn, SL__STOP);
    if (!cJSON_IsString(stop))
        return sl__add_copy(root, "stop_sequences", stop);
    cJSON *list = cJSON_AddArrayToObject(root, "stop_sequences");
    return list && cJSON_AddItemToArray(list, cJSON_CreateString(stop->valuestring));
}

static bool add_tool(cJSON *list, const struct sl__tool *tool)
{
    cJSON *item = cJSON_CreateObject();
    return cJSON_AddItemToArray(list, item) && cJSON_AddStringToObject(item, "name", tool->name) &&
           cJSON_AddStringToObject(item, "description", tool->description) &&
           cJSON_AddRawToObject(item, "input_schema", tool->parameters);
}

/* Here a choice is always an object, and what Chat Completions calls required is called any. */
static bool add_tool_choice(cJSON *root, const struct sl__turn *turn)
{
    const cJSON *choice = sl__turn_setting(turn, SL__TOOL_CHOICE);
    if (!cJSON_IsString(choice))
        return sl__add_copy(root, "tool_choice", choice);
    bool required = strcmp(choice->valuestring, "required") == 0;
    cJSON *object = cJSON_AddObjectToObject(root, "tool_choice");
    return object &&
           cJSON_AddStringToObject(object, "type", required ? "any" : choice->valuestring);
}

static bool add_tools(cJSON *root, const struct sl__turn *turn)
{
    if (turn->tool_count == 0 || !(turn->abilities->takes & SL__TAKES_TOOLS))
        return true;
    cJSON *list = cJSON_AddArrayToObject(root, "tools");
    bool good = list != NULL;
    for (size_t i = 0; i < turn->tool_count && good; i++)
        good = add_tool(list, &turn->tools[i]);
    return good && add_tool_choice(root, turn);
}

static cJSON *make_head(const struct sl__turn *turn)
{
    cJSON *root = cJSON_CreateObject();
    if (cJSON_AddStringToObject(root, "model", turn->model) &&
        (!turn->stream || cJSON_AddTrueToObject(root, "stream")) && add_limit(root, turn) &&
        sl__add_settings(root, turn, SL__MESSAGES) && add_stop(root, turn) &&
        add_effort(root, turn) && add_tools(root, turn) && sl__add_extra(root, turn))
        return root;
    cJSON_Delete(root);
    return NULL;
}

/* Messages. */

static cJSON *make_use(const struct sl__call *call)
{
    cJSON *block = cJSON_CreateObject();
    if (cJSON_AddStringToObject(block, "type", "tool_use") &&
        cJSON_AddStringToObject(block, "id", call->id) &&
        cJSON_AddStringToObject(block, "name", call->name) &&
        sl__add_new(block, "input", sl__call_input(call)))
        return block;
    cJSON_Delete(block);
    return NULL;
}

static cJSON *make_result(const struct sl__message *message)
{
    cJSON *block = cJSON_CreateObject();
    const char *id = message->call_id ? message->call_id : "";
    if (cJSON_AddStringToObject(block, "type", "tool_result") &&
        cJSON_AddStringToObject(block, "tool_use_id", id) &&
        cJSON_AddStringToObject(block, "content", message->text) &&
        (!message->failed || cJSON_AddTrueToObject(block, "is_error")))
        return block;
    cJSON_Delete(block);
    return NULL;
}

static void write_picture(struct sl__writer *writer, struct sl__attachment *attachment)
{
    bool address = attachment->kind == SL__ATTACHED_URL;
    sl__write_text(writer, "{\"type\":\"image\",\"source\":{\"type\":");
    sl__write_text(writer, address ? "\"url\",\"url\":" : "\"base64\",");
    sl__write_source(writer, attachment, "\"media_type\":\"", "\",\"data\":\"");
    sl__write_text(writer, "}}");
}

static void write_block(struct sl__writer *writer, cJSON *block)
{
    sl__write_next(writer);
    sl__write_json(writer, block);
}

/* Empty blocks of text are refused by servers. */
static void write_words(struct sl__writer *writer, const struct sl__message *message)
{
    if (*message->text)
        write_block(writer, sl__text_part(message->text));
}

/* Media before the text. */
static void write_question(struct sl__writer *writer, const struct sl__message *message)
{
    for (size_t i = 0; i < message->attachment_count; i++) {
        sl__write_next(writer);
        if (sl__turn_takes(writer->turn, message->attachments[i]))
            write_picture(writer, message->attachments[i]);
        else
            sl__write_json(writer, sl__attachment_named(message->attachments[i]));
    }
    write_words(writer, message);
}

static void write_answer(struct sl__writer *writer, const struct sl__message *message)
{
    write_words(writer, message);
    for (size_t i = 0; i < message->call_count; i++)
        write_block(writer, make_use(&message->calls[i]));
}

/* An answer of nothing would be an empty turn, which servers refuse. */
static bool is_answer(const struct sl__message *message)
{
    return message->role == SL__ASSISTANT && (*message->text || message->call_count > 0);
}

/* The results of tools stand first. */
static void write_asked(struct sl__writer *writer, struct sl__message *const *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i]->role == SL__TOOL)
            write_block(writer, make_result(items[i]));
    }
    for (size_t i = 0; i < count; i++) {
        if (items[i]->role == SL__USER)
            write_question(writer, items[i]);
    }
}

/* Turns alternate: what stands between two answers is one, and so is what no question parts. */
static void write_turn(struct sl__writer *writer, struct sl__message *const *items, size_t count)
{
    bool answers = is_answer(items[0]);
    sl__write_next(writer);
    sl__write_list(writer, answers ? "{\"role\":\"assistant\",\"content\":["
                                   : "{\"role\":\"user\",\"content\":[");
    if (!answers)
        write_asked(writer, items, count);
    for (size_t i = 0; answers && i < count; i++)
        write_answer(writer, items[i]);
    sl__write_text(writer, "]}");
    writer->comma = true;
}

int sl__messages_body(struct sl__body *body, const struct sl__turn *turn)
{
    struct sl__writer writer = {.body = body, .turn = turn};
    struct sl__message *const *items = turn->history->items;
    size_t count = turn->history->count, run;
    sl__write_head(&writer, make_head(turn));
    for (size_t i = 0; i < count && !writer.code; i += run) {
        run = 1;
        while (i + run < count && is_answer(items[i + run]) == is_answer(items[i]))
            run++;
        write_turn(&writer, items + i, run);
    }
    sl__write_text(&writer, "]}");
    return writer.code;
}
