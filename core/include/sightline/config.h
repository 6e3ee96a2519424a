/*
 * The configuration that all hosts share.
 *
 * Read from $SIGHTLINE_CONFIG, else $XDG_CONFIG_HOME/sightline/config.json, else
 * ~/.config/sightline/config.json; a file that does not exist is fine. $XDG_CONFIG_HOME counts
 * where it is absolute. SIGHTLINE_PROVIDER, SIGHTLINE_BASE_URL, SIGHTLINE_MODEL, SIGHTLINE_API_KEY
 * and SIGHTLINE_CONSENT in the environment win over the file. With SIGHTLINE_LOOPBACK_ONLY set,
 * requests to any other machine are refused before they are sent.
 *
 * A `struct sl_config` is a snapshot: it does not change after it was loaded and may be read by
 * several threads. A client loads its own for each request, so an edited file counts from the next
 * request on; hosts need this header only to show what is configured, and to ask for consent.
 *
 * Consent
 * -------
 * Until the person has agreed to it once, no request is sent to another machine: it fails with
 * SL_E_CONSENT, before anything leaves. A host asks sl_config_consent_question first, shows what it
 * says with a Yes and a No, the No chosen, and calls sl_config_agree on a Yes. That holds for all
 * hosts from then on, by the server's origin. "consent": true in the file, or SIGHTLINE_CONSENT=yes
 * in the environment, is a Yes beforehand, for scripts.
 *
 * Strings returned belong to the config and live as long as it does. None of them is or holds a
 * key.
 */
#ifndef SIGHTLINE_CONFIG_H
#define SIGHTLINE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include <sightline/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sl_config;

/*
 * Loads file and environment. On success `*config` is the caller's, to be freed with
 * sl_config_free. Errors: SL_E_CONFIG (with file, line and column for broken JSON; the name for an
 * unknown provider, a base URL that is none, or plain http to another machine), SL_E_IO,
 * SL_E_NOMEM.
 */
SL_API int sl_config_load(struct sl_config **config, struct sl_error *error);

/* NULL is fine. */
SL_API void sl_config_free(struct sl_config *config);

/* The file's path, and whether it was there. */
SL_API const char *sl_config_path(const struct sl_config *config);
SL_API bool sl_config_exists(const struct sl_config *config);

/* The provider in use. */
SL_API const char *sl_config_provider(const struct sl_config *config);
SL_API const char *sl_config_base_url(const struct sl_config *config);
SL_API const char *sl_config_model(const struct sl_config *config);

/* "low", "high" and the like; NULL where the file leaves it to the task. */
SL_API const char *sl_config_detail(const struct sl_config *config);
SL_API const char *sl_config_effort(const struct sl_config *config);
SL_API const char *sl_config_language(const struct sl_config *config);

/*
 * Changes to the file. NULL leaves a setting as it is; "" takes it out, so that it is as if it had
 * never been set.
 */
struct sl_config_change {
    const char *provider; /* to be used from now on */
    const char *base_url; /* of that provider, or of the one in use */
    const char *model;    /* the same */
    const char *detail, *effort, *language;
};

#define SL_CONFIG_CHANGE_INIT                                                                      \
    {                                                                                              \
        0                                                                                          \
    }

/*
 * Writes changes into the file, which is made where it is not there. All that is not changed stays
 * as the person wrote it: order, spacing, keys that mean nothing here. The file is replaced at once
 * or not at all, and is readable by its owner alone afterwards; when two write at once, the later
 * one wins. The environment still wins over the file. No key is ever written here: see
 * sl_client_set_key. Errors, and then nothing has changed: SL_E_CONFIG (a file that is wrong
 * already, an unknown provider, detail or effort, a base URL that is none), SL_E_INVALID (a text
 * that is not UTF-8), SL_E_IO, SL_E_TOO_LARGE, SL_E_NOMEM.
 */
SL_API int sl_config_write(const struct sl_config_change *change, struct sl_error *error);

/*
 * The names of the providers there are: those that come with the library, then the file's own. NULL
 * when `index` is past the last.
 */
SL_API const char *sl_config_provider_at(const struct sl_config *config, size_t index);

/*
 * What leaves this machine and for which server, as sentences for the person, where a request needs
 * an agreement that is not there; otherwise NULL.
 */
SL_API const char *sl_config_consent_question(const struct sl_config *config);

/*
 * Records that the person agrees, to this configuration's server and no other; where no agreement
 * is needed, nothing. The config stays as it was loaded. Several processes may do so at once.
 * Errors: SL_E_IO, SL_E_NOMEM.
 */
SL_API int sl_config_agree(const struct sl_config *config, struct sl_error *error);

/*
 * Takes each variable that may hold a key, of any provider, out of this process's environment: for
 * one that is about to become a program that has no use for them. While no other thread runs.
 */
SL_API void sl_config_hide_keys(const struct sl_config *config);

/* The page where a key for this provider is made, or NULL when there is none. */
SL_API const char *sl_config_console_url(const struct sl_config *config);

/*
 * Sentences about keys of the file that mean nothing to this version, each with its line, in the
 * order of the file; NULL when `index` is past the last.
 */
SL_API const char *sl_config_warning(const struct sl_config *config, size_t index);

#ifdef __cplusplus
}
#endif

#endif
