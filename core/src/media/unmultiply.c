/* Alpha as libraries deliver it, made what the steps behind the codecs take. */
#include "picture.h"

void sl__unmultiply(unsigned char *row, uint32_t pixels, unsigned colours)
{
    for (; pixels > 0; pixels--, row += colours + 1) {
        unsigned alpha = row[colours];

        if (alpha == 0 || alpha == 255)
            continue;
        for (unsigned c = 0; c < colours; c++) {
            unsigned sample = (row[c] * 255u + alpha / 2) / alpha;

            row[c] = (unsigned char)(sample < 255 ? sample : 255);
        }
    }
}
