/* How large the letters of a text can be for a box, found by measuring it in GIMP's font. */
#ifndef TEXT_FIT_H
#define TEXT_FIT_H

#include <stdbool.h>

struct text_fit {
    double size; /* of the font, in pixels */
    int height;  /* that the text takes */
};

/*
 * A text that wraps: letters as large as wished, or smaller until all of it fits. What does not fit
 * with the smallest letters is higher than the box. False when GIMP refuses.
 */
bool text_fit_wrapped(const char *text, int width, int height, double wished, struct text_fit *fit);

/* One line that fills its box in one direction. False when GIMP refuses. */
bool text_fit_line(const char *text, int width, int height, struct text_fit *fit);

#endif
