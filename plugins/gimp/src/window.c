/* The dialog. See window.h. */
#include "window.h"

#include "follow_up.h"
#include "i18n.h"
#include "notice.h"

#define DEFAULT_WIDTH 680
#define DEFAULT_HEIGHT 640
#define BAR_WIDTH 100

/* Whether the focus went to a window of our own is known only when that has it. */
#define FOCUS_MS 200

enum { RESPONSE_STOP = 1, RESPONSE_SEND };

struct window {
    GtkWidget *dialog;
    struct form *form;
    struct preview *preview;
    struct transcript *transcript;
    struct uses *uses;
    struct follow_up *follow_up;
    GtkWidget *status, *bar;
    struct notice *notice;
    bool busy;
    bool left;       /* the person works elsewhere */
    guint leaving;   /* the handler that finds that out, or 0 */
    unsigned offers; /* enum window_offer */
    struct window_handlers handlers;
};

static void act(const struct window *window, enum window_action action)
{
    window->handlers.on_action(action, window->handlers.data);
}

static void on_shown(void *data)
{
    act(data, WINDOW_SHOWN);
}

static void on_response(GtkDialog *dialog, int response, struct window *window)
{
    (void)dialog;
    if (response == RESPONSE_SEND)
        act(window, WINDOW_SEND);
    else if (response == RESPONSE_STOP)
        act(window, WINDOW_STOP);
    else
        act(window, WINDOW_CLOSE);
}

static void on_follow_up(enum follow_up_way way, void *data)
{
    static const enum window_action actions[] = {
        [FOLLOW_UP_ASK] = WINDOW_FOLLOW_UP,
        [FOLLOW_UP_LOOK_AGAIN] = WINDOW_LOOK_AGAIN,
        [FOLLOW_UP_CONTINUE] = WINDOW_CONTINUE,
    };
    const struct window *window = data;

    if (!window->busy)
        act(window, actions[way]);
}

static void on_form(void *data)
{
    struct window *window = data;

    gtk_window_set_title(GTK_WINDOW(window->dialog), form_title(window->form));
    act(window, WINDOW_CHANGED);
}

static bool any_of_ours_is_active(void)
{
    GList *all = gtk_window_list_toplevels();
    bool active = false;

    for (GList *at = all; at; at = at->next)
        active = active || gtk_window_is_active(at->data);
    g_list_free(all);
    return active;
}

static gboolean on_left(void *data)
{
    struct window *window = data;

    window->leaving = 0;
    window->left = !any_of_ours_is_active();
    return G_SOURCE_REMOVE;
}

static void on_active(GtkWindow *dialog, GParamSpec *property, struct window *window)
{
    (void)property;
    if (window->leaving)
        g_source_remove(window->leaving);
    window->leaving = 0;
    if (!gtk_window_is_active(dialog))
        window->leaving = g_timeout_add(FOCUS_MS, on_left, window);
    else if (window->left)
        act(window, WINDOW_RETURNED);
    if (gtk_window_is_active(dialog))
        window->left = false;
}

static void allow(const struct window *window, int response, bool allowed)
{
    gtk_dialog_set_response_sensitive(GTK_DIALOG(window->dialog), response, allowed);
}

static void allow_uses(const struct window *window)
{
    bool some = gtk_text_buffer_get_char_count(transcript_buffer(window->transcript)) > 0;
    bool all = some && !window->busy && (window->offers & WINDOW_OFFER_USES);

    uses_allow(window->uses, some, all);
}

static void on_text(GtkTextBuffer *buffer, struct window *window)
{
    (void)buffer;
    allow_uses(window);
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

/*
 * GimpDialog moves the focus to the button of every response, unless that button does not focus on
 * click: also when Return in an entry or a shortcut worked it, and the person goes on typing.
 */
static void prepare_buttons(GtkDialog *dialog)
{
    for (int response = RESPONSE_STOP; response <= RESPONSE_SEND; response++)
        press_at_once(gtk_dialog_get_widget_for_response(dialog, response));
}

static GtkWidget *new_dialog(const struct command *command)
{
    GtkWidget *dialog =
        gimp_dialog_new(_(command->title), command->procedure, NULL, 0, gimp_standard_help_func,
                        command->procedure, _("_Stop"), RESPONSE_STOP, _("_Close"),
                        GTK_RESPONSE_CLOSE, _("Sen_d"), RESPONSE_SEND, NULL);

    gtk_window_set_default_size(GTK_WINDOW(dialog), DEFAULT_WIDTH, DEFAULT_HEIGHT);
    gtk_dialog_set_default_response(GTK_DIALOG(dialog), RESPONSE_SEND);
    prepare_buttons(GTK_DIALOG(dialog));
    gimp_window_set_transient(GTK_WINDOW(dialog));
    return dialog;
}

static void pack_top(struct window *window, GtkWidget *column)
{
    GtkWidget *row = ROW(BORDER);

    gtk_box_pack_start(GTK_BOX(row), form_widget(window->form), TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(row), preview_widget(window->preview), FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(column), row, FALSE, FALSE, 0);
}

static void pack_content(struct window *window)
{
    GtkWidget *content = gtk_dialog_get_content_area(GTK_DIALOG(window->dialog));
    GtkWidget *column = COLUMN(BORDER);
    GtkWidget *heading = transcript_heading(window->transcript);

    gtk_container_set_border_width(GTK_CONTAINER(column), BORDER);
    gtk_box_pack_start(GTK_BOX(content), column, TRUE, TRUE, 0);
    pack_top(window, column);
    gtk_box_pack_end(GTK_BOX(heading), uses_widget(window->uses), FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(column), transcript_widget(window->transcript), TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(column), follow_up_widget(window->follow_up), FALSE, FALSE, 0);
    pack_status(window, column);
    gtk_box_pack_start(GTK_BOX(column), notice_widget(window->notice), FALSE, FALSE, 0);
}

static void connect(struct window *window)
{
    g_signal_connect(window->dialog, "response", G_CALLBACK(on_response), window);
    g_signal_connect(window->dialog, "notify::is-active", G_CALLBACK(on_active), window);
    g_signal_connect(transcript_buffer(window->transcript), "changed", G_CALLBACK(on_text), window);
}

struct window *window_new(const struct command *command, const struct settings *settings,
                          const struct task_menu *menu, const struct window_handlers *handlers)
{
    struct window *window = g_new0(struct window, 1);

    window->handlers = *handlers;
    window->dialog = new_dialog(command);
    window->form = form_new(settings, menu, on_form, window);
    window->preview = preview_new();
    window->transcript = transcript_new();
    window->uses = uses_new(handlers->on_use, handlers->data);
    window->follow_up = follow_up_new(on_follow_up, window);
    window->notice = notice_new();
    pack_content(window);
    allow(window, RESPONSE_STOP, false);
    connect(window);
    form_focus(window->form);
    when_shown(window->dialog, on_shown, window);
    gtk_widget_show_all(window->dialog);
    return window;
}

void window_free(struct window *window)
{
    if (window->leaving)
        g_source_remove(window->leaving);
    g_signal_handlers_disconnect_by_data(window->dialog, window);
    gtk_clipboard_store(gtk_clipboard_get(GDK_SELECTION_CLIPBOARD));
    gtk_widget_destroy(window->dialog);
    form_free(window->form);
    preview_free(window->preview);
    transcript_free(window->transcript);
    uses_free(window->uses);
    follow_up_free(window->follow_up);
    notice_free(window->notice);
    g_free(window);
}

struct form *window_form(const struct window *window)
{
    return window->form;
}

struct preview *window_preview(const struct window *window)
{
    return window->preview;
}

struct transcript *window_transcript(const struct window *window)
{
    return window->transcript;
}

GtkWindow *window_toplevel(const struct window *window)
{
    return GTK_WINDOW(window->dialog);
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
    transcript_set_editable(window->transcript, false);
    allow(window, RESPONSE_STOP, true);
    move_focus(button_of(window, RESPONSE_SEND), button_of(window, RESPONSE_STOP));
    follow_up_set_busy(window->follow_up, button_of(window, RESPONSE_STOP));
    allow(window, RESPONSE_SEND, false);
    allow_uses(window);
    gtk_widget_show(window->bar);
}

void window_set_idle(struct window *window, unsigned offers)
{
    bool asked = offers & WINDOW_OFFER_FOLLOW_UP;

    window->busy = false;
    window->offers = offers;
    transcript_set_editable(window->transcript, offers & WINDOW_OFFER_USES);
    allow(window, RESPONSE_SEND, true);
    move_focus(button_of(window, RESPONSE_STOP), button_of(window, RESPONSE_SEND));
    allow(window, RESPONSE_STOP, false);
    if (!asked && follow_up_has_focus(window->follow_up))
        form_focus(window->form);
    follow_up_set_idle(window->follow_up, asked, offers & WINDOW_OFFER_CONTINUE);
    allow_uses(window);
    gtk_widget_hide(window->bar);
}

char *window_take_question(struct window *window)
{
    return follow_up_take(window->follow_up);
}

void window_set_status(struct window *window, const char *text, double fraction)
{
    gtk_label_set_text(GTK_LABEL(window->status), text);
    if (fraction < 0)
        gtk_progress_bar_pulse(GTK_PROGRESS_BAR(window->bar));
    else
        gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(window->bar), MIN(fraction, 1.0));
}

void window_add_message(struct window *window, enum sl_level level, const char *sentence)
{
    notice_add(window->notice, level, sentence);
}

void window_clear_messages(struct window *window)
{
    notice_clear(window->notice);
}
