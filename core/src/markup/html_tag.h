/* One tag with those of its attributes that matter. */
#ifndef SL_MARKUP_HTML_TAG_H
#define SL_MARKUP_HTML_TAG_H

#include "finder.h"

enum {
    SL__SRC,
    SL__ALT,
    SL__HREF,
    SL__ROLE,
    SL__HIDDEN,
    SL__LABEL,
    SL__TYPE,
    SL__LANG,
    SL__ATTRIBUTES
};

struct sl__attribute {
    bool found;
    bool dynamic;         /* its value is an expression */
    char quote;           /* " or ', or 0 */
    struct sl_span whole; /* with name and quotes */
    struct sl_span value; /* without quotes; at the end of the name where there is none */
};

struct sl__tag {
    struct sl_span whole, name;
    bool closes; /* it is an end tag */
    bool empty;  /* it ends with /> */
    bool spread; /* it has attributes that are named elsewhere */
    struct sl__attribute attributes[SL__ATTRIBUTES];
};

/* Reads the name that follows the < at `at`. False when there is none. */
bool sl__tag_name(const struct sl__finder *finder, size_t at, size_t end, struct sl__tag *tag);

/* Reads the rest of the tag, whose name is known. False when it does not end before `end`. */
bool sl__tag_read(const struct sl__finder *finder, size_t end, struct sl__tag *tag);

#endif
