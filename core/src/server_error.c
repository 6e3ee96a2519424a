/* Errors that a server sends, in words of its own or where an answer was to be. */
#include <errno.h>
#include <string.h>

#include "answer.h"
#include "failure.h"
#include "json.h"
#include "translate.h"

static const char *first_string(const cJSON *value)
{
    const cJSON *first = cJSON_IsArray(value) ? value->child : value;
    const char *text = cJSON_GetStringValue(first);
    return text ? text : sl__json_string(first, "msg");
}

static const char *find_sentence(const cJSON *object)
{
    static const char *const names[] = {"message", "detail", "error_description", "error", "msg"};
    if (cJSON_IsString(object) && *object->valuestring)
        return object->valuestring;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = first_string(sl__json_member(object, names[i]));
        if (text && *text)
            return text;
    }
    return NULL;
}

/* Of both an object and what stands around it, the inner one counts. */
static const char *find_type(const cJSON *object)
{
    const char *type = sl__json_string(object, "type");
    bool telling = type && *type && strcmp(type, "error") != 0;
    const char *code = telling ? NULL : sl__json_string(object, "code");
    return telling ? type : code && *code ? code : NULL;
}

static int find_status(const cJSON *object)
{
    static const char *const names[] = {"code", "status", "status_code", "statusCode"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int64_t status = sl__json_count(object, names[i]);
        if (status >= 100 && status <= 599)
            return (int)status;
    }
    return 0;
}

static void read_plain(struct sl__server_error *found, const cJSON *json)
{
    const cJSON *top = cJSON_IsArray(json) ? json->child : json;
    const cJSON *inner = sl__json_member(top, "error");
    const cJSON *object = cJSON_IsObject(inner) ? inner : top;
    *found = (struct sl__server_error){.sentence = find_sentence(object),
                                       .type = find_type(object),
                                       .status = find_status(object)};
    if (!found->sentence)
        found->sentence = find_sentence(top);
    if (!found->type)
        found->type = find_type(top);
    if (found->status == 0)
        found->status = find_status(top);
}

/* A gateway puts what the server behind it said, as a text or an object, beside its own words. */
static void unwrap(struct sl__server_error *found, const cJSON *json)
{
    const cJSON *metadata = sl__json_object(sl__json_object(json, "error"), "metadata");
    const cJSON *raw = sl__json_member(metadata, "raw");
    const char *text = cJSON_GetStringValue(raw);
    struct sl__server_error inner = {0};
    cJSON *parsed = text ? sl__json_parse(text, strlen(text), NULL) : NULL;
    read_plain(&inner, text ? parsed : raw);
    if (!inner.sentence && text && *text && *text != '<' && !parsed)
        found->sentence = text;
    if (inner.sentence || inner.type) {
        found->sentence = inner.sentence ? inner.sentence : found->sentence;
        found->type = inner.type ? inner.type : found->type;
        found->status = inner.status ? inner.status : found->status;
    }
    found->inner = parsed;
}

void sl__server_error_read(struct sl__server_error *found, const cJSON *json)
{
    read_plain(found, json);
    unwrap(found, json);
}

/* Whether a member says that there is an error, and is not just there. */
static bool says_error(const cJSON *member)
{
    return (cJSON_IsString(member) && *member->valuestring) ||
           (cJSON_IsObject(member) && member->child) || cJSON_IsTrue(member);
}

static bool is_error(const char *type, const cJSON *json)
{
    static const char *const names[] = {"object", "type"};
    bool error = strcmp(type, "error") == 0 || says_error(sl__json_member(json, "error"));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *word = sl__json_string(json, names[i]);
        error = error || (word && strcmp(word, "error") == 0);
    }
    return error;
}

/* What to do about a code, where asking again is not enough. */
static const char *remedy_for(int code)
{
    static const struct {
        int code;
        const char *remedy;
    } remedies[] = {
        {SL_E_AUTH, SL__TR_NOOP("check the key")},
        {SL_E_BALANCE, SL__TR_NOOP("top up the account")},
        {SL_E_RATE, SL__TR_NOOP("wait a little and ask again")},
        {SL_E_MODERATION, SL__TR_NOOP("change the picture or the instruction")},
        {SL_E_MODEL, SL__TR_NOOP("set “model” to one that this provider and key have")},
        {SL_E_HTTP, SL__TR_NOOP("change what was asked or the model")},
        {SL_E_TOO_LARGE, SL__TR_NOOP("send fewer or smaller pictures, or a shorter video")},
    };
    for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++) {
        if (remedies[i].code == code)
            return sl__tr(remedies[i].remedy);
    }
    return sl__tr("ask again");
}

static bool has_begun(const struct sl__answer *answer)
{
    bool begun = false;
    for (size_t i = 0; i < SL__MAX_ALTERNATIVES; i++)
        begun = begun || answer->choices[i].begun;
    return begun;
}

int sl__answer_error(const struct sl__answer *answer, const char *type, const cJSON *json,
                     struct sl_error *error)
{
    struct sl__server_error found;
    char said[400];
    if (!is_error(type, json))
        return 0;
    snprintf(said, sizeof said, "%s", sl__tr("it gave no reason"));
    sl__server_error_read(&found, json);
    sl__answer_sentence(said, sizeof said, found.sentence);
    int code =
        found.type || found.status ? sl__failure_code(found.type, found.status) : SL_E_SERVER;
    if (code == SL_E_PROTOCOL) /* nothing is known of it */
        code = SL_E_SERVER;
    cJSON_Delete(found.inner);
    return sl_error_set(error, code,
                        has_begun(answer)
                            ? SL__TR_NOOP("the server stopped in the middle of the answer: %s; %s")
                            : SL__TR_NOOP("the server sent an error instead of an answer: %s; %s"),
                        said, remedy_for(code));
}

static bool is_blank(const char *data, size_t len)
{
    while (len > 0 && strchr(" \t\r\n", data[len - 1]) && data[len - 1])
        len--;
    return len == 0;
}

/* An error may come as bare words. */
static cJSON *parse_event(const char *type, const char *data, size_t len)
{
    cJSON *json = sl__json_parse(data, len, NULL);
    return json || strcmp(type, "error") != 0 ? json : cJSON_CreateString(data);
}

int sl__answer_open(struct sl__answer *answer, const char *type, bool known, const char *data,
                    size_t len, cJSON **json, struct sl_error *error)
{
    static const char end[] = "[DONE]";
    const size_t end_len = sizeof end - 1;
    *json = NULL;
    if (len >= end_len && memcmp(data, end, end_len) == 0 &&
        is_blank(data + end_len, len - end_len))
        answer->done = true;
    if (answer->done || is_blank(data, len))
        return 0;
    *json = parse_event(type, data, len);
    if (!*json && errno == ENOMEM)
        return sl__answer_failed(SL_E_NOMEM, error);
    int code = *json ? sl__answer_error(answer, type, *json, error) : 0;
    bool broken = !cJSON_IsObject(*json) && (known || strcmp(type, "message") == 0);
    if (!code && broken)
        code = sl_error_set(error, SL_E_PROTOCOL,
                            "the server sent something that is no JSON object in the middle of the "
                            "answer; ask again, and check the base URL if it stays so");
    if (!code)
        return 0;
    cJSON_Delete(*json);
    *json = NULL;
    return code;
}

int sl__answer_foreign(const char *protocol, struct sl_error *error)
{
    return sl_error_set(error, SL_E_PROTOCOL,
                        "the server sent something that is no answer of %s; check the base URL and "
                        "“protocol” in the configuration",
                        sl__tr(protocol));
}
