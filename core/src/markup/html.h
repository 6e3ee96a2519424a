/* Tags, one at a time: of HTML and its relatives, and of the HTML in Markdown. */
#ifndef SL_MARKUP_HTML_H
#define SL_MARKUP_HTML_H

#include "finder.h"

struct sl__html {
    struct sl__finder *finder;
    struct sl_span link;    /* the address of the link that is open, or empty */
    struct sl_span caption; /* of the figure that is open; its end is 0 until it is known */
    size_t figure;          /* the first picture of the figure that is open */
    bool in_link, in_button, in_figure;
    size_t dead; /* before here no tag ends */
    bool no_comment_end, no_raw_end;
};

/*
 * Reads what begins with the < at `at`: a tag, a comment, or an element of raw text such as script.
 * Returns where it ends, or `at` when it is none. `end` is where tags must have ended; comments and
 * raw text may go on until the end of the text.
 */
size_t sl__html_read(struct sl__html *html, size_t at, size_t end);

#endif
