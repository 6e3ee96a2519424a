/*
 * Fuzzes the bodies of requests: whatever was said, with whatever settings, to whichever provider,
 * a body is JSON in UTF-8 with the turns in an order that servers take, and any part of it that is
 * read is as in the whole.
 *
 * Three bytes choose the provider with its protocol, what is asked for and where the body is read
 * from; a line of JSON has the settings; then come the messages, each a byte that says what it is,
 * one for its length, and its text.
 */
#include <stdlib.h>
#include <string.h>

#include "dialect.h"
#include "fuzz.h"
#include "json.h"
#include "parameter.h"
#include "text.h"
#include "utf8.h"

enum { MOST_TEXT = 1 << 16 };

static const struct sl__tool tool = {
    .name = "look", .description = "Looks.", .parameters = "{\"type\":\"object\"}"};

/* The next of the rows that speak a protocol. */
static const struct sl__abilities *choose(unsigned number, enum sl__protocol *protocol)
{
    size_t rows = 0;
    while (sl__provider_at(rows))
        rows++;
    *protocol = number / rows % SL__PROTOCOLS;
    const struct sl__abilities *abilities = &sl__provider_at(number % rows)->abilities[*protocol];
    if (!abilities->spoken) {
        *protocol = SL__CHAT;
        abilities = &sl__provider_at(number % rows)->abilities[SL__CHAT];
    }
    return abilities;
}

/* Those that are good; what the fuzzer made of the others is refused when it is read. */
static cJSON *make_settings(const char *text, size_t len)
{
    cJSON *given = sl__utf8_is_valid(text, len) ? sl__json_parse(text, len, NULL) : NULL;
    cJSON *good = cJSON_CreateObject();
    for (cJSON *item = cJSON_IsObject(given) ? given->child : NULL, *next; item; item = next) {
        next = item->next;
        if (sl__parameter_check(item->string, item, "fuzz", NULL) != 0 ||
            sl__json_member(good, item->string))
            continue;
        cJSON_AddItemToObject(good, item->string, cJSON_Duplicate(item, true));
    }
    cJSON_Delete(given);
    return good;
}

/* As the text of persons and models is when it gets here. */
static char *make_text(const unsigned char *data, size_t len)
{
    struct sl__buf clean = SL__BUF_INIT(MOST_TEXT);
    struct sl__text state = SL__TEXT_INIT;
    if (sl__text_clean(&state, (const char *)data, len, &clean) ||
        sl__text_finish(&state, &clean) || sl__buf_adds(&clean, ""))
        abort();
    return sl__buf_take(&clean);
}

static void attach(struct sl__message *message, unsigned kind, const char *text)
{
    struct sl__attachment *made = sl__attachment_new();
    made->kind = kind & 1 ? SL__ATTACHED_URL : SL__ATTACHED_BYTES;
    made->video = kind & 2;
    made->detail = kind & 4 ? "high" : NULL;
    made->name = strdup(text);
    made->mime = "image/png";
    made->url = strdup(kind & 8 ? "stepfile://file-1" : text);
    made->data = (unsigned char *)strdup(text);
    made->len = strlen(text);
    if (sl__message_attach(message, made))
        abort();
    sl__attachment_drop(made);
}

static void call(struct sl__message *message, unsigned kind, const char *text)
{
    message->reasoning = kind & 1 ? strdup(text) : NULL;
    message->details = kind & 2 ? cJSON_Parse("[{\"text\":\"a\"}]") : NULL;
    if (kind & 4 && sl__message_call(message, text, "look", text))
        abort();
}

static void say(struct sl__history *history, unsigned kind, const char *text)
{
    static const enum sl__role roles[] = {SL__USER, SL__ASSISTANT, SL__TOOL, SL__USER};
    struct sl__message *message = sl__message_new(roles[kind & 3], kind & 64 ? "" : text);
    if ((kind & 3) == 3)
        attach(message, kind >> 2, text);
    if (message->role == SL__ASSISTANT)
        call(message, kind >> 2, text);
    if (message->role == SL__TOOL)
        message->call_id = kind & 4 ? strdup(text) : NULL;
    message->failed = kind & 128;
    if (sl__history_add(history, message))
        abort();
}

static void fill(struct sl__history *history, const unsigned char *data, size_t len)
{
    while (len >= 2) {
        size_t some = data[1] < len - 2 ? data[1] : len - 2;
        char *text = make_text(data + 2, some);
        say(history, data[0], text);
        free(text);
        data += some + 2;
        len -= some + 2;
    }
}

/* The caller frees it. */
static char *read_body(const struct sl__body *body, unsigned at)
{
    char *whole = calloc(1, (size_t)body->len + 1), part[256];
    size_t copied = 0;
    if (!whole || sl__body_read(body, 0, whole, (size_t)body->len, &copied, NULL) ||
        copied != body->len)
        abort();
    uint64_t offset = body->len * at / 256;
    if (sl__body_read(body, offset, part, at % sizeof part + 1, &copied, NULL) ||
        memcmp(whole + offset, part, copied) != 0)
        abort();
    return whole;
}

/* In the Messages API no two turns in a row are of one side, and none is empty. */
static void check_turn(const cJSON *message, enum sl__protocol protocol)
{
    const char *role = sl__json_string(message, "role");
    const char *before =
        message->prev && message->prev->next ? sl__json_string(message->prev, "role") : NULL;
    if (!role)
        abort();
    if (protocol != SL__MESSAGES)
        return;
    const cJSON *content = sl__json_array(message, "content");
    if (before && strcmp(role, before) == 0)
        abort();
    if (!content)
        abort();
}

static void check(const char *text, enum sl__protocol protocol)
{
    cJSON *json = sl__json_parse(text, strlen(text), NULL);
    const cJSON *message;
    if (!sl__utf8_is_valid(text, strlen(text)) || !sl__json_string(json, "model") ||
        !sl__json_array(json, "messages"))
        abort();
    cJSON_ArrayForEach(message, sl__json_array(json, "messages"))
    {
        check_turn(message, protocol);
    }
    cJSON_Delete(json);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    if (len < 4)
        return 0;
    const unsigned char *line = data + 3, *newline = memchr(line, '\n', len - 3);
    size_t settings_len = newline ? (size_t)(newline - line) : len - 3;
    enum sl__protocol protocol;
    const struct sl__abilities *abilities = choose(data[0], &protocol);
    cJSON *settings = make_settings((const char *)line, settings_len);
    cJSON *schema = cJSON_Parse("{\"type\":\"object\"}");
    struct sl__history history = SL__HISTORY_INIT;
    struct sl__body body = SL__BODY_INIT;
    if (newline)
        fill(&history, newline + 1, len - 4 - settings_len);
    struct sl__turn turn = {.abilities = abilities,
                            .model = "m",
                            .effort = data[1] & 1 ? "low" : NULL,
                            .settings = settings,
                            .max_output = 1000,
                            .history = &history,
                            .tools = &tool,
                            .tool_count = data[1] & 2 ? 1 : 0,
                            .alone = data[1] & 4,
                            .json = data[1] & 8,
                            .schema = data[1] & 16 ? schema : NULL,
                            .schema_name = "s",
                            .stream = data[1] & 32};
    if (sl__dialects[protocol].body(&body, &turn))
        abort();
    char *text = read_body(&body, data[2]);
    check(text, protocol);
    free(text);
    sl__body_release(&body);
    sl__history_release(&history);
    cJSON_Delete(settings);
    cJSON_Delete(schema);
    return 0;
}
