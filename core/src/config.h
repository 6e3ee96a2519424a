/* The configuration as the rest of core sees it: one provider, resolved. */
#ifndef SL_CONFIG_H
#define SL_CONFIG_H

#include <stdatomic.h>

#include <sightline/config.h>

#include "model.h"
#include "provider.h"
#include "retry.h"
#include "url.h"
#include "video/module.h"

/* The key sources that the file gives the provider; NULL or false where it gives none. */
struct sl__key_sources {
    char *env;      /* name of a variable */
    char **command; /* argument list, NULL-terminated */
    char *literal;
    bool none; /* "key": null: the provider needs no key */
};

/* What a host chose in place of what is configured; NULL leaves it. */
struct sl__pick {
    char *provider, *model;
};

/* What is stored with the provider; see sightline/files.h. */
enum sl__files_policy { SL__FILES_AUTO, SL__FILES_ALWAYS, SL__FILES_NEVER };

/* Who gets what an address leads to; see sightline/client.h. */
enum sl__urls_policy { SL__URLS_AUTO, SL__URLS_PASS, SL__URLS_FETCH };

struct sl_config {
    atomic_int holds; /* besides that of who loaded it */
    char *path;
    char *keys_path; /* keys.json beside it */
    bool exists;
    bool private; /* no other user can read the file */

    char *provider;
    const struct sl__provider_row *row; /* what the provider is like */
    bool built_in;                      /* `row` is the provider itself */
    bool chosen;                        /* another than the environment's settings are for */
    char **providers;                   /* the names of all, NULL-terminated */
    enum sl__protocol protocol;
    const struct sl__abilities *abilities; /* of the provider over this protocol */
    char *model;
    struct sl__model model_row; /* and prices */
    struct sl__url url;
    bool elsewhere; /* SIGHTLINE_BASE_URL names another origin than the provider's own */
    char *ca_file;  /* trusted instead of the system's certificates, or NULL */
    char *proxy;    /* instead of the environment's, or NULL; never for loopback */
    bool streams;   /* answers are asked for as event streams */
    struct sl__limits limits;
    cJSON *settings; /* the provider's “options”; see parameter.h */
    struct sl__key_sources keys;
    char **key_variables; /* every variable that may hold a key, NULL-terminated */

    char *detail, *effort, *language, *tasks_dir; /* NULL where not set */
    struct sl__frame_choice frames;               /* where a model takes pictures only */
    double part_seconds;                          /* of a long video */
    bool transcode;                               /* a video that cannot be copied */
    double request_budget, day_budget; /* in the provider's currency; negative where not set */
    enum sl__files_policy files_policy;
    bool delete_after_use; /* of stored files */
    enum sl__urls_policy urls_policy;
    char *state_dir;
    char *question; /* what is to be agreed to before a request is sent, or NULL; see consent.h */
    char **warnings;
    size_t warning_count;
};

/* As sl_config_load, with what a host chose; `pick` may be NULL. */
int sl__config_load(struct sl_config **config, const struct sl__pick *pick, struct sl_error *error);

/* How pictures are prepared for the configured model. `detail` is a word, NULL for the least. */
struct sl_image_options sl__config_image_options(const struct sl_config *config, const char *detail,
                                                 const atomic_bool *cancel);

/* The same config, to be freed once more. */
struct sl_config *sl__config_hold(struct sl_config *config);

/* The environment variable, or NULL when it is not set or empty. */
const char *sl__env(const char *name);

/* The same for one that is about the configured provider: NULL when a host chose another. */
const char *sl__config_env(const struct sl_config *config, const char *name);

#endif
