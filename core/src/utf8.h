/* UTF-8, one character at a time. */
#ifndef SL_UTF8_H
#define SL_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* What stands at the start of some bytes; `length` of them belong to it. */
enum sl__utf8_kind { SL__UTF8_VALID, SL__UTF8_INVALID, SL__UTF8_CUT };

struct sl__utf8 {
    enum sl__utf8_kind kind;
    size_t length;
    unsigned code; /* of a valid character */
};

/*
 * Reads the first of `len` bytes, len > 0. Overlong forms, surrogates and codes over U+10FFFF are
 * invalid, one byte at a time; CUT means that more bytes could still make a character of it.
 */
static inline struct sl__utf8 sl__utf8_next(const char *text, size_t len)
{
    static const struct {
        unsigned char mask, lead;
        unsigned least;
    } forms[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    const unsigned char *byte = (const unsigned char *)text;
    for (size_t n = 0; n < sizeof forms / sizeof *forms; n++) {
        if ((byte[0] & forms[n].mask) != forms[n].lead)
            continue;
        unsigned code = byte[0] & (unsigned char)~forms[n].mask;
        for (size_t i = 1; i <= n; i++) {
            if (i == len)
                return (struct sl__utf8){SL__UTF8_CUT, len, 0};
            if ((byte[i] & 0xc0) != 0x80)
                return (struct sl__utf8){SL__UTF8_INVALID, 1, 0};
            code = code << 6 | (byte[i] & 0x3f);
        }
        bool bad = code < forms[n].least || code > 0x10ffff || (code >= 0xd800 && code < 0xe000);
        return bad ? (struct sl__utf8){SL__UTF8_INVALID, 1, 0}
                   : (struct sl__utf8){SL__UTF8_VALID, n + 1, code};
    }
    return (struct sl__utf8){SL__UTF8_INVALID, 1, 0};
}

static inline bool sl__utf8_is_valid(const char *text, size_t len)
{
    struct sl__utf8 next;
    for (; len > 0; text += next.length, len -= next.length) {
        next = sl__utf8_next(text, len);
        if (next.kind != SL__UTF8_VALID)
            return false;
    }
    return true;
}

/* C1 controls, and characters that reorder what stands around them. */
static inline bool sl__utf8_is_deceptive(unsigned code)
{
    return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
           (code >= 0x80 && code < 0xa0);
}

static inline bool sl__utf8_is_line_end(unsigned code)
{
    return code == '\n' || code == '\r' || code == 0x2028 || code == 0x2029;
}

#endif
