/*
 * The tool `watch`: of a long video that was asked about in parts the model has what was answered
 * about each; it asks a question about one of them, which is cut out again and shown to it in a
 * round of its own. What is said there is the tool's answer.
 */
#ifndef SL_WATCH_H
#define SL_WATCH_H

#include "dialect.h"
#include "message.h"

struct sl__request;
struct sl__watch;

extern const struct sl__tool sl__watch_tool;

/* Whether such a video is in the conversation, and the provider takes videos. */
bool sl__watch_useful(const struct sl__request *request);

/*
 * Takes a call: request->talk->watch is there then, and waits for its answer. Tells the host what
 * is watched. Worker. Errors: SL_E_INVALID (there is no such part), SL_E_CANCELLED, what the video
 * module returns, SL_E_IO (the file was changed): the host is told of these two.
 */
int sl__watch_answer(struct sl__request *request, const cJSON *arguments, struct sl_error *result);
void sl__watch_free(struct sl__watch *watch); /* NULL is fine */

/* Whether a question about a part is not answered yet; not so for NULL. */
bool sl__watch_waits(const struct sl__watch *watch);

/* Makes `question`, which is empty, the question with the part. 0 or SL_E_NOMEM. */
int sl__watch_ask(const struct sl__watch *watch, struct sl__history *question);

/* Takes what was answered, or why nothing was: then the host is told. 0 or SL_E_NOMEM. */
int sl__watch_take(struct sl__request *request, const char *text);
int sl__watch_failed(struct sl__request *request, const struct sl_error *why);

/* Which part is watched, from 1, and how many there are; changes nothing while none is. */
void sl__watch_place(const struct sl__watch *watch, unsigned *part, unsigned *count);

#endif
