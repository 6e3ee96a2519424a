/* The panel that shows what will be sent: the very pictures, small, and what they amount to. */
#ifndef PREVIEW_H
#define PREVIEW_H

#include <sightline/client.h>

#include "toolkit.h"

struct preview;

struct preview *preview_new(void);
void preview_free(struct preview *preview);

/* All of it, to be put into a dialog. */
GtkWidget *preview_widget(const struct preview *preview);

/* Words in place of the pictures. */
void preview_say(struct preview *preview, const char *text);

/*
 * Pictures as they go out, side by side where they are several, drawn small by any thread. To be
 * freed with g_object_unref; NULL when they cannot be drawn.
 */
GdkPixbuf *preview_draw(const struct sl_preview *pictures);

/* Shows what preview_draw has drawn, or nothing for NULL, and says what is sent. */
void preview_show(struct preview *preview, GdkPixbuf *drawing, const struct sl_preview *pictures);

#endif
