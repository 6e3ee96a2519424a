/*
 * Addresses of media that are got here instead of by the server: which they are, and putting what
 * was got in their place. See sightline/client.h for the rule, and fetch.h for how. Worker.
 */
#ifndef SL_NEAR_H
#define SL_NEAR_H

#include <stdbool.h>

#include <sightline/media.h>

struct sl__attachment;
struct sl__outcome;
struct sl__request;

/*
 * Gets what an address leads to where that is to be done here, and makes that `*attachment`; other
 * attachments stay as they are. Where the server can try it too, a failure is a note. `*done` is as
 * for sl__attachment_prepare. Errors: those of sl__fetch and sl__attachment_prepare.
 */
int sl__near_take(struct sl__request *request, struct sl__attachment **attachment,
                  const struct sl_image_options *options, unsigned *done, struct sl_error *error);

/*
 * Whether a failed question was refused and has addresses that could be got here instead: then the
 * request is to be prepared again, with sl__near_mend.
 */
bool sl__near_suspects(struct sl__request *request, const struct sl__outcome *outcome);

/*
 * Gets all of them, once, and puts what was got into the messages of the talk. Where one cannot be
 * had a note says why, and the failure is the server's own refusal. Errors: that, SL_E_CANCELLED.
 */
int sl__near_mend(struct sl__request *request, struct sl_error *error);

#endif
