/* Conversations. */
#include <stdlib.h>

#include "conversation.h"

int sl_conversation_new(struct sl_conversation **conversation, struct sl_error *error)
{
    struct sl_conversation *made = calloc(1, sizeof *made);
    if (!made)
        return sl_error_set(error, SL_E_NOMEM, "there is no memory left for a conversation");
    made->references = 1;
    *conversation = made;
    return 0;
}

struct sl_conversation *sl__conversation_hold(struct sl_conversation *conversation)
{
    conversation->references++;
    return conversation;
}

void sl_conversation_free(struct sl_conversation *conversation)
{
    if (!conversation || --conversation->references > 0)
        return;
    sl__history_release(&conversation->history);
    cJSON_Delete(conversation->schema);
    free(conversation);
}

size_t sl_conversation_turns(const struct sl_conversation *conversation)
{
    return conversation->turns;
}

void sl__conversation_take(struct sl_conversation *conversation, struct sl__history *history,
                           enum sl_output output, cJSON **schema)
{
    cJSON_Delete(conversation->schema);
    conversation->schema = *schema;
    *schema = NULL;
    conversation->output = output;
    sl__history_release(&conversation->history);
    conversation->history = *history;
    *history = (struct sl__history)SL__HISTORY_INIT;
    conversation->turns++;
}
