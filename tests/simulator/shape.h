/* The forms in which a model gives what it was asked for, or gives something else. */
#ifndef SIMULATOR_SHAPE_H
#define SIMULATOR_SHAPE_H

#include "plan.h"
#include "query.h"
#include "text.h"

/* Makes JSON of the text, or puts code into it, as was asked in the request and in the path. */
void shape_content(struct text *text, const struct query *query, const struct plan *plan);

#endif
