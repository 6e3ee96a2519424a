/*
 * The commands of the plug-in. Each is a line of a table: a menu item, a procedure and a task of
 * the core. Version files register the table and hand every call to command_run.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

struct command {
    const char *procedure; /* its name for scripts */
    const char *task;      /* its name in the core */
    const char *label;     /* in the menu */
    const char *title;     /* of the dialog */
    const char *action;    /* on the button that starts it */
    const char *blurb;
    const char *help;
};

#define COMMAND_MENU "<Image>/Filters/Sightline"
#define COMMAND_AUTHORS "The Sightline contributors"
#define COMMAND_DATE "2026"

extern const struct command commands[];
extern const size_t command_count;

/* NULL when no command has this procedure's name. */
const struct command *command_find(const char *procedure);

/* What a caller may set: arguments of the procedure, remembered from one call to the next. */
enum setting { SETTING_INSTRUCTION, SETTING_DETAIL, SETTING_LANGUAGE, SETTING_COUNT };

struct setting_info {
    const char *name; /* of the procedure's argument */
    const char *label;
    const char *blurb;
    const char *fallback;
};

extern const struct setting_info setting_info[SETTING_COUNT];

/* The values that SETTING_DETAIL takes; a NULL value ends the table. */
struct detail_choice {
    const char *value;
    const char *label;
};

extern const struct detail_choice detail_choices[];

/* Values never NULL and owned by the struct; empty means the fallback. */
struct settings {
    char *value[SETTING_COUNT];
};

/* Replaces one value by a copy; NULL counts as the fallback. */
void settings_set(struct settings *settings, enum setting which, const char *value);
void settings_release(struct settings *settings);

enum run_mode { RUN_DIALOG, RUN_SILENT, RUN_AGAIN };

enum outcome { OUTCOME_DONE, OUTCOME_CANCELLED, OUTCOME_FAILED };

/* How a call ended; `text` is the answer or the error's sentence, to be freed with g_free. */
struct result {
    enum outcome outcome;
    char *text;
};

/* Runs a command on an image. RUN_DIALOG leaves in `settings` what the person chose there. */
struct result command_run(const struct command *command, enum run_mode mode, int image,
                          struct settings *settings);

#endif
