/* Pictures of a video, for a model or a provider that takes no videos. */
#ifndef SL_FRAMES_H
#define SL_FRAMES_H

#include "message.h"

struct sl__request;

#define SL__FRAMES 16 /* of a video, unless the configuration says otherwise */

/*
 * Attaches pictures of the whole video, chosen as the configuration says, instead of the video, and
 * says in the message's text what they are. Worker. Errors: what the video module and preparation
 * return, SL_E_NOMEM.
 */
int sl__frames_attach(struct sl__request *request, struct sl__message *message,
                      const struct sl__attachment *video, const struct sl_image_options *options,
                      struct sl_error *error);

#endif
