/* The media of a request, prepared side by side and taken in order. */
#ifndef SL_PREPARED_H
#define SL_PREPARED_H

#include <sightline/media.h>

#include "worker.h"

struct sl__attachment;
struct sl__one_prepared;

struct sl__preparing {
    struct sl__request *request;
    /* How the medium `at` is prepared; false when it is not. Any worker. */
    bool (*choose)(size_t at, struct sl_image_options *options, const void *context);
    const void *context;

    struct sl__one_prepared *list;
    struct sl__pieces pieces;
};

/* Begins with the request, `choose` and `context` set. Worker. 0 or SL_E_NOMEM. */
int sl__preparing_begin(struct sl__preparing *preparing, struct sl_error *error);

/*
 * The next medium, each once: its attachment is the caller's, or NULL when it was not chosen.
 * Errors and `*done` are as for sl__attachment_prepare.
 */
int sl__preparing_take(struct sl__preparing *preparing, size_t at,
                       struct sl__attachment **attachment, unsigned *done, struct sl_error *error);

/* After sl__preparing_begin went well. What was not taken is dropped. */
void sl__preparing_end(struct sl__preparing *preparing);

#endif
