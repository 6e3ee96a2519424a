/*
 * A stream of CSV whose cells become data to a spreadsheet, see sightline/csv.h. Text comes in
 * pieces of whole characters, and the result does not depend on where they are cut.
 */
#ifndef SL_CSV_H
#define SL_CSV_H

#include <stdbool.h>

#include "buf.h"

enum sl__csv_place { SL__CSV_BEGINS, SL__CSV_MAY_BEGIN, SL__CSV_GOES_ON };

struct sl__csv {
    enum sl__csv_place place; /* in a cell */
    bool quoted;              /* it is one in quotation marks */
    char number[40];          /* a sign and what follows it, while that is a number */
    size_t number_len;
};

#define SL__CSV_INIT                                                                               \
    {                                                                                              \
        0                                                                                          \
    }

/* Appends what a piece becomes to `out`. 0, SL_E_NOMEM or SL_E_TOO_LARGE. */
int sl__csv_feed(struct sl__csv *csv, const char *text, size_t len, struct sl__buf *out);

/* Appends what was held back. */
int sl__csv_finish(struct sl__csv *csv, struct sl__buf *out);

#endif
