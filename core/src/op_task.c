/* A task: media and a prompt in, a streamed answer out, in as many rounds as it takes. */
#include <stdio.h>
#include <string.h>

#include "calls.h"
#include "groups.h"
#include "near.h"
#include "output.h"
#include "request.h"
#include "room.h"
#include "spending.h"
#include "split.h"
#include "talk.h"
#include "task_settings.h"
#include "watch.h"

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left for the request");
}

static int announce_parts(struct sl__request *request, struct sl_error *error)
{
    const struct sl__split *split = request->talk->split;
    char cost[SL__COST_MAX];
    int code = sl__spending_check_all(request, sl__room_video_tokens(sl__split_seconds(split)),
                                      cost, error);
    sl__split_announce(split, cost);
    return code;
}

static int make_groups(struct sl__request *request, size_t count, struct sl_error *error)
{
    char cost[SL__COST_MAX];
    int code = sl__groups_make(request, count, error);
    if (code)
        return code;
    code = sl__spending_check_all(request, sl__groups_tokens(request), cost, error);
    sl__groups_announce(request, cost);
    return code;
}

static int make_question(struct sl__request *request, struct sl_error *error)
{
    int code = sl__question_make(request, error);
    return !code && request->talk->split ? announce_parts(request, error) : code;
}

/* Once all groups have ended, what was said of them is the question. */
static int take_groups(struct sl__request *request, struct sl_error *error)
{
    struct sl_error failed = SL_ERROR_INIT;
    sl__groups_failure(request->talk->groups, &failed);
    request->talk->awaits_groups = false;
    if (!failed.code)
        return make_question(request, error);
    *error = failed;
    return failed.code;
}

static int prepare_question(struct sl__request *request, struct sl_error *error)
{
    int code = sl__request_find_key(request, error);
    if (!code)
        code = sl__request_may_send(request, error);
    if (!code)
        code = sl__task_settings_make(request, error);
    if (code)
        return code;
    sl__spending_note_unpriced(request);
    size_t groups = sl__groups_by_count(request);
    if (groups > 0)
        return make_groups(request, groups, error);
    code = make_question(request, error);
    groups = code ? 0 : sl__groups_by_tokens(request);
    if (groups == 0)
        return code;
    sl__history_cut(&request->talk->history, request->talk->asked);
    return make_groups(request, groups, error);
}

int sl__round_body(struct sl__request *request, const struct sl__history *history,
                   struct sl_error *error)
{
    const struct sl_config *config = request->config;
    struct sl__talk *talk = request->talk;
    const struct sl__dialect *dialect = &sl__dialects[talk->protocol];
    bool task = talk->round != SL__ROUND_DESCRIBE, own = talk->round != SL__ROUND_WATCH;
    struct sl__tool tools[SL__TOOLS];
    struct sl__turn turn = {.abilities = &config->row->abilities[talk->protocol],
                            .model = config->model,
                            .effort = sl__task_effort(request),
                            .settings = task ? talk->settings : config->settings,
                            .max_output = config->model_row.max_output,
                            .history = history,
                            .alone = sl__talk_alternatives(request) == 1,
                            .storing = &request->storing,
                            .tools = tools,
                            .json = task && own && request->task.output == SL_OUTPUT_JSON &&
                                    !talk->continues && !talk->no_form,
                            .schema = talk->no_schema || !own ? NULL : request->task.schema,
                            .schema_name = request->task.name,
                            .stream = config->streams};
    bool first = false;
    if (talk->round == SL__ROUND_ANSWER)
        turn.tool_count = sl__calls_offer(request, tools);
    int code = sl__storing_prepare(request, history, &first, error);
    if (first)
        talk->round = SL__ROUND_FILES;
    if (code || first)
        return code;
    sl__request_clear_exchange(request);
    request->exchange.path = dialect->path;
    request->exchange.dialect = dialect;
    request->exchange.streams = config->streams;
    request->exchange.alternatives = sl__talk_alternatives(request);
    return dialect->body(&request->exchange.body, &turn) ? no_memory(error) : 0;
}

/* The pictures of a message that has to give way, and what is asked about them. */
static int write_description(struct sl__request *request, size_t at, struct sl_error *error)
{
    const struct sl__message *old = request->talk->history.items[at];
    struct sl__task task;
    struct sl__task_values none = {0};
    struct sl__buf prompt = SL__BUF_INIT(SL__MAX_PROMPT);
    struct sl__history history = SL__HISTORY_INIT;
    int code = sl__task_load(&task, request->config, "describe", error);
    if (code)
        return code;
    code = sl__task_prompt(&task, &none, &prompt);
    struct sl__message *message = code ? NULL : sl__message_new(SL__USER, prompt.data);
    for (size_t i = 0; message && i < old->attachment_count && !code; i++)
        code = sl__message_attach(message, old->attachments[i]);
    if (sl__history_add(&history, message) || code)
        code = no_memory(error);
    else
        code = sl__round_body(request, &history, error);
    sl__history_release(&history);
    sl__buf_release(&prompt);
    sl__task_release(&task);
    return code;
}

/* Sends the question, or what has to come before it: `asked` is all that is sent with it. */
static int prepare_round(struct sl__request *request, const struct sl__history *asked,
                         struct sl_error *error)
{
    struct sl__talk *talk = request->talk;
    bool watches = sl__watch_waits(talk->watch);
    long full = watches ? -1 : sl__room_shortage(asked, talk->asked, &request->config->model_row);
    talk->round = full >= 0                 ? SL__ROUND_DESCRIBE
                  : watches                 ? SL__ROUND_WATCH
                  : asked == &talk->history ? SL__ROUND_ANSWER
                                            : SL__ROUND_PART;
    int code = sl__spending_check(request, asked, error);
    if (code)
        return code;
    talk->giving_way = full < 0 ? 0 : (size_t)full;
    if (full < 0)
        return sl__round_body(request, asked, error);
    code = write_description(request, (size_t)full, error);
    if (!code && talk->round == SL__ROUND_DESCRIBE)
        sl__request_note(
            request, SL_LEVEL_OK,
            "this conversation has become too long for the model: its oldest pictures are "
            "described first, and the description stands in for them");
    return code;
}

/* What has to be said before the question, which then is `question`; else that stays empty. */
static int next_question(struct sl__request *request, struct sl__history *question,
                         struct sl_error *error)
{
    struct sl__talk *talk = request->talk;
    int code = sl__calls_wait(&talk->history) ? sl__calls_answer(request, question, error) : 0;
    return !code && question->count == 0 && talk->split ? sl__split_next(request, question, error)
                                                        : code;
}

static int send_next(struct sl__request *request, struct sl_error *error)
{
    struct sl__talk *talk = request->talk;
    struct sl__history about_part = SL__HISTORY_INIT;
    int code = next_question(request, &about_part, error);
    if (!code)
        code = prepare_round(request, about_part.count > 0 ? &about_part : &talk->history, error);
    sl__history_release(&about_part);
    return code;
}

/* A part that cannot be watched again, because of the budget say, does not end the request. */
static bool is_to_go_on(struct sl__request *request, int code, struct sl_error *error)
{
    bool on = code && code != SL_E_CANCELLED && code != SL_E_NOMEM &&
              sl__watch_waits(request->talk->watch);
    if (on && sl__watch_failed(request, error))
        return no_memory(error), false;
    return on;
}

static int prepare(struct sl__request *request, struct sl_error *error)
{
    struct sl__talk *talk = request->talk;
    int code = 0;
    if (talk->complete) {
        sl__storing_clean_up(request);
        return 0;
    }
    sl__request_progress(request, SL_PHASE_PREPARING, 0, 0);
    if (talk->mending)
        code = sl__near_mend(request, error);
    else if (!talk->settings)
        code = prepare_question(request, error);
    else if (talk->awaits_groups)
        code = take_groups(request, error);
    if (!code && talk->awaits_groups)
        return 0; /* nothing is sent before they are described */
    if (!request->task.look)
        sl__request_release_media(request);
    if (code)
        return code;
    do
        code = send_next(request, error);
    while (is_to_go_on(request, code, error));
    if (code && talk->split && code != SL_E_CANCELLED)
        sl__split_failed(request, error);
    return code;
}

/* What is said of a part of a long video is on the way to the answer. */
static int part(struct sl__request *request, const struct sl__part *part)
{
    enum sl__round round = request->talk->round;
    struct sl__part thought = *part;
    if (round == SL__ROUND_ANSWER)
        return sl__output_part(request, part);
    if ((round == SL__ROUND_PART || round == SL__ROUND_WATCH) && part->type == SL_EVENT_TEXT)
        thought.type = SL_EVENT_REASONING;
    return thought.type == SL_EVENT_REASONING ? sl__output_part(request, &thought) : 0;
}

/* Keeps what was said. */
static int remember(struct sl__request *request, const struct sl__answer *answer)
{
    struct sl__message *message = sl__message_new(SL__ASSISTANT, sl__buf_text(&answer->text));
    int code = message ? 0 : SL_E_NOMEM;
    if (!code && answer->reasoning.len > 0) {
        message->reasoning = strdup(sl__buf_text(&answer->reasoning));
        code = message->reasoning ? 0 : SL_E_NOMEM;
    }
    if (!code && answer->details) {
        message->details = cJSON_Duplicate(answer->details, true);
        code = message->details ? 0 : SL_E_NOMEM;
    }
    for (size_t i = 0; i < answer->call_count && !code; i++) {
        const struct sl__called *call = &answer->calls[i];
        code = sl__message_call(message, sl__buf_text(&call->id), sl__buf_text(&call->name),
                                sl__buf_text(&call->arguments));
    }
    if (code) {
        sl__message_drop(message);
        return code;
    }
    return sl__history_add(&request->talk->history, message);
}

static void go_on(struct sl__request *request, int code)
{
    struct sl_error error = SL_ERROR_INIT;
    if (code) {
        no_memory(&error);
        sl__request_failed(request, &error);
    } else {
        sl__request_again(request);
    }
}

/* Has the model mend an answer that is not in the task's form. */
static void repair(struct sl__request *request, const struct sl__answer *answer,
                   const struct sl_error *why)
{
    struct sl__talk *talk = request->talk;
    struct sl_error error = SL_ERROR_INIT;
    if (talk->repairs++ >= SL__MAX_REPAIRS) {
        sl_error_set(&error, SL_E_FORMAT,
                     "the answer is not in the form that %s asks for, not even at the second try "
                     "(%s); ask again, or choose another model",
                     request->task.name, why->message);
        sl__request_failed(request, &error);
        return;
    }
    sl__request_note(request, SL_LEVEL_WARNING,
                     "the answer is not in the form that %s asks for (%s); it is asked for again",
                     request->task.name, why->message);
    talk->mended = talk->history.count;
    talk->continues = false; /* the whole is asked for */
    sl__buf_reset(&talk->earlier);
    struct sl__buf text = SL__BUF_INIT(4096);
    int code = remember(request, answer);
    if (!code)
        code = sl__buf_addf(&text,
                            "This is not the JSON that was asked for: %s. Answer again with the "
                            "whole corrected JSON and nothing else.",
                            why->message);
    if (!code)
        code = sl__history_add(&talk->history, sl__message_new(SL__USER, text.data));
    sl__buf_release(&text);
    go_on(request, code);
}

static void complete(struct sl__request *request, const struct sl__answer *answer)
{
    struct sl__talk *talk = request->talk;
    struct sl_error error = SL_ERROR_INIT;
    int code = sl__output_finish(request, answer, &error);
    if (code == SL_E_FORMAT) {
        repair(request, answer, &error);
        return;
    }
    if (talk->mended > 0) /* the conversation keeps the good answer alone */
        sl__history_cut(&talk->history, talk->mended);
    if (!code && remember(request, answer))
        code = no_memory(&error);
    if (code) {
        sl__request_failed(request, &error);
        return;
    }
    talk->complete = true;
    if (request->config->delete_after_use && request->storing.count > 0)
        sl__request_again(request);
    else
        sl__request_done(request, "");
}

/* Models differ in whether they take a schema, or a form of the answer at all, and only the server
 * knows. */
static bool refuses_form(const struct sl__request *request, const struct sl__outcome *outcome)
{
    const char *said = outcome->error.message;
    int status = outcome->error.http_status;
    bool asked = request->task.output == SL_OUTPUT_JSON && !request->talk->no_form;
    return asked && (status == 400 || status == 422) &&
           (strstr(said, "response_format") || strstr(said, "schema") ||
            strstr(said, "json_object"));
}

/* Asks for less: an object instead of one that fits the schema, and then in the question alone. */
static int ask_for_less(struct sl__request *request)
{
    struct sl__talk *talk = request->talk;
    if (request->task.schema && !talk->no_schema)
        return sl__question_describe_schema(request);
    talk->no_form = true;
    return 0;
}

/* A failure between the rounds. */
static void fail(struct sl__request *request, struct sl_error *error)
{
    if (error->code == SL_E_AUTH)
        sl__key_cache_forget(request->key_cache, sl__buf_text(&request->key));
    if (request->talk->split)
        sl__split_failed(request, error);
    sl__request_failed(request, error);
}

static void finish_storing(struct sl__request *request, const struct sl__outcome *outcome)
{
    struct sl_error error = SL_ERROR_INIT;
    if (sl__storing_finish(request, outcome, &error))
        fail(request, &error);
    else
        sl__request_again(request);
}

static void give_up(struct sl__request *request, const struct sl__outcome *outcome)
{
    struct sl_error error = outcome->error;
    if (sl__storing_suspects(request, outcome)) {
        sl__request_again(request);
        return;
    }
    if (request->talk->round == SL__ROUND_WATCH) {
        go_on(request, sl__watch_failed(request, &error));
        return;
    }
    if (refuses_form(request, outcome)) {
        go_on(request, ask_for_less(request));
        return;
    }
    if (sl__near_suspects(request, outcome)) {
        sl__request_again(request);
        return;
    }
    if (outcome->code == SL_E_AUTH)
        sl__key_cache_forget(request->key_cache, sl__buf_text(&request->key));
    bool told = request->talk->round == SL__ROUND_ANSWER && outcome->answer->text.len > 0;
    if (request->talk->split && !told)
        sl__split_failed(request, &error);
    bool cut = outcome->code == SL_E_LENGTH && outcome->answer->text.len > 0;
    if (cut && request->talk->round == SL__ROUND_ANSWER) {
        struct sl_error ignored;
        sl__output_finish(request, outcome->answer, &ignored);
        if (remember(request, outcome->answer))
            no_memory(&error);
    }
    sl__request_failed(request, &error);
}

static void give_up_looking(struct sl__request *request)
{
    struct sl_error error = SL_ERROR_INIT;
    sl_error_set(
        &error, SL_E_INCOMPLETE,
        "the model looks closer again and again instead of answering; ask again, or choose "
        "another model");
    sl__request_failed(request, &error);
}

/* What the model says before a call is not the beginning of the answer after it. */
static void go_on_after_calls(struct sl__request *request, const struct sl__answer *answer)
{
    sl__output_reset(request->talk);
    if (request->task.output == SL_OUTPUT_TEXT && answer->text.len > 0)
        sl__output_break(request);
    go_on(request, remember(request, answer));
}

static void finish(struct sl__request *request, const struct sl__outcome *outcome)
{
    struct sl__talk *talk = request->talk;
    if (talk->awaits_groups) {
        sl__groups_start(request);
        return;
    }
    if (talk->complete && !request->exchange.path) {
        sl__request_done(request, "");
        return;
    }
    if (talk->round == SL__ROUND_FILES || talk->complete) {
        finish_storing(request, outcome);
        return;
    }
    const struct sl__answer *answer = outcome->answer;
    bool cut = outcome->code == SL_E_LENGTH && answer->text.len > 0;
    sl__talk_count(request, &answer->usage, &answer->cost);
    snprintf(talk->model, sizeof talk->model, "%s", answer->model);
    if (talk->round == SL__ROUND_DESCRIBE && (cut || !outcome->code))
        go_on(request,
              sl__room_make(&talk->history, talk->giving_way, sl__buf_text(&answer->text)));
    else if (talk->round == SL__ROUND_PART && (cut || !outcome->code))
        go_on(request, sl__split_answer(request, sl__buf_text(&answer->text)));
    else if (talk->round == SL__ROUND_WATCH && (cut || !outcome->code))
        go_on(request, sl__watch_take(request, sl__buf_text(&answer->text)));
    else if (outcome->code)
        give_up(request, outcome);
    else if (answer->call_count == 0)
        complete(request, answer);
    else if (talk->looks <= SL__MAX_LOOKS)
        go_on_after_calls(request, answer);
    else
        give_up_looking(request);
}

const struct sl__operation sl__task_operation = {
    .prepare = prepare, .part = part, .finish = finish, .leave = sl__talk_count};
