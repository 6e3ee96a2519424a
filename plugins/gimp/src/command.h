/*
 * The commands of the plug-in. Each is a line of a table: a procedure, its menu item and the task
 * of the core that it begins with. Version files register the table and hand every call to
 * command_run. Labels, titles, blurbs and help texts are to be translated where they are used.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include <sightline/error.h>

/* What a caller may set, remembered from one call of a procedure to the next. */
enum setting {
    SETTING_TASK,
    SETTING_INSTRUCTION,
    SETTING_SOURCE,
    SETTING_DETAIL,
    SETTING_EFFORT,
    SETTING_LANGUAGE,
    SETTING_STACK,
    SETTING_COUNT
};

struct command {
    const char *procedure; /* its name for scripts */
    const char *task;      /* its name in the core; NULL: the caller says which */
    const char *label;     /* in the menu; NULL: it is not in the menu */
    const char *title;     /* of the dialog */
    const char *blurb;
    const char *help;   /* what is its own; see command_help */
    unsigned arguments; /* bits (1 << enum setting): what scripts give, in the order of the enum */
    bool layers;        /* the answer becomes text layers */
    bool question;      /* the instruction is a question, without which nothing can be asked */
};

#define COMMAND_MENU "<Image>/Filters/Sightline"
#define COMMAND_AUTHORS "The Sightline contributors"
#define COMMAND_DATE "2026"

extern const struct command commands[];
extern const size_t command_count;

/* NULL when no command has this procedure's name, or begins with this task. */
const struct command *command_find(const char *procedure);
const struct command *command_of_task(const char *task);

/* The whole help text, translated, to be freed with g_free. */
char *command_help(const struct command *command);

/* Whether scripts give this setting as an argument. Otherwise it is remembered only. */
bool command_takes(const struct command *command, enum setting which);

struct setting_info {
    const char *name;  /* of the procedure's argument */
    const char *label; /* this and the next: to be translated */
    const char *blurb;
    const char *fallback;
};

/* How a command calls a setting; `command` may be NULL for what most of them call it. */
const struct setting_info *setting_info(const struct command *command, enum setting which);

struct choice {
    const char *value;
    const char *label; /* to be translated */
};

/* The values that a setting takes, up to a NULL value; NULL when it is free text. */
const struct choice *setting_choices(enum setting which);

/* Values never NULL and owned by the struct; empty means the fallback. */
struct settings {
    char *value[SETTING_COUNT];
};

/* Replaces one value by a copy; NULL counts as the fallback. */
void settings_set(struct settings *settings, enum setting which, const char *value);
void settings_release(struct settings *settings);

/* A value as the core takes it: NULL for "as the task or the configuration says". */
const char *settings_chosen(const struct settings *settings, enum setting which);

/* Finds out before the image is read whether something is missing. */
int settings_check(const struct settings *settings, struct sl_error *error);

enum run_mode { RUN_DIALOG, RUN_SILENT, RUN_AGAIN };

/* OUTCOME_MISUSED: the call was wrong, and nothing was tried. */
enum outcome { OUTCOME_DONE, OUTCOME_CANCELLED, OUTCOME_MISUSED, OUTCOME_FAILED };

/* The outcome of an error that came before anything was sent. */
enum outcome outcome_of(const struct sl_error *error);

/* How a call ended; `text` is the answer or the error's sentence, to be freed with g_free. */
struct result {
    enum outcome outcome;
    char *text;
    int code; /* of the error that a request failed with */
};

/* Runs a command on an image. RUN_DIALOG leaves in `settings` what the person chose there. */
struct result command_run(const struct command *command, enum run_mode mode, int image,
                          struct settings *settings);

#endif
