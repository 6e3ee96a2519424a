/* The settings of the dialog: a widget for each, with its label and its shortcut. */
#ifndef FORM_H
#define FORM_H

#include "command.h"
#include "task_menu.h"
#include "toolkit.h"

struct form;

/* Called when something in it was changed. */
typedef void (*form_changed_fn)(void *data);

/* `menu` is borrowed. A task that is not in it is offered by its name. The sources are those
 * that the task takes. */
struct form *form_new(const struct settings *settings, const struct task_menu *menu,
                      form_changed_fn on_changed, void *data);
void form_free(struct form *form);

/* All of it, to be put into a dialog. */
GtkWidget *form_widget(const struct form *form);

/* The name and the title of the task that is chosen. */
const char *form_task(const struct form *form);
const char *form_title(const struct form *form);

/* What stands in it now. */
void form_read(const struct form *form, struct settings *settings);

/* Gives the keyboard to the instruction. */
void form_focus(const struct form *form);

#endif
