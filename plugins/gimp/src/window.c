/* The dialog. See window.h. */
#include "window.h"

#include <string.h>

#include "i18n.h"

#define DEFAULT_WIDTH 600
#define DEFAULT_HEIGHT 500
#define BAR_WIDTH 100
#define SENTENCE_WIDTH 54 /* characters; GTK 2 wraps there, however wide the window is */
#define MAX_MESSAGES 4    /* the oldest make room */

enum { RESPONSE_COPY = 1, RESPONSE_STOP, RESPONSE_SEND };

struct window {
    GtkWidget *dialog;
    struct form *form;
    struct transcript *transcript;
    GtkWidget *follow_up, *go_on;
    GtkWidget *status, *bar;
    GtkWidget *message, *icon, *sentences;
    GQueue messages;     /* shown in `sentences`, owned */
    enum sl_level level; /* the worst of them */
    bool busy;
    window_action_fn on_action;
    void *data;
};

static void copy_answer(const struct window *window)
{
    GtkTextBuffer *buffer = transcript_buffer(window->transcript);
    GtkClipboard *clipboard = gtk_clipboard_get(GDK_SELECTION_CLIPBOARD);
    GtkTextIter start, end;

    gtk_text_buffer_get_bounds(buffer, &start, &end);
    char *text = gtk_text_buffer_get_text(buffer, &start, &end, FALSE);
    gtk_clipboard_set_text(clipboard, text, -1);
    /* Lets a clipboard manager keep it when this process ends. */
    gtk_clipboard_set_can_store(clipboard, NULL, 0);
    g_free(text);
}

static void on_response(GtkDialog *dialog, int response, struct window *window)
{
    (void)dialog;
    switch (response) {
    case RESPONSE_COPY:
        copy_answer(window);
        break;
    case RESPONSE_SEND:
        window->on_action(WINDOW_SEND, window->data);
        break;
    case RESPONSE_STOP:
        window->on_action(WINDOW_STOP, window->data);
        break;
    default:
        window->on_action(WINDOW_CLOSE, window->data);
    }
}

static void on_question(GtkEntry *entry, struct window *window)
{
    if (!window->busy && *gtk_entry_get_text(entry))
        window->on_action(WINDOW_FOLLOW_UP, window->data);
}

static void on_go_on(GtkButton *button, struct window *window)
{
    (void)button;
    window->on_action(WINDOW_CONTINUE, window->data);
}

static void on_task(void *data)
{
    struct window *window = data;

    gtk_window_set_title(GTK_WINDOW(window->dialog), form_title(window->form));
}

static void allow(const struct window *window, int response, bool allowed)
{
    gtk_dialog_set_response_sensitive(GTK_DIALOG(window->dialog), response, allowed);
}

static void on_text(GtkTextBuffer *buffer, struct window *window)
{
    allow(window, RESPONSE_COPY, gtk_text_buffer_get_char_count(buffer) > 0);
}

/* Below the answer: a question about it, or the rest of it. */
static void pack_follow_up(struct window *window, GtkWidget *column)
{
    GtkWidget *row = ROW(SPACING);
    GtkWidget *label = gtk_label_new_with_mnemonic(_("_Follow-up:"));

    window->follow_up = gtk_entry_new();
    gtk_widget_set_sensitive(window->follow_up, FALSE);
    gtk_widget_set_tooltip_text(window->follow_up, _("Another question; Return sends it"));
    gtk_label_set_mnemonic_widget(GTK_LABEL(label), window->follow_up);
    window->go_on = gtk_button_new_with_mnemonic(_("Co_ntinue"));
    gtk_widget_set_tooltip_text(window->go_on, _("Ask for the rest of an answer that was cut"));
    gtk_widget_set_no_show_all(window->go_on, TRUE);
    gtk_box_pack_start(GTK_BOX(row), label, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(row), window->follow_up, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(row), window->go_on, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(column), row, FALSE, FALSE, 0);
    g_signal_connect(window->follow_up, "activate", G_CALLBACK(on_question), window);
    g_signal_connect(window->go_on, "clicked", G_CALLBACK(on_go_on), window);
}

/* Can be reached and copied by keyboard, and read by a screen reader, as the messages. */
static void pack_status(struct window *window, GtkWidget *column)
{
    GtkWidget *row = ROW(SPACING);

    window->status = gtk_label_new(NULL);
    gtk_label_set_selectable(GTK_LABEL(window->status), TRUE);
    g_object_set(window->status, "xalign", 0.0, "ellipsize", PANGO_ELLIPSIZE_END, NULL);
    window->bar = gtk_progress_bar_new();
    gtk_widget_set_size_request(window->bar, BAR_WIDTH, -1);
    gtk_widget_set_no_show_all(window->bar, TRUE);
    KEEP_FLAT(window->bar);
    atk_object_set_name(gtk_widget_get_accessible(window->bar), _("Progress"));
    gtk_box_pack_start(GTK_BOX(row), window->status, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(row), window->bar, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(column), row, FALSE, FALSE, 0);
}

/* Stays hidden until there is something to say. */
static void pack_messages(struct window *window, GtkWidget *column)
{
    window->message = ROW(SPACING);
    window->icon = gtk_image_new();
    window->sentences = gtk_label_new(NULL);
    gtk_label_set_line_wrap(GTK_LABEL(window->sentences), TRUE);
    gtk_label_set_selectable(GTK_LABEL(window->sentences), TRUE);
    g_object_set(window->sentences, "xalign", 0.0, "width-chars", SENTENCE_WIDTH, NULL);
    gtk_box_pack_start(GTK_BOX(window->message), window->icon, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(window->message), window->sentences, TRUE, TRUE, 0);
    gtk_widget_show(window->icon);
    gtk_widget_show(window->sentences);
    gtk_widget_set_no_show_all(window->message, TRUE);
    gtk_box_pack_start(GTK_BOX(column), window->message, FALSE, FALSE, 0);
}

/* At once: GTK would show the button pressed for a quarter of a second first. */
static gboolean on_shortcut(GtkButton *button, gboolean shared)
{
    if (!shared)
        gtk_button_clicked(button);
    return !shared;
}

/*
 * GimpDialog moves the focus to the button of every response, unless that button does not focus on
 * click: also when Return in an entry or a shortcut worked it, and the person goes on typing.
 */
static void prepare_buttons(GtkDialog *dialog)
{
    for (int response = RESPONSE_COPY; response <= RESPONSE_SEND; response++) {
        GtkWidget *button = gtk_dialog_get_widget_for_response(dialog, response);

        g_object_set(button, "focus-on-click", FALSE, NULL);
        g_signal_connect(button, "mnemonic-activate", G_CALLBACK(on_shortcut), NULL);
    }
}

static GtkWidget *new_dialog(const struct command *command)
{
    GtkWidget *dialog =
        gimp_dialog_new(_(command->title), command->procedure, NULL, 0, NULL, command->procedure,
                        _("C_opy"), RESPONSE_COPY, _("_Stop"), RESPONSE_STOP, _("_Close"),
                        GTK_RESPONSE_CLOSE, _("Sen_d"), RESPONSE_SEND, NULL);

    gtk_window_set_default_size(GTK_WINDOW(dialog), DEFAULT_WIDTH, DEFAULT_HEIGHT);
    gtk_dialog_set_default_response(GTK_DIALOG(dialog), RESPONSE_SEND);
    prepare_buttons(GTK_DIALOG(dialog));
    gimp_window_set_transient(GTK_WINDOW(dialog));
    return dialog;
}

static void pack_content(struct window *window)
{
    GtkWidget *content = gtk_dialog_get_content_area(GTK_DIALOG(window->dialog));
    GtkWidget *column = COLUMN(BORDER);
    GtkWidget *answer = transcript_widget(window->transcript);

    gtk_container_set_border_width(GTK_CONTAINER(column), BORDER);
    gtk_box_pack_start(GTK_BOX(content), column, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(column), form_widget(window->form), FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(column), answer, TRUE, TRUE, 0);
    pack_follow_up(window, column);
    pack_status(window, column);
    pack_messages(window, column);
}

struct window *window_new(const struct command *command, const struct settings *settings,
                          const struct task_menu *menu, window_action_fn on_action, void *data)
{
    struct window *window = g_new0(struct window, 1);

    window->on_action = on_action;
    window->data = data;
    window->dialog = new_dialog(command);
    window->form = form_new(settings, menu, on_task, window);
    window->transcript = transcript_new();
    pack_content(window);
    allow(window, RESPONSE_COPY, false);
    allow(window, RESPONSE_STOP, false);
    g_signal_connect(window->dialog, "response", G_CALLBACK(on_response), window);
    g_signal_connect(transcript_buffer(window->transcript), "changed", G_CALLBACK(on_text), window);
    form_focus(window->form);
    gtk_widget_show_all(window->dialog);
    return window;
}

void window_free(struct window *window)
{
    gtk_clipboard_store(gtk_clipboard_get(GDK_SELECTION_CLIPBOARD));
    gtk_widget_destroy(window->dialog);
    form_free(window->form);
    transcript_free(window->transcript);
    g_queue_clear_full(&window->messages, g_free);
    g_free(window);
}

struct form *window_form(const struct window *window)
{
    return window->form;
}

struct transcript *window_transcript(const struct window *window)
{
    return window->transcript;
}

/* The focus stays where the person works, unless that has just become useless. */
static void move_focus(GtkWidget *from, GtkWidget *to)
{
    if (gtk_widget_has_focus(from))
        gtk_widget_grab_focus(to);
}

static GtkWidget *button_of(const struct window *window, int response)
{
    return gtk_dialog_get_widget_for_response(GTK_DIALOG(window->dialog), response);
}

void window_set_busy(struct window *window)
{
    window->busy = true;
    allow(window, RESPONSE_STOP, true);
    move_focus(button_of(window, RESPONSE_SEND), button_of(window, RESPONSE_STOP));
    move_focus(window->go_on, button_of(window, RESPONSE_STOP));
    allow(window, RESPONSE_SEND, false);
    gtk_widget_hide(window->go_on);
    gtk_widget_show(window->bar);
}

void window_set_idle(struct window *window, unsigned offers)
{
    window->busy = false;
    allow(window, RESPONSE_SEND, true);
    move_focus(button_of(window, RESPONSE_STOP), button_of(window, RESPONSE_SEND));
    allow(window, RESPONSE_STOP, false);
    if (!(offers & WINDOW_OFFER_FOLLOW_UP) && gtk_widget_has_focus(window->follow_up))
        form_focus(window->form);
    gtk_widget_set_sensitive(window->follow_up, (offers & WINDOW_OFFER_FOLLOW_UP) != 0);
    gtk_widget_set_visible(window->go_on, (offers & WINDOW_OFFER_CONTINUE) != 0);
    gtk_widget_hide(window->bar);
}

char *window_take_question(struct window *window)
{
    char *question = g_strdup(gtk_entry_get_text(GTK_ENTRY(window->follow_up)));

    gtk_entry_set_text(GTK_ENTRY(window->follow_up), "");
    return question;
}

bool window_ask(const struct window *window, const char *question, const char *yes)
{
    GtkWidget *dialog =
        gtk_message_dialog_new(GTK_WINDOW(window->dialog), GTK_DIALOG_MODAL, GTK_MESSAGE_QUESTION,
                               GTK_BUTTONS_NONE, "%s", question);

    gtk_window_set_title(GTK_WINDOW(dialog), "Sightline");
    gtk_dialog_add_buttons(GTK_DIALOG(dialog), _("_Cancel"), GTK_RESPONSE_CANCEL, yes,
                           GTK_RESPONSE_ACCEPT, NULL);
    gtk_dialog_set_default_response(GTK_DIALOG(dialog), GTK_RESPONSE_CANCEL);
    bool agreed = gtk_dialog_run(GTK_DIALOG(dialog)) == GTK_RESPONSE_ACCEPT;
    gtk_widget_destroy(dialog);
    return agreed;
}

void window_set_status(struct window *window, const char *text, double fraction)
{
    gtk_label_set_text(GTK_LABEL(window->status), text);
    if (fraction < 0)
        gtk_progress_bar_pulse(GTK_PROGRESS_BAR(window->bar));
    else
        gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(window->bar), MIN(fraction, 1.0));
}

static void show_messages(struct window *window)
{
    static const char *const icons[] = {
        [SL_LEVEL_OK] = GIMP_ICON_DIALOG_INFORMATION,
        [SL_LEVEL_WARNING] = GIMP_ICON_DIALOG_WARNING,
        [SL_LEVEL_ERROR] = GIMP_ICON_DIALOG_ERROR,
    };
    GString *text = g_string_new(NULL);

    for (GList *at = window->messages.head; at; at = at->next)
        g_string_append_printf(text, "%s%s", text->len > 0 ? "\n" : "", (char *)at->data);
    gtk_label_set_text(GTK_LABEL(window->sentences), text->str);
    gtk_image_set_from_icon_name(GTK_IMAGE(window->icon), icons[window->level],
                                 GTK_ICON_SIZE_BUTTON);
    gtk_widget_set_visible(window->message, text->len > 0);
    g_string_free(text, TRUE);
}

void window_add_message(struct window *window, enum sl_level level, const char *sentence)
{
    const char *last = g_queue_peek_tail(&window->messages);

    if (last && strcmp(last, sentence) == 0)
        return;
    g_queue_push_tail(&window->messages, g_strdup(sentence));
    if (window->messages.length > MAX_MESSAGES)
        g_free(g_queue_pop_head(&window->messages));
    window->level = MAX(window->level, level);
    show_messages(window);
}

void window_clear_messages(struct window *window)
{
    g_queue_clear_full(&window->messages, g_free);
    window->level = SL_LEVEL_OK;
    show_messages(window);
}
