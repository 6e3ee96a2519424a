/* The table of commands and their settings. See command.h. */
#include "command.h"

#include <glib.h>
#include <string.h>

#include "dialog.h"
#include "host.h"
#include "silent.h"

const struct command commands[] = {
    {
        .procedure = "plug-in-sightline-describe-image",
        .task = "describe",
        .label = "_Describe Image...",
        .title = "Describe Image",
        .action = "_Describe",
        .blurb = "Describe what is in the image",
        .help = "Sends what is visible of the image, unsaved edits included, to the configured "
                "vision model and returns the model's description. The image, its selection and "
                "its undo history stay as they are. Without a display the call returns when the "
                "answer is whole, or fails with a sentence that says why.",
    },
};

const size_t command_count = G_N_ELEMENTS(commands);

const struct setting_info setting_info[SETTING_COUNT] = {
    [SETTING_INSTRUCTION] =
        {
            .name = "instruction",
            .label = "_Instruction:",
            .blurb = "What to look at or how to write, in your own words; may be empty",
            .fallback = "",
        },
    [SETTING_DETAIL] =
        {
            .name = "detail",
            .label = "De_tail:",
            .blurb = "How closely the model looks: \"default\" (as configured), \"low\" or "
                     "\"high\"",
            .fallback = "default",
        },
    [SETTING_LANGUAGE] =
        {
            .name = "language",
            .label = "_Language:",
            .blurb = "Language of the answer, such as French; empty as configured",
            .fallback = "",
        },
};

const struct detail_choice detail_choices[] = {
    {"default", "As configured"},
    {"low", "Low: quick and cheap"},
    {"high", "High: small things and text"},
    {NULL, NULL},
};

const struct command *command_find(const char *procedure)
{
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(commands[i].procedure, procedure) == 0)
            return &commands[i];
    }
    return NULL;
}

void settings_set(struct settings *settings, enum setting which, const char *value)
{
    char *copy = g_strdup(value && *value ? value : setting_info[which].fallback);

    g_free(settings->value[which]);
    settings->value[which] = copy;
}

void settings_release(struct settings *settings)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        g_free(settings->value[i]);
        settings->value[i] = NULL;
    }
}

struct result command_run(const struct command *command, enum run_mode mode, int image,
                          struct settings *settings)
{
    if (mode == RUN_DIALOG)
        return dialog_run(command, image, settings);

    struct result result = silent_run(command, image, settings);
    /* GIMP's Repeat shows no dialog, and whoever chose it wants to read the answer. */
    if (mode == RUN_AGAIN && result.outcome == OUTCOME_DONE)
        host_show(result.text);
    return result;
}
