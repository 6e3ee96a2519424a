/*
 * A growing byte buffer that never grows past a maximum given at its start.
 *
 * `data` is NUL-terminated after the first append; sl__buf_text gives a string at any time. A
 * failed append leaves what was there.
 */
#ifndef SL_BUF_H
#define SL_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <sightline/error.h>

/* All maxima in one place, in bytes. */
#define SL__MAX_CONFIG (1u << 20)
#define SL__MAX_KEY 4096u
#define SL__MAX_TASK (256u << 10)
#define SL__MAX_ADDRESS 8192u    /* of a picture or video that the server gets */
#define SL__MAX_VIDEO 128000000u /* what is sent is below that */
#define SL__MAX_PROMPT (4u << 20)
#define SL__MAX_CONVERSATION (256u << 20)
#define SL__MAX_STREAM_EVENT (4u << 20) /* one event of a stream */
#define SL__MAX_ERROR_BODY (64u << 10)  /* of an answer that is no stream; the rest is not read */
#define SL__MAX_MODEL_LIST (4u << 20)
#define SL__MAX_HEADERS (256u << 10) /* of one answer together */
#define SL__MAX_ANSWER (16u << 20)   /* its text, its reasoning, and what goes back of that */
#define SL__MAX_CALL (1u << 20)      /* the arguments of a tool call */
#define SL__MAX_CALL_NAME 512u       /* and its name and id */
#define SL__MAX_REFUSAL (64u << 10)
#define SL__MAX_SOURCES (256u << 10) /* addresses that an answer names */
#define SL__MAX_STREAM (64u << 20)   /* an answer with all that surrounds its text */
#define SL__MAX_JSON_VALUES 1000000u /* values of one JSON text */
#define SL__MAX_PENDING (64u << 20)  /* events that the host has not yet taken */

struct sl__buf {
    char *data;
    size_t len, cap, max;
    bool secret; /* it may hold a key: what it outgrows is overwritten */
    bool dry;    /* an append has failed for want of memory, of those since the buffer was empty */
};

#define SL__BUF_INIT(maximum)                                                                      \
    {                                                                                              \
        .max = (maximum)                                                                           \
    }

/* For what may hold a key; ends with sl__buf_wipe. */
#define SL__BUF_SECRET(maximum)                                                                    \
    {                                                                                              \
        .max = (maximum), .secret = true                                                           \
    }

/* 0, SL_E_NOMEM or SL_E_TOO_LARGE. */
int sl__buf_add(struct sl__buf *buf, const void *data, size_t len);
int sl__buf_adds(struct sl__buf *buf, const char *text);
int sl__buf_addf(struct sl__buf *buf, const char *format, ...) SL_PRINTF(2, 3);

/* The content as a string, "" when empty; valid until the next change. */
const char *sl__buf_text(const struct sl__buf *buf);

/* Empties the buffer and keeps its memory. */
void sl__buf_reset(struct sl__buf *buf);

/* Hands the memory to the caller, NULL when nothing was added, and makes the buffer empty. */
char *sl__buf_take(struct sl__buf *buf);

void sl__buf_release(struct sl__buf *buf);

/* As release, and overwrites what was there: for keys. */
void sl__buf_wipe(struct sl__buf *buf);

/* Makes `*to` a copy of a string that may be missing. False without memory. */
bool sl__copy_string(char **to, const char *from);

/* Overwrites memory in a way that the compiler keeps. */
void sl__wipe(void *memory, size_t len);

#endif
