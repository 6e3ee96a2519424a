/* The messages of a chat: roles, content parts, pictures. */
#ifndef SIMULATOR_MESSAGES_H
#define SIMULATOR_MESSAGES_H

#include "fields.h"

/* Checks the array and collects its texts and pictures in the chat. */
field_check are_messages;

#endif
