/* A table of conversations, small enough to be searched from its start. */
#include "conversations.h"

struct kept *conversations_find(struct conversations *conversations, double number)
{
    for (size_t i = 0; i < CONVERSATIONS_MAX; i++) {
        struct kept *kept = &conversations->kept[i];

        if (kept->conversation && kept->number == number) {
            kept->used = ++conversations->uses;
            return kept;
        }
    }
    return NULL;
}

static void empty(struct kept *kept)
{
    sl_conversation_free(kept->conversation);
    *kept = (struct kept){0};
}

/* A free place, or that of the idle conversation that was used longest ago; NULL without either. */
static struct kept *find_place(struct conversations *conversations)
{
    struct kept *oldest = NULL;

    for (size_t i = 0; i < CONVERSATIONS_MAX; i++) {
        struct kept *kept = &conversations->kept[i];

        if (!kept->conversation)
            return kept;
        if (!kept->running && (!oldest || kept->used < oldest->used))
            oldest = kept;
    }
    return oldest;
}

struct kept *conversations_add(struct conversations *conversations, double number,
                               struct sl_conversation *opened, bool *dropped,
                               struct sl_error *error)
{
    struct kept *kept = find_place(conversations);
    struct sl_conversation *conversation = opened;

    if (!kept) {
        sl_error_set(error, SL_E_TOO_LARGE,
                     "%d conversations wait for answers already; wait for one, or stop it",
                     CONVERSATIONS_MAX);
        return NULL;
    }
    if (!conversation && sl_conversation_new(&conversation, error))
        return NULL;
    *dropped = kept->conversation != NULL;
    empty(kept);
    *kept = (struct kept){
        .number = number,
        .used = ++conversations->uses,
        .conversation = conversation,
    };
    return kept;
}

void conversations_forget(struct conversations *conversations, double number)
{
    struct kept *kept = conversations_find(conversations, number);

    if (kept)
        empty(kept);
}

void conversations_release(struct conversations *conversations)
{
    for (size_t i = 0; i < CONVERSATIONS_MAX; i++)
        empty(&conversations->kept[i]);
}
