/* Whether a body is JSON to the letter: cJSON lets much pass that StepFun's parser does not. */
#ifndef SIMULATOR_SYNTAX_H
#define SIMULATOR_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

/* RFC 8259 in UTF-8, nested at most 100 deep. On failure *at is the byte where it ends to be so. */
bool is_json(const char *data, size_t len, size_t *at);

/* Whether a text is UTF-8 without control characters. */
bool is_utf8(const char *text);

#endif
