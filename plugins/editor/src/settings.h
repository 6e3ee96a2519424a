/* Messages about what is configured, chosen, agreed to and used. */
#ifndef EDITOR_SETTINGS_H
#define EDITOR_SETTINGS_H

#include "commands.h"

/* Methods. */
void settings_info(struct commands *commands, double number, cJSON *message);
void settings_agree(struct commands *commands, double number, cJSON *message);
void settings_providers(struct commands *commands, double number, cJSON *message);
void settings_choose(struct commands *commands, double number, cJSON *message);
void settings_usage(struct commands *commands, double number, cJSON *message);

#endif
