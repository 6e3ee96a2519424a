/*
 * What a request asks the simulator to do besides answering: instructions that stand in the path
 * before /v1, as in /pace=20/stall=300/v1/chat/completions.
 */
#ifndef SIMULATOR_PLAN_H
#define SIMULATOR_PLAN_H

#include <stdbool.h>

#include "failure.h"

/* A number that was not given is -1; a flag is 1 or -1. */
struct plan {
    long pace, delay, slow_read; /* milliseconds */
    long status, html, retry_after;
    long drop, stall, split; /* bytes of the response's body */
    long no_end, error_event, malformed, no_usage, crlf;
    long reasoning, lines, controls, refuse;
    char finish[32];
};

/* No instructions; `pace` is what the command line says. */
void plan_init(struct plan *plan, long pace);

/*
 * Reads the instructions of `path` into an initialised plan and sets *rest to where the API's own
 * path ("/v1…") begins. A path without one is left whole. On failure the plan has no instructions.
 */
bool plan_parse(struct plan *plan, const char *path, const char **rest, struct failure *failure);

#endif
