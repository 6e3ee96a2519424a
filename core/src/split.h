/*
 * A video that cannot be sent as it is: put into an MP4 by the video module, and where it is longer
 * or larger than what can be sent, asked about in parts. Each part is a round of its own, with what
 * was answered before it; then the answers stand in for the video in the question, and are put
 * together by a last round. See talk.h.
 */
#ifndef SL_SPLIT_H
#define SL_SPLIT_H

#include "parts.h"

struct sl__split;
struct sl__request;

/*
 * Makes ready a video that is `foreign`. Worker. One that can be sent whole takes its place in
 * `*video`; of another `*video` becomes NULL, and request->talk->split is there. Errors: what the
 * video module returns, SL_E_IO (the file was changed, no temporary file can be made).
 */
int sl__split_open(struct sl__request *request, struct sl__attachment **video,
                   struct sl_error *error);
void sl__split_free(struct sl__split *split); /* NULL is fine */

/*
 * Makes the question of the next round. Worker. About a part: `question` becomes the history with
 * the part in it. When all parts were asked about: it stays empty, and the answers are in the
 * talk's own question. Errors: what the video module returns, SL_E_IO (the file was changed).
 */
int sl__split_next(struct sl__request *request, struct sl__history *question,
                   struct sl_error *error);

/* Takes what was answered about the part. 0 or SL_E_NOMEM. */
int sl__split_answer(struct sl__request *request, const char *text);

/*
 * Makes a failure that of the part, and gives the host what was answered about those before it: of
 * a task whose output is text, as text.
 */
void sl__split_failed(struct sl__request *request, struct sl_error *error);

/* Which part is asked about, from 1, or 0 while the answers are put together; and how many there
 * are. Both are 0 without parts. */
void sl__split_place(const struct sl__split *split, unsigned *part, unsigned *count);

/* Tells the host how many parts there are; `cost` is the end of the sentence. */
void sl__split_announce(const struct sl__split *split, const char *cost);

/* Seconds of the whole video. */
double sl__split_seconds(const struct sl__split *split);

#endif
