/*
 * Addresses of media that are got here instead of by the server: which they are, and putting what
 * was got in their place. See sightline/client.h for the rule, and fetch.h for how. Worker.
 */
#ifndef SL_NEAR_H
#define SL_NEAR_H

#include <stdbool.h>

#include <sightline/media.h>

struct sl__attachment;
struct sl__request;

/*
 * Gets what an address leads to where that is to be done here, and makes that `*attachment`; other
 * attachments stay as they are. Where the server can try it too, a failure is a note. `*done` is as
 * for sl__attachment_prepare. Errors: those of sl__fetch and sl__attachment_prepare.
 */
int sl__near_take(struct sl__request *request, struct sl__attachment **attachment,
                  const struct sl_image_options *options, unsigned *done, struct sl_error *error);

/* Whether a question was refused, and has addresses that could be got here instead. */
bool sl__near_may_mend(const struct sl__request *request, int http_status);

/*
 * Gets all of them, once, and puts what was got into the messages of the talk. Errors as above.
 */
int sl__near_mend(struct sl__request *request, struct sl_error *error);

#endif
