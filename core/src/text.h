/*
 * Makes a model's text harmless: what comes out is valid UTF-8 whose only control characters are
 * newline and tab. Other control characters become the pictures of them (U+2400 …), line ends of
 * every kind (CR, CR LF, U+2028, U+2029) a single newline, a byte that is no UTF-8 becomes U+FFFD,
 * and so do C1 controls and the characters that reorder what stands around them (bidirectional
 * overrides).
 *
 * Text may come in pieces that cut characters or line ends.
 */
#ifndef SL_TEXT_H
#define SL_TEXT_H

#include <stdbool.h>

#include "buf.h"

struct sl__text {
    char cut[4]; /* the beginning of a character whose rest is to come */
    size_t cut_len;
    bool after_cr;
};

#define SL__TEXT_INIT                                                                              \
    {                                                                                              \
        0                                                                                          \
    }

/* Appends the cleaned form of a piece to `out`. 0, SL_E_NOMEM or SL_E_TOO_LARGE. */
int sl__text_clean(struct sl__text *text, const char *piece, size_t len, struct sl__buf *out);

/* Appends what a cut character at the end leaves behind. */
int sl__text_finish(struct sl__text *text, struct sl__buf *out);

/*
 * Appends the cleaned form of `text`, of which at most `most` bytes are kept, in whole characters,
 * with a mark where there was more. 0, SL_E_NOMEM or SL_E_TOO_LARGE.
 */
int sl__text_keep(struct sl__buf *out, const char *text, size_t most);

#endif
