/* The protocols. */
#include "dialect.h"

#include "chat.h"
#include "messages.h"

const struct sl__dialect sl__dialects[SL__PROTOCOLS] = {
    [SL__CHAT] = {"/chat/completions", sl__chat_body, sl__chat_event, sl__chat_whole},
    [SL__MESSAGES] = {"/messages", sl__messages_body, sl__messages_event, sl__messages_whole},
};
