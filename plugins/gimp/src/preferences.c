/* The tool Settings…, and what it does for scripts. See preferences.h. */
#include "preferences.h"

#include <glib.h>
#include <sightline/config.h>
#include <string.h>

#include "i18n.h"

#define UNSET "default"

enum { PROVIDER, ADDRESS, MODEL, DETAIL, EFFORT, LANGUAGE };

static const struct tool_argument arguments[] = {
    [PROVIDER] = {.name = "provider",
                  .label = N_("Provider"),
                  .blurb = N_("The provider to use, such as \"stepfun\" or \"local\""),
                  .fallback = ""},
    [ADDRESS] = {.name = "address",
                 .label = N_("Address"),
                 .blurb = N_("The base URL of that provider, such as http://127.0.0.1:8080/v1"),
                 .fallback = ""},
    [MODEL] = {.name = "model",
               .label = N_("Model"),
               .blurb = N_("The model of that provider"),
               .fallback = ""},
    [DETAIL] = {.name = "detail",
                .label = N_("Detail"),
                .blurb = N_("How closely the model looks: \"low\" or \"high\""),
                .fallback = ""},
    [EFFORT] = {.name = "effort",
                .label = N_("Effort"),
                .blurb = N_("How long the model thinks: \"low\", \"medium\" or \"high\""),
                .fallback = ""},
    [LANGUAGE] = {.name = "language",
                  .label = N_("Language"),
                  .blurb = N_("Language of the answers, such as French"),
                  .fallback = ""},
    {.name = NULL},
};

const struct choice preference_details[] = {
    {"", N_("As each task says")},
    {"low", N_("Low: quick and cheap")},
    {"high", N_("High: small things and text")},
    {NULL, NULL},
};

const struct choice preference_efforts[] = {
    {"", N_("As each task says")}, {"low", N_("Low")}, {"medium", N_("Medium")},
    {"high", N_("High")},          {NULL, NULL},
};

/* As the core takes it: NULL leaves a setting as it is, "" takes it out. */
static const char *changed(const char *value)
{
    if (!*value)
        return NULL;
    return strcmp(value, UNSET) == 0 ? "" : value;
}

static struct result write_values(char **values)
{
    struct sl_config_change change = {
        .provider = changed(values[PROVIDER]),
        .base_url = changed(values[ADDRESS]),
        .model = changed(values[MODEL]),
        .detail = changed(values[DETAIL]),
        .effort = changed(values[EFFORT]),
        .language = changed(values[LANGUAGE]),
    };
    struct sl_error error = SL_ERROR_INIT;
    struct sl_config *config = NULL;
    int code = sl_config_write(&change, &error);

    if (code == 0)
        code = sl_config_load(&config, &error);
    if (code != 0)
        return (struct result){OUTCOME_FAILED, g_strdup(error.message), error.code};
    char *path = g_strdup(sl_config_path(config));
    sl_config_free(config);
    return (struct result){OUTCOME_DONE, path, 0};
}

static struct result run(const struct tool *tool, enum run_mode mode, char **values)
{
    return mode == RUN_SILENT ? write_values(values) : preferences_dialog_run(tool);
}

const struct tool preferences_tool = {
    .procedure = "plug-in-sightline-settings",
    .label = N_("Se_ttings..."),
    .title = N_("Sightline Settings"),
    .blurb = N_("Choose the provider, its model and its key"),
    .help =
        N_("Changes the configuration that GIMP, Vim and Neovim share. Without a display an empty "
           "text leaves a setting as it is, and \"default\" takes it out of the file. The key of "
           "a provider is set in the dialog only: it is kept in the secret service, or in a file "
           "that only you can read, and never by GIMP."),
    .result = N_("The path of the configuration file"),
    .arguments = arguments,
    .run = run,
};
