/* The tasks that can be done with pictures, the user's own included, as a dialog offers them. */
#ifndef TASK_MENU_H
#define TASK_MENU_H

#include <glib.h>
#include <sightline/task.h>

struct task_menu {
    struct sl_config *config;
    struct sl_task_list *list;
    GPtrArray *tasks; /* const struct sl_task_info *, by title */
};

/*
 * Reads them as the configuration is now. Afterwards the menu is to be released, also when the
 * configuration could not be read and the menu is empty; `error` says why then.
 */
int task_menu_init(struct task_menu *menu, struct sl_error *error);
void task_menu_release(struct task_menu *menu);

/* NULL when it is not in the menu. */
const struct sl_task_info *task_menu_find(const struct task_menu *menu, const char *name);

/* Sentences about task files that could not be read; NULL when `index` is past the last. */
const char *task_menu_warning(const struct task_menu *menu, size_t index);

#endif
