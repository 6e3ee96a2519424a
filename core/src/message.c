/* Messages, and the lists that hold them. */
#include <stdlib.h>
#include <string.h>

#include "message.h"

struct sl__message *sl__message_new(enum sl__role role, const char *text)
{
    struct sl__message *message = calloc(1, sizeof *message);
    if (!message)
        return NULL;
    atomic_init(&message->references, 1);
    message->role = role;
    message->text = strdup(text);
    if (message->text)
        return message;
    free(message);
    return NULL;
}

struct sl__message *sl__message_hold(struct sl__message *message)
{
    atomic_fetch_add_explicit(&message->references, 1, memory_order_relaxed);
    return message;
}

static void release_call(struct sl__call *call)
{
    free(call->id);
    free(call->name);
    free(call->arguments);
}

void sl__message_drop(struct sl__message *message)
{
    if (!message || atomic_fetch_sub_explicit(&message->references, 1, memory_order_acq_rel) > 1)
        return;
    for (size_t i = 0; i < message->attachment_count; i++)
        sl__attachment_drop(message->attachments[i]);
    for (size_t i = 0; i < message->call_count; i++)
        release_call(&message->calls[i]);
    sl__attachment_drop(message->parted);
    free(message->attachments);
    free(message->calls);
    free(message->text);
    free(message->reasoning);
    cJSON_Delete(message->details);
    free(message->call_id);
    free(message);
}

/* The list with room for one more, at the place it may have moved to; NULL leaves it as it was. */
static void *one_more(void *list, size_t count, size_t size)
{
    return count < SIZE_MAX / size ? realloc(list, (count + 1) * size) : NULL;
}

int sl__message_attach(struct sl__message *message, struct sl__attachment *attachment)
{
    struct sl__attachment **list =
        one_more(message->attachments, message->attachment_count, sizeof(struct sl__attachment *));
    if (!list)
        return SL_E_NOMEM;
    message->attachments = list;
    list[message->attachment_count++] = sl__attachment_hold(attachment);
    return 0;
}

struct sl__message *sl__message_reword(const struct sl__message *message, const char *text)
{
    struct sl__message *made = sl__message_new(message->role, text);
    int code = 0;
    for (size_t i = 0; made && i < message->attachment_count && !code; i++)
        code = sl__message_attach(made, message->attachments[i]);
    if (made && message->parted)
        made->parted = sl__attachment_hold(message->parted);
    if (!code)
        return made;
    sl__message_drop(made);
    return NULL;
}

int sl__message_call(struct sl__message *message, const char *id, const char *name,
                     const char *arguments)
{
    struct sl__call call = {strdup(id), strdup(name), strdup(arguments)};
    bool whole = call.id && call.name && call.arguments;
    struct sl__call *calls =
        whole ? one_more(message->calls, message->call_count, sizeof *calls) : NULL;
    if (!calls) {
        release_call(&call);
        return SL_E_NOMEM;
    }
    message->calls = calls;
    calls[message->call_count++] = call;
    return 0;
}

int sl__history_add(struct sl__history *history, struct sl__message *message)
{
    struct sl__message **items =
        message ? one_more(history->items, history->count, sizeof(struct sl__message *)) : NULL;
    if (!items) {
        sl__message_drop(message);
        return SL_E_NOMEM;
    }
    history->items = items;
    items[history->count++] = message;
    return 0;
}

int sl__history_copy(struct sl__history *to, const struct sl__history *from)
{
    if (from->count == 0)
        return 0;
    to->items = calloc(from->count, sizeof(struct sl__message *));
    if (!to->items)
        return SL_E_NOMEM;
    for (; to->count < from->count; to->count++)
        to->items[to->count] = sl__message_hold(from->items[to->count]);
    return 0;
}

/* Where the answer begins whose rest is asked for at `at`: what is before it asks something new. */
static size_t find_question(const struct sl__history *history, size_t at)
{
    while (at > 0 && (history->items[at]->role != SL__USER || history->items[at]->continues))
        at--;
    return at;
}

static size_t last_of_user(const struct sl__history *history)
{
    size_t at = history->count - 1;
    while (at > 0 && history->items[at]->role != SL__USER)
        at--;
    return at;
}

int sl__history_earlier(const struct sl__history *history, struct sl__buf *earlier)
{
    size_t end = history->count > 0 ? last_of_user(history) : 0;
    int code = 0;
    if (end == 0 || !history->items[end]->continues)
        return 0;
    for (size_t i = find_question(history, end); i < end && !code; i++) {
        if (history->items[i]->role == SL__ASSISTANT && history->items[i]->call_count == 0)
            code = sl__buf_adds(earlier, history->items[i]->text);
    }
    return code;
}

void sl__history_cut(struct sl__history *history, size_t count)
{
    while (history->count > count)
        sl__message_drop(history->items[--history->count]);
}

void sl__history_release(struct sl__history *history)
{
    sl__history_cut(history, 0);
    free(history->items);
    *history = (struct sl__history)SL__HISTORY_INIT;
}
