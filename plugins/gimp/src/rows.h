/* A form of rows: a label and what it names, side by side, the labels of one width. */
#ifndef ROWS_H
#define ROWS_H

#include "command.h"
#include "toolkit.h"

struct rows {
    GtkWidget *column; /* all of it, to be put into a dialog */
    GtkSizeGroup *labels;
};

void rows_init(struct rows *rows);
void rows_release(struct rows *rows);

/*
 * Adds a widget, which fills what is left of its row and is what the label's shortcut and a screen
 * reader mean. Returns the row, for what else belongs beside it.
 */
GtkWidget *rows_add(struct rows *rows, const char *label, const char *tooltip, GtkWidget *widget);

/* Calls a row something else. */
void rows_rename(GtkWidget *row, const char *label);

/* A row without a label of its own, below the others' widgets. Returns the row. */
GtkWidget *rows_add_below(struct rows *rows, GtkWidget *widget);

/* A combo of choices up to a NULL value, whose labels it translates; and the chosen value. */
GtkWidget *rows_combo(const struct choice *choices, const char *value);
const char *rows_combo_value(GtkWidget *combo, const struct choice *choices);

/* An entry in which Return works the default button. */
GtkWidget *rows_entry(const char *text);

#endif
