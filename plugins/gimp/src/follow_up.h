/* The row below an answer: a question about it, a second look, or the rest of it. */
#ifndef FOLLOW_UP_H
#define FOLLOW_UP_H

#include <stdbool.h>

#include "toolkit.h"

struct follow_up;

enum follow_up_way { FOLLOW_UP_ASK, FOLLOW_UP_LOOK_AGAIN, FOLLOW_UP_CONTINUE };

typedef void (*follow_up_fn)(enum follow_up_way way, void *data);

struct follow_up *follow_up_new(follow_up_fn on_way, void *data);
void follow_up_free(struct follow_up *follow_up);
GtkWidget *follow_up_widget(const struct follow_up *follow_up);

/* Something runs: a question can be written, not sent. A focus that has become useless goes to
 * `instead`. */
void follow_up_set_busy(struct follow_up *follow_up, GtkWidget *instead);
void follow_up_set_idle(struct follow_up *follow_up, bool answered, bool cut);

bool follow_up_has_focus(const struct follow_up *follow_up);

/* What is written there, to be freed with g_free; it is empty then. */
char *follow_up_take(struct follow_up *follow_up);

#endif
