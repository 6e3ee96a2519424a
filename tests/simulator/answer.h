/*
 * What the simulator says: that no model runs, and what it found in what it was sent. README.md
 * shows the format, which tests rely on.
 */
#ifndef SIMULATOR_ANSWER_H
#define SIMULATOR_ANSWER_H

#include "plan.h"
#include "query.h"
#include "text.h"

#define ANSWER_CHUNK 16 /* bytes of content: two or three words, which may be cut */
#define ANSWER_MAX_CALLS 16

/* Their words for an answer's end differ, and so does who shows reasoning unasked. */
enum protocol { PROTOCOL_CHAT, PROTOCOL_MESSAGES };

struct call {
    char id[48];
    const char *name;
    struct text arguments; /* a JSON object */
};

struct answer {
    const struct query *query;
    const struct plan *plan;
    struct text reasoning; /* one line for each chunk */
    struct text contents[QUERY_MAX_N];
    size_t count; /* of contents: the alternatives */
    struct call calls[ANSWER_MAX_CALLS];
    size_t call_count;
    const char *finish;
    const char *stop; /* the stop sequence that ended it, or NULL */
    bool refused;
    long prompt_tokens, cached_tokens;
};

void answer_init(struct answer *answer, const struct query *query, enum protocol protocol);
void answer_release(struct answer *answer);

/* Four bytes count as one token. */
long answer_tokens(size_t bytes);
/* All of it, without the reasoning. */
size_t answer_bytes(const struct answer *answer);

/* Where the chunk of `text` that begins at `start` ends. */
size_t answer_chunk_end(const struct text *text, size_t start);

/* The dollars that this much costs at StepFun. */
double answer_dollars(const struct answer *answer, long completion_tokens);

#endif
