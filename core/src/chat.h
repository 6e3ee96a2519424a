/*
 * Chat Completions: the body of a request, and what its streamed answer says. Fields and their
 * variants: the vendor's API reference.
 */
#ifndef SL_CHAT_H
#define SL_CHAT_H

#include <sightline/client.h>

#include "body.h"
#include "provider.h"
#include "text.h"

struct sl__turn {
    const struct sl__provider_row *provider;
    const char *model, *detail, *effort, *prompt;
    struct sl_image *images; /* their bytes are taken */
    size_t image_count;
};

/* Writes the body. Errors: SL_E_NOMEM. */
int sl__chat_body(struct sl__body *body, const struct sl__turn *turn);

/* Where the parts of an answer go: `type` is SL_EVENT_TEXT or SL_EVENT_REASONING. */
typedef int (*sl__answer_fn)(enum sl_event_type type, const char *text, size_t len, void *context);

/* An answer while it arrives. */
struct sl__answer {
    sl__answer_fn on_part;
    void *context;
    struct sl__text text, reasoning;
    struct sl__buf clean;
    struct sl_usage usage;
    char model[128];
    char finish[32]; /* finish_reason, "" until it came */
    bool has_text;
    bool done; /* the end of the stream was announced */
};

void sl__answer_init(struct sl__answer *answer, sl__answer_fn on_part, void *context);
void sl__answer_release(struct sl__answer *answer);

/*
 * Takes one event of the stream. Errors: SL_E_PROTOCOL (it is no JSON), SL_E_HTTP (an error that
 * the server sent in the middle), SL_E_NOMEM, SL_E_TOO_LARGE, and what on_part returns.
 */
int sl__answer_event(struct sl__answer *answer, const char *data, size_t len,
                     struct sl_error *error);

/* Whether the whole answer is there: 0 or SL_E_INCOMPLETE, SL_E_HTTP (blocked by moderation). */
int sl__answer_finish(struct sl__answer *answer, struct sl_error *error);

/* The server's own sentence in an error body, or NULL; belongs to `json`. */
const char *sl__error_sentence(const cJSON *json);

#endif
