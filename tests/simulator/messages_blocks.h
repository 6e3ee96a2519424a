/* The messages of the Messages API, and their content blocks. */
#ifndef SIMULATOR_MESSAGES_BLOCKS_H
#define SIMULATOR_MESSAGES_BLOCKS_H

#include "fields.h"

field_check is_system, are_messages;

#endif
