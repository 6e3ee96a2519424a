/*
 * An answer as it is gathered from its events: one text, or several where a task asks for
 * alternatives, each of one file or several.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include <glib.h>
#include <stdbool.h>

#include <sightline/client.h>

struct answer;

struct answer *answer_new(void);
void answer_free(struct answer *answer);

/*
 * Takes SL_EVENT_TEXT and SL_EVENT_FILE. Returns whether the text so far only grew at its end, by
 * the event's own text; otherwise a file's heading or another alternative has come into it, and
 * what is shown of it is to be shown anew.
 */
bool answer_take(struct answer *answer, const struct sl_event *event);

/* The text so far, all alternatives one after the other. Valid until the next call. */
const char *answer_text(struct answer *answer);

/* Remembers how far it has come; and goes back to there. */
void answer_keep(struct answer *answer);
void answer_restore(struct answer *answer);

#endif
