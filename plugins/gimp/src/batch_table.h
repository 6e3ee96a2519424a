/* The table of a batch: what is to be written, each text editable, with a box to tick. */
#ifndef BATCH_TABLE_H
#define BATCH_TABLE_H

#include "batch.h"
#include "toolkit.h"

struct batch_table;

/* Called when the person has changed something; by the keyboard as by the mouse. */
typedef void (*batch_table_fn)(void *data);

struct batch_table *batch_table_new(batch_table_fn on_edit, void *data);
void batch_table_free(struct batch_table *table);
GtkWidget *batch_table_widget(const struct batch_table *table);

/* Shows another batch, or none; and what has become of an item. */
void batch_table_show(struct batch_table *table, struct batch *batch);
void batch_table_update(struct batch_table *table, int item);

#endif
