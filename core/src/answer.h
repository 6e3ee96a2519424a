/*
 * An answer while it arrives, whatever the protocol: what its parts are, what is kept of it for the
 * conversation, and how it ended.
 */
#ifndef SL_ANSWER_H
#define SL_ANSWER_H

#include <cjson/cJSON.h>
#include <sightline/client.h>

#include "buf.h"
#include "text.h"

enum { SL__MAX_ALTERNATIVES = 8, SL__MAX_CALLS = 16 };

/* One part, for the host: SL_EVENT_TEXT, SL_EVENT_REASONING or SL_EVENT_NOTE (a source named). */
struct sl__part {
    enum sl_event_type type;
    unsigned alternative;
    const char *text; /* clean */
    size_t len;
};

typedef int (*sl__part_fn)(const struct sl__part *part, void *context);

/* Each choice has a state of its own, so that a character cut in one does not join another. */
struct sl__choice {
    struct sl__text text, reasoning;
};

struct sl__called {
    struct sl__buf id, name, arguments;
};

enum sl__finish {
    SL__FINISH_NONE,   /* nothing was said */
    SL__FINISH_STOP,   /* also for tool calls: their presence counts */
    SL__FINISH_LENGTH, /* of the answer or the context */
    SL__FINISH_FILTER, /* moderation */
    SL__FINISH_ERROR,
};

struct sl__answer {
    sl__part_fn on_part;
    void *context;
    struct sl__choice choices[SL__MAX_ALTERNATIVES];
    struct sl__buf clean;

    /* What a conversation keeps; of the first alternative. */
    struct sl__buf text, reasoning;
    cJSON *details; /* reasoning_details, in the order in which they came */
    struct sl__called calls[SL__MAX_CALLS];
    size_t call_count;

    struct sl__buf refusal; /* the model's own words */
    struct sl_usage usage;
    struct sl_cost cost; /* the provider's own figure, where it gives one */
    char model[128];
    enum sl__finish finish;
    bool done; /* the end of the stream was announced */
};

void sl__answer_init(struct sl__answer *answer, sl__part_fn on_part, void *context);
void sl__answer_release(struct sl__answer *answer);

/* For dialects: hands on one more part of text, uncleaned. `text` may be NULL or "". */
int sl__answer_part(struct sl__answer *answer, enum sl_event_type type, unsigned alternative,
                    const char *text);

/*
 * For dialects: more of a tool call. `slot` is its place, -1 where the server gave none: then an id
 * that is not yet there begins a new call, and what has no id belongs to the last. Errors:
 * SL_E_NOMEM, SL_E_TOO_LARGE.
 */
int sl__answer_call(struct sl__answer *answer, int64_t slot, const char *id, const char *name,
                    const char *arguments);

/* For dialects: a short text of the server's as one harmless line; NULL or "" changes nothing. */
void sl__answer_word(char *to, size_t room, const char *word);

/*
 * Whether the whole answer is there. Errors: SL_E_INCOMPLETE (it broke off), SL_E_LENGTH,
 * SL_E_MODERATION, SL_E_SERVER, SL_E_REFUSED.
 */
int sl__answer_finish(struct sl__answer *answer, struct sl_error *error);

/*
 * What an error object of a server says, in any of the shapes that are known: {"error": {…}},
 * {"type": "error", "error": {…}}, one that a gateway has wrapped, a bare {"message": …}.
 * Strings belong to `json`.
 */
struct sl__server_error {
    const char *sentence; /* the server's own, or NULL */
    const char *type;     /* "invalid_api_key", or NULL */
    int status;           /* of the server behind a gateway, or 0 */
    cJSON *inner;         /* what a gateway had wrapped, to be deleted by the caller, or NULL */
};

void sl__server_error_read(struct sl__server_error *found, const cJSON *json);

#endif
