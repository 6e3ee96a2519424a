/* Answers as text layers. See text_layer.h. */
#include "text_layer.h"

#include <glib.h>
#include <sightline/placed.h>
#include <string.h>

#include "host.h"
#include "i18n.h"
#include "text_fit.h"

#define GROUP_NAME "Sightline"

/* Of the shorter side: the space around a text that has the whole image, and its letters. */
#define MARGIN 0.04
#define LETTERS 0.05

int text_layer_check(int image, struct sl_error *error)
{
    if (!host_image_valid(image))
        return sl_error_set(error, SL_E_INVALID, "%s",
                            _("the image is no longer open in GIMP; copy the text instead"));
    if (!host_has_fonts())
        return sl_error_set(
            error, SL_E_INVALID, "%s",
            _("GIMP has no fonts, so there can be no text layer; start it without -f "
              "or --no-fonts"));
    return 0;
}

/* Where a text goes that has no place of its own. */
static struct area free_area(int image)
{
    struct area area = {0};
    int width, height;

    if (host_selection(image, &area.x, &area.y, &area.width, &area.height))
        return area;
    host_image_size(image, &width, &height);
    int margin = (int)(MIN(width, height) * MARGIN);
    return (struct area){margin, margin, MAX(width - 2 * margin, 1), MAX(height - 2 * margin, 1)};
}

/* Black on what is light, white on what is dark. */
static double standing_out(int image, const struct area *area)
{
    double light = host_lightness(image, area->x + area->width / 2.0, area->y + area->height / 2.0,
                                  MAX(MIN(area->width, area->height) / 2.0, 1));

    return light < 0.5 ? 1 : 0;
}

static int insert_wrapped(int image, const char *answer)
{
    struct area area = free_area(image);
    struct text_fit fit;

    if (!text_fit_wrapped(answer, area.width, area.height, LETTERS * MIN(area.width, area.height),
                          &fit))
        return SL_E_IO;
    struct host_text text = {
        .text = answer,
        .size = fit.size,
        .x = area.x,
        .y = area.y,
        .width = area.width,
        .height = fit.height,
        .grey = standing_out(image, &area),
    };
    return host_text_add(image, -1, &text) >= 0 ? 0 : SL_E_IO;
}

static int insert_line(int image, int group, const struct area *sent,
                       const struct sl_placed_line *line)
{
    struct area box = {
        .x = sent->x + (int)(line->left * sent->width),
        .y = sent->y + (int)(line->top * sent->height),
        .width = MAX((int)((line->right - line->left) * sent->width), 1),
        .height = MAX((int)((line->bottom - line->top) * sent->height), 1),
    };
    struct text_fit fit;

    if (!text_fit_line(line->text, box.width, box.height, &fit))
        return SL_E_IO;
    struct host_text text = {
        .text = line->text,
        .size = fit.size,
        .x = box.x,
        .y = box.y + MAX((box.height - fit.height) / 2, 0),
        .grey = standing_out(image, &box),
    };
    return host_text_add(image, group, &text) >= 0 ? 0 : SL_E_IO;
}

/* A group of their own holds several. */
static int insert_placed(int image, const struct area *sent, const struct sl_placed *placed,
                         unsigned *count)
{
    const struct sl_placed_line *line;
    int group = sl_placed_at(placed, 1) ? host_group_add(image, GROUP_NAME) : -1;
    int code = 0;

    for (size_t i = 0; code == 0 && (line = sl_placed_at(placed, i)); i++) {
        code = insert_line(image, group, sent, line);
        *count += code == 0;
    }
    if (code != 0 && group >= 0)
        host_layer_remove(image, group);
    return code;
}

static int insert_any(int image, const struct area *sent, const struct sl_placed *placed,
                      const char *answer, unsigned *count)
{
    struct area whole = {0};

    host_image_size(image, &whole.width, &whole.height);
    if (placed)
        return insert_placed(image, sent ? sent : &whole, placed, count);
    *count = 1;
    return insert_wrapped(image, answer);
}

static int insert(int image, const struct area *sent, const struct sl_placed *placed,
                  const char *answer, unsigned *count, struct sl_error *error)
{
    unsigned layers = 0;

    host_undo_begin(image);
    int code = insert_any(image, sent, placed, answer, &layers);
    host_undo_end(image);
    if (code != 0)
        sl_error_set(error, code, "%s",
                     _("GIMP does not take the text layer; look at GIMP's error console"));
    if (count)
        *count = layers;
    return code;
}

int text_layer_insert(int image, const struct area *sent, const char *answer, unsigned *count,
                      struct sl_error *error)
{
    struct sl_placed *placed = NULL;

    int code = text_layer_check(image, error);

    if (code != 0)
        return code;
    bool empty = sl_placed_parse(&placed, answer, strlen(answer), NULL) == 0
                     ? !sl_placed_at(placed, 0)
                     : answer[strspn(answer, " \t\n")] == '\0';
    code = empty ? sl_error_set(error, SL_E_INVALID, "%s",
                                _("there is no text in this answer to make a layer of"))
                 : insert(image, sent, placed, answer, count, error);
    sl_placed_free(placed);
    return code;
}

char *text_layer_plain(const char *answer)
{
    struct sl_placed *placed = NULL;
    const struct sl_placed_line *line;
    GString *text = g_string_new(NULL);

    if (sl_placed_parse(&placed, answer, strlen(answer), NULL) != 0)
        g_string_append(text, answer);
    for (size_t i = 0; placed && (line = sl_placed_at(placed, i)); i++)
        g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "", line->text);
    sl_placed_free(placed);
    return g_string_free(text, FALSE);
}
