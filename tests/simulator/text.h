/* A growing text. Memory that cannot be had ends the program: this is a test tool. */
#ifndef SIMULATOR_TEXT_H
#define SIMULATOR_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
    char *data; /* always ends in a zero byte once something was added */
    size_t len;
    size_t room;
};

void *must_alloc(size_t size);

void text_add(struct text *text, const char *data, size_t len);
void text_adds(struct text *text, const char *string);
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The bytes as a JSON string with its quotes. `data` must be valid UTF-8; it may hold U+0000. */
void text_add_json(struct text *text, const char *data, size_t len);
void text_release(struct text *text);

/* The largest length <= at that does not cut a UTF-8 character of `data`. */
size_t text_boundary(const char *data, size_t at);

#endif
