/* The instructions in the path, as a table. */
#include "plan.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider.h"
#include "text.h"

enum kind { FLAG, NUMBER, NUMBER_OR_NOT, SECONDS, STATUS, WORD, URL, CHOICE };

struct choice {
    const char *name;
    long value;
};

static const struct choice providers[] = {
    {"stepfun", STEPFUN}, {"aimlapi", AIMLAPI}, {"openrouter", OPENROUTER}, {"local", LOCAL}, {0}};
static const struct choice json_faults[] = {{"invalid", JSON_INVALID},
                                            {"repair", JSON_REPAIR},
                                            {"fenced", JSON_FENCED},
                                            {"lines", JSON_LINES},
                                            {0}};
static const struct choice rewritings[] = {
    {"upper", REWRITE_UPPER}, {"twice", REWRITE_TWICE}, {"none", REWRITE_NONE}, {0}};
static const struct choice alt_answers[] = {{"colour", ALT_COLOUR},
                                            {"hostile", ALT_HOSTILE},
                                            {"decorative", ALT_DECORATIVE},
                                            {"by-colour", ALT_BY_COLOUR},
                                            {0}};
static const struct choice reasoning_styles[] = {
    {"reasoning", STYLE_REASONING}, {"content", STYLE_CONTENT}, {"both", STYLE_BOTH},
    {"details", STYLE_DETAILS},     {"all", STYLE_ALL},         {0}};
static const struct choice usage_styles[] = {
    {"flat", USAGE_FLAT}, {"nested", USAGE_NESTED}, {"last", USAGE_LAST}, {0}};
static const struct choice disconnects[] = {{"idle", 1}, {0}};

#define AT(name) offsetof(struct plan, name)
#define FAULT true

static const struct instruction {
    const char *name;
    enum kind kind;
    size_t field;
    long min, max;
    bool fault; /* one that `times` limits */
    const struct choice *choices;
} instructions[] = {
    {"pace", NUMBER, AT(pace), 0, 3600000, false, NULL},
    {"delay", NUMBER, AT(delay), 0, 3600000, FAULT, NULL},
    {"status", STATUS, AT(status), 400, 599, FAULT, NULL},
    {"html", STATUS, AT(html), 400, 599, FAULT, NULL},
    {"retry-after", SECONDS, AT(retry_after), 0, 3600, FAULT, NULL},
    {"times", NUMBER, AT(times), 0, 1000000, false, NULL},
    {"strict", CHOICE, AT(strict), 0, 0, false, providers},
    {"drop", NUMBER, AT(drop), 0, 1000000000, FAULT, NULL},
    {"stall", NUMBER, AT(stall), 0, 1000000000, FAULT, NULL},
    {"split", NUMBER, AT(split), 1, 1000000000, false, NULL},
    {"slow-write", NUMBER, AT(slow_write), 0, 3600000, FAULT, NULL},
    {"wrong-length", NUMBER, AT(wrong_length), 1, 1000000000, FAULT, NULL},
    {"gzip", FLAG, AT(gzip), 0, 0, FAULT, NULL},
    {"empty", FLAG, AT(empty), 0, 0, FAULT, NULL},
    {"bare-error", FLAG, AT(bare_error), 0, 0, FAULT, NULL},
    {"wrapped", FLAG, AT(wrapped), 0, 0, false, NULL},
    {"redirect", URL, AT(redirect), 0, 0, FAULT, NULL},
    {"refuse", FLAG, AT(refuse), 0, 0, FAULT, NULL},
    {"silent", FLAG, AT(silent), 0, 0, FAULT, NULL},
    {"disconnect", CHOICE, AT(disconnect), 0, 0, FAULT, disconnects},
    {"goaway", FLAG, AT(goaway), 0, 0, FAULT, NULL},
    {"slow-read", NUMBER, AT(slow_read), 0, 3600000, FAULT, NULL},
    {"no-end", FLAG, AT(no_end), 0, 0, FAULT, NULL},
    {"error-event", NUMBER, AT(error_event), 0, 1000000000, FAULT, NULL},
    {"malformed", NUMBER, AT(malformed), 1, 1000000000, FAULT, NULL},
    {"reasoning", NUMBER, AT(reasoning), 0, 100000, false, NULL},
    {"reasoning-style", CHOICE, AT(reasoning_style), 0, 0, false, reasoning_styles},
    {"lines", NUMBER, AT(lines), 1, 1000000, false, NULL},
    {"length", NUMBER, AT(length), 0, 1000000000, FAULT, NULL},
    {"controls", FLAG, AT(controls), 0, 0, false, NULL},
    {"crlf", FLAG, AT(crlf), 0, 0, false, NULL},
    {"unknown-fields", FLAG, AT(unknown_fields), 0, 0, false, NULL},
    {"finish", WORD, AT(finish), 0, 0, FAULT, NULL},
    {"stop-in-delta", FLAG, AT(stop_in_delta), 0, 0, false, NULL},
    {"refusal", FLAG, AT(refusal), 0, 0, FAULT, NULL},
    {"annotations", FLAG, AT(annotations), 0, 0, false, NULL},
    {"no-usage", FLAG, AT(no_usage), 0, 0, false, NULL},
    {"usage", CHOICE, AT(usage), 0, 0, false, usage_styles},
    {"usd", FLAG, AT(usd), 0, 0, false, NULL},
    {"cost", FLAG, AT(cost), 0, 0, false, NULL},
    {"tools", NUMBER, AT(tools), 0, 1000, false, NULL},
    {"tools-at-once", NUMBER, AT(tools_at_once), 1, 16, false, NULL},
    {"tools-whole", FLAG, AT(tools_whole), 0, 0, false, NULL},
    {"tools-no-index", FLAG, AT(tools_no_index), 0, 0, false, NULL},
    {"tools-stop", FLAG, AT(tools_stop), 0, 0, false, NULL},
    {"json", CHOICE, AT(json), 0, 0, FAULT, json_faults},
    {"no-schema", FLAG, AT(no_schema), 0, 0, FAULT, NULL},
    {"fences", NUMBER_OR_NOT, AT(fences), 1, 100, false, NULL},
    {"fence-inside", FLAG, AT(fence_inside), 0, 0, false, NULL},
    {"no-fence", FLAG, AT(no_fence), 0, 0, false, NULL},
    {"rewrite", CHOICE, AT(rewrite), 0, 0, false, rewritings},
    {"alt", CHOICE, AT(alt), 0, 0, false, alt_answers},
    {"step_plan", FLAG, AT(step_plan), 0, 0, false, NULL},
    {"api", FLAG, AT(api), 0, 0, false, NULL},
};

#define INSTRUCTIONS (sizeof instructions / sizeof instructions[0])

static long *number_of(struct plan *plan, const struct instruction *instruction)
{
    return (long *)((char *)plan + instruction->field);
}

static void set_default(struct plan *plan, const struct instruction *instruction)
{
    if (instruction->kind == WORD || instruction->kind == URL)
        *((char *)plan + instruction->field) = 0;
    else
        *number_of(plan, instruction) = -1;
}

void plan_init(struct plan *plan, long pace)
{
    *plan = (struct plan){.retry_at = -1};
    for (size_t i = 0; i < INSTRUCTIONS; i++)
        set_default(plan, &instructions[i]);
    plan->pace = pace;
}

void plan_end_faults(struct plan *plan)
{
    plan->retry_at = -1;
    for (size_t i = 0; i < INSTRUCTIONS; i++) {
        if (instructions[i].fault)
            set_default(plan, &instructions[i]);
    }
}

static bool refuse_unknown(struct failure *failure, const char *name)
{
    struct text known = {0};
    for (size_t i = 0; i < INSTRUCTIONS; i++)
        text_format(&known, "%s%s%s", i ? ", " : "", instructions[i].name,
                    instructions[i].kind == FLAG ? "" : "=");
    refuse(failure, "\"%s\" in the path is no instruction of the simulator; it knows %s", name,
           known.data);
    text_release(&known);
    return false;
}

static bool parse_number(const char *value, const struct instruction *instruction, long *number)
{
    char *end;
    *number = strtol(value, &end, 10);
    return value[0] >= '0' && value[0] <= '9' && !*end && *number >= instruction->min &&
           *number <= instruction->max;
}

static bool set_number(struct plan *plan, const struct instruction *instruction, const char *value,
                       struct failure *failure)
{
    return parse_number(value, instruction, number_of(plan, instruction)) ||
           refuse(failure, "\"%s=%s\": the value must be a number from %ld to %ld",
                  instruction->name, value, instruction->min, instruction->max);
}

static bool set_seconds(struct plan *plan, const struct instruction *instruction, const char *value,
                        struct failure *failure)
{
    static const char date[] = "date:";
    if (strncmp(value, date, sizeof date - 1) != 0)
        return set_number(plan, instruction, value, failure);
    if (!set_number(plan, instruction, value + sizeof date - 1, failure))
        return false;
    plan->retry_at = plan->retry_after;
    plan->retry_after = -1;
    return true;
}

static bool set_status(struct plan *plan, const struct instruction *instruction, const char *value,
                       struct failure *failure)
{
    struct failure known;
    long *status = number_of(plan, instruction);
    return (parse_number(value, instruction, status) && failure_of_status(&known, (int)*status)) ||
           refuse(failure, "\"%s=%s\": this status is none of the documented errors",
                  instruction->name, value);
}

static bool set_choice(struct plan *plan, const struct instruction *instruction, const char *value,
                       struct failure *failure)
{
    const struct choice *choice = instruction->choices;
    while (choice->name && strcmp(choice->name, value) != 0)
        choice++;
    if (!choice->name)
        return refuse(failure, "\"%s=%s\": the value is not one that is known here",
                      instruction->name, value);
    *number_of(plan, instruction) = choice->value;
    return true;
}

static bool set_text(char *text, size_t room, const struct instruction *instruction,
                     const char *value, struct failure *failure)
{
    if (strlen(value) >= room)
        return refuse(failure, "\"%s\": the value is too long", instruction->name);
    snprintf(text, room, "%s", value);
    return true;
}

static bool set(struct plan *plan, const struct instruction *instruction, const char *value,
                struct failure *failure)
{
    bool may_lack = instruction->kind == FLAG || instruction->kind == NUMBER_OR_NOT;
    if (may_lack && !value) {
        *number_of(plan, instruction) = 1;
        return true;
    }
    if (instruction->kind == FLAG)
        return refuse(failure, "\"%s\" takes no value", instruction->name);
    if (!value || !*value)
        return refuse(failure, "\"%s\" needs a value: %s=…", instruction->name, instruction->name);
    switch (instruction->kind) {
    case WORD:
        return set_text(plan->finish, sizeof plan->finish, instruction, value, failure);
    case URL:
        return set_text(plan->redirect, sizeof plan->redirect, instruction, value, failure);
    case CHOICE:
        return set_choice(plan, instruction, value, failure);
    case STATUS:
        return set_status(plan, instruction, value, failure);
    case SECONDS:
        return set_seconds(plan, instruction, value, failure);
    default:
        return set_number(plan, instruction, value, failure);
    }
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
        char segment[sizeof plan->redirect];
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
