/* What is wished of a batch, as widgets. */
#ifndef BATCH_FORM_H
#define BATCH_FORM_H

#include "batch_tool.h"
#include "rows.h"

struct batch_form;

/* `values` as the tool has them; see enum batch_argument. */
struct batch_form *batch_form_new(char **values);
void batch_form_free(struct batch_form *form);
GtkWidget *batch_form_widget(const struct batch_form *form);

/* Replaces the values by what stands in it. Errors: SL_E_INVALID (no folder was chosen). */
int batch_form_read(const struct batch_form *form, char **values, struct sl_error *error);

/* Where the texts go can be changed at any time, the rest not while a batch is there. */
void batch_form_allow(struct batch_form *form, bool allowed);

#endif
