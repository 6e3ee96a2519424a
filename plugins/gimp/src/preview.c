/* What will be sent. See preview.h. */
#include "preview.h"

#include "i18n.h"
#include "status.h"

#define WIDTH 176
#define HEIGHT 120
#define MAX_COLUMNS 3 /* as many rows; what is beyond is counted, not drawn */
#define GAP 3

struct preview {
    GtkWidget *column;
    GtkWidget *image, *words;
};

struct preview *preview_new(void)
{
    struct preview *preview = g_new0(struct preview, 1);
    GtkWidget *frame = gtk_frame_new(NULL);

    preview->image = gtk_image_new();
    gtk_widget_set_size_request(preview->image, WIDTH, HEIGHT);
    atk_object_set_name(gtk_widget_get_accessible(preview->image), _("The picture that is sent"));
    gtk_container_add(GTK_CONTAINER(frame), preview->image);
    preview->words = gtk_label_new(NULL);
    gtk_label_set_line_wrap(GTK_LABEL(preview->words), TRUE);
    gtk_label_set_selectable(GTK_LABEL(preview->words), TRUE);
    gtk_label_set_justify(GTK_LABEL(preview->words), GTK_JUSTIFY_CENTER);
    gtk_widget_set_size_request(preview->words, WIDTH, -1);
    g_object_set(preview->words, "width-chars", 24, "max-width-chars", 24, NULL);
    preview->column = COLUMN(SPACING);
    gtk_widget_set_tooltip_text(preview->column,
                                _("What is sent: these pixels and nothing else of the image"));
    gtk_box_pack_start(GTK_BOX(preview->column), frame, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(preview->column), preview->words, FALSE, FALSE, 0);
    return preview;
}

void preview_free(struct preview *preview)
{
    g_free(preview);
}

GtkWidget *preview_widget(const struct preview *preview)
{
    return preview->column;
}

void preview_say(struct preview *preview, const char *text)
{
    gtk_image_clear(GTK_IMAGE(preview->image));
    gtk_label_set_text(GTK_LABEL(preview->words), text);
}

static GdkPixbuf *draw_one(const struct sl_image *image, int width, int height)
{
    GInputStream *bytes =
        g_memory_input_stream_new_from_data(image->data, (gssize)image->len, NULL);
    bool fits = image->width <= (uint32_t)width && image->height <= (uint32_t)height;
    GdkPixbuf *drawn =
        fits ? gdk_pixbuf_new_from_stream(bytes, NULL, NULL)
             : gdk_pixbuf_new_from_stream_at_scale(bytes, width, height, TRUE, NULL, NULL);

    g_object_unref(bytes);
    return drawn;
}

static void place(GdkPixbuf *sheet, GdkPixbuf *drawn, int left, int top, int width, int height)
{
    int x = left + (width - gdk_pixbuf_get_width(drawn)) / 2;
    int y = top + (height - gdk_pixbuf_get_height(drawn)) / 2;

    gdk_pixbuf_copy_area(drawn, 0, 0, gdk_pixbuf_get_width(drawn), gdk_pixbuf_get_height(drawn),
                         sheet, x, y);
}

static GdkPixbuf *draw_several(const struct sl_preview *pictures)
{
    int columns = pictures->count > 4 ? MAX_COLUMNS : 2;
    size_t shown = MIN(pictures->count, (size_t)columns * columns);
    int rows = (int)(shown + (size_t)columns - 1) / columns;
    int width = WIDTH / columns, height = HEIGHT / rows;
    GdkPixbuf *sheet = gdk_pixbuf_new(GDK_COLORSPACE_RGB, TRUE, 8, WIDTH, HEIGHT);

    gdk_pixbuf_fill(sheet, 0);
    for (size_t i = 0; i < shown; i++) {
        GdkPixbuf *drawn = draw_one(&pictures->images[i], width - 2 * GAP, height - 2 * GAP);
        GdkPixbuf *clear = drawn ? gdk_pixbuf_add_alpha(drawn, FALSE, 0, 0, 0) : NULL;

        if (clear)
            place(sheet, clear, (int)i % columns * width, (int)i / columns * height, width, height);
        g_clear_object(&clear);
        g_clear_object(&drawn);
    }
    return sheet;
}

GdkPixbuf *preview_draw(const struct sl_preview *pictures)
{
    if (pictures->count == 1)
        return draw_one(&pictures->images[0], WIDTH, HEIGHT);
    return draw_several(pictures);
}

static char *size_words(const struct sl_preview *pictures)
{
    size_t bytes = 0;

    for (size_t i = 0; i < pictures->count; i++)
        bytes += pictures->images[i].len;
    char *kilobytes = status_number((int64_t)(bytes + 999) / 1000);
    char *words = pictures->count == 1
                      ? g_strdup_printf(_("%u × %u pixels, %s KB"), pictures->images[0].width,
                                        pictures->images[0].height, kilobytes)
                      /* Translators: never one picture */
                      : g_strdup_printf(_("%zu pictures, %s KB"), pictures->count, kilobytes);
    g_free(kilobytes);
    return words;
}

void preview_show(struct preview *preview, GdkPixbuf *drawing, const struct sl_preview *pictures)
{
    char *size = size_words(pictures);
    char *tokens = status_number(pictures->input_tokens);
    char *cost = pictures->cost.amount >= 0 ? status_cost(&pictures->cost) : g_strdup("");
    /* Translators: of the picture and the prompt; what it costs may follow in a line of its own */
    char *estimate = g_strdup_printf(_("about %s tokens"), tokens);
    char *words = g_strjoin("\n", size, estimate, *cost ? cost : NULL, NULL);

    gtk_image_set_from_pixbuf(GTK_IMAGE(preview->image), drawing);
    gtk_label_set_text(GTK_LABEL(preview->words), words);
    g_free(words);
    g_free(estimate);
    g_free(cost);
    g_free(tokens);
    g_free(size);
}
