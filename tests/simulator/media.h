/* Pictures and videos of a request: in it, among the stored files, or somewhere in the network. */
#ifndef SIMULATOR_MEDIA_H
#define SIMULATOR_MEDIA_H

#include "query.h"

/* `name` begins the sentence of a refusal. */
bool media_add_picture(struct query *query, const char *url, bool high_detail, const char *name,
                       struct failure *failure);
bool media_add_base64(struct query *query, const char *mime, const char *base64, const char *name,
                      struct failure *failure);
bool media_add_video(struct query *query, const char *url, const char *name,
                     struct failure *failure);

#endif
