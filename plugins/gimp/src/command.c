/* The table of commands and their settings. See command.h. */
#include "command.h"

#include <glib.h>
#include <sightline/task.h>
#include <string.h>

#include "dialog.h"
#include "extract.h"
#include "host.h"
#include "i18n.h"
#include "silent.h"
#include "source.h"

#define BIT(which) (1u << (which))
#define COMMON                                                                                     \
    (BIT(SETTING_INSTRUCTION) | BIT(SETTING_SOURCE) | BIT(SETTING_DETAIL) | BIT(SETTING_EFFORT) |  \
     BIT(SETTING_LANGUAGE))

/* What holds for every command, and for those that change nothing. */
static const char common_help[] =
    N_("What is visible of the image, unsaved edits included, or another source, is sent to the "
       "configured vision model. Without a display the call returns when the answer is whole, or "
       "fails with a sentence "
       "that says why.");
static const char untouched_help[] =
    N_("The image, its selection and its undo history stay as they are.");

const struct command commands[] = {
    {
        .procedure = "plug-in-sightline-describe-image",
        .task = "describe",
        .label = N_("_Describe Image..."),
        .title = N_("Describe Image"),
        .blurb = N_("Describe what is in the image"),
        .help = N_("Returns a description for someone who cannot see the image."),
        .arguments = COMMON,
    },
    {
        .procedure = "plug-in-sightline-alt-text",
        .task = "alt",
        .label = N_("_Alt Text..."),
        .title = N_("Alt Text"),
        .blurb = N_("Write alt text for the image"),
        .help = N_("Returns one line that can stand in for the image on a page. It is written by a "
                   "machine: check it before you publish it."),
        .arguments = COMMON,
    },
    {
        .procedure = "plug-in-sightline-extract-text",
        .task = "ocr",
        .label = N_("E_xtract Text..."),
        .title = N_("Extract Text"),
        .blurb = N_("Read the text in the image"),
        .help = N_("Returns the text that can be read in the image, with its layout kept."),
        .arguments = COMMON,
    },
    {
        .procedure = "plug-in-sightline-text-to-layers",
        .task = "ocr-lines",
        .label = N_("Extract Text to _Layers..."),
        .title = N_("Extract Text to Layers"),
        .blurb = N_("Put the text in the image on text layers, each line where it stands"),
        .help =
            N_("Without a display a text layer is added for each line of text, in one undo step, "
               "or a single one where the model cannot say where the lines are. Returns the "
               "text."),
        .arguments = COMMON,
        .layers = true,
    },
    {
        .procedure = "plug-in-sightline-ask",
        .task = "ask",
        .label = N_("As_k About Image..."),
        .title = N_("Ask About Image"),
        .blurb = N_("Ask a question about the image"),
        .help = N_("Returns the answer to the question, which has to be given."),
        .arguments = COMMON,
        .question = true,
    },
    {
        .procedure = "plug-in-sightline-critique",
        .task = "critique",
        .label = N_("_Critique..."),
        .title = N_("Critique"),
        .blurb = N_("Say what could be better in the image"),
        .help = N_("Returns what works and what to change in composition, light and colour."),
        .arguments = COMMON,
    },
    {
        .procedure = "plug-in-sightline-screenshot-to-code",
        .task = "code",
        .label = N_("_Screenshot to Code..."),
        .title = N_("Screenshot to Code"),
        .blurb = N_("Write the code of the screen that the image shows"),
        .help =
            N_("Returns the code alone. Where it is several files, each begins with a line that "
               "names it: ==> NAME <==."),
        .arguments = COMMON | BIT(SETTING_STACK),
    },
    {
        .procedure = "plug-in-sightline-run-task",
        .title = "Sightline",
        .blurb = N_("Do any task with the image, also one of your own"),
        .help = N_("Takes the name of a task: a built-in one or that of a file NAME.task in your "
                   "tasks folder. Returns the answer."),
        .arguments = BIT(SETTING_TASK) | COMMON | BIT(SETTING_STACK),
    },
};

const size_t command_count = G_N_ELEMENTS(commands);

static const struct setting_info infos[SETTING_COUNT] = {
    [SETTING_TASK] =
        {
            .name = "task",
            .label = N_("Tas_k:"),
            .blurb = N_("What to do: the name of a task, such as describe"),
            .fallback = "",
        },
    [SETTING_INSTRUCTION] =
        {
            .name = "instruction",
            .label = N_("_Instruction:"),
            .blurb = N_("What to look at or how to write, in your own words; may be empty"),
            .fallback = "",
        },
    [SETTING_SOURCE] =
        {
            .name = "source",
            .label = N_("So_urce:"),
            .blurb = N_("What is sent: \"visible\" (all that is visible of the image), "
                        "\"selection\" (the rectangle around it), \"selection-only\" (the same, "
                        "with white for what is not selected), \"layer\", \"layers\" or "
                        "\"images\" (all that are open)"),
            .fallback = "visible",
        },
    [SETTING_DETAIL] =
        {
            .name = "detail",
            .label = N_("De_tail:"),
            .blurb = N_("How closely the model looks: \"default\" (as configured), \"low\", "
                        "\"high\" or \"auto\""),
            .fallback = "default",
        },
    [SETTING_EFFORT] =
        {
            .name = "effort",
            .label = N_("_Effort:"),
            .blurb = N_("How long the model thinks: \"default\" (as the task says), \"low\", "
                        "\"medium\" or \"high\""),
            .fallback = "default",
        },
    [SETTING_LANGUAGE] =
        {
            .name = "language",
            .label = N_("_Language:"),
            .blurb = N_("Language of the answer, such as French; empty as configured"),
            .fallback = "",
        },
    [SETTING_STACK] =
        {
            .name = "stack",
            .label = N_("_Build with:"),
            .blurb =
                N_("What code is written with, such as \"react-tailwind\"; \"default\" leaves it "
                   "to the model"),
            .fallback = "default",
        },
};

static const struct setting_info question_info = {
    .name = "instruction",
    .label = N_("Quest_ion:"),
    .blurb = N_("The question about the image"),
    .fallback = "",
};

char *command_help(const struct command *command)
{
    return g_strjoin(" ", _(command->help), _(common_help),
                     command->layers ? NULL : _(untouched_help), NULL);
}

const struct command *command_find(const char *procedure)
{
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(commands[i].procedure, procedure) == 0)
            return &commands[i];
    }
    return NULL;
}

const struct command *command_of_task(const char *task)
{
    for (size_t i = 0; i < command_count; i++) {
        if (commands[i].task && strcmp(commands[i].task, task) == 0)
            return &commands[i];
    }
    return NULL;
}

bool command_takes(const struct command *command, enum setting which)
{
    return command->arguments & BIT(which);
}

const struct setting_info *setting_info(const struct command *command, enum setting which)
{
    bool question = command && command->question && which == SETTING_INSTRUCTION;

    return question ? &question_info : &infos[which];
}

static const struct choice *stack_choices(void)
{
    static struct choice *choices;
    size_t count = sl_stack_count();

    if (choices)
        return choices;
    choices = g_new0(struct choice, count + 2);
    choices[0] = (struct choice){infos[SETTING_STACK].fallback, N_("What the model chooses")};
    for (size_t i = 0; i < count; i++)
        choices[i + 1] = (struct choice){sl_stack_at(i)->name, sl_stack_at(i)->title};
    return choices;
}

const struct choice *setting_choices(enum setting which)
{
    static const struct choice details[] = {
        {"default", N_("As configured")},
        {"low", N_("Low: quick and cheap")},
        {"high", N_("High: small things and text")},
        {"auto", N_("Automatic: high where text is small")},
        {NULL, NULL},
    };
    static const struct choice efforts[] = {
        {"default", N_("As the task says")},
        {"low", N_("Low")},
        {"medium", N_("Medium")},
        {"high", N_("High")},
        {NULL, NULL},
    };

    switch (which) {
    case SETTING_SOURCE:
        return source_choices();
    case SETTING_DETAIL:
        return details;
    case SETTING_EFFORT:
        return efforts;
    case SETTING_STACK:
        return stack_choices();
    default:
        return NULL;
    }
}

void settings_set(struct settings *settings, enum setting which, const char *value)
{
    char *copy = g_strdup(value && *value ? value : infos[which].fallback);

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

const char *settings_chosen(const struct settings *settings, enum setting which)
{
    const char *value = settings->value[which];

    return strcmp(value, infos[which].fallback) == 0 ? NULL : value;
}

int settings_check(const struct settings *settings, struct sl_error *error)
{
    const char *task = settings->value[SETTING_TASK];
    const struct command *command = command_of_task(task);

    if (!*task)
        return sl_error_set(error, SL_E_INVALID,
                            _("no task is named; give its name, such as describe"));
    if (command && command->question && !settings_chosen(settings, SETTING_INSTRUCTION))
        return sl_error_set(
            error, SL_E_INVALID,
            _("there is no question; write down what you want to know of the image"));
    return 0;
}

enum outcome outcome_of(const struct sl_error *error)
{
    return error->code == SL_E_INVALID ? OUTCOME_MISUSED : OUTCOME_FAILED;
}

/* A menu item always begins with its own task; Repeat does again what was done last. */
static void choose_task(const struct command *command, enum run_mode mode,
                        struct settings *settings)
{
    bool again = mode == RUN_AGAIN && *settings->value[SETTING_TASK];

    if (command->task && !again)
        settings_set(settings, SETTING_TASK, command->task);
}

struct result command_run(const struct command *command, enum run_mode mode, int image,
                          struct settings *settings)
{
    choose_task(command, mode, settings);
    if (mode == RUN_DIALOG)
        return dialog_run(command, image, settings);

    struct result result =
        command->layers ? extract_run(image, settings) : silent_run(image, settings);
    /* GIMP's Repeat shows no dialog, and whoever chose it wants to read the answer. */
    if (mode == RUN_AGAIN && result.outcome == OUTCOME_DONE)
        host_show(result.text);
    return result;
}
