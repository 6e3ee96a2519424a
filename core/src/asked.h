/* What the host asked for: checked, and copied into a request. Of the host's thread. */
#ifndef SL_ASKED_H
#define SL_ASKED_H

#include <sightline/client.h>

struct sl__request;

/* Refuses a text that is not UTF-8; `what` is what sentences call it. NULL is fine. */
int sl__asked_text(const char *what, const char *text, struct sl_error *error);

/*
 * Fills a request that has its configuration and media already. It holds the conversation
 * afterwards. Errors: SL_E_INVALID, SL_E_CONFIG and SL_E_IO (the task's file), SL_E_NOMEM.
 */
int sl__asked_take(struct sl__request *request, const struct sl_request *asked,
                   struct sl_error *error);

#endif
