/*
 * Errors of libsightline and libsightline-media.
 *
 * Every call that can fail returns 0 or a negative `enum sl_code`, which the program can act on,
 * and fills a caller-owned `struct sl_error`, which a person can read. Whoever detects a failure
 * writes the sentence: it names the thing, the reason and the remedy, and holds no key and no
 * content of the user's. Whoever passes it on adds nothing. On success the struct is left as it
 * was.
 *
 * An `error` argument may be NULL where the caller does not want the sentence.
 */
#ifndef SIGHTLINE_ERROR_H
#define SIGHTLINE_ERROR_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SL_API __attribute__((visibility("default")))
#define SL_PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
#define SL_API
#define SL_PRINTF(at, first)
#endif

enum sl_code {
    SL_OK = 0,
    SL_E_NOMEM = -1,       /* memory could not be had */
    SL_E_INVALID = -2,     /* the caller broke the contract of the call, or named nothing known */
    SL_E_IO = -3,          /* a file could not be opened, read or written */
    SL_E_UNSUPPORTED = -4, /* a format, scheme or feature that this build does not have */
    SL_E_CORRUPT = -5,     /* a picture whose bytes are damaged or cut short */
    SL_E_TOO_LARGE = -6,   /* over a limit; the sentence says which */
    SL_E_CONFIG = -7,      /* the configuration cannot be read or contradicts itself */
    SL_E_NO_KEY = -8,      /* the provider needs a key and none is set */
    SL_E_AUTH = -9,        /* the server refused the key */
    SL_E_NETWORK = -10,    /* no connection, or it broke before the answer was whole */
    SL_E_TLS = -11,        /* the server's certificate could not be trusted */
    SL_E_TIMEOUT = -12,    /* a time limit passed */
    SL_E_HTTP = -13,       /* the server answered with an error; see `http_status` */
    SL_E_PROTOCOL = -14,   /* the server's bytes do not follow the protocol */
    SL_E_CANCELLED = -15,  /* the caller asked for the end */
    SL_E_INCOMPLETE = -16, /* the answer stopped before its end; what arrived is not the whole */
    SL_E_LENGTH = -17,     /* the answer was cut at a length limit; the conversation can go on */
    SL_E_BALANCE = -18,    /* the account has nothing left to pay with */
    SL_E_RATE = -19,       /* too many requests, and waiting did not help or would take too long */
    SL_E_MODERATION = -20, /* the provider's moderation refused the request or the answer */
    SL_E_MODEL = -21,      /* the server does not have the model, or not for this key */
    SL_E_SERVER = -22,     /* the server failed */
    SL_E_REFUSED = -23,    /* the model itself refused to answer */
    SL_E_FORMAT = -24,     /* the answer is not in the form that the task asks for */
    SL_E_BUDGET = -25,     /* it would cost more than the configuration allows */
    SL_E_CONSENT = -26,    /* nobody has agreed yet that anything goes to this server */
};

/* Length of a sentence in bytes, with its terminating NUL; longer ones are cut between characters.
 */
#define SL_ERROR_MESSAGE_MAX 768

struct sl_error {
    int code;        /* an enum sl_code, 0 when nothing failed */
    int http_status; /* the status of the server's answer, 0 when there was none */
    char message[SL_ERROR_MESSAGE_MAX];
};

#define SL_ERROR_INIT                                                                              \
    {                                                                                              \
        0                                                                                          \
    }

/*
 * Writes code and sentence into `error`, which may be NULL, and returns `code`, so that a failing
 * function can end with `return sl_error_set(error, SL_E_IO, "%s: …", name);`. The text is made
 * one line of valid UTF-8 without control characters, whatever the arguments were. The format is
 * translated where the program has that done, see translate.h.
 */
SL_API int sl_error_set(struct sl_error *error, int code, const char *format, ...) SL_PRINTF(3, 4);

/* A short static name of a code ("no key", "network"), for logs and tests; never NULL. */
SL_API const char *sl_code_name(int code);

#ifdef __cplusplus
}
#endif

#endif
