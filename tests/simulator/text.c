/* A growing text, and JSON strings that may hold U+0000, which cJSON cannot write. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *must_alloc(size_t size)
{
    void *memory = malloc(size ? size : 1);
    if (!memory) {
        fputs("sightline-simulator: out of memory\n", stderr);
        abort();
    }
    return memory;
}

static void make_room(struct text *text, size_t len)
{
    if (len < text->room - text->len)
        return;
    size_t room = (text->len + len + 64) * 2;
    char *data = must_alloc(room);
    if (text->len)
        memcpy(data, text->data, text->len);
    free(text->data);
    text->data = data;
    text->room = room;
}

void text_add(struct text *text, const char *data, size_t len)
{
    make_room(text, len);
    if (len)
        memcpy(text->data + text->len, data, len);
    text->len += len;
    text->data[text->len] = 0;
}

void text_adds(struct text *text, const char *string)
{
    text_add(text, string, strlen(string));
}

void text_format(struct text *text, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int len = vsnprintf(NULL, 0, format, list);
    va_end(list);
    if (len < 0)
        return;
    make_room(text, (size_t)len);
    va_start(list, format);
    vsnprintf(text->data + text->len, (size_t)len + 1, format, list);
    va_end(list);
    text->len += (size_t)len;
}

void text_add_json(struct text *text, const char *data, size_t len)
{
    text_add(text, "\"", 1);
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)data[i];
        if (c == '"' || c == '\\')
            text_format(text, "\\%c", c);
        else if (c == '\n')
            text_adds(text, "\\n");
        else if (c < 0x20)
            text_format(text, "\\u%04x", c);
        else
            text_add(text, data + i, 1);
    }
    text_add(text, "\"", 1);
}

void text_release(struct text *text)
{
    free(text->data);
    *text = (struct text){0};
}

size_t text_boundary(const char *data, size_t at)
{
    while (at > 0 && ((unsigned char)data[at] & 0xc0) == 0x80)
        at--;
    return at;
}
