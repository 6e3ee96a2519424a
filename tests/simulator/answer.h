/*
 * What the simulator says: that no model runs, and what it found in what it was sent. README.md
 * shows the format, which tests rely on.
 */
#ifndef SIMULATOR_ANSWER_H
#define SIMULATOR_ANSWER_H

#include "chat.h"
#include "plan.h"
#include "text.h"

struct answer {
    struct text reasoning; /* one line for each chunk */
    struct text content;
    const char *finish;
    long prompt_tokens;
};

void answer_init(struct answer *answer, const struct chat *chat, const struct plan *plan);
void answer_release(struct answer *answer);

/* Four bytes count as one token. */
long answer_tokens(size_t bytes);

/* The "usage" of an answer of which this much has been said. The caller owns it. */
cJSON *answer_usage(const struct answer *answer, size_t reasoning_bytes, size_t content_bytes);

#endif
