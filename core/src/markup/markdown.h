/* Markdown in two steps: blocks, and what stands in a paragraph. */
#ifndef SL_MARKUP_MARKDOWN_H
#define SL_MARKUP_MARKDOWN_H

#include "html.h"

/* A reference definition. */
struct sl__definition {
    char *label; /* in lower case, its spaces single */
    struct sl_span target, title;
};

struct sl__markdown {
    struct sl__finder *finder;
    struct sl__html html;
    struct sl__definition *definitions; /* by label, once they are all there */
    size_t count, capacity;
};

/*
 * Calls `run` for each paragraph, heading or table of the document: for what may hold pictures.
 */
void sl__markdown_blocks(struct sl__markdown *markdown,
                         void (*run)(struct sl__markdown *markdown, struct sl_span paragraph));

/* Keeps the definitions that a paragraph begins with. */
void sl__markdown_define(struct sl__markdown *markdown, struct sl_span paragraph);

/* The definition of a label, or NULL; to be called when all are kept and sorted. */
const struct sl__definition *sl__markdown_defined(const struct sl__markdown *markdown,
                                                  struct sl_span label);
void sl__markdown_sort(struct sl__markdown *markdown);
void sl__markdown_release(struct sl__markdown *markdown);

/* Finds the pictures of a paragraph. */
void sl__markdown_inline(struct sl__markdown *markdown, struct sl_span paragraph);

/*
 * Reads a link's address at `at`, and a title after it. Returns where they end, or 0. The title's
 * span is empty where there is none.
 */
size_t sl__markdown_target(const char *text, size_t at, size_t end, struct sl_span *target,
                           struct sl_span *title);

#endif
