/*
 * The room that a model has for a conversation. What no longer fits is the oldest pictures: the
 * model describes them, and the descriptions stand in for them.
 */
#ifndef SL_ROOM_H
#define SL_ROOM_H

#include "message.h"
#include "model.h"

/* Of text, about; on the safe side. */
enum { SL__BYTES_PER_TOKEN = 3 };

/* About how many tokens a history costs to send. */
uint64_t sl__room_tokens(const struct sl__history *history);

/* How many tokens a question may have at most, so that there is room for its answer. */
uint64_t sl__room_for_question(const struct sl__model *model);

/* About how many tokens a video costs that lasts so long: what the vendor's examples come to. */
uint64_t sl__room_video_tokens(double seconds);

/*
 * Where the oldest message with pictures is that has to give way before the one at `asked` can be
 * answered, or -1 when there is room.
 */
long sl__room_shortage(const struct sl__history *history, size_t asked,
                       const struct sl__model *model);

/* Puts `description` in the place of a message's attachments. 0 or SL_E_NOMEM. */
int sl__room_make(struct sl__history *history, size_t at, const char *description);

#endif
