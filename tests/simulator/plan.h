/*
 * What a request asks the simulator to do besides answering: instructions that stand in the path
 * before /v1, as in /pace=20/stall=300/v1/chat/completions.
 */
#ifndef SIMULATOR_PLAN_H
#define SIMULATOR_PLAN_H

#include <stdbool.h>

#include "failure.h"

enum json_fault { JSON_INVALID, JSON_REPAIR, JSON_FENCED, JSON_LINES };
enum rewriting { REWRITE_UPPER, REWRITE_TWICE, REWRITE_NONE };
enum alt_answer { ALT_COLOUR, ALT_HOSTILE, ALT_DECORATIVE, ALT_BY_COLOUR };
enum reasoning_style { STYLE_REASONING, STYLE_CONTENT, STYLE_BOTH, STYLE_DETAILS, STYLE_ALL };
enum usage_style { USAGE_FLAT, USAGE_NESTED, USAGE_LAST };

/* What was not given is -1, a text empty; a flag is 1 or -1. */
struct plan {
    long times, strict;
    long pace, delay, slow_read, slow_write;  /* milliseconds */
    long status, html, retry_after, retry_at; /* retry_at: as a date, in seconds from now */
    long drop, stall, split, wrong_length;    /* bytes of the response's body */
    long no_end, error_event, malformed, no_usage, crlf;
    long refuse, silent, empty, bare_error, gzip, disconnect, goaway;
    long reasoning, lines, controls, length;
    long tools, tools_at_once, tools_whole, tools_no_index, tools_stop;
    long json, no_schema, fences, fence_inside, no_fence, rewrite, alt;
    long refusal, annotations, reasoning_style, usage, usd, cost, wrapped, unknown_fields;
    long stop_in_delta, step_plan, api;
    char finish[32];
    char redirect[512];
};

/* No instructions; `pace` is what the command line says. */
void plan_init(struct plan *plan, long pace);

/*
 * Reads the instructions of `path` into an initialised plan and sets *rest to where the API's own
 * path ("/v1…") begins. A path without one is left whole. On failure the plan has no instructions.
 */
bool plan_parse(struct plan *plan, const char *path, const char **rest, struct failure *failure);

/* Takes out what `times` limits: from here on the answer is a good one. */
void plan_end_faults(struct plan *plan);

#endif
