/*
 * What the shared files ask of the GIMP that they run in. Implemented once for each major version,
 * in gimp2.c and gimp3.c; numbers, C strings and pixel buffers only, since GIMP's own types differ.
 *
 * All functions are to be called from the main thread: the wire to GIMP knows no other.
 */
#ifndef HOST_H
#define HOST_H

#include <stdbool.h>

#include <sightline/error.h>

/* Whether `image` is still open. Everything below that takes an image wants an open one. */
bool host_image_valid(int image);

/* The name in GIMP's title bar, to be freed with g_free. */
char *host_image_name(int image);

/* The local file that an image was last exported to or opened from, to be freed with g_free; NULL
 * when there is none. */
char *host_image_path(int image);

/*
 * Opens a file of GIMP's own, without a window; one call into GIMP. Returns the image, to be closed
 * with host_close, or -1. Errors: SL_E_IO.
 */
int host_open(const char *path, struct sl_error *error);
void host_close(int image);

/*
 * Exports what is visible of an image to a file, by its ending, with all its metadata; one call
 * into GIMP. The image itself stays as it is. The hint says what a person has to do to get the
 * metadata with GIMP's own export; NULL where that needs nothing. Errors: SL_E_IO.
 */
int host_export(int image, const char *path, struct sl_error *error);
extern const char *const host_export_hint;

/* Width and height in pixels. */
void host_image_size(int image, int *width, int *height);

/* The open images, and the layers that are meant by "layers": `count` of them, to be freed with
 * g_free. The label says which layers those are in this version. */
int *host_images(int *count);
int *host_layers(int image, int *count);
extern const char host_layers_label[];

/* The layer that is chosen in the layers dialog; negative when there is none. */
int host_layer(int image);
bool host_layer_valid(int layer);
char *host_layer_name(int layer); /* to be freed with g_free */
void host_layer_size(int layer, int *width, int *height);
void host_layer_place(int layer, int *x, int *y); /* its left upper corner in the image */

/* The rectangle around the selection, within the image. False when nothing is selected. */
bool host_selection(int image, int *x, int *y, int *width, int *height);

/* How much each pixel is selected, as a buffer to be freed with g_object_unref. */
struct _GeglBuffer *host_selection_mask(int image);

/* A copy of what is visible of an image, or of a layer, in sRGB, as a layer of a hidden image. */
struct host_view {
    int hidden;
    int layer;
    struct _GeglBuffer *buffer;
};

/* One call into GIMP that cannot be divided. False when GIMP refuses; then nothing is to be closed.
 */
bool host_view_open(struct host_view *view, int image);
bool host_view_open_layer(struct host_view *view, int layer);
void host_view_close(struct host_view *view);

/*
 * The tags of an image, a copy to be freed with g_object_unref; never NULL. Setting them takes them
 * all, and is false when GIMP refuses.
 */
struct _GExiv2Metadata *host_metadata(int image);
bool host_set_metadata(int image, struct _GExiv2Metadata *tags);

/* The comment of an image, to be freed with g_free; NULL when there is none. */
char *host_comment(int image);
bool host_set_comment(int image, const char *comment);

/* What is done in between is one step to undo, and is seen at its end. */
void host_undo_begin(int image);
void host_undo_end(int image);

/* A text layer; `text` is plain text. */
struct host_text {
    const char *text;
    double size;       /* of the letters, in pixels */
    int x, y;          /* its left upper corner in the image */
    int width, height; /* the box that it wraps in; 0: as large as the text is */
    double grey;       /* from 0, black, to 1, white */
};

/* Whether GIMP can set text at all: it may have been started without fonts. */
bool host_has_fonts(void);

/* How large a text is in the font of GIMP's text tool, in pixels. False when GIMP refuses. */
bool host_text_size(const char *text, double size, int *width, int *height);

/* Adds a text layer, or a group for some, above all layers or, with a `group` from 0 up, in that
 * one. Returns its number, or -1 when GIMP refuses. */
int host_text_add(int image, int group, const struct host_text *text);
int host_group_add(int image, const char *name);

/* With what is in it. */
void host_layer_remove(int image, int layer);

/* How light it is around a point of what is visible, from 0 to 1; 1 where nothing is. */
double host_lightness(int image, double x, double y, double radius);

/* Prepares the toolkit, before the first widget. */
void host_ui_init(void);

/* Shows a text to the person, where this GIMP has a display. */
void host_show(const char *text);

#endif
