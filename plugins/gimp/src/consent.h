/* Questions in front of a dialog. */
#ifndef CONSENT_H
#define CONSENT_H

#include <sightline/config.h>

#include "toolkit.h"

/* Asks, and waits. Whether the answer is the button `yes`; the other is the one chosen. */
bool ask_person(GtkWindow *parent, const char *question, const char *yes);

/*
 * Where a request would need it, asks whether what leaves this machine may. 0 when it may;
 * SL_E_CONSENT when the person says no, and as sl_config_agree.
 */
int consent_ask(GtkWindow *parent, const struct sl_config *config, struct sl_error *error);

#endif
