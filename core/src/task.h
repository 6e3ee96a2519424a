/* Tasks, read; see sightline/task.h. */
#ifndef SL_TASK_H
#define SL_TASK_H

#include <stdbool.h>

#include <cjson/cJSON.h>
#include <sightline/task.h>

#include "buf.h"
#include "config.h"

struct sl__task {
    char *name, *title;
    bool own;              /* from the user's folder */
    char *detail, *effort; /* NULL where the file does not say */
    bool has_media;        /* the file says what and how many */
    bool images, videos;
    unsigned min_media;
    unsigned max_media; /* UINT_MAX where only the model sets a limit */
    enum sl_output output;
    bool has_output;
    bool look, has_tools; /* the model may look closer */
    cJSON *schema;        /* or NULL */
    cJSON *settings;      /* an object, or NULL; see parameter.h */
    char *prompt;
};

struct sl__task_values {
    const char *language, *instruction, *selection, *context, *filetype, *stack; /* NULL is empty */
};

/* Errors: SL_E_INVALID (no such task), SL_E_CONFIG (the file, with its line), SL_E_IO, SL_E_NOMEM.
 */
int sl__task_load(struct sl__task *task, const struct sl_config *config, const char *name,
                  struct sl_error *error);
void sl__task_release(struct sl__task *task);

/* A word for what was asked with, or else what the task, or the configuration, says. */
const char *sl__task_detail(const struct sl__task *task, const struct sl_config *config,
                            const char *asked);

/* Reads a task from a text; `origin` is what errors call it. Errors: SL_E_CONFIG, SL_E_NOMEM. */
int sl__task_parse(struct sl__task *task, const char *name, const char *origin, const char *text,
                   struct sl_error *error);

/* Appends the prompt with the values in place. Errors: SL_E_NOMEM, SL_E_TOO_LARGE. */
int sl__task_prompt(const struct sl__task *task, const struct sl__task_values *values,
                    struct sl__buf *prompt);

/* The built-in tasks and stacks; the last has a NULL name. Made from core/tasks by the build. */
struct sl__built_in_task {
    const char *name, *text;
};
extern const struct sl__built_in_task sl__built_in_tasks[];

struct sl__stack {
    struct sl_stack_info info;
    const char *phrase; /* what {{stack}} says for it */
};
extern const struct sl__stack sl__stacks[];

/* The phrase of a known stack, else the name itself. */
const char *sl__stack_phrase(const char *name);

#endif
