/*
 * From what a model says to what a task wants: of a code answer the code alone. Text comes in
 * pieces of any size, and the result does not depend on where they are cut.
 *
 * A fence is a line of three or more ` or ~, indented by up to three spaces, with an optional info
 * string (CommonMark, "Fenced code blocks"). The block ends at a line of at least as many of the
 * same character and nothing else; inside it, a fence with an info string opens a block of its own,
 * which the next bare fence closes, so that Markdown may hold code. The last newline before the
 * closing fence is not part of the code.
 *
 * Prose before, between and after blocks is left out. An answer without any fence is the code
 * itself. A block's name is the path in its info string, or in the last line of prose before it.
 */
#ifndef SL_FILTER_H
#define SL_FILTER_H

#include <stdbool.h>

#include "buf.h"

/* Where a filter's results go; each returns 0 or an error that ends the feed. */
struct sl__filter_out {
    int (*file)(const char *name, const char *language, void *context);
    int (*text)(const char *text, size_t len, void *context);
    void *context;
};

struct sl__filter {
    struct sl__filter_out out;
    struct sl__buf line;  /* the line that is not yet whole */
    struct sl__buf prose; /* what came before the first fence, in case there is none */
    char name[256];       /* that the prose gave the next file */
    char fence;           /* the character that opened the block, or 0 outside */
    unsigned width;       /* of the opening fence */
    unsigned depth;       /* blocks inside the block */
    bool newline;         /* one is owed before the next line of code */
    unsigned files;       /* how many have begun */
};

void sl__filter_init(struct sl__filter *filter, const struct sl__filter_out *out);
void sl__filter_release(struct sl__filter *filter);

/* Errors: SL_E_NOMEM, SL_E_TOO_LARGE, and what `out` returns. */
int sl__filter_feed(struct sl__filter *filter, const char *text, size_t len);
int sl__filter_finish(struct sl__filter *filter);

#endif
