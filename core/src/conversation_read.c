/* What was said in a conversation, for a person to read. */
#include <string.h>

#include "conversation.h"
#include "text.h"

/* Not what came back from a tool, nor the pictures that follow upon it. */
static bool is_said(const struct sl__history *history, size_t at)
{
    const struct sl__message *message = history->items[at];
    bool after_tool = at > 0 && history->items[at - 1]->role == SL__TOOL;
    return message->role != SL__TOOL && !(message->role == SL__USER && after_tool) &&
           *message->text;
}

static int tell(const struct sl__message *message, sl_said_fn on_said, void *data)
{
    struct sl__buf out = SL__BUF_INIT(SL__MAX_STREAM);
    struct sl__text text = SL__TEXT_INIT;
    int code = sl__text_clean(&text, message->text, strlen(message->text), &out);
    if (!code)
        code = sl__text_finish(&text, &out);
    if (!code)
        on_said(message->role == SL__USER ? SL_SPEAKER_PERSON : SL_SPEAKER_MODEL,
                sl__buf_text(&out), out.len, data);
    sl__buf_release(&out);
    return code;
}

int sl_conversation_read(const struct sl_conversation *conversation, sl_said_fn on_said, void *data,
                         struct sl_error *error)
{
    const struct sl__history *history = &conversation->history;
    int code = 0;
    for (size_t i = 0; i < history->count && !code; i++) {
        if (is_said(history, i))
            code = tell(history->items[i], on_said, data);
    }
    return code ? sl_error_set(error, SL_E_NOMEM, "there is no memory left for the conversation")
                : 0;
}
