/*
 * The requests of the editor's that run, from their start to their terminal event, and what is told
 * of them meanwhile.
 */
#ifndef EDITOR_RUNNING_H
#define EDITOR_RUNNING_H

#include "commands.h"
#include "writing.h"

struct running {
    struct commands *commands;
    struct running *next;
    double number; /* the editor's */
    uint64_t request;
    double conversation;     /* the editor's number, or 0 */
    bool lists;              /* the text of its end is long, and goes out before it in parts */
    struct writing *writing; /* what its answer is to become, or NULL */
};

/* Sends an event and frees it. One that memory did not suffice for ends the process. */
void running_emit(struct commands *commands, cJSON *event);

/* Sends a long text in as many events as its length takes. */
void running_emit_text(struct commands *commands, const char *text, size_t len,
                       cJSON *(*make)(const char *part, size_t len, const void *of),
                       const void *of);

/* Numbers are compared as they come, so only those that a double holds exactly will do. */
bool running_is_number(const cJSON *item);

struct running *running_find(struct commands *commands, double number);

/* A record for a request that is about to start, or NULL after the editor was told why not. */
struct running *running_add(struct commands *commands, double number);

/* Ends one that did not start, or that is done at once. */
void running_failed(struct running *running, const struct sl_error *error);
void running_done(struct running *running, const char *text);

void running_forget(struct running *running);

/* For sl_client_start and its like; `data` is a struct running. */
void running_on_event(const struct sl_event *event, void *data);

#endif
