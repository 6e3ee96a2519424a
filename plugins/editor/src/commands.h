/*
 * What the editor's messages do. Knows messages and the client, and nothing of wires, descriptors
 * or editors.
 */
#ifndef EDITOR_COMMANDS_H
#define EDITOR_COMMANDS_H

#include <cjson/cJSON.h>
#include <sightline/sightline.h>

#include "conversations.h"

struct running;

struct commands {
    struct sl_client *client;
    size_t text_max; /* bytes of text in one event */
    void (*emit)(const cJSON *event, void *data);
    void *data; /* of emit */
    struct running *running;
    size_t running_count;
    struct conversations conversations;
};

/* `client`, and what `data` points at, live longer than `commands`. */
void commands_init(struct commands *commands, struct sl_client *client, size_t text_max,
                   void (*emit)(const cJSON *event, void *data), void *data);

/* Frees what is kept for requests that still run; the client is to be freed before. */
void commands_release(struct commands *commands);

/* Carries out one message. Texts in it that are secret are overwritten. */
void commands_take(struct commands *commands, cJSON *message);

/* A text of a message, or NULL. */
const char *commands_text(const cJSON *message, const char *name);

/* Tells the editor about a message that could not be understood. */
void commands_refuse(struct commands *commands, const char *sentence);

#endif
