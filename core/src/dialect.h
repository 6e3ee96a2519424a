/*
 * Protocols: the body of a request, and what its answer says, as tables of functions. Fields and
 * their variants: the vendors' API references.
 */
#ifndef SL_DIALECT_H
#define SL_DIALECT_H

#include <sightline/client.h>

#include "answer.h"
#include "body.h"
#include "message.h"
#include "provider.h"

struct sl__storing;

/* A function that the model may call. */
struct sl__tool {
    const char *name, *description;
    const char *parameters; /* a JSON schema */
};

/* All that a request's body says. */
struct sl__turn {
    const struct sl__abilities *abilities;
    const char *model;
    const char *effort;    /* or NULL */
    const cJSON *settings; /* checked; or NULL. What is not documented is left out */
    uint32_t max_output;   /* for a protocol that wants a limit, where the settings have none */
    const struct sl__history *history;
    const struct sl__storing *storing; /* what is referred to instead of being sent; or NULL */
    const struct sl__tool *tools;
    size_t tool_count;
    bool alone;          /* one answer is asked for, whatever the settings say */
    bool json;           /* the answer is to be a JSON object */
    const cJSON *schema; /* and to fit this, where it is not NULL and the provider takes one */
    const char *schema_name;
    bool stream;
};

struct sl__dialect {
    const char *path; /* below the base URL */

    /* Errors: SL_E_NOMEM. */
    int (*body)(struct sl__body *body, const struct sl__turn *turn);

    /*
     * Takes one event of a stream. Errors: SL_E_PROTOCOL (it is no JSON), SL_E_SERVER and the codes
     * of sl__answer_error (an error that the server sent in the middle), SL_E_NOMEM,
     * SL_E_TOO_LARGE, and what on_part returns.
     */
    int (*event)(struct sl__answer *answer, const char *type, const char *data, size_t len,
                 struct sl_error *error);

    /* Takes an answer that did not stream; the same parts, the same errors. */
    int (*whole)(struct sl__answer *answer, const char *text, size_t len, struct sl_error *error);
};

extern const struct sl__dialect sl__dialects[SL__PROTOCOLS];

#endif
