/*
 * What a person has agreed to: that pictures and texts leave this machine for a server. One origin
 * a line in `consent` of the state folder, mode 0600, which all hosts share.
 */
#ifndef SL_CONSENT_H
#define SL_CONSENT_H

#include "config.h"

/*
 * Fills `config->question` where a request would need an agreement that is not there, from the
 * setting of the file, else from the record. 0 or SL_E_NOMEM.
 */
int sl__consent_load(struct sl_config *config, const cJSON *setting, struct sl_error *error);

/* Refuses with SL_E_CONSENT what nobody has agreed to. */
int sl__consent_check(const struct sl_config *config, struct sl_error *error);

#endif
