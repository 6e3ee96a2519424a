/*
 * A turn of the conversation in the dialog: from the phase before its request to the answer that is
 * shown. At most one runs.
 */
#ifndef TURN_H
#define TURN_H

#include <glib.h>

#include "answer.h"
#include "request.h"
#include "status.h"
#include "window.h"

struct turn {
    struct window *window;           /* borrowed */
    const struct settings *settings; /* borrowed */
    struct request_line line;
    struct sl_conversation *conversation; /* from the last Send on, or NULL */

    bool running;
    uint64_t request; /* what runs, or 0 before it was sent */
    guint ticking;
    gint64 since; /* g_get_monotonic_time when it began */
    struct status status;

    struct answer *answer; /* to the last question, as far as it has arrived */
    bool cut;              /* at its length: it can be continued */
    bool whole;            /* it has arrived whole */
    char *before;          /* the last answer before it that was whole, or NULL */
};

int turn_init(struct turn *turn, const struct settings *settings, struct sl_error *error);

/* Ends what runs, for the server too. */
void turn_release(struct turn *turn);

/* An answer of its own: below what is there and this question, or with NULL in place of it. */
void turn_new_answer(struct turn *turn, enum sl_output output, const char *question);

/* The last answer that arrived whole, as the person has left it, to be freed with g_free; or NULL.
 */
char *turn_take_answer(struct turn *turn);

/* From here on it runs, until it fails, stops or its request ends. */
void turn_begin(struct turn *turn, const char *phase);

/* Sends the question, in the turn's conversation. */
void turn_ask(struct turn *turn, const struct question *question);

void turn_fail(struct turn *turn, const struct sl_error *error);

/* Ends it, for the server too. */
void turn_stop(struct turn *turn);

/* How much of what comes before the request is done, from 0 to 1; negative when nobody knows. */
void turn_set_fraction(struct turn *turn, double fraction);

#endif
