/* The tools of a chat request, and the calls in its messages. */
#ifndef SIMULATOR_CHAT_TOOLS_H
#define SIMULATOR_CHAT_TOOLS_H

#include "fields.h"

field_check are_chat_tools, is_chat_tool_choice;
/* Of an assistant's message. */
field_check are_chat_calls;

#endif
