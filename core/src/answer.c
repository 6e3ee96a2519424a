/* Answers: what arrives, what is kept, how it ended. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "answer.h"
#include "json.h"
#include "translate.h"
#include "utf8.h"

void sl__answer_init(struct sl__answer *answer, sl__part_fn on_part, void *context)
{
    *answer = (struct sl__answer){.on_part = on_part,
                                  .context = context,
                                  .clean = SL__BUF_INIT(4 * SL__MAX_STREAM_EVENT),
                                  .text = SL__BUF_INIT(SL__MAX_ANSWER),
                                  .reasoning = SL__BUF_INIT(SL__MAX_ANSWER),
                                  .detail = SL__BUF_INIT(SL__MAX_ANSWER),
                                  .refusal = SL__BUF_INIT(SL__MAX_REFUSAL),
                                  .sources = SL__BUF_INIT(SL__MAX_SOURCES),
                                  .input = {-1, -1, -1},
                                  .usage = SL_USAGE_INIT,
                                  .cost = SL_COST_INIT};
    for (size_t i = 0; i < SL__MAX_CALLS; i++)
        answer->calls[i] = (struct sl__called){.slot = -1,
                                               .id = SL__BUF_INIT(SL__MAX_CALL_NAME),
                                               .name = SL__BUF_INIT(SL__MAX_CALL_NAME),
                                               .arguments = SL__BUF_INIT(SL__MAX_CALL)};
}

static void release_call(struct sl__called *call)
{
    sl__buf_release(&call->id);
    sl__buf_release(&call->name);
    sl__buf_release(&call->arguments);
}

void sl__answer_release(struct sl__answer *answer)
{
    sl__buf_release(&answer->clean);
    sl__buf_release(&answer->text);
    sl__buf_release(&answer->reasoning);
    sl__buf_release(&answer->detail);
    sl__buf_release(&answer->refusal);
    sl__buf_release(&answer->sources);
    for (size_t i = 0; i < SL__MAX_CALLS; i++)
        release_call(&answer->calls[i]);
    cJSON_Delete(answer->details);
    answer->details = NULL;
}

/* Hands on what lies clean, and keeps it. */
static int hand_on(struct sl__answer *answer, enum sl_event_type type, unsigned alternative)
{
    const struct sl__part part = {type, alternative, sl__buf_text(&answer->clean),
                                  answer->clean.len};
    struct sl__buf *kept = type == SL_EVENT_TEXT ? &answer->text : &answer->reasoning;
    int code = 0;
    if (part.len == 0)
        return 0;
    if (alternative == 0 && type != SL_EVENT_NOTE)
        code = sl__buf_add(kept, part.text, part.len);
    return code ? code : answer->on_part(&part, answer->context);
}

int sl__answer_part(struct sl__answer *answer, enum sl_event_type type, unsigned alternative,
                    const char *text)
{
    if (!text || !*text || alternative >= SL__MAX_ALTERNATIVES)
        return 0;
    struct sl__choice *choice = &answer->choices[alternative];
    choice->begun = true;
    sl__buf_reset(&answer->clean);
    int code = sl__text_clean(type == SL_EVENT_TEXT ? &choice->text : &choice->reasoning, text,
                              strlen(text), &answer->clean);
    return code ? code : hand_on(answer, type, alternative);
}

int sl__answer_refusal(struct sl__answer *answer, unsigned alternative, const char *text)
{
    if (alternative > 0)
        return sl__answer_part(answer, SL_EVENT_TEXT, alternative, text);
    return text ? sl__text_clean(&answer->refusal_state, text, strlen(text), &answer->refusal) : 0;
}

static bool is_call(const struct sl__called *call, int64_t slot, const char *id, const char *name)
{
    bool has_id = id && *id, known = has_id && strcmp(sl__buf_text(&call->id), id) == 0;
    if (slot >= 0) /* some servers give every call the same place */
        return call->slot == slot && (!has_id || known || call->id.len == 0);
    return has_id ? known : !(name && *name && call->name.len > 0);
}

static struct sl__called *find_call(struct sl__answer *answer, int64_t slot, const char *id,
                                    const char *name)
{
    for (size_t i = answer->call_count; i > 0; i--) {
        if (is_call(&answer->calls[i - 1], slot, id, name))
            return &answer->calls[i - 1];
        if (slot < 0 && !(id && *id))
            break; /* only the last can go on without an id */
    }
    return NULL;
}

static int take_once(struct sl__buf *to, const char *text)
{
    struct sl__text state = SL__TEXT_INIT;
    return text && to->len == 0 ? sl__text_clean(&state, text, strlen(text), to) : 0;
}

int sl__answer_call(struct sl__answer *answer, int64_t slot, const char *id, const char *name,
                    const char *arguments)
{
    bool begins = (id && *id) || (name && *name);
    struct sl__called *call = find_call(answer, slot, id, name);
    if (!call && !begins)
        return 0;
    if (!call && answer->call_count == SL__MAX_CALLS)
        return SL_E_TOO_LARGE;
    if (!call) {
        call = &answer->calls[answer->call_count++];
        call->slot = slot;
    }
    int code = take_once(&call->id, id);
    if (!code)
        code = take_once(&call->name, name);
    if (!code && arguments)
        code = sl__text_clean(&call->state, arguments, strlen(arguments), &call->arguments);
    return code;
}

static int tell(struct sl__answer *answer, const struct sl_error *line)
{
    sl__buf_reset(&answer->clean);
    int code = sl__buf_adds(&answer->clean, line->message);
    return code ? code : hand_on(answer, SL_EVENT_NOTE, 0);
}

int sl__answer_source(struct sl__answer *answer, const char *title, const char *url)
{
    struct sl_error line = SL_ERROR_INIT; /* one harmless line, as all sentences are */
    char mark[SL_ERROR_MESSAGE_MAX + 2];
    if (!url || !*url)
        return 0;
    sl__error_set_plain(&line, 0, "%s", url);
    snprintf(mark, sizeof mark, "\n%s\n", line.message);
    if (strstr(sl__buf_text(&answer->sources), mark))
        return 0;
    int code = sl__buf_adds(&answer->sources, mark);
    if (code) /* so many are of no use to anybody */
        return code == SL_E_TOO_LARGE ? 0 : code;
    if (title && *title)
        sl_error_set(&line, 0, "source: %s, %s", title, url);
    else
        sl_error_set(&line, 0, "source: %s", url);
    return tell(answer, &line);
}

/* The reasons of the protocols, and those that servers behind them have of their own. */
static const struct {
    const char *word;
    enum sl__finish finish;
} reasons[] = {
    {"stop", SL__FINISH_STOP},
    {"end_turn", SL__FINISH_STOP},
    {"stop_sequence", SL__FINISH_STOP},
    {"tool_calls", SL__FINISH_STOP},
    {"tool_use", SL__FINISH_STOP},
    {"function_call", SL__FINISH_STOP},
    {"eos", SL__FINISH_STOP},
    {"eos_token", SL__FINISH_STOP},
    {"length", SL__FINISH_LENGTH},
    {"max_tokens", SL__FINISH_LENGTH},
    {"max_output_tokens", SL__FINISH_LENGTH},
    {"model_context_window_exceeded", SL__FINISH_LENGTH},
    {"content_filter", SL__FINISH_FILTER},
    {"safety", SL__FINISH_FILTER},
    {"sensitive", SL__FINISH_FILTER},
    {"censorship_blocked", SL__FINISH_FILTER},
    {"refusal", SL__FINISH_REFUSED},
    {"pause_turn", SL__FINISH_PAUSE},
    {"error", SL__FINISH_ERROR},
    {"abort", SL__FINISH_ERROR},
    {"cancelled", SL__FINISH_ERROR},
    {"network_error", SL__FINISH_ERROR},
    {"insufficient_system_resource", SL__FINISH_ERROR},
};
enum { REASONS = sizeof reasons / sizeof *reasons };

void sl__answer_ended(struct sl__answer *answer, unsigned alternative, const char *word)
{
    size_t row = 0;
    if (!word || !*word || alternative >= SL__MAX_ALTERNATIVES)
        return;
    while (row < REASONS && strcasecmp(reasons[row].word, word) != 0)
        row++;
    if (row == REASONS)
        sl__answer_word(answer->reason, sizeof answer->reason, word);
    enum sl__finish finish = row < REASONS ? reasons[row].finish : SL__FINISH_STOP;
    answer->choices[alternative].finish = finish;
    if (finish > answer->finish)
        answer->finish = finish;
}

void sl__answer_count(int64_t *to, const cJSON *object, const char *name)
{
    int64_t count = sl__json_count(object, name);
    if (count >= 0)
        *to = count;
}

void sl__answer_cost(struct sl__answer *answer, const cJSON *dollars)
{
    if (!cJSON_IsNumber(dollars) || !isfinite(dollars->valuedouble) || dollars->valuedouble < 0)
        return;
    answer->cost = (struct sl_cost){.amount = dollars->valuedouble, .currency = "USD"};
}

void sl__answer_word(char *to, size_t room, const char *word)
{
    struct sl_error line = SL_ERROR_INIT;
    size_t len = 0;
    if (!word || !*word)
        return;
    sl_error_set(&line, 0, "%s", word);
    while (line.message[len]) {
        struct sl__utf8 next = sl__utf8_next(line.message + len, strlen(line.message + len));
        if (len + next.length >= room)
            break;
        len += next.length;
    }
    memcpy(to, line.message, len);
    to[len] = '\0';
}

void sl__answer_sentence(char *to, size_t room, const char *sentence)
{
    sl__answer_word(to, room, sentence);
    for (size_t len = strlen(to); len > 0 && strchr(". ", to[len - 1]); len--)
        to[len - 1] = '\0';
}

int sl__answer_failed(int code, struct sl_error *error)
{
    if (code == SL_E_TOO_LARGE)
        sl_error_set(error, code, "the answer is longer than a sensible one can be; ask for less");
    else if (code == SL_E_NOMEM)
        sl_error_set(error, code, "there is no memory left for the answer; close something");
    return code;
}

/* The end. */

/* What characters cut at the end leave behind. */
static int settle_texts(struct sl__answer *answer)
{
    int code = 0;
    for (unsigned i = 0; i < 2 * SL__MAX_ALTERNATIVES && !code; i++) {
        struct sl__choice *choice = &answer->choices[i / 2];
        bool text = i % 2;
        sl__buf_reset(&answer->clean);
        code = sl__text_finish(text ? &choice->text : &choice->reasoning, &answer->clean);
        if (!code)
            code = hand_on(answer, text ? SL_EVENT_TEXT : SL_EVENT_REASONING, i / 2);
    }
    return code ? code : sl__text_finish(&answer->refusal_state, &answer->refusal);
}

/* Calls without a name are not for us to answer; an id is needed to answer at all. */
static int settle_calls(struct sl__answer *answer)
{
    size_t kept = 0;
    int code = 0;
    for (size_t i = 0; i < answer->call_count && !code; i++) {
        struct sl__called call = answer->calls[i];
        if (call.name.len == 0)
            continue;
        answer->calls[i] = answer->calls[kept];
        answer->calls[kept++] = call;
        struct sl__called *settled = &answer->calls[kept - 1];
        code = sl__text_finish(&settled->state, &settled->arguments);
        if (!code && settled->id.len == 0)
            code = sl__buf_addf(&settled->id, "call_%zu", kept);
    }
    answer->call_count = kept;
    return code;
}

/* Without an announced end, all that were asked for have to have one of their own. */
static bool is_whole(const struct sl__answer *answer)
{
    bool whole = answer->finish != SL__FINISH_NONE;
    for (size_t i = 0; i < SL__MAX_ALTERNATIVES; i++) {
        const struct sl__choice *choice = &answer->choices[i];
        bool expected = choice->begun || i < answer->wanted;
        whole = whole && (!expected || choice->finish != SL__FINISH_NONE);
    }
    return whole || answer->done;
}

/* Whether an unknown reason leaves the answer whole only the person can see. */
static int tell_notes(struct sl__answer *answer)
{
    struct sl_error line = SL_ERROR_INIT;
    int code = sl__answer_tell_odds(answer, &line) ? tell(answer, &line) : 0;
    if (code || !*answer->reason || answer->finish != SL__FINISH_STOP)
        return code;
    sl_error_set(&line, 0, "the server ended the answer with “%s”; check that it is whole",
                 answer->reason);
    return tell(answer, &line);
}

static int refuse(const struct sl__answer *answer, struct sl_error *error)
{
    char said[400] = "";
    sl__answer_sentence(said, sizeof said, sl__buf_text(&answer->refusal));
    if (!*said)
        return sl_error_set(
            error, SL_E_REFUSED,
            "the model refused to answer; ask differently, or choose another model");
    return sl_error_set(error, SL_E_REFUSED,
                        "the model refused to answer: %s; ask differently, or choose another model",
                        said);
}

static int end_empty(const struct sl__answer *answer, struct sl_error *error)
{
    if (answer->finish == SL__FINISH_LENGTH)
        return sl_error_set(error, SL_E_LENGTH,
                            "reasoning used up the model's length limit before the answer began; "
                            "raise max_tokens or lower the effort");
    return sl_error_set(error, SL_E_INCOMPLETE, "the model answered with nothing; ask again");
}

static int end_early(struct sl__answer *answer, struct sl_error *error)
{
    answer->call_count = 0; /* their arguments may be cut as well */
    if (answer->finish == SL__FINISH_PAUSE)
        return sl_error_set(error, SL_E_LENGTH,
                            "the server paused before the answer was whole; ask it to continue");
    return sl_error_set(error, SL_E_LENGTH,
                        "the answer was cut at the model's length limit; ask it to continue, or "
                        "for a shorter one");
}

static int judge(struct sl__answer *answer, struct sl_error *error)
{
    enum sl__finish finish = answer->finish;
    if (finish == SL__FINISH_ERROR)
        return sl_error_set(error, SL_E_SERVER,
                            "the server stopped in the middle of the answer; ask again");
    if (finish == SL__FINISH_FILTER)
        return sl_error_set(error, SL_E_MODERATION,
                            "the provider's moderation stopped the answer; change the picture or "
                            "the instruction");
    if (!is_whole(answer))
        return sl_error_set(error, SL_E_INCOMPLETE,
                            "the connection ended before the answer did; ask again");
    if (finish == SL__FINISH_REFUSED || answer->refusal.len > 0)
        return refuse(answer, error);
    if (answer->text.len == 0 && answer->call_count == 0)
        return end_empty(answer, error);
    return finish == SL__FINISH_LENGTH || finish == SL__FINISH_PAUSE ? end_early(answer, error) : 0;
}

int sl__answer_finish(struct sl__answer *answer, struct sl_error *error)
{
    int code = settle_texts(answer);
    if (!code)
        code = sl__answer_settle_detail(answer);
    if (!code)
        code = settle_calls(answer);
    if (!code)
        code = tell_notes(answer);
    return code ? sl__answer_failed(code, error) : judge(answer, error);
}
