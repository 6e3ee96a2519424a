/* Pictures that are described in groups. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "groups.h"
#include "request.h"
#include "room.h"
#include "talk.h"
#include "text.h"
#include "words.h"
#include "worker.h"

enum { MAX_DESCRIPTION = 48 << 10 };

struct group {
    size_t first, count; /* of the pictures */
    struct sl__buf answer;
};

struct sl__groups {
    size_t count, pictures, longest; /* `longest`: bytes of a description that are kept */
    struct group list[SL__MAX_GROUPS];
    pthread_mutex_t lock; /* of the next two */
    size_t ended;
    struct sl_error error; /* the first */
};

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left for the pictures");
}

size_t sl__groups_by_count(const struct sl__request *request)
{
    const struct sl__model *model = &request->config->model_row;
    bool fits = !model->images || request->media_count <= model->max_pictures;
    return fits || model->max_pictures == 0
               ? 0
               : (request->media_count + model->max_pictures - 1) / model->max_pictures;
}

size_t sl__groups_by_tokens(const struct sl__request *request)
{
    const struct sl__talk *talk = request->talk;
    struct sl__history question = {.items = talk->history.items + talk->asked, .count = 1};
    uint64_t room = sl__room_for_question(&request->config->model_row);
    size_t most = request->media_count < SL__MAX_GROUPS ? request->media_count : SL__MAX_GROUPS;
    uint64_t count = sl__room_tokens(&question) / room + 1;
    bool plain = question.items[0]->attachment_count == request->media_count && !talk->split;
    if (count == 1 || most < 2 || !plain || talk->continues)
        return 0;
    return count < most ? (size_t)count : most;
}

/* The one of a request of a group. */
static struct group *group_of(const struct sl__request *of_group)
{
    return &of_group->parent->talk->groups->list[of_group->group];
}

static int write_prompt(const struct sl__request *of_group, struct sl__buf *text)
{
    const struct sl__request *parent = of_group->parent;
    const struct group *group = group_of(of_group);
    struct sl_error error;
    struct sl__message *question = sl__question_prompt(parent, &error);
    int code = question ? 0 : SL_E_NOMEM;
    if (!code)
        code = sl__buf_addf(
            text,
            "%s\n\nThese are pictures %zu to %zu of %zu, which are too many to be seen at once. Do "
            "not answer yet: describe each of these pictures, under its number, with all in it "
            "that the task above may need, and what is written in it. The descriptions of all "
            "pictures are put together afterwards.",
            question->text, group->first + 1, group->first + group->count,
            parent->talk->groups->pictures);
    sl__message_drop(question);
    return code;
}

static int check_pictures(const struct sl__message *message, struct sl_error *error)
{
    for (size_t i = 0; i < message->attachment_count; i++) {
        if (message->attachments[i]->video)
            return sl_error_set(error, SL_E_INVALID,
                                "%s: beside so many pictures there can be no video; ask about it "
                                "alone",
                                message->attachments[i]->name);
    }
    return 0;
}

static int write_question(struct sl__request *of_group, struct sl_error *error)
{
    struct sl__buf text = SL__BUF_INIT(SL__MAX_PROMPT);
    struct sl__history *history = &of_group->talk->history;
    int code = write_prompt(of_group, &text);
    struct sl__message *message = code ? NULL : sl__message_new(SL__USER, text.data);
    sl__buf_release(&text);
    if (!message)
        return no_memory(error);
    code = sl__question_attach(of_group, message, error);
    if (!code)
        code = check_pictures(message, error);
    if (code)
        sl__message_drop(message);
    else if (sl__history_add(history, message))
        code = no_memory(error);
    return code;
}

static bool another_failed(const struct sl__request *of_group, struct sl_error *error)
{
    struct sl__groups *groups = of_group->parent->talk->groups;
    pthread_mutex_lock(&groups->lock);
    int code = groups->error.code;
    pthread_mutex_unlock(&groups->lock);
    if (code)
        sl_error_set(error, code, "another group has failed");
    return code;
}

/* What has to be stored first takes exchanges of their own, after which this is called again. */
static int prepare(struct sl__request *of_group, struct sl_error *error)
{
    struct sl__talk *talk = of_group->talk;
    int code = 0;
    if (talk->complete) {
        sl__storing_clean_up(of_group);
        return 0;
    }
    if (another_failed(of_group, error))
        return error->code;
    if (talk->history.count == 0)
        code = write_question(of_group, error);
    talk->round = SL__ROUND_DESCRIBE;
    return code ? code : sl__round_body(of_group, &talk->history, error);
}

static int ignore_part(struct sl__request *of_group, const struct sl__part *part)
{
    (void)of_group, (void)part;
    return 0;
}

static void fail_group(struct sl__request *of_group, const struct sl_error *why)
{
    const struct group *group = group_of(of_group);
    struct sl_error error = SL_ERROR_INIT;
    if (why->code == SL_E_AUTH)
        sl__key_cache_forget(of_group->key_cache, sl__buf_text(&of_group->key));
    sl_error_set(&error, why->code, "pictures %zu to %zu: %s", group->first + 1,
                 group->first + group->count, why->message);
    error.http_status = why->http_status;
    sl__groups_end_one(of_group->parent, &error);
}

static int keep(const struct sl__request *of_group, const char *answer)
{
    struct group *group = group_of(of_group);
    int code = sl__buf_addf(&group->answer, "[pictures %zu to %zu]\n", group->first + 1,
                            group->first + group->count);
    if (!code)
        code = sl__text_keep(&group->answer, answer, of_group->parent->talk->groups->longest);
    return code ? code : sl__buf_adds(&group->answer, "\n\n");
}

static void take_answer(struct sl__request *of_group, const struct sl__answer *answer)
{
    struct sl_error error = SL_ERROR_INIT;
    of_group->talk->complete = true;
    if (keep(of_group, sl__buf_text(&answer->text))) {
        no_memory(&error);
        fail_group(of_group, &error);
    } else if (of_group->config->delete_after_use && of_group->storing.count > 0) {
        sl__request_again(of_group);
    } else {
        sl__groups_end_one(of_group->parent, NULL);
    }
}

static void finish_answer(struct sl__request *of_group, const struct sl__outcome *outcome)
{
    const struct sl__answer *answer = outcome->answer;
    bool cut = outcome->code == SL_E_LENGTH && answer->text.len > 0;
    sl__talk_count(of_group->parent, &answer->usage, &answer->cost);
    if (!outcome->code || cut)
        take_answer(of_group, answer);
    else if (sl__storing_suspects(of_group, outcome))
        sl__request_again(of_group);
    else
        fail_group(of_group, &outcome->error);
}

static void finish(struct sl__request *of_group, const struct sl__outcome *outcome)
{
    struct sl__talk *talk = of_group->talk;
    struct sl_error error = SL_ERROR_INIT;
    if (talk->complete && !of_group->exchange.path)
        sl__groups_end_one(of_group->parent, NULL);
    else if (talk->round != SL__ROUND_FILES && !talk->complete)
        finish_answer(of_group, outcome);
    else if (sl__storing_finish(of_group, outcome, &error))
        fail_group(of_group, &error);
    else
        sl__request_again(of_group);
}

static void leave(struct sl__request *of_group, const struct sl_usage *usage,
                  const struct sl_cost *cost)
{
    sl__talk_count(of_group->parent, usage, cost);
}

static const struct sl__operation group_operation = {
    .prepare = prepare, .part = ignore_part, .finish = finish, .leave = leave};

static struct sl__request *new_request(struct sl__request *parent, size_t number,
                                       const struct group *group)
{
    struct sl__request *made = sl__request_new(&group_operation, NULL);
    if (!made)
        return NULL;
    sl__request_join(made, parent, number);
    made->media = parent->media + group->first;
    made->media_count = group->count;
    made->talk = sl__talk_new();
    if (made->talk && sl__buf_adds(&made->key, sl__buf_text(&parent->key)) == 0) {
        made->talk->protocol = parent->talk->protocol;
        made->talk->round = SL__ROUND_DESCRIBE;
        return made;
    }
    sl__request_drop(made);
    return NULL;
}

/* As even as they can be. */
static void divide(struct sl__groups *groups)
{
    for (size_t i = 0; i < groups->count; i++) {
        struct group *group = &groups->list[i];
        group->first = i * groups->pictures / groups->count;
        group->count = (i + 1) * groups->pictures / groups->count - group->first;
        group->answer = (struct sl__buf)SL__BUF_INIT(MAX_DESCRIPTION + 256);
    }
}

int sl__groups_make(struct sl__request *request, size_t count, struct sl_error *error)
{
    const struct sl__model *model = &request->config->model_row;
    struct sl__groups *groups = calloc(1, sizeof *groups);
    if (!groups)
        return no_memory(error);
    pthread_mutex_init(&groups->lock, NULL);
    groups->pictures = request->media_count;
    groups->count = count;
    groups->longest = (size_t)(model->context / 2) * SL__BYTES_PER_TOKEN / groups->count;
    if (groups->longest > MAX_DESCRIPTION)
        groups->longest = MAX_DESCRIPTION;
    divide(groups);
    request->talk->groups = groups;
    request->talk->awaits_groups = true;
    return 0;
}

void sl__groups_free(struct sl__groups *groups)
{
    if (!groups)
        return;
    for (size_t i = 0; i < groups->count; i++)
        sl__buf_release(&groups->list[i].answer);
    pthread_mutex_destroy(&groups->lock);
    free(groups);
}

uint64_t sl__groups_tokens(const struct sl__request *request)
{
    const struct sl_image_sizes *sizes = &request->config->model_row.sizes;
    enum sl_detail detail = sl__detail_of(sl__request_detail(request));
    uint32_t side = detail == SL_DETAIL_LOW ? sizes->low_side : sizes->high_max;
    return (uint64_t)request->media_count * sl_image_tokens(side, side, detail);
}

void sl__groups_announce(struct sl__request *request, const char *cost)
{
    const struct sl__groups *groups = request->talk->groups;
    sl__request_note(request, SL_LEVEL_OK,
                     "%zu pictures are more than %s takes at once: they are described in %zu "
                     "groups first, and the descriptions stand in for them%s",
                     groups->pictures, request->config->model, groups->count, cost);
}

void sl__groups_start(struct sl__request *request)
{
    struct sl__groups *groups = request->talk->groups;
    struct sl_error error = SL_ERROR_INIT;
    for (size_t i = 0; i < groups->count; i++) {
        struct sl__request *of_group = new_request(request, i, &groups->list[i]);
        if (of_group) {
            sl__request_again(of_group);
            sl__request_drop(of_group);
        } else {
            no_memory(&error);
            sl__groups_end_one(request, &error);
        }
    }
}

void sl__groups_failure(struct sl__groups *groups, struct sl_error *error)
{
    pthread_mutex_lock(&groups->lock);
    if (groups->error.code)
        *error = groups->error;
    pthread_mutex_unlock(&groups->lock);
}

struct sl__message *sl__groups_ask(const struct sl__groups *groups, struct sl__message *question)
{
    struct sl__buf text = SL__BUF_INIT(SL__MAX_PROMPT);
    int code = sl__buf_addf(&text,
                            "%s\n\nThe %zu pictures are not attached here: they are too many to be "
                            "seen at once, and were described in groups. What was said of each "
                            "group follows.\n\n",
                            question->text, groups->pictures);
    for (size_t i = 0; i < groups->count && !code; i++)
        code = sl__buf_adds(&text, sl__buf_text(&groups->list[i].answer));
    struct sl__message *made = code ? NULL : sl__message_new(SL__USER, text.data);
    sl__buf_release(&text);
    sl__message_drop(question);
    return made;
}

void sl__groups_end_one(struct sl__request *parent, const struct sl_error *error)
{
    struct sl__groups *groups = parent->talk->groups;
    pthread_mutex_lock(&groups->lock);
    if (error && !groups->error.code)
        groups->error = *error;
    bool last = ++groups->ended == groups->count;
    pthread_mutex_unlock(&groups->lock);
    if (last)
        sl__request_again(parent);
}

void sl__groups_place(struct sl__groups *groups, unsigned *part, unsigned *count)
{
    pthread_mutex_lock(&groups->lock);
    *part = groups->ended < groups->count ? (unsigned)groups->ended + 1 : 0;
    *count = (unsigned)groups->count;
    pthread_mutex_unlock(&groups->lock);
}
