/* The widgets of the dialog. See window.h. */
#include "window.h"

#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>
#include <string.h>

#if GTK_CHECK_VERSION(3, 0, 0)
#define ROW(spacing) gtk_box_new(GTK_ORIENTATION_HORIZONTAL, spacing)
#define COLUMN(spacing) gtk_box_new(GTK_ORIENTATION_VERTICAL, spacing)
#define KEEP_FLAT(widget) gtk_widget_set_valign(widget, GTK_ALIGN_CENTER)
#else
#define ROW(spacing) gtk_hbox_new(FALSE, spacing)
#define COLUMN(spacing) gtk_vbox_new(FALSE, spacing)
#define KEEP_FLAT(widget) ((void)(widget))
#endif

#define SPACING 6
#define BORDER 12
#define LINE_SPACING 2
#define DEFAULT_WIDTH 560
#define DEFAULT_HEIGHT 440
#define BAR_WIDTH 140
#define SENTENCE_WIDTH 54 /* characters; GTK 2 wraps there, however wide the window is */

enum { RESPONSE_COPY = 1, RESPONSE_STOP, RESPONSE_SEND };

struct window {
    GtkWidget *dialog;
    GtkWidget *instruction, *detail, *language;
    GtkWidget *answer;
    bool follow; /* the end of the answer is in view, and is to stay so */
    GtkWidget *status, *bar;
    GtkWidget *message, *icon, *sentence;
    window_action_fn on_action;
    void *data;
};

static GtkTextBuffer *answer_buffer(const struct window *window)
{
    return gtk_text_view_get_buffer(GTK_TEXT_VIEW(window->answer));
}

static void copy_answer(const struct window *window)
{
    GtkTextBuffer *buffer = answer_buffer(window);
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

static void allow(const struct window *window, int response, bool allowed)
{
    gtk_dialog_set_response_sensitive(GTK_DIALOG(window->dialog), response, allowed);
}

/* Puts a widget with its label into a row, and says so to a screen reader. */
static void pack_setting(GtkWidget *row, enum setting which, GtkWidget *widget, bool expand)
{
    GtkWidget *label = gtk_label_new_with_mnemonic(setting_info[which].label);

    gtk_label_set_mnemonic_widget(GTK_LABEL(label), widget);
    gtk_widget_set_tooltip_text(widget, setting_info[which].blurb);
    gtk_box_pack_start(GTK_BOX(row), label, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(row), widget, expand, expand, 0);
}

static GtkWidget *new_entry(const char *text)
{
    GtkWidget *entry = gtk_entry_new();

    gtk_entry_set_text(GTK_ENTRY(entry), text);
    gtk_entry_set_activates_default(GTK_ENTRY(entry), TRUE);
    return entry;
}

static GtkWidget *new_detail(const char *value)
{
    GtkWidget *combo = gtk_combo_box_text_new();
    int active = 0;

    for (int i = 0; detail_choices[i].value; i++) {
        gtk_combo_box_text_append_text(GTK_COMBO_BOX_TEXT(combo), detail_choices[i].label);
        if (strcmp(detail_choices[i].value, value) == 0)
            active = i;
    }
    gtk_combo_box_set_active(GTK_COMBO_BOX(combo), active);
    return combo;
}

static void pack_settings(struct window *window, GtkWidget *column, const struct settings *settings)
{
    GtkWidget *first = ROW(SPACING), *second = ROW(SPACING);

    window->instruction = new_entry(settings->value[SETTING_INSTRUCTION]);
    window->detail = new_detail(settings->value[SETTING_DETAIL]);
    window->language = new_entry(settings->value[SETTING_LANGUAGE]);
    pack_setting(first, SETTING_INSTRUCTION, window->instruction, true);
    pack_setting(second, SETTING_DETAIL, window->detail, false);
    pack_setting(second, SETTING_LANGUAGE, window->language, true);
    gtk_box_pack_start(GTK_BOX(column), first, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(column), second, FALSE, FALSE, 0);
}

static double end_of(GtkAdjustment *scroll)
{
    return gtk_adjustment_get_upper(scroll) - gtk_adjustment_get_page_size(scroll);
}

static void on_scrolled(GtkAdjustment *scroll, struct window *window)
{
    window->follow = gtk_adjustment_get_value(scroll) >= end_of(scroll) - 1;
}

/* The text is measured a while after it was inserted; only then is its end known. */
static void on_grown(GtkAdjustment *scroll, struct window *window)
{
    if (window->follow)
        gtk_adjustment_set_value(scroll, end_of(scroll));
}

static void pack_answer(struct window *window, GtkWidget *column)
{
    GtkWidget *scrolled = gtk_scrolled_window_new(NULL, NULL);
    GtkAdjustment *scroll = gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(scrolled));
    GtkTextView *view;

    window->answer = gtk_text_view_new();
    view = GTK_TEXT_VIEW(window->answer);
    gtk_text_view_set_editable(view, FALSE);
    gtk_text_view_set_accepts_tab(view, FALSE);
    gtk_text_view_set_wrap_mode(view, GTK_WRAP_WORD_CHAR);
    gtk_text_view_set_left_margin(view, SPACING);
    gtk_text_view_set_right_margin(view, SPACING);
    gtk_text_view_set_pixels_above_lines(view, LINE_SPACING);
    gtk_text_view_set_pixels_below_lines(view, LINE_SPACING);
    atk_object_set_name(gtk_widget_get_accessible(window->answer), "Answer");

    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_AUTOMATIC,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(scrolled), GTK_SHADOW_IN);
    gtk_container_add(GTK_CONTAINER(scrolled), window->answer);
    window->follow = true;
    g_signal_connect(scroll, "value-changed", G_CALLBACK(on_scrolled), window);
    g_signal_connect(scroll, "changed", G_CALLBACK(on_grown), window);
    gtk_box_pack_start(GTK_BOX(column), scrolled, TRUE, TRUE, 0);
}

static void pack_status(struct window *window, GtkWidget *column)
{
    GtkWidget *row = ROW(SPACING);

    window->status = gtk_label_new(NULL);
    g_object_set(window->status, "xalign", 0.0, "ellipsize", PANGO_ELLIPSIZE_END, NULL);
    window->bar = gtk_progress_bar_new();
    gtk_widget_set_size_request(window->bar, BAR_WIDTH, -1);
    gtk_widget_set_no_show_all(window->bar, TRUE);
    KEEP_FLAT(window->bar);
    atk_object_set_name(gtk_widget_get_accessible(window->bar), "Progress");
    gtk_box_pack_start(GTK_BOX(row), window->status, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(row), window->bar, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(column), row, FALSE, FALSE, 0);
}

/* Stays hidden until there is something to say. */
static void pack_message(struct window *window, GtkWidget *column)
{
    window->message = ROW(SPACING);
    window->icon = gtk_image_new();
    window->sentence = gtk_label_new(NULL);
    gtk_label_set_line_wrap(GTK_LABEL(window->sentence), TRUE);
    gtk_label_set_selectable(GTK_LABEL(window->sentence), TRUE);
    g_object_set(window->sentence, "xalign", 0.0, "width-chars", SENTENCE_WIDTH, NULL);
    gtk_box_pack_start(GTK_BOX(window->message), window->icon, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(window->message), window->sentence, TRUE, TRUE, 0);
    gtk_widget_show(window->icon);
    gtk_widget_show(window->sentence);
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
        gimp_dialog_new(command->title, command->procedure, NULL, 0, NULL, command->procedure,
                        "C_opy", RESPONSE_COPY, "_Stop", RESPONSE_STOP, "_Close",
                        GTK_RESPONSE_CLOSE, command->action, RESPONSE_SEND, NULL);

    gtk_window_set_default_size(GTK_WINDOW(dialog), DEFAULT_WIDTH, DEFAULT_HEIGHT);
    gtk_dialog_set_default_response(GTK_DIALOG(dialog), RESPONSE_SEND);
    prepare_buttons(GTK_DIALOG(dialog));
    gimp_window_set_transient(GTK_WINDOW(dialog));
    return dialog;
}

struct window *window_new(const struct command *command, const struct settings *settings,
                          window_action_fn on_action, void *data)
{
    struct window *window = g_new0(struct window, 1);
    GtkWidget *column = COLUMN(BORDER);

    window->on_action = on_action;
    window->data = data;
    window->dialog = new_dialog(command);
    gtk_container_set_border_width(GTK_CONTAINER(column), BORDER);
    gtk_box_pack_start(GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(window->dialog))), column,
                       TRUE, TRUE, 0);
    pack_settings(window, column, settings);
    pack_answer(window, column);
    pack_status(window, column);
    pack_message(window, column);
    allow(window, RESPONSE_COPY, false);
    allow(window, RESPONSE_STOP, false);
    g_signal_connect(window->dialog, "response", G_CALLBACK(on_response), window);
    gtk_widget_grab_focus(window->instruction);
    gtk_widget_show_all(window->dialog);
    return window;
}

void window_free(struct window *window)
{
    gtk_clipboard_store(gtk_clipboard_get(GDK_SELECTION_CLIPBOARD));
    gtk_widget_destroy(window->dialog);
    g_free(window);
}

void window_settings(const struct window *window, struct settings *settings)
{
    int detail = gtk_combo_box_get_active(GTK_COMBO_BOX(window->detail));

    settings_set(settings, SETTING_INSTRUCTION, gtk_entry_get_text(GTK_ENTRY(window->instruction)));
    settings_set(settings, SETTING_LANGUAGE, gtk_entry_get_text(GTK_ENTRY(window->language)));
    settings_set(settings, SETTING_DETAIL, detail_choices[MAX(detail, 0)].value);
}

/* The focus stays where the person works, unless its button has just become useless. */
static void move_focus(const struct window *window, int from, int to)
{
    GtkDialog *dialog = GTK_DIALOG(window->dialog);

    if (gtk_widget_has_focus(gtk_dialog_get_widget_for_response(dialog, from)))
        gtk_widget_grab_focus(gtk_dialog_get_widget_for_response(dialog, to));
}

void window_set_busy(struct window *window, bool busy)
{
    allow(window, RESPONSE_STOP, true);
    allow(window, RESPONSE_SEND, true);
    move_focus(window, busy ? RESPONSE_SEND : RESPONSE_STOP, busy ? RESPONSE_STOP : RESPONSE_SEND);
    allow(window, RESPONSE_STOP, busy);
    allow(window, RESPONSE_SEND, !busy);
    gtk_widget_set_visible(window->bar, busy);
}

void window_set_status(struct window *window, const char *text, double fraction)
{
    gtk_label_set_text(GTK_LABEL(window->status), text);
    if (fraction < 0)
        gtk_progress_bar_pulse(GTK_PROGRESS_BAR(window->bar));
    else
        gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(window->bar), MIN(fraction, 1.0));
}

void window_set_message(struct window *window, enum sl_level level, const char *sentence)
{
    static const char *const icons[] = {
        [SL_LEVEL_OK] = GIMP_ICON_DIALOG_INFORMATION,
        [SL_LEVEL_WARNING] = GIMP_ICON_DIALOG_WARNING,
        [SL_LEVEL_ERROR] = GIMP_ICON_DIALOG_ERROR,
    };

    gtk_label_set_text(GTK_LABEL(window->sentence), sentence ? sentence : "");
    gtk_image_set_from_icon_name(GTK_IMAGE(window->icon), icons[level], GTK_ICON_SIZE_BUTTON);
    gtk_widget_set_visible(window->message, sentence != NULL);
}

void window_clear_answer(struct window *window)
{
    gtk_text_buffer_set_text(answer_buffer(window), "", 0);
    allow(window, RESPONSE_COPY, false);
}

void window_append_answer(struct window *window, const char *text, size_t len)
{
    GtkTextBuffer *buffer = answer_buffer(window);
    GtkTextIter end;

    gtk_text_buffer_get_end_iter(buffer, &end);
    gtk_text_buffer_insert(buffer, &end, text, (int)len);
    allow(window, RESPONSE_COPY, true);
}
