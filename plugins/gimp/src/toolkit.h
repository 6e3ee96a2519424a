/* What GTK 2 and GTK 3 call differently, and what all of our windows do alike. */
#ifndef TOOLKIT_H
#define TOOLKIT_H

#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>

#if GTK_CHECK_VERSION(3, 0, 0)
#define ROW(spacing) gtk_box_new(GTK_ORIENTATION_HORIZONTAL, spacing)
#define COLUMN(spacing) gtk_box_new(GTK_ORIENTATION_VERTICAL, spacing)
#define KEEP_FLAT(widget) gtk_widget_set_valign(widget, GTK_ALIGN_CENTER)
#define SHOW_TEXT(bar) gtk_progress_bar_set_show_text(GTK_PROGRESS_BAR(bar), TRUE)
#define KEEP_AT_TOP(widget) gtk_widget_set_valign(widget, GTK_ALIGN_START)
#define POP_UP(menu, widget)                                                                       \
    gtk_menu_popup_at_widget(GTK_MENU(menu), widget, GDK_GRAVITY_SOUTH_WEST,                       \
                             GDK_GRAVITY_NORTH_WEST, NULL)
#else
#define ROW(spacing) gtk_hbox_new(FALSE, spacing)
#define COLUMN(spacing) gtk_vbox_new(FALSE, spacing)
#define KEEP_FLAT(widget) ((void)(widget))
#define SHOW_TEXT(bar) ((void)(bar))
#define KEEP_AT_TOP(widget) ((void)(widget))
#define POP_UP(menu, widget)                                                                       \
    gtk_menu_popup(GTK_MENU(menu), NULL, NULL, NULL, NULL, 0, gtk_get_current_event_time())
#endif

#define SPACING 6
#define BORDER 12

/*
 * Calls `then` once what was changed in our windows by now is drawn, where there are any. Returns
 * the number of its source.
 */
guint when_drawn(GSourceFunc then, void *data);

/* Calls `then` once a window that is about to be shown is there to be seen. */
void when_shown(GtkWidget *window, void (*then)(void *data), void *data);

/*
 * A shortcut works the button at once, where GTK would show it pressed for a quarter of a second
 * first, and leaves the focus where the person works.
 */
void press_at_once(GtkWidget *button);

#endif
