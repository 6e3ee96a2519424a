/*
 * Alt texts or descriptions for many pictures: all open images, or the files of a folder. Those of
 * GIMP's own format are opened for a moment, one at a time. Asks for
 * several at a time, keeps what has come when it is stopped, and goes on from there. Knows no
 * widget.
 */
#ifndef BATCH_H
#define BATCH_H

#include <glib.h>
#include <stdbool.h>

#include "request.h"

/* What is asked, and of which pictures. Strings are borrowed and live as long as the batch. */
struct batch_wish {
    const char *folder;                          /* "" for all open images */
    const char *task;                            /* "alt" or "describe" */
    const char *instruction, *detail, *language; /* NULL: as configured */
    bool skip;                                   /* leaves out the pictures that have such a text */
    bool sidecars;                               /* a text file beside a picture counts as one */
    bool metadata; /* the texts go into the files, which leaves out GIMP's own */
};

enum batch_state {
    BATCH_WAITING,
    BATCH_RUNNING,
    BATCH_DONE,   /* `text` is there */
    BATCH_FAILED, /* `text` says why */
    BATCH_WRITTEN,
};

struct batch_item {
    char *name; /* what it is called */
    char *path; /* of its file, or NULL */
    int image;  /* that is open, or -1 */
    enum batch_state state;
    char *text;      /* or NULL */
    char *problem;   /* why it could not be written, or NULL */
    bool decorative; /* the model says that it needs no alt text; `text` is empty */
    bool chosen;     /* is to be written */
};

struct batch;

/* Called for each change of an item; with -1 when nothing runs any more. */
typedef void (*batch_fn)(int item, void *data);

/*
 * Finds the pictures. NULL when there are none, all have a text, or the folder cannot be read;
 * `error` says which. `line` is borrowed.
 */
struct batch *batch_new(struct request_line *line, const struct batch_wish *wish,
                        batch_fn on_change, void *data, struct sl_error *error);

/* Ends what runs; nothing of the client's is to be dispatched between this and its release, or
 * nothing may run. NULL is fine. */
void batch_free(struct batch *batch);

int batch_count(const struct batch *batch);
struct batch_item *batch_at(const struct batch *batch, int item);

/* How many are in a state, and how many were left out because they have a text. */
int batch_in(const struct batch *batch, enum batch_state state);
int batch_skipped(const struct batch *batch);

/* What all that waits costs, about. As sl_task_estimate. */
int batch_estimate(const struct batch *batch, struct sl_cost *cost, struct sl_error *error);

/* Asks for what waits; what had failed waits again. Returns at once. */
void batch_start(struct batch *batch);

/* Ends what runs, which waits again. */
void batch_stop(struct batch *batch);
bool batch_runs(const struct batch *batch);

/* Replaces an item's text by what the person wrote. */
void batch_edit(struct batch *batch, int item, const char *text);

/* What GIMP is asked for, in words, until that has been read; NULL: nothing. */
const char *batch_doing(const struct batch *batch);

/* The seconds that are left, by what it took so far; negative while nobody can tell. */
double batch_seconds_left(const struct batch *batch);

#endif
