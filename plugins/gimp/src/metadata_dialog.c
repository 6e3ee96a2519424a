/* Which texts are written. See metadata_dialog.h. */
#include "metadata_dialog.h"

#include "i18n.h"

#define WIDTH 460
#define ALT_HEIGHT 60
#define DESCRIPTION_HEIGHT 110
#define OLD_CHARACTERS 58

/* A text that can be written or not. */
struct field {
    GtkWidget *wanted;
    GtkTextBuffer *buffer;
};

struct fields {
    GtkWidget *dialog;
    struct field alt, description;
};

static char *text_of(const struct field *field)
{
    GtkTextIter start, end;

    gtk_text_buffer_get_bounds(field->buffer, &start, &end);
    return gtk_text_buffer_get_text(field->buffer, &start, &end, FALSE);
}

static bool is_wanted(const struct field *field)
{
    return gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(field->wanted)) &&
           gtk_text_buffer_get_char_count(field->buffer) > 0;
}

static void allow(void *source, struct fields *fields)
{
    bool some = is_wanted(&fields->alt) || is_wanted(&fields->description);

    (void)source;
    gtk_dialog_set_response_sensitive(GTK_DIALOG(fields->dialog), GTK_RESPONSE_ACCEPT, some);
}

/* What is going to be replaced. */
static void pack_old(GtkWidget *column, const char *old)
{
    char *text = old ? g_strdup_printf(_("It replaces: %s"), old) : NULL;
    GtkWidget *label = gtk_label_new(text ? text : _("There is none yet."));

    gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_selectable(GTK_LABEL(label), TRUE);
    g_object_set(label, "xalign", 0.0, "width-chars", OLD_CHARACTERS, "max-width-chars",
                 OLD_CHARACTERS, NULL);
    gtk_box_pack_start(GTK_BOX(column), label, FALSE, FALSE, 0);
    g_free(text);
}

static GtkWidget *new_view(struct field *field, const char *text, int height)
{
    GtkWidget *view = gtk_text_view_new(), *scrolled = gtk_scrolled_window_new(NULL, NULL);

    field->buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(view));
    gtk_text_buffer_set_text(field->buffer, text, -1);
    gtk_text_view_set_wrap_mode(GTK_TEXT_VIEW(view), GTK_WRAP_WORD_CHAR);
    gtk_text_view_set_accepts_tab(GTK_TEXT_VIEW(view), FALSE);
    gtk_text_view_set_left_margin(GTK_TEXT_VIEW(view), SPACING);
    gtk_text_view_set_right_margin(GTK_TEXT_VIEW(view), SPACING);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_AUTOMATIC,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(scrolled), GTK_SHADOW_IN);
    gtk_widget_set_size_request(scrolled, WIDTH, height);
    gtk_container_add(GTK_CONTAINER(scrolled), view);
    return scrolled;
}

/* For those who do not see that it stands below. */
static void name_after(GtkWidget *scrolled, GtkWidget *button)
{
    GtkWidget *view = gtk_bin_get_child(GTK_BIN(scrolled));
    GtkWidget *label = gtk_bin_get_child(GTK_BIN(button));

    atk_object_set_name(gtk_widget_get_accessible(view), gtk_label_get_text(GTK_LABEL(label)));
}

static void pack_field(struct fields *fields, struct field *field, GtkWidget *content,
                       const char *label, const char *text, const char *old, int height)
{
    GtkWidget *column = COLUMN(SPACING);
    GtkWidget *view = new_view(field, text, height);

    field->wanted = gtk_check_button_new_with_mnemonic(label);
    name_after(view, field->wanted);
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(field->wanted), *text != '\0');
    g_object_bind_property(field->wanted, "active", view, "sensitive", G_BINDING_SYNC_CREATE);
    gtk_box_pack_start(GTK_BOX(column), field->wanted, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(column), view, TRUE, TRUE, 0);
    pack_old(column, old);
    gtk_box_pack_start(GTK_BOX(content), column, TRUE, TRUE, 0);
    g_signal_connect(field->wanted, "toggled", G_CALLBACK(allow), fields);
    g_signal_connect(field->buffer, "changed", G_CALLBACK(allow), fields);
}

static GtkWidget *new_note(const char *text)
{
    GtkWidget *label = gtk_label_new(text);

    gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
    g_object_set(label, "xalign", 0.0, "width-chars", OLD_CHARACTERS, "max-width-chars",
                 OLD_CHARACTERS, NULL);
    return label;
}

static void build(struct fields *fields, GtkWindow *parent, const char *where, const char *accept,
                  const struct metadata *now, const struct proposal *proposal)
{
    fields->dialog = gtk_dialog_new_with_buttons(
        _("Alt Text and Description"), parent, GTK_DIALOG_MODAL, _("_Cancel"), GTK_RESPONSE_CANCEL,
        accept, GTK_RESPONSE_ACCEPT, NULL);
    GtkWidget *content = COLUMN(BORDER);

    gtk_container_set_border_width(GTK_CONTAINER(content), BORDER);
    gtk_box_pack_start(GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(fields->dialog))), content,
                       TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(content), new_note(where), FALSE, FALSE, 0);
    pack_field(fields, &fields->alt, content, _("_Alt text"), proposal->alt ? proposal->text : "",
               now->alt, ALT_HEIGHT);
    pack_field(fields, &fields->description, content, _("_Description and comment"),
               proposal->alt ? "" : proposal->text,
               now->description ? now->description : now->comment, DESCRIPTION_HEIGHT);
    gtk_box_pack_start(GTK_BOX(content),
                       new_note(_("A machine has written this: check it before you publish it.")),
                       FALSE, FALSE, 0);
    gtk_dialog_set_default_response(GTK_DIALOG(fields->dialog), GTK_RESPONSE_ACCEPT);
    allow(NULL, fields);
    gtk_widget_show_all(fields->dialog);
}

bool metadata_ask(GtkWindow *parent, const char *where, const char *accept,
                  const struct metadata *now, const struct proposal *proposal,
                  struct metadata *chosen)
{
    struct fields fields;

    build(&fields, parent, where, accept, now, proposal);
    gtk_widget_grab_focus(
        gtk_dialog_get_widget_for_response(GTK_DIALOG(fields.dialog), GTK_RESPONSE_ACCEPT));
    bool agreed = gtk_dialog_run(GTK_DIALOG(fields.dialog)) == GTK_RESPONSE_ACCEPT;
    *chosen = (struct metadata){0};
    if (agreed && is_wanted(&fields.alt))
        chosen->alt = text_of(&fields.alt);
    if (agreed && is_wanted(&fields.description)) {
        chosen->description = text_of(&fields.description);
        chosen->comment = g_strdup(chosen->description);
    }
    gtk_widget_destroy(fields.dialog);
    return agreed;
}
