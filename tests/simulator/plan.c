/* The instructions in the path, as a table. */
#include "plan.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { FLAG, NUMBER, STATUS, WORD };

static const struct instruction {
    const char *name;
    enum kind kind;
    size_t field;
    long min, max;
} instructions[] = {
    {"pace", NUMBER, offsetof(struct plan, pace), 0, 3600000},
    {"delay", NUMBER, offsetof(struct plan, delay), 0, 3600000},
    {"status", STATUS, offsetof(struct plan, status), 400, 599},
    {"html", STATUS, offsetof(struct plan, html), 400, 599},
    {"retry-after", NUMBER, offsetof(struct plan, retry_after), 0, 3600},
    {"drop", NUMBER, offsetof(struct plan, drop), 0, 1000000000},
    {"stall", NUMBER, offsetof(struct plan, stall), 0, 1000000000},
    {"split", NUMBER, offsetof(struct plan, split), 1, 1000000000},
    {"no-end", FLAG, offsetof(struct plan, no_end), 0, 0},
    {"error-event", NUMBER, offsetof(struct plan, error_event), 0, 1000000000},
    {"malformed", NUMBER, offsetof(struct plan, malformed), 1, 1000000000},
    {"reasoning", NUMBER, offsetof(struct plan, reasoning), 0, 100000},
    {"lines", NUMBER, offsetof(struct plan, lines), 1, 1000000},
    {"controls", FLAG, offsetof(struct plan, controls), 0, 0},
    {"crlf", FLAG, offsetof(struct plan, crlf), 0, 0},
    {"finish", WORD, offsetof(struct plan, finish), 0, 0},
    {"no-usage", FLAG, offsetof(struct plan, no_usage), 0, 0},
    {"slow-read", NUMBER, offsetof(struct plan, slow_read), 0, 3600000},
    {"refuse", FLAG, offsetof(struct plan, refuse), 0, 0},
};

#define INSTRUCTIONS (sizeof instructions / sizeof instructions[0])

static long *number_of(struct plan *plan, const struct instruction *instruction)
{
    return (long *)((char *)plan + instruction->field);
}

void plan_init(struct plan *plan, long pace)
{
    *plan = (struct plan){0};
    for (size_t i = 0; i < INSTRUCTIONS; i++) {
        if (instructions[i].kind != WORD)
            *number_of(plan, &instructions[i]) = -1;
    }
    plan->pace = pace;
    plan->reasoning = 3;
}

static bool refuse_unknown(struct failure *failure, const char *name)
{
    char known[512];
    size_t len = 0;
    for (size_t i = 0; i < INSTRUCTIONS && len < sizeof known; i++)
        len += (size_t)snprintf(known + len, sizeof known - len, "%s%s%s", i ? ", " : "",
                                instructions[i].name, instructions[i].kind == FLAG ? "" : "=");
    return refuse(failure, "\"%s\" in the path is no instruction of the simulator; it knows %s",
                  name, known);
}

static bool set_number(struct plan *plan, const struct instruction *instruction, const char *value,
                       struct failure *failure)
{
    char *end;
    long number = strtol(value, &end, 10);
    struct failure known;
    bool good = value[0] >= '0' && value[0] <= '9' && !*end && number >= instruction->min &&
                number <= instruction->max;
    if (good && instruction->kind == STATUS)
        good = failure_of_status(&known, (int)number);
    if (!good && instruction->kind == STATUS)
        return refuse(failure, "\"%s=%s\": this status is none of the documented errors",
                      instruction->name, value);
    if (!good)
        return refuse(failure, "\"%s=%s\": the value must be a number from %ld to %ld",
                      instruction->name, value, instruction->min, instruction->max);
    *number_of(plan, instruction) = number;
    return true;
}

static bool set(struct plan *plan, const struct instruction *instruction, const char *value,
                struct failure *failure)
{
    if (instruction->kind == FLAG) {
        *number_of(plan, instruction) = 1;
        return !value || refuse(failure, "\"%s\" takes no value", instruction->name);
    }
    if (!value || !*value)
        return refuse(failure, "\"%s\" needs a value: %s=…", instruction->name, instruction->name);
    if (instruction->kind != WORD)
        return set_number(plan, instruction, value, failure);
    char *word = (char *)plan + instruction->field;
    if (strlen(value) >= sizeof plan->finish)
        return refuse(failure, "\"%s\": the value is too long", instruction->name);
    snprintf(word, sizeof plan->finish, "%s", value);
    return true;
}

static bool apply(struct plan *plan, char *segment, struct failure *failure)
{
    char *value = strchr(segment, '=');
    if (value)
        *value++ = 0;
    for (size_t i = 0; i < INSTRUCTIONS; i++) {
        if (!strcmp(instructions[i].name, segment))
            return set(plan, &instructions[i], value, failure);
    }
    return refuse_unknown(failure, segment);
}

static const char *api_path(const char *path)
{
    for (const char *at = strstr(path, "/v1"); at; at = strstr(at + 1, "/v1")) {
        if (!at[3] || at[3] == '/')
            return at;
    }
    return NULL;
}

static bool parse(struct plan *plan, const char *at, const char *end, struct failure *failure)
{
    while (at < end) {
        char segment[64];
        size_t len = strcspn(++at, "/");
        if (len >= sizeof segment)
            return refuse(failure, "an instruction in the path is too long: %.40s…", at);
        memcpy(segment, at, len);
        segment[len] = 0;
        if (!apply(plan, segment, failure))
            return false;
        at += len;
    }
    return true;
}

bool plan_parse(struct plan *plan, const char *path, const char **rest, struct failure *failure)
{
    const char *api = api_path(path);
    long pace = plan->pace;
    *rest = api ? api : path;
    bool good = parse(plan, path, *rest, failure);
    if (!good)
        plan_init(plan, pace);
    return good;
}
