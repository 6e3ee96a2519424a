/*
 * The procedures that are given no image: settings and the batch. Each is a line of a table, as the
 * commands on an image are; version files register both.
 */
#ifndef TOOL_H
#define TOOL_H

#include "command.h"

#define TOOL_MAX_ARGUMENTS 10

struct tool_argument {
    const char *name;
    const char *label, *blurb; /* to be translated */
    const char *fallback;
    const struct choice *choices; /* up to a NULL value; NULL when it is free text */
};

struct tool {
    const char *procedure; /* its name for scripts */
    const char *label;     /* in the menu; this and the next three: to be translated */
    const char *title;     /* of the dialog */
    const char *blurb;
    const char *help;
    const char *result;                    /* what the text that it returns says */
    const struct tool_argument *arguments; /* up to a NULL name */
    bool remembers;                        /* the dialog begins with what was done last */

    /*
     * `values` has a string for each argument, never NULL and owned by the caller, who remembers
     * them: what a dialog changes there is to be freed with g_free and replaced by another.
     */
    struct result (*run)(const struct tool *tool, enum run_mode mode, char **values);
};

extern const struct tool *const tools[]; /* up to NULL */

/* NULL when none has this procedure's name. */
const struct tool *tool_find(const char *procedure);

/* The arguments that a tool has. */
int tool_argument_count(const struct tool *tool);

#endif
