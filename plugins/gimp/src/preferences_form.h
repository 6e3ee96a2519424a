/* The widgets of Settings…; knows nothing of requests. */
#ifndef PREFERENCES_FORM_H
#define PREFERENCES_FORM_H

#include <sightline/config.h>

#include "rows.h"

struct preferences_form;

enum preferences_action {
    PREFERENCES_PROVIDER, /* another was chosen */
    PREFERENCES_MODELS,   /* the list of models is wanted */
};

typedef void (*preferences_action_fn)(enum preferences_action action, void *data);

/* `config` is the configuration as it is, or NULL where it cannot be read. */
struct preferences_form *preferences_form_new(const struct sl_config *config,
                                              preferences_action_fn on_action, void *data);
void preferences_form_free(struct preferences_form *form);

GtkWidget *preferences_form_widget(const struct preferences_form *form);

/* The provider that is chosen, or NULL. */
const char *preferences_form_provider(const struct preferences_form *form);

/* Shows what is configured for the provider that is chosen: `config` is of that one. */
void preferences_form_show(struct preferences_form *form, const struct sl_config *config);

/* Offers models, a line each. */
void preferences_form_offer(struct preferences_form *form, const char *models);

/* What differs from what was shown. Strings live until the form is changed. */
struct sl_config_change preferences_form_change(const struct preferences_form *form);

/* What stands there is what is configured now. */
void preferences_form_saved(struct preferences_form *form);

/* The key that was typed, "" for none; and forgets it. */
const char *preferences_form_key(const struct preferences_form *form);
void preferences_form_forget_key(struct preferences_form *form);

void preferences_form_allow(struct preferences_form *form, bool allowed);

#endif
