/* The grammar of JSON. */
#include "syntax.h"

#include <string.h>

#define MAX_DEPTH 100

struct reader {
    const unsigned char *at, *end;
    int depth;
};

static bool read_value(struct reader *reader);

static int peek(const struct reader *reader)
{
    return reader->at < reader->end ? *reader->at : -1;
}

static bool take(struct reader *reader, int byte)
{
    bool is = peek(reader) == byte;
    reader->at += is;
    return is;
}

static void skip_space(struct reader *reader)
{
    while (peek(reader) > 0 && strchr(" \t\r\n", peek(reader)))
        reader->at++;
}

static bool read_digits(struct reader *reader)
{
    const unsigned char *start = reader->at;
    while (peek(reader) >= '0' && peek(reader) <= '9')
        reader->at++;
    return reader->at > start;
}

static bool read_number(struct reader *reader)
{
    take(reader, '-');
    if (!take(reader, '0') && !read_digits(reader))
        return false;
    if (take(reader, '.') && !read_digits(reader))
        return false;
    if (!take(reader, 'e') && !take(reader, 'E'))
        return true;
    if (!take(reader, '-'))
        take(reader, '+');
    return read_digits(reader);
}

/* The bytes of the UTF-8 character that begins here, 0 when there is none. */
static size_t character_length(const unsigned char *at, const unsigned char *end)
{
    static const struct {
        unsigned char first, last; /* of the first byte */
        unsigned char low, high;   /* of the second */
        size_t len;
    } forms[] = {
        {0x20, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    size_t form = 0, forms_count = sizeof forms / sizeof forms[0];
    while (form < forms_count && (*at < forms[form].first || *at > forms[form].last))
        form++;
    if (form == forms_count || forms[form].len > (size_t)(end - at))
        return 0;
    if (forms[form].len > 1 && (at[1] < forms[form].low || at[1] > forms[form].high))
        return 0;
    for (size_t i = 2; i < forms[form].len; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    }
    return forms[form].len;
}

static bool read_four_digits(struct reader *reader, unsigned *unit)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        const char *digit = peek(reader) > 0 ? strchr(digits, peek(reader)) : NULL;
        if (!digit)
            return false;
        *unit = *unit << 4 | (unsigned)((digit - digits) & 15);
        reader->at++;
    }
    return true;
}

static bool read_escape(struct reader *reader)
{
    unsigned unit;
    if (peek(reader) > 0 && strchr("\"\\/bfnrt", peek(reader))) {
        reader->at++;
        return true;
    }
    if (!take(reader, 'u') || !read_four_digits(reader, &unit))
        return false;
    if (unit < 0xd800 || unit > 0xdfff)
        return true;
    return unit < 0xdc00 && take(reader, '\\') && take(reader, 'u') &&
           read_four_digits(reader, &unit) && unit >= 0xdc00 && unit <= 0xdfff;
}

static bool read_string(struct reader *reader)
{
    if (!take(reader, '"'))
        return false;
    while (peek(reader) >= 0) {
        if (take(reader, '"'))
            return true;
        if (take(reader, '\\')) {
            if (!read_escape(reader))
                return false;
            continue;
        }
        size_t len = character_length(reader->at, reader->end);
        if (!len)
            return false;
        reader->at += len;
    }
    return false;
}

static bool read_word(struct reader *reader)
{
    static const char *const words[] = {"true", "false", "null"};
    for (int i = 0; i < 3; i++) {
        size_t len = strlen(words[i]);
        if ((size_t)(reader->end - reader->at) >= len && !memcmp(reader->at, words[i], len)) {
            reader->at += len;
            return true;
        }
    }
    return false;
}

static bool read_member(struct reader *reader)
{
    skip_space(reader);
    if (!read_string(reader))
        return false;
    skip_space(reader);
    return take(reader, ':') && read_value(reader);
}

/* What stands between two brackets, the first of which was taken. */
static bool read_items(struct reader *reader, bool (*read_item)(struct reader *), int close)
{
    bool good = reader->depth++ < MAX_DEPTH;
    skip_space(reader);
    if (good && !take(reader, close)) {
        do
            good = read_item(reader);
        while (good && take(reader, ','));
        good = good && take(reader, close);
    }
    reader->depth--;
    return good;
}

static bool read_value(struct reader *reader)
{
    bool good;
    skip_space(reader);
    if (take(reader, '{'))
        good = read_items(reader, read_member, '}');
    else if (take(reader, '['))
        good = read_items(reader, read_value, ']');
    else if (peek(reader) == '"')
        good = read_string(reader);
    else if (peek(reader) == '-' || (peek(reader) >= '0' && peek(reader) <= '9'))
        good = read_number(reader);
    else
        good = read_word(reader);
    if (good)
        skip_space(reader);
    return good;
}

bool is_json(const char *data, size_t len, size_t *at)
{
    const unsigned char *start = (const unsigned char *)data;
    struct reader reader = {start, start + len, 0};
    bool good = read_value(&reader) && reader.at == reader.end;
    *at = (size_t)(reader.at - start);
    return good;
}

bool is_utf8(const char *text)
{
    const unsigned char *at = (const unsigned char *)text, *end = at + strlen(text);
    for (size_t len; at < end; at += len) {
        len = character_length(at, end);
        if (!len)
            return false;
    }
    return true;
}
