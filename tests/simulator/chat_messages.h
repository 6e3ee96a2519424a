/* The messages of a chat: roles, content parts, pictures. */
#ifndef SIMULATOR_CHAT_MESSAGES_H
#define SIMULATOR_CHAT_MESSAGES_H

#include "fields.h"

/* Checks the array and collects its texts, pictures and calls in the query. */
field_check are_chat_messages;

#endif
