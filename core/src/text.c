/* A model's text, made harmless. */
#include <string.h>

#include "text.h"
#include "utf8.h"

static const char REPLACEMENT[] = "\xef\xbf\xbd"; /* U+FFFD */

static int add_control(struct sl__buf *out, unsigned code)
{
    unsigned picture = code == 0x7f ? 0x21 : code; /* U+2421 is the picture of DEL */
    char bytes[3] = {(char)0xe2, (char)0x90, (char)(0x80 + picture)};
    return sl__buf_add(out, bytes, sizeof bytes);
}

static int add_character(struct sl__text *text, const char *bytes, struct sl__utf8 next,
                         struct sl__buf *out)
{
    bool after_cr = text->after_cr;
    text->after_cr = next.kind == SL__UTF8_VALID && next.code == '\r';
    if (next.kind == SL__UTF8_INVALID || sl__utf8_is_deceptive(next.code))
        return sl__buf_adds(out, REPLACEMENT);
    if (next.code == '\n' && after_cr)
        return 0;
    if (sl__utf8_is_line_end(next.code))
        return sl__buf_add(out, "\n", 1);
    if ((next.code < 0x20 && next.code != '\n' && next.code != '\t') || next.code == 0x7f)
        return add_control(out, next.code);
    return sl__buf_add(out, bytes, next.length);
}

/* Completes a character that the last piece cut. Returns how many bytes of this piece it took. */
static size_t complete_cut(struct sl__text *text, const char *piece, size_t len,
                           struct sl__buf *out, int *code)
{
    char joined[8];
    size_t held = text->cut_len, more = len < 4 - held ? len : 4 - held;
    memcpy(joined, text->cut, held);
    memcpy(joined + held, piece, more);
    struct sl__utf8 next = sl__utf8_next(joined, held + more);
    if (next.kind == SL__UTF8_CUT) {
        memcpy(text->cut, joined, held + more);
        text->cut_len = held + more;
        return more;
    }
    if (next.kind == SL__UTF8_INVALID) {
        *code = sl__text_finish(text, out); /* the new bytes are read on their own */
        return 0;
    }
    text->cut_len = 0;
    *code = add_character(text, joined, next, out);
    return next.length - held;
}

int sl__text_clean(struct sl__text *text, const char *piece, size_t len, struct sl__buf *out)
{
    int code = 0;
    if (text->cut_len > 0 && len > 0) {
        size_t used = complete_cut(text, piece, len, out, &code);
        piece += used;
        len -= used;
    }
    while (len > 0 && !code) {
        struct sl__utf8 next = sl__utf8_next(piece, len);
        if (next.kind == SL__UTF8_CUT) {
            memcpy(text->cut, piece, len);
            text->cut_len = len;
            return 0;
        }
        code = add_character(text, piece, next, out);
        piece += next.length;
        len -= next.length;
    }
    return code;
}

int sl__text_finish(struct sl__text *text, struct sl__buf *out)
{
    int code = 0;
    for (; text->cut_len > 0 && !code; text->cut_len--)
        code = sl__buf_adds(out, REPLACEMENT);
    text->after_cr = false;
    return code;
}

static size_t whole_characters(const char *text, size_t most)
{
    size_t len = strlen(text);
    if (len <= most)
        return len;
    while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
        most--;
    return most;
}

int sl__text_keep(struct sl__buf *out, const char *text, size_t most)
{
    struct sl__text clean = SL__TEXT_INIT;
    size_t len = whole_characters(text, most);
    int code = sl__text_clean(&clean, text, len, out);
    if (!code)
        code = sl__text_finish(&clean, out);
    return !code && text[len] ? sl__buf_adds(out, " …") : code;
}
