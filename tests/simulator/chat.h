/* A request to Chat Completions, validated as strictly as the documentation allows. */
#ifndef SIMULATOR_CHAT_H
#define SIMULATOR_CHAT_H

#include <cjson/cJSON.h>
#include <stddef.h>

#include "failure.h"
#include "models.h"
#include "picture.h"
#include "request.h"
#include "text.h"

#define CHAT_MAX_PICTURES 60
#define CHAT_MAX_PICTURE_BYTES 20000000 /* of all pictures together */

struct chat {
    cJSON *body;
    const struct model *model;
    bool stream;
    bool json;       /* response_format json_object */
    long max_tokens; /* -1: not limited */
    struct picture pictures[CHAT_MAX_PICTURES];
    size_t picture_count, picture_bytes;
    size_t text_bytes; /* of all messages */
    struct text asked; /* the text of the last user message */
};

/* The caller releases it in every case. */
bool chat_read(struct chat *chat, const struct request *request, struct failure *failure);
void chat_release(struct chat *chat);

/* What the input costs, by the documented counting. */
long chat_prompt_tokens(const struct chat *chat);

/* POST /v1/chat/completions */
bool chat_answer(struct reply *reply, const char *path);

#endif
