/*
 * What is said in one request of a task: usually a question and its answer, but also the looks at
 * a part of a picture or a video that the model asks for, descriptions of pictures for which there
 * is no room any more, the parts of a long video, and one more try at an answer that was not in its
 * form. Each is a round: a body that is prepared, sent and answered.
 *
 * It belongs to the thread that works on the request; after the end, to the host's.
 */
#ifndef SL_TALK_H
#define SL_TALK_H

#include <sightline/client.h>

#include "answer.h"
#include "csv.h"
#include "filter.h"
#include "message.h"
#include "provider.h"

struct sl__request;

struct sl__groups;
struct sl__split;
struct sl__watch;

enum sl__round {
    SL__ROUND_ANSWER,   /* the question itself */
    SL__ROUND_DESCRIBE, /* of the oldest pictures, which then give way to the description */
    SL__ROUND_PART,     /* the question about a part of a long video */
    SL__ROUND_WATCH, /* the model's own question about such a part, which it asks for by a tool */
    SL__ROUND_FILES, /* what has to be stored first; see storing.h */
};

enum { SL__MAX_LOOKS = 6, SL__MAX_REPAIRS = 1 };

struct sl__talk {
    struct sl__history history; /* as it will stand in the conversation */
    size_t asked;               /* where in it this request's question is */
    enum sl__round round;
    struct sl__split *split;    /* of a long video, or NULL */
    struct sl__watch *watch;    /* of one that the model watches again, or NULL */
    struct sl__message *shown;  /* what its calls of tools showed it, until all are answered */
    struct sl__groups *groups;  /* of more pictures than a request takes, or NULL */
    bool awaits_groups;         /* they are described, and nothing else is sent */
    size_t giving_way;          /* where in it the message is whose pictures are described */
    size_t mended;              /* where in it a first answer of the wrong form is, or 0 */
    enum sl__protocol protocol; /* the configured one, unless a medium needs another */
    cJSON *settings;            /* of configuration, task and request together */
    bool continues;             /* the question asks for the rest of the last answer */
    struct sl__buf earlier;     /* what had come of that */
    unsigned looks, repairs;
    bool complete; /* the answer is whole, and only files are still to be deleted */
    bool mending;  /* the question was refused, and what its addresses lead to is got here */
    bool got_here; /* that was tried */
    struct sl_error refusal; /* why it was refused */
    uint64_t tokens;         /* of this round's question, about; 0 while it is not prepared */
    bool no_schema;          /* the question describes the schema: no field has to */
    bool no_form;            /* nor does one ask for JSON */
    struct sl__filter *filters[SL__MAX_ALTERNATIVES]; /* of an answer in code or CSV */
    struct sl__csv csv[SL__MAX_ALTERNATIVES];

    /* Of all rounds together. */
    struct sl_usage usage;
    struct sl_cost cost;
    char model[128];
};

/* NULL without memory. */
struct sl__talk *sl__talk_new(void);
void sl__talk_free(struct sl__talk *talk); /* NULL is fine */

/*
 * How many answers this round asks for at once. What comes before the answer needs one, and tools
 * can be called by one alone.
 */
unsigned sl__talk_alternatives(const struct sl__request *request);

/* Adds and records what one exchange used. `own` is the provider's own figure, or a negative
 * amount. */
void sl__talk_count(struct sl__request *request, const struct sl_usage *usage,
                    const struct sl_cost *own);

/*
 * Makes the question: prepares the media and writes the prompt. Worker. Errors: what preparation
 * returns, SL_E_UNSUPPORTED, SL_E_TOO_LARGE, SL_E_NOMEM.
 */
int sl__question_make(struct sl__request *request, struct sl_error *error);

/* The prompt alone, as a message. NULL with the error set. */
struct sl__message *sl__question_prompt(const struct sl__request *request, struct sl_error *error);

/* Prepares the request's media and attaches them. Worker. Errors: as sl__question_make. */
int sl__question_attach(struct sl__request *request, struct sl__message *message,
                        struct sl_error *error);

/* op_task.c: makes the body of a round that asks this. Errors: SL_E_NOMEM. */
int sl__round_body(struct sl__request *request, const struct sl__history *history,
                   struct sl_error *error);

/*
 * Puts the task's schema into the question, for providers and models that have no field for it. 0
 * or SL_E_NOMEM.
 */
int sl__question_describe_schema(struct sl__request *request);

/* How closely the pictures of this request are looked at: "low" or "high". */
const char *sl__request_detail(const struct sl__request *request);

#endif
