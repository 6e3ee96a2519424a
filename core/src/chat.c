/* Chat Completions: request bodies and streamed answers. */
#include <stdio.h>
#include <string.h>

#include "chat.h"
#include "json.h"

static cJSON *settings(const struct sl__turn *turn)
{
    cJSON *root = cJSON_CreateObject();
    bool good = cJSON_AddStringToObject(root, "model", turn->model) &&
                cJSON_AddTrueToObject(root, "stream");
    if (good && turn->effort && turn->provider->effort == SL__EFFORT_FLAT) {
        good = cJSON_AddStringToObject(root, "reasoning_effort", turn->effort) != NULL;
    } else if (good && turn->effort && turn->provider->effort == SL__EFFORT_NESTED) {
        cJSON *reasoning = cJSON_AddObjectToObject(root, "reasoning");
        good = reasoning && cJSON_AddStringToObject(reasoning, "effort", turn->effort);
    }
    if (good)
        return root;
    cJSON_Delete(root);
    return NULL;
}

/* The settings without their closing brace, so that the messages can follow. */
static int add_settings(struct sl__body *body, const struct sl__turn *turn)
{
    cJSON *root = settings(turn);
    char *text = root ? cJSON_PrintUnformatted(root) : NULL;
    cJSON_Delete(root);
    if (!text)
        return SL_E_NOMEM;
    text[strlen(text) - 1] = '\0';
    int code = sl__body_text(body, text);
    cJSON_free(text);
    return code;
}

static int add_picture(struct sl__body *body, const struct sl__turn *turn, struct sl_image *image)
{
    char head[128], tail[64] = "\"}},";
    snprintf(head, sizeof head, "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:%s;base64,",
             image->mime);
    if (turn->provider->detail)
        snprintf(tail, sizeof tail, "\",\"detail\":\"%s\"}},", turn->detail);
    int code = sl__body_text(body, head);
    if (!code)
        code = sl__body_picture(body, image);
    return code ? code : sl__body_text(body, tail);
}

static int add_prompt(struct sl__body *body, const char *prompt)
{
    cJSON *part = cJSON_CreateObject();
    bool good = cJSON_AddStringToObject(part, "type", "text") &&
                cJSON_AddStringToObject(part, "text", prompt);
    int code = good ? sl__body_json(body, part) : SL_E_NOMEM;
    cJSON_Delete(part);
    return code;
}

int sl__chat_body(struct sl__body *body, const struct sl__turn *turn)
{
    int code = add_settings(body, turn);
    if (!code)
        code = sl__body_text(body, ",\"messages\":[{\"role\":\"user\",\"content\":[");
    for (size_t i = 0; i < turn->image_count && !code; i++)
        code = add_picture(body, turn, &turn->images[i]);
    if (!code)
        code = add_prompt(body, turn->prompt);
    return code ? code : sl__body_text(body, "]}]}");
}

void sl__answer_init(struct sl__answer *answer, sl__answer_fn on_part, void *context)
{
    *answer = (struct sl__answer){.on_part = on_part,
                                  .context = context,
                                  .clean = SL__BUF_INIT(4 * SL__MAX_STREAM_EVENT),
                                  .usage = SL_USAGE_INIT};
}

void sl__answer_release(struct sl__answer *answer)
{
    sl__buf_release(&answer->clean);
}

static int add_part(struct sl__answer *answer, enum sl_event_type type, const char *text)
{
    struct sl__text *state = type == SL_EVENT_TEXT ? &answer->text : &answer->reasoning;
    if (!text || !*text)
        return 0;
    sl__buf_reset(&answer->clean);
    int code = sl__text_clean(state, text, strlen(text), &answer->clean);
    if (code || answer->clean.len == 0)
        return code;
    answer->has_text = answer->has_text || type == SL_EVENT_TEXT;
    return answer->on_part(type, answer->clean.data, answer->clean.len, answer->context);
}

/* Servers name the reasoning in up to three ways at once; it is taken from the first that has any.
 */
static int add_reasoning(struct sl__answer *answer, const cJSON *delta)
{
    static const char *const names[] = {"reasoning", "reasoning_content"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = sl__json_string(delta, names[i]);
        if (text && *text)
            return add_part(answer, SL_EVENT_REASONING, text);
    }
    const cJSON *detail;
    int code = 0;
    cJSON_ArrayForEach(detail, sl__json_array(delta, "reasoning_details"))
    {
        if (!code)
            code = add_part(answer, SL_EVENT_REASONING, sl__json_string(detail, "text"));
    }
    return code;
}

static void take_count(int64_t *to, const cJSON *object, const char *name)
{
    int64_t count = sl__json_count(object, name);
    if (count >= 0)
        *to = count;
}

static void take_usage(struct sl_usage *usage, const cJSON *json)
{
    take_count(&usage->input_tokens, json, "prompt_tokens");
    take_count(&usage->output_tokens, json, "completion_tokens");
    take_count(&usage->cached_tokens, json, "cached_tokens");
    take_count(&usage->cached_tokens, sl__json_object(json, "prompt_tokens_details"),
               "cached_tokens");
    take_count(&usage->reasoning_tokens, sl__json_object(json, "completion_tokens_details"),
               "reasoning_tokens");
}

/* A short text of the server's, made one harmless line as sentences are. */
static void take_word(char *to, size_t room, const char *word)
{
    struct sl_error line = SL_ERROR_INIT;
    if (!word || !*word)
        return;
    sl_error_set(&line, 0, "%.*s", (int)room - 1, word);
    size_t len = strnlen(line.message, room - 1);
    memcpy(to, line.message, len);
    to[len] = '\0';
}

const char *sl__error_sentence(const cJSON *json)
{
    static const char *const names[] = {"message", "detail", "error"};
    const cJSON *inner = sl__json_object(json, "error");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = sl__json_string(inner ? inner : json, names[i]);
        if (text && *text)
            return text;
    }
    return NULL;
}

static int take_choice(struct sl__answer *answer, const cJSON *choice)
{
    const cJSON *delta = sl__json_object(choice, "delta");
    int code = add_reasoning(answer, delta);
    if (!code)
        code = add_part(answer, SL_EVENT_TEXT, sl__json_string(delta, "content"));
    take_word(answer->finish, sizeof answer->finish, sl__json_string(choice, "finish_reason"));
    return code;
}

static int take_chunk(struct sl__answer *answer, const cJSON *chunk, struct sl_error *error)
{
    const cJSON *problem = sl__json_member(chunk, "error");
    const char *object = sl__json_string(chunk, "object");
    if ((problem && !cJSON_IsNull(problem)) || (object && strcmp(object, "error") == 0)) {
        const char *sentence = sl__error_sentence(chunk);
        return sl_error_set(error, SL_E_HTTP,
                            "the server stopped in the middle of the answer: %s; ask again",
                            sentence ? sentence : "it gave no reason");
    }
    take_usage(&answer->usage, sl__json_object(chunk, "usage"));
    take_word(answer->model, sizeof answer->model, sl__json_string(chunk, "model"));
    const cJSON *choice = cJSON_GetArrayItem(sl__json_array(chunk, "choices"), 0);
    int code = choice ? take_choice(answer, choice) : 0;
    return code ? sl_error_set(error, code, "the answer is longer than there is memory for") : 0;
}

int sl__answer_event(struct sl__answer *answer, const char *data, size_t len,
                     struct sl_error *error)
{
    if (answer->done)
        return 0;
    if (len == 6 && memcmp(data, "[DONE]", 6) == 0) {
        answer->done = true;
        return 0;
    }
    cJSON *chunk = sl__json_parse(data, len, NULL);
    int code = cJSON_IsObject(chunk)
                   ? take_chunk(answer, chunk, error)
                   : sl_error_set(error, SL_E_PROTOCOL,
                                  "the server sent something that is no JSON in the middle of the "
                                  "answer; ask again, and check the base URL if it stays so");
    cJSON_Delete(chunk);
    return code;
}

int sl__answer_finish(struct sl__answer *answer, struct sl_error *error)
{
    static const struct {
        const char *finish;
        int code;
        const char *sentence;
    } ends[] = {
        {"content_filter", SL_E_HTTP,
         "the provider's moderation stopped the answer; change the picture or the instruction"},
        {"length", SL_E_INCOMPLETE,
         "the answer was cut at the model's length limit; ask for a shorter one"},
        {"error", SL_E_HTTP, "the server stopped in the middle of the answer; ask again"},
    };
    sl__buf_reset(&answer->clean);
    if (sl__text_finish(&answer->text, &answer->clean) == 0 && answer->clean.len > 0)
        answer->on_part(SL_EVENT_TEXT, answer->clean.data, answer->clean.len, answer->context);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (strcmp(answer->finish, ends[i].finish) == 0)
            return sl_error_set(error, ends[i].code, "%s", ends[i].sentence);
    }
    if (!answer->done && !*answer->finish)
        return sl_error_set(error, SL_E_INCOMPLETE,
                            "the connection ended before the answer did; ask again");
    if (!answer->has_text)
        return sl_error_set(error, SL_E_INCOMPLETE, "the model answered with nothing; ask again");
    return 0;
}
