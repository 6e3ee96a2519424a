/*
 * From what a model says to what a task wants: of a code answer the code alone. Text comes in
 * pieces of any size, and the result does not depend on where they are cut.
 *
 * A fence is a line of three or more ` or ~, indented by up to three spaces, with an optional info
 * string (CommonMark, "Fenced code blocks"). The block ends at a line of at least as many of the
 * same character and nothing else; inside it, a fence with an info string opens a block of its own,
 * which the next bare fence closes, so that Markdown may hold code. A bare fence at the very end of
 * the answer closes the block, too. The indentation of the opening fence is taken from every line.
 * The last newline before the closing fence is not part of the code.
 *
 * Prose before, between and after blocks is left out. An answer without any fence is the code
 * itself. A block's name is the path in its info string, or in the last line of prose before it;
 * see code_name.h.
 *
 * Inside a block text goes out at once, but for lines that may yet become a fence and for newlines
 * that may yet be the last. Of an answer that ends inside a block, these are left out.
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
    struct sl__buf line;  /* the part of a line that may be a fence; outside of blocks any line */
    struct sl__buf prose; /* what came before the first fence, in case there is none */
    struct sl__buf owed;  /* code that goes before the next line of code, if one comes */
    char name[256];       /* that the prose gave the next file */
    char fence;           /* the character that opened the block, or 0 outside */
    unsigned width;       /* of the opening fence */
    unsigned indent;      /* of the opening fence */
    unsigned depth;       /* blocks inside the block */
    bool passing;         /* the rest of this line is code */
    bool found;           /* a file has begun */
    bool resumed;         /* the block goes on; `prose` holds the first line of the rest */
};

void sl__filter_init(struct sl__filter *filter, const struct sl__filter_out *out);
void sl__filter_release(struct sl__filter *filter);

/*
 * Brings a new filter to where an answer stopped that was cut. `earlier` is all that had come of
 * it; none of it comes out again. What is fed next goes on in the middle of its last line. A model
 * that begins the rest with a fence, although the block is still open, is not taken at its word.
 */
int sl__filter_resume(struct sl__filter *filter, const char *earlier, size_t len);

/* Errors: SL_E_NOMEM, SL_E_TOO_LARGE, and what `out` returns. */
int sl__filter_feed(struct sl__filter *filter, const char *text, size_t len);
int sl__filter_finish(struct sl__filter *filter);

#endif
