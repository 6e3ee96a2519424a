/*
 * What happens in Batch Describe…: texts are asked for, looked through and then written. See
 * batch_tool.h.
 */
#include <string.h>

#include "batch_form.h"
#include "batch_table.h"
#include "batch_tool.h"
#include "batch_write.h"
#include "consent.h"
#include "host.h"
#include "i18n.h"
#include "notice.h"

#define DIALOG_WIDTH 680

enum { RESPONSE_START = 1, RESPONSE_STOP, RESPONSE_WRITE };

struct batch_dialog {
    struct request_line line;
    struct batch *batch; /* or NULL before the first start */
    char **values;
    struct batch_wish wish;            /* of the batch */
    char *wished[BATCH_ARGUMENTS + 1]; /* what it borrows */
    struct batch_form *form;
    struct batch_table *table;
    struct notice *notice;
    GtkWidget *dialog, *bar, *start;
    GMainLoop *loop;
    int written;
};

static void allow(struct batch_dialog *dialog, int response, bool allowed)
{
    gtk_dialog_set_response_sensitive(GTK_DIALOG(dialog->dialog), response, allowed);
}

static int unwritten(const struct batch_dialog *dialog)
{
    int count = 0;

    for (int i = 0; dialog->batch && i < batch_count(dialog->batch); i++) {
        const struct batch_item *item = batch_at(dialog->batch, i);

        count += item->chosen && item->state == BATCH_DONE;
    }
    return count;
}

/* A batch that has something left goes on; without one, another begins. */
static bool has_left(const struct batch_dialog *dialog)
{
    return dialog->batch && (batch_in(dialog->batch, BATCH_WAITING) > 0 ||
                             batch_in(dialog->batch, BATCH_FAILED) > 0);
}

static void show_buttons(struct batch_dialog *dialog)
{
    bool runs = dialog->batch && batch_runs(dialog->batch);
    const char *label = has_left(dialog) ? _("_Resume") : _("_Start");

    allow(dialog, RESPONSE_START, !runs);
    allow(dialog, RESPONSE_STOP, runs);
    allow(dialog, RESPONSE_WRITE, unwritten(dialog) > 0);
    gtk_button_set_label(GTK_BUTTON(dialog->start), runs ? _("_Start") : label);
    batch_form_allow(dialog->form, !runs && unwritten(dialog) == 0 && !has_left(dialog));
}

static char *progress_words(const struct batch_dialog *dialog)
{
    int count = batch_count(dialog->batch);
    int open = batch_in(dialog->batch, BATCH_WAITING) + batch_in(dialog->batch, BATCH_RUNNING);
    double seconds = batch_seconds_left(dialog->batch);

    if (!batch_runs(dialog->batch) || seconds < 0)
        return g_strdup_printf(_("%d of %d"), count - open, count);
    if (seconds < 90)
        return g_strdup_printf(_("%d of %d, %.0f s left"), count - open, count, seconds);
    return g_strdup_printf(_("%d of %d, %.0f min left"), count - open, count, seconds / 60);
}

static void show_progress(struct batch_dialog *dialog)
{
    const char *doing = batch_doing(dialog->batch);
    int count = batch_count(dialog->batch);
    int open = batch_in(dialog->batch, BATCH_WAITING) + batch_in(dialog->batch, BATCH_RUNNING);
    char *words = doing ? g_strdup(doing) : progress_words(dialog);

    gtk_progress_bar_set_text(GTK_PROGRESS_BAR(dialog->bar), words);
    gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(dialog->bar), (double)(count - open) / count);
    g_free(words);
}

static void say(struct batch_dialog *dialog, enum sl_level level, char *sentence)
{
    notice_clear(dialog->notice);
    notice_add(dialog->notice, level, sentence);
    g_free(sentence);
}

/* How it ended: with the first reason why something failed. */
static void show_end(struct batch_dialog *dialog)
{
    int failed = batch_in(dialog->batch, BATCH_FAILED), count = batch_count(dialog->batch);

    for (int i = 0; failed > 0 && i < count; i++) {
        const struct batch_item *item = batch_at(dialog->batch, i);

        if (item->state != BATCH_FAILED)
            continue;
        say(dialog, SL_LEVEL_ERROR,
            g_strdup_printf(ngettext("%d picture failed; %s: %s", "%d pictures failed; %s: %s",
                                     (unsigned long)failed),
                            failed, item->name, item->text));
        return;
    }
    if (unwritten(dialog) > 0)
        say(dialog, SL_LEVEL_OK,
            g_strdup(_("Written by a machine: look through the texts, change them where they are "
                       "wrong, then write them")));
}

static void on_change(int item, void *data)
{
    struct batch_dialog *dialog = data;

    if (item >= 0)
        batch_table_update(dialog->table, item);
    else
        show_end(dialog);
    show_progress(dialog);
    show_buttons(dialog);
}

static void on_edit(void *data)
{
    show_buttons(data);
}

static void drop_batch(struct batch_dialog *dialog)
{
    batch_table_show(dialog->table, NULL);
    batch_free(dialog->batch);
    dialog->batch = NULL;
    for (int i = 0; i < BATCH_ARGUMENTS; i++)
        g_clear_pointer(&dialog->wished[i], g_free);
}

static int make_batch(struct batch_dialog *dialog, struct sl_error *error)
{
    drop_batch(dialog);
    for (int i = 0; i < BATCH_ARGUMENTS; i++)
        dialog->wished[i] = g_strdup(dialog->values[i]);
    dialog->wish = batch_wish_of(dialog->wished);
    dialog->batch = batch_new(&dialog->line, &dialog->wish, on_change, dialog, error);
    batch_table_show(dialog->table, dialog->batch);
    return dialog->batch ? 0 : error->code;
}

static int ask_first(struct batch_dialog *dialog, struct sl_error *error)
{
    GtkWindow *window = GTK_WINDOW(dialog->dialog);
    struct sl_config *config = NULL;
    char *question = batch_question(dialog->batch);
    int code = sl_client_config(dialog->line.client, &config, error);

    if (code == 0)
        code = consent_ask(window, config, error);
    if (code == 0 && question && !ask_person(window, question, _("_Send")))
        code = sl_error_set(error, SL_E_CONSENT, "%s", _("Nothing was sent"));
    sl_config_free(config);
    g_free(question);
    return code;
}

static void start(struct batch_dialog *dialog)
{
    struct sl_error error = SL_ERROR_INIT;
    int code = batch_form_read(dialog->form, dialog->values, &error);

    notice_clear(dialog->notice);
    if (code == 0 && !has_left(dialog))
        code = make_batch(dialog, &error);
    if (code == 0)
        code = ask_first(dialog, &error);
    if (code == 0)
        batch_start(dialog->batch);
    else
        notice_add(dialog->notice, SL_LEVEL_ERROR, error.message);
    show_buttons(dialog);
}

static bool may_replace(struct batch_dialog *dialog, enum batch_output output)
{
    const char *file = dialog->values[BATCH_FILE];

    if ((output != BATCH_CSV && output != BATCH_JSON) || !g_file_test(file, G_FILE_TEST_EXISTS))
        return true;
    char *question = g_strdup_printf(_("%s is there already. Replace it?"), file);
    bool may = ask_person(GTK_WINDOW(dialog->dialog), question, _("_Replace"));
    g_free(question);
    return may;
}

static void tell_written(struct batch_dialog *dialog, int written, const struct sl_error *error)
{
    int left = unwritten(dialog);

    if (error->code != 0)
        say(dialog, SL_LEVEL_ERROR, g_strdup(error->message));
    else if (left > 0)
        say(dialog, SL_LEVEL_WARNING,
            g_strdup_printf(_("%d written, %d not: the table says why"), written, left));
    else
        say(dialog, SL_LEVEL_OK,
            g_strdup_printf(
                ngettext("%d text was written", "%d texts were written", (unsigned long)written),
                written));
}

static void write_texts(struct batch_dialog *dialog)
{
    struct sl_error error = SL_ERROR_INIT;
    int written;

    batch_form_read(dialog->form, dialog->values, NULL);
    enum batch_output output = batch_output_of(dialog->values[BATCH_OUTPUT]);
    if ((output == BATCH_CSV || output == BATCH_JSON) && !*dialog->values[BATCH_FILE]) {
        say(dialog, SL_LEVEL_ERROR, g_strdup(_("no file is named for the texts; give its path")));
        return;
    }
    if (!may_replace(dialog, output))
        return;
    written =
        batch_write(dialog->batch, output, dialog->wish.task, dialog->values[BATCH_FILE], &error);
    dialog->written += written;
    for (int i = 0; i < batch_count(dialog->batch); i++)
        batch_table_update(dialog->table, i);
    tell_written(dialog, written, &error);
    show_buttons(dialog);
}

/* What was paid for is not thrown away without a word. */
static bool may_close(struct batch_dialog *dialog)
{
    int left = unwritten(dialog);

    if (left == 0)
        return true;
    char *question = g_strdup_printf(ngettext("%d text has not been written. Close all the same?",
                                              "%d texts have not been written. Close all the same?",
                                              (unsigned long)left),
                                     left);
    bool may = ask_person(GTK_WINDOW(dialog->dialog), question, _("_Discard"));
    g_free(question);
    return may;
}

static void on_response(GtkDialog *widget, int response, struct batch_dialog *dialog)
{
    (void)widget;
    switch (response) {
    case RESPONSE_START:
        start(dialog);
        break;
    case RESPONSE_STOP:
        batch_stop(dialog->batch);
        break;
    case RESPONSE_WRITE:
        write_texts(dialog);
        break;
    default:
        if (may_close(dialog))
            g_main_loop_quit(dialog->loop);
    }
}

/* GtkDialog would destroy itself. */
static gboolean on_delete(GtkWidget *widget, GdkEvent *event, void *data)
{
    (void)widget;
    (void)event;
    (void)data;
    return TRUE;
}

static GtkWidget *new_dialog(const struct tool *tool)
{
    GtkWidget *dialog =
        gimp_dialog_new(_(tool->title), tool->procedure, NULL, 0, gimp_standard_help_func,
                        tool->procedure, _("_Start"), RESPONSE_START, _("Sto_p"), RESPONSE_STOP,
                        _("_Close"), GTK_RESPONSE_CLOSE, _("_Write"), RESPONSE_WRITE, NULL);

    gtk_window_set_default_size(GTK_WINDOW(dialog), DIALOG_WIDTH, -1);
    gtk_dialog_set_default_response(GTK_DIALOG(dialog), RESPONSE_START);
    gimp_window_set_transient(GTK_WINDOW(dialog));
    return dialog;
}

static GtkWidget *new_bar(void)
{
    GtkWidget *bar = gtk_progress_bar_new();

    SHOW_TEXT(bar);
    atk_object_set_name(gtk_widget_get_accessible(bar), _("Progress"));
    return bar;
}

static void pack(struct batch_dialog *dialog)
{
    GtkWidget *content = gtk_dialog_get_content_area(GTK_DIALOG(dialog->dialog));
    GtkWidget *column = COLUMN(BORDER);

    gtk_container_set_border_width(GTK_CONTAINER(column), BORDER);
    gtk_box_pack_start(GTK_BOX(content), column, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(column), batch_form_widget(dialog->form), FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(column), batch_table_widget(dialog->table), TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(column), dialog->bar, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(column), notice_widget(dialog->notice), FALSE, FALSE, 0);
}

static void open_dialog(struct batch_dialog *dialog, const struct tool *tool)
{
    dialog->loop = g_main_loop_new(NULL, FALSE);
    dialog->dialog = new_dialog(tool);
    dialog->start = gtk_dialog_get_widget_for_response(GTK_DIALOG(dialog->dialog), RESPONSE_START);
    dialog->form = batch_form_new(dialog->values);
    dialog->table = batch_table_new(on_edit, dialog);
    dialog->notice = notice_new();
    dialog->bar = new_bar();
    pack(dialog);
    show_buttons(dialog);
    g_signal_connect(dialog->dialog, "response", G_CALLBACK(on_response), dialog);
    g_signal_connect(dialog->dialog, "delete-event", G_CALLBACK(on_delete), NULL);
    gtk_widget_show_all(dialog->dialog);
}

struct result batch_dialog_run(const struct tool *tool, char **values)
{
    struct batch_dialog dialog = {.values = values};
    struct sl_error error = SL_ERROR_INIT;
    struct result result = {OUTCOME_CANCELLED, NULL, 0};

    if (request_line_init(&dialog.line, &error) != 0)
        return (struct result){OUTCOME_FAILED, g_strdup(error.message), error.code};
    host_ui_init();
    open_dialog(&dialog, tool);
    g_main_loop_run(dialog.loop);
    if (dialog.written > 0)
        result = (struct result){OUTCOME_DONE, batch_report(dialog.batch), 0};
    drop_batch(&dialog);
    request_line_release(&dialog.line);
    gtk_widget_destroy(dialog.dialog);
    batch_form_free(dialog.form);
    batch_table_free(dialog.table);
    notice_free(dialog.notice);
    g_main_loop_unref(dialog.loop);
    return result;
}
