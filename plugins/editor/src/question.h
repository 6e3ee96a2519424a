/* The editor's "start" message as a request to the client. */
#ifndef EDITOR_QUESTION_H
#define EDITOR_QUESTION_H

#include <cjson/cJSON.h>
#include <sightline/sightline.h>

/* `request` points into the message, and at what is kept here. */
struct question {
    struct sl_request request;
    struct sl_media *media;
    char *options;
};

/* `question` may be released whatever the result. 0, or `error`'s code. */
int question_read(struct question *question, const cJSON *message, struct sl_error *error);

void question_release(struct question *question);

#endif
