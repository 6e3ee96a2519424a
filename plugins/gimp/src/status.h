/* What is being done and what it took, in words for a person. */
#ifndef STATUS_H
#define STATUS_H

#include <stdint.h>

#include <sightline/client.h>

/* Where a piece of work stands. */
struct status {
    char *phase;     /* what is done */
    char *look;      /* what the model looks at before it goes on, or NULL */
    double fraction; /* from 0 to 1, or negative when nobody knows */
    bool counted;    /* `phase` says by itself how long it takes */
    uint64_t tokens; /* that are being sent, about, or 0 */
};

/* Begins a phase that the core knows nothing of. */
void status_begin(struct status *status, const char *phase);

/* Takes SL_EVENT_PROGRESS and SL_EVENT_TOOL. */
void status_take(struct status *status, const struct sl_event *event);

void status_release(struct status *status);

/* One line, to be freed with g_free: "Thinking (12 s)", "Uploading: 40 %, about 836 tokens". */
char *status_line(const struct status *status, double seconds);

/* What an answer took, to be freed with g_free: "1,203 tokens in, 88 out, about 0.0004 USD". */
char *status_spent(const struct sl_event *done);

/*
 * To be freed with g_free: a number with a comma after every three digits, whatever the locale,
 * since prices are quoted so; and what something costs, with two digits that say something, since
 * most answers cost a fraction of a cent.
 */
char *status_number(int64_t number);
char *status_cost(const struct sl_cost *cost);

#endif
