/*
 * The conversations that the editor refers to, by numbers that it chooses. A bounded number is
 * kept: the one that was used longest ago gives way.
 */
#ifndef EDITOR_CONVERSATIONS_H
#define EDITOR_CONVERSATIONS_H

#include <stdbool.h>

#include <sightline/sightline.h>

enum { CONVERSATIONS_MAX = 64 };

struct kept {
    double number;    /* the editor's; 0 in a place that is free */
    uint64_t used;    /* grows with each use */
    unsigned running; /* requests that run in it */
    struct sl_conversation *conversation;
};

struct conversations {
    struct kept kept[CONVERSATIONS_MAX];
    uint64_t uses;
};

/* NULL when none is kept under this number. */
struct kept *conversations_find(struct conversations *conversations, double number);

/*
 * Makes one under a number that is not in use, or keeps `opened`, which is ours from then on.
 * `*dropped` tells whether an older one gave way. NULL with `error`: no memory, or requests run in
 * all that are kept.
 */
struct kept *conversations_add(struct conversations *conversations, double number,
                               struct sl_conversation *opened, bool *dropped,
                               struct sl_error *error);

/* A number that is not kept is ignored. */
void conversations_forget(struct conversations *conversations, double number);

void conversations_release(struct conversations *conversations);

#endif
