/* What the request bodies of all protocols are made of. */
#include <errno.h>
#include <string.h>

#include "body_parts.h"
#include "json.h"
#include "storing.h"
#include "translate.h"

void sl__write_text(struct sl__writer *writer, const char *text)
{
    if (!writer->code)
        writer->code = sl__body_text(writer->body, text);
}

void sl__write_json(struct sl__writer *writer, cJSON *value)
{
    sl__json_exact(value);
    if (!writer->code)
        writer->code = value ? sl__body_json(writer->body, value) : SL_E_NOMEM;
    cJSON_Delete(value);
}

void sl__write_list(struct sl__writer *writer, const char *opening)
{
    sl__write_text(writer, opening);
    writer->comma = false;
}

void sl__write_next(struct sl__writer *writer)
{
    if (writer->comma)
        sl__write_text(writer, ",");
    writer->comma = true;
}

void sl__write_source(struct sl__writer *writer, struct sl__attachment *attachment,
                      const char *before, const char *between)
{
    const char *id = sl__storing_id(writer->turn->storing, attachment);
    if (attachment->kind == SL__ATTACHED_URL) {
        sl__write_json(writer, cJSON_CreateString(attachment->url));
        return;
    }
    if (id) {
        sl__write_text(writer, "\"stepfile://");
        sl__write_text(writer, id);
        sl__write_text(writer, "\"");
        return;
    }
    sl__write_text(writer, before);
    sl__write_text(writer, attachment->mime);
    sl__write_text(writer, between);
    if (!writer->code)
        writer->code = sl__body_attachment(writer->body, attachment);
    sl__write_text(writer, "\"");
}

bool sl__turn_takes(const struct sl__turn *turn, const struct sl__attachment *attachment)
{
    unsigned takes = turn->abilities->takes;
    if (attachment->video && !(takes & SL__TAKES_VIDEO))
        return false;
    if (attachment->kind == SL__ATTACHED_ABSENT)
        return sl__storing_id(turn->storing, attachment);
    if (attachment->kind != SL__ATTACHED_URL)
        return true;
    bool stored = strncmp(attachment->url, "stepfile:", 9) == 0;
    return takes & (stored ? SL__TAKES_STORED : SL__TAKES_ADDRESSES);
}

cJSON *sl__text_part(const char *text)
{
    cJSON *part = cJSON_CreateObject();
    if (cJSON_AddStringToObject(part, "type", "text") &&
        cJSON_AddStringToObject(part, "text", text))
        return part;
    cJSON_Delete(part);
    return NULL;
}

cJSON *sl__attachment_named(const struct sl__attachment *attachment)
{
    struct sl_error line = SL_ERROR_INIT; /* made harmless, as all sentences are */
    sl__error_set_plain(&line, 0, "[%s was attached here, and cannot be shown again]",
                        attachment->name ? attachment->name : "A file");
    return sl__text_part(line.message);
}

const cJSON *sl__turn_setting(const struct sl__turn *turn, enum sl__parameter parameter)
{
    bool documented = turn->abilities->parameters & SL__BIT(parameter);
    if (parameter == SL__N && turn->alone)
        return NULL;
    return documented ? sl__json_member(turn->settings, sl__parameter_at(parameter)->name) : NULL;
}

bool sl__add_new(cJSON *object, const char *name, cJSON *value)
{
    if (value && cJSON_AddItemToObject(object, name, value))
        return true;
    cJSON_Delete(value);
    return false;
}

bool sl__add_copy(cJSON *object, const char *name, const cJSON *value)
{
    return !value || sl__add_new(object, name, cJSON_Duplicate(value, true));
}

bool sl__add_settings(cJSON *root, const struct sl__turn *turn, enum sl__protocol protocol)
{
    bool good = true;
    for (int i = 0; i < SL__PARAMETERS && good; i++) {
        const char *field = sl__parameter_at(i)->field[protocol];
        if (field)
            good = sl__add_copy(root, field, sl__turn_setting(turn, i));
    }
    return good;
}

static bool is_ours(const char *name)
{
    return strcmp(name, "model") == 0 || strcmp(name, "stream") == 0 ||
           strcmp(name, "messages") == 0;
}

/* What is given verbatim wins over what stands there, but for the parts that make the turn. */
bool sl__add_extra(cJSON *root, const struct sl__turn *turn)
{
    bool good = true;
    const cJSON *item;
    cJSON_ArrayForEach(item, sl__turn_setting(turn, SL__EXTRA))
    {
        if (is_ours(item->string))
            continue;
        cJSON_DeleteItemFromObjectCaseSensitive(root, item->string);
        good = good && sl__add_copy(root, item->string, item);
    }
    return good;
}

void sl__write_head(struct sl__writer *writer, cJSON *root)
{
    sl__json_exact(root);
    char *text = root ? cJSON_PrintUnformatted(root) : NULL;
    cJSON_Delete(root);
    if (text) {
        text[strlen(text) - 1] = '\0'; /* the closing brace */
        sl__write_text(writer, text);
    } else {
        writer->code = SL_E_NOMEM;
    }
    cJSON_free(text);
    sl__write_list(writer, ",\"messages\":[");
}

cJSON *sl__call_input(const struct sl__call *call)
{
    cJSON *input = sl__json_parse(call->arguments, strlen(call->arguments), NULL);
    if (cJSON_IsObject(input) || (!input && errno == ENOMEM))
        return input;
    cJSON_Delete(input);
    return cJSON_CreateObject();
}
