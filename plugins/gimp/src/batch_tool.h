/* Batch Describe…, by dialog and by script. */
#ifndef BATCH_TOOL_H
#define BATCH_TOOL_H

#include "batch.h"
#include "tool.h"

extern const struct tool batch_tool;

/* The arguments of the tool, in their order. */
enum batch_argument {
    BATCH_FOLDER,
    BATCH_TASK,
    BATCH_OUTPUT,
    BATCH_FILE,
    BATCH_SKIP,
    BATCH_INSTRUCTION,
    BATCH_DETAIL,
    BATCH_LANGUAGE,
    BATCH_MANY,
    BATCH_ARGUMENTS
};

extern const struct choice batch_tasks[], batch_details[];

#define BATCH_YES "yes"
#define BATCH_NO "no"

/* More than these are asked about first, with what they cost. */
#define BATCH_FREE_REQUESTS 10

/* What the values wish. Borrows them. */
struct batch_wish batch_wish_of(char **values);

/* A question about what is still to be asked for, with its estimate, to be freed with g_free; NULL
 * when it is few. */
char *batch_question(const struct batch *batch);

/* Returns when the dialog is closed: done when something was written. */
struct result batch_dialog_run(const struct tool *tool, char **values);

/* Each text or failure on a line, to be freed with g_free. */
char *batch_report(struct batch *batch);

#endif
