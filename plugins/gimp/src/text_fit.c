/* How large letters can be. See text_fit.h. */
#include "text_fit.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "host.h"

#define MEASURED_SIZE 100.0
#define SMALLEST 8.0
#define SHRINK 0.9
#define RAGGED 1.1        /* lines that break between words do not fill the width */
#define MOST_MEASURED 200 /* paragraphs; the others are taken to have letters as wide */

/* A text as it is at MEASURED_SIZE, without wrapping. */
struct measure {
    double *widths; /* of its paragraphs */
    guint count;
    double line; /* from one line to the next */
};

static bool measure_widths(struct measure *measure, char **paragraphs)
{
    double letters = 0, width = 0;
    int wide = 0, high;

    for (guint i = 0; i < measure->count; i++) {
        glong length = g_utf8_strlen(paragraphs[i], -1);

        if (i < MOST_MEASURED && length > 0 &&
            !host_text_size(paragraphs[i], MEASURED_SIZE, &wide, &high))
            return false;
        if (i < MOST_MEASURED) {
            measure->widths[i] = length > 0 ? wide : 0;
            width += measure->widths[i];
            letters += (double)length;
        } else {
            measure->widths[i] = (double)length * (letters > 0 ? width / letters : MEASURED_SIZE);
        }
    }
    return true;
}

static bool measure_text(struct measure *measure, const char *text)
{
    char **paragraphs = g_strsplit(text, "\n", -1);
    int one, two, wide;

    measure->count = g_strv_length(paragraphs);
    measure->widths = g_new0(double, measure->count);
    bool measured = host_text_size("Xg", MEASURED_SIZE, &wide, &one) &&
                    host_text_size("Xg\nXg", MEASURED_SIZE, &wide, &two) &&
                    measure_widths(measure, paragraphs);
    measure->line = measured ? MAX(two - one, one) : 0;
    g_strfreev(paragraphs);
    return measured;
}

static double height_at(const struct measure *measure, double size, int width)
{
    double scale = size / MEASURED_SIZE, lines = 0;

    for (guint i = 0; i < measure->count; i++) {
        double wide = measure->widths[i] * scale;

        lines += wide <= width ? 1 : ceil(wide * RAGGED / width);
    }
    return lines * measure->line * scale;
}

bool text_fit_wrapped(const char *text, int width, int height, double wished, struct text_fit *fit)
{
    struct measure measure;
    double size = MAX(wished, SMALLEST);
    bool measured = measure_text(&measure, text);

    while (measured && size > SMALLEST && height_at(&measure, size, width) > height)
        size = MAX(size * SHRINK, SMALLEST);
    if (measured)
        *fit = (struct text_fit){size, (int)ceil(height_at(&measure, size, width) + size / 2)};
    g_free(measure.widths);
    return measured;
}

bool text_fit_line(const char *text, int width, int height, struct text_fit *fit)
{
    int wide, high;

    if (!host_text_size(text, MEASURED_SIZE, &wide, &high))
        return false;
    double scale = MIN((double)width / MAX(wide, 1), (double)height / MAX(high, 1));
    *fit = (struct text_fit){MAX(scale * MEASURED_SIZE, 1), (int)(high * scale)};
    return true;
}
