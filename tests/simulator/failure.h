/*
 * A refusal, in the shape in which StepFun answers one: a status, a type and a sentence. Whoever
 * detects it fills the struct; whoever passes it on adds nothing.
 */
#ifndef SIMULATOR_FAILURE_H
#define SIMULATOR_FAILURE_H

#include <cjson/cJSON.h>
#include <stdbool.h>

struct failure {
    int status; /* 0: there is none */
    const char *type;
    char message[1024];
};

/* Always false, so that a check can end in `return refuse(…)`. The status is 400. */
bool refuse(struct failure *failure, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same with another status; its type comes from the table of documented errors. */
bool refuse_with(struct failure *failure, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The documented error of a status: false when the status has none. */
bool failure_of_status(struct failure *failure, int status);

/* "Not Found" and so on. */
const char *status_reason(int status);

/*
 * The body: {"error":{"message":…,"type":…}}, or that of the Messages API, which is Anthropic's, or
 * OpenRouter's around StepFun's.
 */
enum failure_shape { SHAPE_CHAT, SHAPE_MESSAGES, SHAPE_WRAPPED };

/* The caller owns it. */
cJSON *failure_object(const struct failure *failure, enum failure_shape shape);
/* The caller frees it with cJSON_free. */
char *failure_body(const struct failure *failure, enum failure_shape shape);

#endif
