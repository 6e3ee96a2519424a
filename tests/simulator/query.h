/*
 * What was asked, whichever protocol asked it. The two protocols' validations fill it; the answer
 * is made from it alone.
 */
#ifndef SIMULATOR_QUERY_H
#define SIMULATOR_QUERY_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "cache.h"
#include "failure.h"
#include "fields.h"
#include "models.h"
#include "picture.h"
#include "provider.h"
#include "request.h"
#include "text.h"
#include "video.h"

#define QUERY_MAX_PICTURES 60
#define QUERY_MAX_PICTURE_BYTES 20000000 /* of all pictures together */
#define QUERY_MAX_TOOLS 128
#define QUERY_MAX_CALLS 64 /* of one message of the assistant */
#define QUERY_MAX_N 16

/* Something that is shown: decoded here, or at a URL that nobody fetches. */
struct shown {
    struct picture picture;
    const char *url; /* NULL: `picture` holds it */
};

struct tool {
    const char *name;
    const cJSON *schema; /* NULL: it takes no arguments */
};

enum json_mode { JSON_NONE, JSON_OBJECT, JSON_SCHEMA };
enum tool_choice { CALL_IF_WANTED, CALL_NEVER, CALL_ALWAYS };

struct query {
    const struct request *request;
    unsigned providers; /* whose documentation holds */
    cJSON *body;
    const struct model *model;
    bool stream;
    enum json_mode json;
    const cJSON *schema; /* with JSON_SCHEMA; NULL: any object */
    long max_tokens;     /* -1: not limited */
    long n;
    const cJSON *stop; /* a string or an array of them, or NULL */
    bool logprobs, no_reasoning;
    long reasoning_tokens; /* -1: not limited */

    struct shown pictures[QUERY_MAX_PICTURES];
    size_t picture_count, picture_bytes;
    struct video video;
    size_t video_count;
    struct text results; /* of the tools, as the answer tells them */
    size_t result_count;
    size_t text_bytes; /* of all messages */
    struct text asked; /* the text of the last user message */
    long user_messages, calling_messages;

    struct tool tools[QUERY_MAX_TOOLS];
    size_t tool_count;
    enum tool_choice choice;
    const struct tool *chosen;
    bool one_at_a_time;

    const char *calls[QUERY_MAX_CALLS]; /* ids whose results have not come yet */
    size_t call_count;
    struct prefixes prefixes;
};

/* The body parsed, and nothing more. The caller releases it in every case. */
bool query_init(struct query *query, const struct request *request, struct failure *failure);
void query_release(struct query *query);

void query_add_result(struct query *query, const char *text);
bool query_add_tool(struct query *query, const char *name, const cJSON *schema, const char *where,
                    struct failure *failure);

/* Fields of messages: texts, of which those that ask are kept, and calls, whose results must name
 * them. */
field_check is_counted_text, is_asked_text, is_call_id, is_ended_call;

/* Before a message that is no result: every call must have had its own. */
bool query_check_calls(const struct query *query, struct failure *failure);

/* After each message: what came so far may have been cached. */
void query_end_message(struct query *query, const cJSON *message);

/* What its model does not take. `effort` may be NULL. */
bool query_check_model(const struct query *query, const char *effort, struct failure *failure);

/* What the input costs, by the documented counting. */
long query_prompt_tokens(const struct query *query);

#endif
