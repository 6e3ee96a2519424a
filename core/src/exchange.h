/*
 * One HTTP exchange: one request to one address, and its answer as far as it comes. A request of
 * the host's needs one for each attempt and each redirect; the answer is made anew for each.
 */
#ifndef SL_EXCHANGE_H
#define SL_EXCHANGE_H

#include "event_stream.h"
#include "request.h"
#include "retry.h"

/* What all exchanges of a thread have in common. */
struct sl__connections {
    CURLM *multi;
    CURLSH *share;  /* TLS sessions */
    bool resetting; /* connections that are closed now are reset */
};

/* What kind of answer comes. */
enum sl__hop_kind {
    SL__HOP_UNKNOWN, /* no byte of it has come */
    SL__HOP_STREAM,
    SL__HOP_WHOLE, /* an answer that does not stream */
    SL__HOP_TEXT,  /* what a GET asked for */
    SL__HOP_OTHER, /* an error, or something that is no answer */
    SL__HOP_KINDS,
};

enum sl__hop_header {
    SL__HOP_TRACE,
    SL__HOP_REQUEST_ID,
    SL__HOP_RETRY_AFTER,
    SL__HOP_DATE,
    SL__HOP_HEADERS,
};

struct sl__hop {
    struct sl__connections *connections;
    struct sl__request *request;
    const struct sl__exchange *exchange; /* the owner's */
    CURL *easy;
    struct curl_slist *lines;
    char reason[CURL_ERROR_SIZE];
    enum sl_phase phase;
    bool ready; /* the connection is there */
    bool stale; /* or was, but no more: nothing was sent, and another one is to be taken */

    /* Of the clock, in milliseconds; 0 for what has not happened. */
    int64_t sent_at;   /* everything was given to libcurl */
    int64_t headed_at; /* the answer's first line came */
    int64_t first_at;  /* the first byte of its body came */
    int64_t moved_at;  /* the last byte in either direction; the connection's start */
    int64_t reported_at;
    uint64_t sent; /* the offset that libcurl has read to */

    enum sl__hop_kind kind;
    uint64_t head_bytes, received;
    char headers[SL__HOP_HEADERS][128];
    struct sl__event_stream stream;
    bool spoke; /* it had an event */
    struct sl__answer answer;
    struct sl__buf body;        /* of an answer that is no stream, or what precedes its events */
    bool full;                  /* there was more of it than is read */
    struct sl__failure failure; /* what our own code found wrong */
};

/* How it ended; what `outcome` points at lives as long as the hop. */
struct sl__verdict {
    struct sl__outcome outcome;
    struct sl__failure failure;
    struct sl__attempt attempt; /* but for its number */
    const char *redirect;       /* an address of the same origin that asks for the same, or NULL */
};

/*
 * Begins the exchange; `url` is NULL for the address that the configuration gives. `request` and
 * `exchange` stay the caller's. NULL without memory.
 */
struct sl__hop *sl__hop_new(struct sl__connections *connections, struct sl__request *request,
                            const struct sl__exchange *exchange, const char *url);

/* Ends the exchange, for the server too unless it had come to its end. */
void sl__hop_free(struct sl__hop *hop);

/*
 * Makes libcurl send what waits on the connection. Older ones keep the reset of an HTTP/2 stream
 * until another stream of its connection sends or receives something, which may take minutes.
 */
void sl__hop_flush(struct sl__hop *hop);

/* What is known of the answer by now. */
long sl__hop_status(const struct sl__hop *hop);
const char *sl__hop_type(const struct sl__hop *hop); /* or "" */
enum sl__hop_kind sl__hop_find_kind(const struct sl__hop *hop);

/* When the next limit of time will have passed, INT64_MAX without one. */
int64_t sl__hop_deadline(const struct sl__hop *hop);

/* Makes the passed limit the exchange's failure. */
void sl__hop_expire(struct sl__hop *hop);

/* The name of the server is being looked up: a thread of libcurl's may hang in that. */
bool sl__hop_is_looking_up(const struct sl__hop *hop);

/* The verdict, once: when the answer has announced its end, libcurl has, or a limit passed. */
void sl__hop_judge(struct sl__hop *hop, CURLcode result, struct sl__verdict *verdict);

#endif
