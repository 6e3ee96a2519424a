/* Sentences in a dialog. See notice.h. */
#include "notice.h"

#include <string.h>

#define SENTENCE_WIDTH 54 /* characters; GTK 2 wraps there, however wide the window is */
#define MAX_MESSAGES 4

struct notice {
    GtkWidget *row, *icon, *sentences;
    GQueue messages;     /* shown in `sentences`, owned */
    enum sl_level level; /* the worst of them */
};

/* Can be reached and copied by keyboard, and read by a screen reader. */
struct notice *notice_new(void)
{
    struct notice *notice = g_new0(struct notice, 1);

    notice->row = ROW(SPACING);
    notice->icon = gtk_image_new();
    notice->sentences = gtk_label_new(NULL);
    gtk_label_set_line_wrap(GTK_LABEL(notice->sentences), TRUE);
    gtk_label_set_selectable(GTK_LABEL(notice->sentences), TRUE);
    g_object_set(notice->sentences, "xalign", 0.0, "width-chars", SENTENCE_WIDTH, NULL);
    gtk_box_pack_start(GTK_BOX(notice->row), notice->icon, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(notice->row), notice->sentences, TRUE, TRUE, 0);
    gtk_widget_show(notice->icon);
    gtk_widget_show(notice->sentences);
    gtk_widget_set_no_show_all(notice->row, TRUE);
    return notice;
}

void notice_free(struct notice *notice)
{
    g_queue_clear_full(&notice->messages, g_free);
    g_free(notice);
}

GtkWidget *notice_widget(const struct notice *notice)
{
    return notice->row;
}

static void show(struct notice *notice)
{
    static const char *const icons[] = {
        [SL_LEVEL_OK] = GIMP_ICON_DIALOG_INFORMATION,
        [SL_LEVEL_WARNING] = GIMP_ICON_DIALOG_WARNING,
        [SL_LEVEL_ERROR] = GIMP_ICON_DIALOG_ERROR,
    };
    GString *text = g_string_new(NULL);

    for (GList *at = notice->messages.head; at; at = at->next)
        g_string_append_printf(text, "%s%s", text->len > 0 ? "\n" : "", (char *)at->data);
    gtk_label_set_text(GTK_LABEL(notice->sentences), text->str);
    gtk_image_set_from_icon_name(GTK_IMAGE(notice->icon), icons[notice->level],
                                 GTK_ICON_SIZE_BUTTON);
    gtk_widget_set_visible(notice->row, text->len > 0);
    g_string_free(text, TRUE);
}

void notice_add(struct notice *notice, enum sl_level level, const char *sentence)
{
    const char *last = g_queue_peek_tail(&notice->messages);

    if (last && strcmp(last, sentence) == 0)
        return;
    g_queue_push_tail(&notice->messages, g_strdup(sentence));
    if (notice->messages.length > MAX_MESSAGES)
        g_free(g_queue_pop_head(&notice->messages));
    notice->level = MAX(notice->level, level);
    show(notice);
}

void notice_clear(struct notice *notice)
{
    g_queue_clear_full(&notice->messages, g_free);
    notice->level = SL_LEVEL_OK;
    show(notice);
}
