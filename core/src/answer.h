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

enum { SL__MAX_ALTERNATIVES = 8, SL__MAX_CALLS = 16, SL__MOST_ODDS = 3, SL__ODD_TOKEN = 40 };

/* One part, for the host: SL_EVENT_TEXT, SL_EVENT_REASONING or SL_EVENT_NOTE (a source named). */
struct sl__part {
    enum sl_event_type type;
    unsigned alternative;
    const char *text; /* clean */
    size_t len;
};

typedef int (*sl__part_fn)(const struct sl__part *part, void *context);

/* In order of weight: of several alternatives the gravest counts. */
enum sl__finish {
    SL__FINISH_NONE,    /* nothing was said */
    SL__FINISH_STOP,    /* also for tool calls: their presence counts */
    SL__FINISH_PAUSE,   /* the server wants to be asked to go on */
    SL__FINISH_LENGTH,  /* of the answer or the context */
    SL__FINISH_REFUSED, /* by the model */
    SL__FINISH_FILTER,  /* moderation */
    SL__FINISH_ERROR,
};

/* Each choice has a state of its own, so that a character cut in one does not join another. */
struct sl__choice {
    struct sl__text text, reasoning;
    bool begun;
    enum sl__finish finish;
    unsigned reasoning_fields; /* where its reasoning stands, once that is known; bits */
};

struct sl__called {
    int64_t slot; /* -1 without */
    struct sl__text state;
    struct sl__buf id, name, arguments;
};

/* A token and the logarithm of the probability that the model gave it. */
struct sl__odd {
    double logarithm;
    char token[SL__ODD_TOKEN]; /* as a harmless line; "": none */
};

struct sl__odds {
    double sum; /* of all logarithms */
    size_t count;
    struct sl__odd least[SL__MOST_ODDS]; /* the least sure first */
};

/* Input tokens by where they came from; -1 where the server did not say. */
struct sl__input {
    int64_t fresh, cached, written;
};

struct sl__answer {
    sl__part_fn on_part;
    void *context;
    struct sl__choice choices[SL__MAX_ALTERNATIVES];
    struct sl__buf clean;

    /* What a conversation keeps; of the first alternative. */
    struct sl__buf text, reasoning;
    cJSON *details;     /* reasoning_details in their order; the pieces of a streamed one joined */
    cJSON *last_detail; /* of them */
    struct sl__buf detail; /* what that one says, while it may still go on */
    size_t details_len;
    struct sl__called calls[SL__MAX_CALLS];
    size_t call_count;

    struct sl__buf refusal; /* the model's own words */
    struct sl__text refusal_state;
    struct sl__buf sources; /* the addresses that were named, each on a line */
    struct sl__odds odds;   /* of the first alternative, where the server tells them */
    struct sl__input input; /* as the Messages API counts it */
    struct sl_usage usage;
    struct sl_cost cost; /* the provider's own figure, where it gives one */
    char model[128];
    unsigned wanted; /* alternatives that were asked for; 0 where that is not known */
    enum sl__finish finish;
    char reason[64]; /* for its end, as the server put it, where that is none we know, or "" */
    bool done;       /* the end of the stream was announced */
};

void sl__answer_init(struct sl__answer *answer, sl__part_fn on_part, void *context);
void sl__answer_release(struct sl__answer *answer);

/* For dialects: hands on one more part of text, uncleaned. `text` may be NULL or "". */
int sl__answer_part(struct sl__answer *answer, enum sl_event_type type, unsigned alternative,
                    const char *text);

/*
 * For dialects: more of a tool call. `slot` is its place, -1 where the server gave none: then an id
 * that is not yet there begins a new call, or a name where the last has one, and all else belongs
 * to the last. Arguments of a call that never began are ignored. Strings may be NULL. Errors:
 * SL_E_NOMEM, SL_E_TOO_LARGE.
 */
int sl__answer_call(struct sl__answer *answer, int64_t slot, const char *id, const char *name,
                    const char *arguments);

/* For dialects: the model's own words of refusal. Of the first alternative they end the answer. */
int sl__answer_refusal(struct sl__answer *answer, unsigned alternative, const char *text);

/*
 * For dialects: one of reasoning_details. `goes_on`: it is a piece of a stream, and continues the
 * last one where they are of one kind.
 */
int sl__answer_detail(struct sl__answer *answer, const cJSON *detail, bool goes_on);

/* Puts what the last of them says into its place. 0 or SL_E_NOMEM. */
int sl__answer_settle_detail(struct sl__answer *answer);

/* For dialects: a page that the answer rests on; each is told once. Strings may be NULL. */
int sl__answer_source(struct sl__answer *answer, const char *title, const char *url);

/* For dialects: the logprobs of a choice, where there are some. */
void sl__answer_odds(struct sl__answer *answer, const cJSON *choice);

/* Says in `line` how sure the model was; false where nobody knows. */
bool sl__answer_tell_odds(const struct sl__answer *answer, struct sl_error *line);

/*
 * For dialects: how an alternative ended, in the server's word; NULL and "" mean not yet. A word
 * that is not known counts as a good end, and sl__answer_finish tells it as a note.
 */
void sl__answer_ended(struct sl__answer *answer, unsigned alternative, const char *word);

/* For dialects: a count of tokens, where the member is one. */
void sl__answer_count(int64_t *to, const cJSON *object, const char *name);

/* For dialects: what the provider says that the request cost, in US dollars. */
void sl__answer_cost(struct sl__answer *answer, const cJSON *dollars);

/* For dialects: the sentence for `code` where a part could not be taken. Returns `code`. */
int sl__answer_failed(int code, struct sl_error *error);

/*
 * For dialects: whether the server sent an error where an answer was to be. `type` is the event's,
 * "" without. 0, or a code by the error's type or status, SL_E_SERVER without either.
 */
int sl__answer_error(const struct sl__answer *answer, const char *type, const cJSON *json,
                     struct sl_error *error);

/*
 * For dialects: reads an event. `known`: an answer may have events of this type, so that one that
 * is no JSON object is a part lost. `*json` is the caller's, NULL where there is nothing in it.
 * Errors: as sl__answer_error, and SL_E_PROTOCOL.
 */
int sl__answer_open(struct sl__answer *answer, const char *type, bool known, const char *data,
                    size_t len, cJSON **json, struct sl_error *error);

/* For dialects: the sentence about a text that is no answer of `protocol`. SL_E_PROTOCOL. */
int sl__answer_foreign(const char *protocol, struct sl_error *error);

/* For dialects: a short text of the server's as one harmless line; NULL or "" changes nothing. */
void sl__answer_word(char *to, size_t room, const char *word);

/* The same without a full stop, for a sentence that goes on. */
void sl__answer_sentence(char *to, size_t room, const char *sentence);

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
