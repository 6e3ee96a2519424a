/*
 * Whether a picture has small text that would be lost if it were scaled to the size of low detail.
 *
 * Text is told from everything else by what it is made of: many hard edges close to each other, on
 * an even ground. In stretches of a row that are 16 pixels long once the picture is as small as low
 * detail makes it, text whose letters are under about seven pixels high then, which is when they
 * can no longer be read, has eight edges or more; and between the edges most neighbours are alike,
 * which they are not in leaves, hair, grass and noise. A picture has small text when 500 of a
 * million of its stretches are like that: some words.
 *
 * Measured, in parts of a million: screenshots of 1920 to 3840 pixels full of text of 10 to 32
 * points 8,800 to 129,000, a single line of 14 points in one of 1600 pixels 556; photographs,
 * drawings and leaves 0 to 103, noise of three kinds 0 to 408; windows under 1,000 pixels, whose
 * text survives, mostly under 320. Large letters are taken for small ones where there are many, and
 * thin ones of a single short line are missed: the one costs tokens, the other is for `high`.
 */
#ifndef SL__FINE_H
#define SL__FINE_H

#include "picture.h"

/* How many stretches there were, and how many of them look like small text. */
struct sl__fine {
    uint64_t stretches, text;
};

/* Reads all rows; `width` is that of the picture in low detail. */
int sl__fine_measure(struct sl__fine *fine, struct sl__rows *rows, uint32_t width);

/* Whether that is enough. */
bool sl__fine_has_text(const struct sl__fine *fine);

#endif
