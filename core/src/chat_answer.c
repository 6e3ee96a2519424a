/* Chat Completions: answers, streamed and whole. */
#include <errno.h>
#include <string.h>

#include "chat.h"
#include "json.h"

/* One alternative, as far as this piece of the answer brings it. */
struct piece {
    struct sl__answer *answer;
    unsigned alternative;
    bool streamed;
    const cJSON *message; /* or the delta of one */
};

/* Reasoning. */

static const char *detail_text(const cJSON *detail)
{
    const char *text = sl__json_string(detail, "text");
    return text ? text : sl__json_string(detail, "summary");
}

static bool has_reasoning(const cJSON *message, const char *field)
{
    const cJSON *value = sl__json_member(message, field), *detail;
    bool found = cJSON_IsString(value) && *value->valuestring;
    cJSON_ArrayForEach(detail, sl__json_array(message, field))
    {
        const char *text = detail_text(detail);
        found = found || (text && *text);
    }
    return found;
}

static const char *const reasoning_fields[] = {"reasoning", "reasoning_content",
                                               "reasoning_details"};
enum { REASONING_FIELDS = sizeof reasoning_fields / sizeof *reasoning_fields };

/*
 * Servers put the same words into up to three fields. Those that are filled first, together, stay
 * the ones, and of each piece the first of them that is filled is read, so that nothing is told
 * twice. NULL where there is no reasoning in this piece.
 */
static const char *reasoning_field(const struct piece *piece)
{
    unsigned *known = &piece->answer->choices[piece->alternative].reasoning_fields, filled = 0;
    for (unsigned i = 0; i < REASONING_FIELDS; i++)
        filled |= has_reasoning(piece->message, reasoning_fields[i]) ? 1u << i : 0;
    if (*known == 0)
        *known = filled;
    for (unsigned i = 0; i < REASONING_FIELDS; i++) {
        if (filled & *known & 1u << i)
            return reasoning_fields[i];
    }
    return NULL;
}

static int think(const struct piece *piece, const char *text)
{
    return sl__answer_part(piece->answer, SL_EVENT_REASONING, piece->alternative, text);
}

static int take_reasoning(const struct piece *piece)
{
    const char *field = reasoning_field(piece);
    const cJSON *detail;
    if (!field)
        return 0;
    int code = think(piece, sl__json_string(piece->message, field));
    cJSON_ArrayForEach(detail, sl__json_array(piece->message, field))
    {
        if (!code)
            code = think(piece, detail_text(detail));
    }
    return code;
}

/* They are kept also where they are not what is shown, since they may have to go back. */
static int take_details(const struct piece *piece)
{
    const cJSON *detail;
    int code = 0;
    cJSON_ArrayForEach(detail, sl__json_array(piece->message, "reasoning_details"))
    {
        if (!code && piece->alternative == 0)
            code = sl__answer_detail(piece->answer, detail, piece->streamed);
    }
    return code;
}

/* Text. */

static int take_part(const struct piece *piece, const cJSON *part)
{
    const char *refusal = sl__json_string(part, "refusal");
    const char *text = cJSON_IsString(part) ? part->valuestring : sl__json_string(part, "text");
    if (refusal)
        return sl__answer_refusal(piece->answer, piece->alternative, refusal);
    return sl__answer_part(piece->answer, SL_EVENT_TEXT, piece->alternative, text);
}

static int take_content(const struct piece *piece)
{
    const cJSON *content = sl__json_member(piece->message, "content"), *part;
    int code = cJSON_IsString(content) ? take_part(piece, content) : 0;
    cJSON_ArrayForEach(part, sl__json_array(piece->message, "content"))
    {
        if (!code)
            code = take_part(piece, part);
    }
    return code ? code
                : sl__answer_refusal(piece->answer, piece->alternative,
                                     sl__json_string(piece->message, "refusal"));
}

static int take_annotations(const struct piece *piece)
{
    const cJSON *note;
    int code = 0;
    cJSON_ArrayForEach(note, sl__json_array(piece->message, "annotations"))
    {
        const cJSON *citation = sl__json_object(note, "url_citation");
        if (!code)
            code = sl__answer_source(piece->answer, sl__json_string(citation, "title"),
                                     sl__json_string(citation, "url"));
    }
    return code;
}

/* Calls. */

/* Some servers give the arguments as they are and not as a text. */
static int add_call(const struct piece *piece, int64_t slot, const char *id, const cJSON *function)
{
    const cJSON *arguments = sl__json_member(function, "arguments");
    char *printed = cJSON_IsObject(arguments) ? cJSON_PrintUnformatted(arguments) : NULL;
    int code = sl__answer_call(piece->answer, slot, id, sl__json_string(function, "name"),
                               printed ? printed : cJSON_GetStringValue(arguments));
    cJSON_free(printed);
    return code;
}

/* What the server called by itself, a search of the web, is done; its results are sources. */
static int take_results(const struct piece *piece, const cJSON *function)
{
    const cJSON *result;
    int code = 0;
    cJSON_ArrayForEach(result, sl__json_array(function, "results"))
    {
        if (!code)
            code = sl__answer_source(piece->answer, sl__json_string(result, "title"),
                                     sl__json_string(result, "url"));
    }
    return code;
}

static int take_call(const struct piece *piece, const cJSON *call, int64_t place)
{
    const char *type = sl__json_string(call, "type");
    const cJSON *function = sl__json_object(call, "function");
    int64_t index = sl__json_count(call, "index");
    if (type && *type && strcmp(type, "function") != 0)
        return take_results(piece, function);
    return add_call(piece, index >= 0 || piece->streamed ? index : place,
                    sl__json_string(call, "id"), function);
}

static int take_calls(const struct piece *piece)
{
    const cJSON *call, *old = sl__json_object(piece->message, "function_call");
    int64_t place = 0;
    int code = 0;
    if (piece->alternative > 0)
        return 0;
    cJSON_ArrayForEach(call, sl__json_array(piece->message, "tool_calls"))
    {
        if (!code)
            code = take_call(piece, call, place++);
    }
    return code || !old ? code : add_call(piece, 0, NULL, old);
}

/* What surrounds the alternatives. */

static void take_usage(struct sl__answer *answer, const cJSON *json)
{
    struct sl_usage *usage = &answer->usage;
    sl__answer_count(&usage->input_tokens, json, "prompt_tokens");
    sl__answer_count(&usage->output_tokens, json, "completion_tokens");
    sl__answer_count(&usage->cached_tokens, json, "cached_tokens");
    sl__answer_count(&usage->cached_tokens, json, "prompt_cache_hit_tokens");
    sl__answer_count(&usage->cached_tokens, sl__json_object(json, "prompt_tokens_details"),
                     "cached_tokens");
    sl__answer_count(&usage->reasoning_tokens, sl__json_object(json, "completion_tokens_details"),
                     "reasoning_tokens");
    sl__answer_cost(answer, sl__json_member(json, "cost"));
}

static int take_choice(struct sl__answer *answer, const cJSON *choice, int64_t place, bool streamed)
{
    int (*const takers[])(const struct piece *) = {take_reasoning, take_details, take_content,
                                                   take_calls, take_annotations};
    int64_t index = sl__json_count(choice, "index");
    if (index < 0)
        index = place;
    if (index >= SL__MAX_ALTERNATIVES)
        return 0;
    const struct piece piece = {answer, (unsigned)index, streamed,
                                sl__json_object(choice, streamed ? "delta" : "message")};
    int code = 0;
    for (size_t i = 0; i < sizeof takers / sizeof *takers && !code; i++)
        code = takers[i](&piece);
    if (index == 0)
        sl__answer_odds(answer, choice);
    sl__answer_ended(answer, piece.alternative, sl__json_string(choice, "finish_reason"));
    take_usage(answer, sl__json_object(choice, "usage"));
    return code;
}

static int take_chunk(struct sl__answer *answer, const cJSON *chunk, bool streamed,
                      struct sl_error *error)
{
    const cJSON *choice, *meta = sl__json_object(sl__json_object(chunk, "meta"), "usage");
    int64_t place = 0;
    int code = 0;
    sl__answer_word(answer->model, sizeof answer->model, sl__json_string(chunk, "model"));
    take_usage(answer, sl__json_object(chunk, "usage"));
    sl__answer_cost(answer, sl__json_member(meta, "usd_spent"));
    cJSON_ArrayForEach(choice, sl__json_array(chunk, "choices"))
    {
        if (!code)
            code = sl__answer_failed(take_choice(answer, choice, place++, streamed), error);
        if (!code)
            code = sl__answer_error(answer, "", choice, error);
    }
    return code;
}

int sl__chat_event(struct sl__answer *answer, const char *type, const char *data, size_t len,
                   struct sl_error *error)
{
    cJSON *chunk;
    int code = sl__answer_open(answer, type, false, data, len, &chunk, error);
    if (!code && chunk)
        code = take_chunk(answer, chunk, true, error);
    cJSON_Delete(chunk);
    return code;
}

int sl__chat_whole(struct sl__answer *answer, const char *text, size_t len, struct sl_error *error)
{
    cJSON *json = sl__json_parse(text, len, NULL);
    int code = json              ? sl__answer_error(answer, "", json, error)
               : errno == ENOMEM ? sl__answer_failed(SL_E_NOMEM, error)
                                 : 0;
    if (!code && !sl__json_array(json, "choices"))
        code = sl__answer_foreign("Chat Completions", error);
    if (!code)
        code = take_chunk(answer, json, false, error);
    answer->done = true;
    cJSON_Delete(json);
    return code;
}
