/*
 * The built-in providers, and what sets them apart: a table, so that no other file asks which
 * provider it talks to. What a provider documents differs by protocol; a field that is not
 * documented there is never sent.
 */
#ifndef SL_PROVIDER_H
#define SL_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sl__protocol {
    SL__CHAT,     /* Chat Completions */
    SL__MESSAGES, /* the Messages API */
    SL__PROTOCOLS,
};

/* Where the reasoning effort stands in a request. */
enum sl__effort_place {
    SL__EFFORT_NOWHERE,
    SL__EFFORT_FLAT,   /* "reasoning_effort": "low" */
    SL__EFFORT_NESTED, /* "reasoning": {"effort": "low"} */
    SL__EFFORT_OUTPUT, /* "output_config": {"effort": "low"} */
};

/* What a provider takes over one protocol besides pictures and text; bits. */
enum sl__ability {
    SL__TAKES_DETAIL = 1 << 0,         /* image_url.detail */
    SL__TAKES_ADDRESSES = 1 << 1,      /* pictures by http(s) address */
    SL__TAKES_STORED = 1 << 2,         /* stepfile:// */
    SL__TAKES_VIDEO = 1 << 3,          /* video_url */
    SL__TAKES_TOOLS = 1 << 4,          /* tools of ours */
    SL__TAKES_JSON = 1 << 5,           /* response_format json_object */
    SL__TAKES_SCHEMA = 1 << 6,         /* response_format json_schema */
    SL__TAKES_STREAM_OPTIONS = 1 << 7, /* and counts a stream's tokens only when asked to */
    SL__REPLAYS_REASONING = 1 << 8,    /* reasoning_content beside tool calls */
    SL__REPLAYS_DETAILS = 1 << 9,      /* reasoning_details, unchanged, on every turn */
};

/* What the servers of a provider do unlike others; bits. */
enum sl__quirk {
    SL__CLOSES_EARLY =
        1 << 0, /* a connection ends with its first answer, though it is kept alive */
    SL__JPEG_AND_PNG = 1 << 1,   /* other pictures are not decoded */
    SL__LASTING_ERRORS = 1 << 2, /* a 500 is about the request, which would meet it again */
};

struct sl__abilities {
    bool spoken; /* the provider has this protocol */
    enum sl__effort_place effort;
    unsigned takes;          /* enum sl__ability */
    uint32_t parameters;     /* bits by enum sl__parameter: the settings that it documents */
    const char *most_tokens; /* what the limit of an answer's length is called */
};

struct sl__provider_row {
    const char *name;
    const char *base_url;
    const char *model;
    const char *key_env;      /* NULL: needs no key */
    const char *console;      /* where a key is made, or NULL */
    const char *other_region; /* the provider to suggest when this one refuses a key, or NULL */
    const char *currency;     /* of what is paid by the token, or NULL where nothing is */
    unsigned concurrency;     /* requests at once that its smallest accounts may have */
    struct sl__abilities abilities[SL__PROTOCOLS];
    unsigned quirks;    /* enum sl__quirk */
    unsigned max_files; /* that an account may store; 0: there is no Files API */
};

/* NULL for a name that is not built in. */
const struct sl__provider_row *sl__provider_find(const char *name);

/*
 * The rows one after another, NULL past the last: a key variable of the table may be sent to the
 * addresses of the rows that name it, and to no others.
 */
const struct sl__provider_row *sl__provider_at(size_t index);

/* The names, separated by commas, for error sentences. */
#define SL__PROVIDER_NAMES "stepfun, stepfun-cn, step-plan, aimlapi, openrouter, local, simulator"

#endif
