/* What the request bodies of all protocols are made of. */
#ifndef SL_BODY_PARTS_H
#define SL_BODY_PARTS_H

#include "dialect.h"
#include "parameter.h"

/* Appends to a body until something fails; from then on nothing is added. */
struct sl__writer {
    struct sl__body *body;
    const struct sl__turn *turn;
    bool comma; /* one stands before the next item of a list */
    int code;
};

void sl__write_text(struct sl__writer *writer, const char *text);

/* Takes the value; NULL is a failure. */
void sl__write_json(struct sl__writer *writer, cJSON *value);

/* A list whose items each begin with sl__write_next. */
void sl__write_list(struct sl__writer *writer, const char *opening);
void sl__write_next(struct sl__writer *writer);

/*
 * A JSON string: the address of an attachment, or `before`, its type, `between` and its bytes.
 * `before` has the opening quote.
 */
void sl__write_source(struct sl__writer *writer, struct sl__attachment *attachment,
                      const char *before, const char *between);

/* Whether the provider takes this attachment over the turn's protocol. */
bool sl__turn_takes(const struct sl__turn *turn, const struct sl__attachment *attachment);

/* What the model is told instead of an attachment that cannot be sent; NULL without memory. */
cJSON *sl__attachment_named(const struct sl__attachment *attachment);

/* {"type": "text", "text": …}; NULL without memory. */
cJSON *sl__text_part(const char *text);

/* The value of a setting that is given and documented, else NULL. */
const cJSON *sl__turn_setting(const struct sl__turn *turn, enum sl__parameter parameter);

/* Each adds to an object, and returns false without memory; nothing to add is fine. */
bool sl__add_copy(cJSON *object, const char *name, const cJSON *value);
bool sl__add_new(cJSON *object, const char *name, cJSON *value); /* takes; NULL is a failure */
bool sl__add_settings(cJSON *root, const struct sl__turn *turn, enum sl__protocol protocol);
bool sl__add_extra(cJSON *root, const struct sl__turn *turn);

/* Takes all that stands before the messages; leaves the list of them open. */
void sl__write_head(struct sl__writer *writer, cJSON *root);

/* The arguments of a call as an object, {} where they are broken; NULL without memory. */
cJSON *sl__call_input(const struct sl__call *call);

#endif
