/* How a text begins. */
#include "excerpt.h"

#define CHARACTERS 60

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

void excerpt_add(struct text *text, const char *from, size_t len)
{
    size_t characters = 0, i = 0;
    text_adds(text, "“");
    while (i < len && is_space(from[i]))
        i++;
    for (; i < len; i++) {
        bool space = is_space(from[i]);
        if (space && (i + 1 == len || is_space(from[i + 1])))
            continue;
        if (((unsigned char)from[i] & 0xc0) != 0x80 && ++characters > CHARACTERS)
            break;
        text_add(text, space ? " " : from + i, 1);
    }
    text_adds(text, i < len ? "…”" : "”");
}
