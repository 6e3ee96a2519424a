/* The method "pictures". */
#ifndef EDITOR_PICTURES_H
#define EDITOR_PICTURES_H

#include "commands.h"

void pictures_find(struct commands *commands, double number, cJSON *message);

#endif
