/* The tool Batch Describe…, and what it does for scripts. See batch_tool.h. */
#include "batch_tool.h"

#include <libgimp/gimp.h>
#include <string.h>

#include "batch_write.h"
#include "i18n.h"
#include "status.h"

const struct choice batch_tasks[] = {
    {"alt", N_("Alt texts")},
    {"describe", N_("Descriptions")},
    {NULL, NULL},
};

const struct choice batch_details[] = {
    {"default", N_("As configured")},
    {"low", N_("Low: quick and cheap")},
    {"high", N_("High: small things and text")},
    {NULL, NULL},
};

static const struct choice yes_no[] = {
    {BATCH_YES, N_("Yes")},
    {BATCH_NO, N_("No")},
    {NULL, NULL},
};

static const struct tool_argument arguments[] = {
    [BATCH_FOLDER] = {"folder", N_("Folder"),
                      N_("The folder whose pictures are described; empty for all open images"), "",
                      NULL},
    [BATCH_TASK] = {"task", N_("Task"), N_("\"alt\" for alt texts, \"describe\" for descriptions"),
                    "alt", batch_tasks},
    [BATCH_OUTPUT] = {"output", N_("Output"),
                      N_("Where the texts go: \"metadata\", \"sidecar\" (a text file beside each "
                         "picture), \"csv\" or \"json\" (one file)"),
                      "metadata", batch_outputs},
    [BATCH_FILE] = {"file", N_("File"), N_("The CSV or JSON file, which must not be there yet"), "",
                    NULL},
    [BATCH_SKIP] = {"skip", N_("Skip"), N_("\"yes\" leaves out the pictures that have such a text"),
                    BATCH_YES, yes_no},
    [BATCH_INSTRUCTION] = {"instruction", N_("Instruction"),
                           N_("What to look at or how to write, in your own words; may be empty"),
                           "", NULL},
    [BATCH_DETAIL] = {"detail", N_("Detail"),
                      N_("How closely the model looks: \"default\" (as configured), \"low\" or "
                         "\"high\""),
                      "default", batch_details},
    [BATCH_LANGUAGE] = {"language", N_("Language"),
                        N_("Language of the texts, such as French; empty as configured"), "", NULL},
    [BATCH_MANY] =
        {"many", N_("Many"),
         N_("\"yes\" to more than ten requests, which fail otherwise with their estimate"),
         BATCH_NO, yes_no},
    {.name = NULL},
};

static const char *given(const char *value, const char *fallback)
{
    return *value && strcmp(value, fallback) != 0 ? value : NULL;
}

struct batch_wish batch_wish_of(char **values)
{
    return (struct batch_wish){
        .folder = values[BATCH_FOLDER],
        .task = *values[BATCH_TASK] ? values[BATCH_TASK] : "alt",
        .instruction = given(values[BATCH_INSTRUCTION], ""),
        .detail = given(values[BATCH_DETAIL], "default"),
        .language = given(values[BATCH_LANGUAGE], ""),
        .skip = strcmp(values[BATCH_SKIP], BATCH_NO) != 0,
        .sidecars = batch_output_of(values[BATCH_OUTPUT]) == BATCH_SIDECAR,
        .metadata = batch_output_of(values[BATCH_OUTPUT]) == BATCH_METADATA,
    };
}

char *batch_question(const struct batch *batch)
{
    struct sl_cost cost = SL_COST_INIT;
    int count = batch_in(batch, BATCH_WAITING) + batch_in(batch, BATCH_FAILED);

    if (count <= BATCH_FREE_REQUESTS)
        return NULL;
    if (batch_estimate(batch, &cost, NULL) != 0 || cost.amount < 0)
        return g_strdup_printf(
            _("%d pictures are sent, each as a request of its own; nobody knows what they cost"),
            count);
    char *amount = status_cost(&cost);
    char *question = g_strdup_printf(
        /* Translators: the second is a cost: "about 0.12 USD" */
        _("%d pictures are sent, each as a request of its own; together they cost %s"), count,
        amount);
    g_free(amount);
    return question;
}

char *batch_report(struct batch *batch)
{
    GString *report = g_string_new(NULL);

    for (int i = 0; i < batch_count(batch); i++) {
        const struct batch_item *item = batch_at(batch, i);
        const char *text = item->problem ? item->problem : item->text;

        g_string_append(report, i > 0 ? "\n" : "");
        if (item->state == BATCH_FAILED || item->problem)
            g_string_append_printf(report, _("%s: failed: %s"), item->name, text);
        else
            g_string_append_printf(report, "%s: %s", item->name,
                                   item->decorative ? "[decorative]"
                                   : text           ? text
                                                    : "");
    }
    return g_string_free(report, FALSE);
}

/* A batch without a dialog. */
struct silent_batch {
    struct request_line line;
    struct batch *batch;
    GMainLoop *loop;
};

/* In GIMP's own progress bar. */
static void on_change(int item, void *data)
{
    struct silent_batch *silent = data;
    int count = batch_count(silent->batch);
    int open = batch_in(silent->batch, BATCH_WAITING) + batch_in(silent->batch, BATCH_RUNNING);

    gimp_progress_update((double)(count - open) / count);
    if (item < 0)
        g_main_loop_quit(silent->loop);
}

static int check_values(char **values, struct sl_error *error)
{
    enum batch_output output = batch_output_of(values[BATCH_OUTPUT]);
    const char *file = values[BATCH_FILE];

    if (output != BATCH_CSV && output != BATCH_JSON)
        return 0;
    if (!*file)
        return sl_error_set(error, SL_E_INVALID, "%s",
                            _("no file is named for the texts; give its path"));
    if (g_file_test(file, G_FILE_TEST_EXISTS))
        return sl_error_set(error, SL_E_INVALID,
                            _("%s: this file is there already; move it away or name another"),
                            file);
    return 0;
}

static int check_size(const struct batch *batch, char **values, struct sl_error *error)
{
    char *question = batch_question(batch);
    int code = 0;

    if (question && strcmp(values[BATCH_MANY], BATCH_YES) != 0)
        code = sl_error_set(error, SL_E_BUDGET, _("%s; agree to it with many = \"yes\""), question);
    g_free(question);
    return code;
}

/* Asks for all and writes what came. */
static int do_all(struct silent_batch *silent, char **values, struct sl_error *error)
{
    struct batch *batch = silent->batch;
    int code = check_size(batch, values, error);

    if (code != 0)
        return code;
    gimp_progress_init(_("Describing the pictures"));
    batch_start(batch);
    g_main_loop_run(silent->loop);
    gimp_progress_end();
    if (batch_in(batch, BATCH_DONE) == 0)
        return sl_error_set(error, SL_E_IO, "%s", batch_at(batch, 0)->text);
    batch_write(batch, batch_output_of(values[BATCH_OUTPUT]), batch_wish_of(values).task,
                values[BATCH_FILE], error);
    return error->code;
}

static struct result run_silently(char **values)
{
    struct silent_batch silent = {.loop = g_main_loop_new(NULL, FALSE)};
    struct sl_error error = SL_ERROR_INIT;
    struct batch_wish wish = batch_wish_of(values);
    struct result result;

    if (check_values(values, &error) == 0 && request_line_init(&silent.line, &error) == 0)
        silent.batch = batch_new(&silent.line, &wish, on_change, &silent, &error);
    if (silent.batch && do_all(&silent, values, &error) == 0)
        result = (struct result){OUTCOME_DONE, batch_report(silent.batch), 0};
    else
        result = (struct result){OUTCOME_FAILED, g_strdup(error.message), error.code};
    batch_free(silent.batch);
    request_line_release(&silent.line);
    g_main_loop_unref(silent.loop);
    return result;
}

static struct result run(const struct tool *tool, enum run_mode mode, char **values)
{
    return mode == RUN_SILENT ? run_silently(values) : batch_dialog_run(tool, values);
}

const struct tool batch_tool = {
    .procedure = "plug-in-sightline-batch-describe",
    .label = N_("_Batch Describe..."),
    .title = N_("Batch Describe"),
    .blurb = N_("Write alt texts or descriptions for all open images, or for a folder"),
    .help =
        N_("Each picture is sent to the configured vision model in a request of its own, several "
           "at a time. In the dialog all texts can be read and changed before any is written; "
           "without a display they are written at once. A failure of one does not stop the "
           "others. XCF files of a folder are opened one by one, never changed, and left out "
           "where the texts go into metadata. Alt text is written by a machine: check it before "
           "you publish it."),
    .result = N_("A line for each picture: its name and its text, or why it failed"),
    .arguments = arguments,
    .remembers = true,
    .run = run,
};
