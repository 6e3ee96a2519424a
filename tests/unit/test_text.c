/* A model's text: whatever comes in, in whatever pieces, harmless text comes out. */
#include <string.h>

#include "harness.h"
#include "text.h"
#include "utf8.h"

#define FFFD "\xef\xbf\xbd"

struct row {
    const char *in;
    size_t len;
    const char *out;
};

#define ROW(in, out)                                                                               \
    {                                                                                              \
        in, sizeof in - 1, out                                                                     \
    }

static const struct row rows[] = {
    ROW("plain\ttext\n", "plain\ttext\n"),
    ROW("a\r\nb\rc\n\rd", "a\nb\nc\n\nd"),
    ROW("a\r\r\nb", "a\n\nb"),
    ROW("\x1b[31mred\x1b[0m", "\xe2\x90\x9b[31mred\xe2\x90\x9b[0m"),
    ROW("bell\a null\0 del\x7f", "bell\xe2\x90\x87 null\xe2\x90\x80 del\xe2\x90\xa1"),
    ROW("caf\xc3\xa9 \xe4\xbd\xa0 \xf0\x9f\x98\x80", "caf\xc3\xa9 \xe4\xbd\xa0 \xf0\x9f\x98\x80"),
    ROW("bad \xff\xfe!", "bad " FFFD FFFD "!"),
    ROW("overlong \xc0\xaf\xe0\x80\xaf", "overlong " FFFD FFFD FFFD FFFD FFFD),
    ROW("surrogate \xed\xa0\x80.", "surrogate " FFFD FFFD FFFD "."),
    ROW("beyond \xf4\x90\x80\x80.", "beyond " FFFD FFFD FFFD FFFD "."),
    ROW("c1 \xc2\x9b"
        "31m",
        "c1 " FFFD "31m"),
    ROW("override \xe2\x80\xae"
        "evil",
        "override " FFFD "evil"),
    ROW("isolate \xe2\x81\xa6.", "isolate " FFFD "."),
    ROW("line\xe2\x80\xa8paragraph\xe2\x80\xa9.", "line\nparagraph\n."),
    ROW("cut in a character \xe4\xbd", "cut in a character " FFFD FFFD),
    ROW("lead then ascii \xe4x", "lead then ascii " FFFD "x"),
    ROW("lead then lead \xe4\xc3\xa9", "lead then lead " FFFD "\xc3\xa9"),
};

static void check(const struct row *row, size_t first, size_t second)
{
    struct sl__text text = SL__TEXT_INIT;
    struct sl__buf out = SL__BUF_INIT(4096);
    assert_int_equal(sl__text_clean(&text, row->in, first, &out), 0);
    assert_int_equal(sl__text_clean(&text, row->in + first, second - first, &out), 0);
    assert_int_equal(sl__text_clean(&text, row->in + second, row->len - second, &out), 0);
    assert_int_equal(sl__text_finish(&text, &out), 0);
    assert_string_equal(sl__buf_text(&out), row->out);
    sl__buf_release(&out);
}

static void clean_at_every_two_split_points(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t first = 0; first <= rows[i].len; first++) {
            for (size_t second = first; second <= rows[i].len; second++)
                check(&rows[i], first, second);
        }
    }
}

/* All pairs of bytes, then a long run of noise: the result is always valid and free of controls. */
static void assert_harmless(const char *text, size_t len)
{
    while (len > 0) {
        struct sl__utf8 next = sl__utf8_next(text, len);
        assert_int_equal(next.kind, SL__UTF8_VALID);
        assert_true(next.code >= 0x20 || next.code == '\n' || next.code == '\t');
        assert_false(next.code >= 0x7f && next.code < 0xa0);
        text += next.length;
        len -= next.length;
    }
}

static void noise_becomes_harmless(void **state)
{
    (void)state;
    unsigned seed = 12345;
    struct sl__text text = SL__TEXT_INIT;
    struct sl__buf out = SL__BUF_INIT(1u << 22);
    for (int i = 0; i < 200000; i++) {
        seed = seed * 1103515245u + 12345u;
        char byte = (char)(seed >> 16);
        assert_int_equal(sl__text_clean(&text, &byte, 1, &out), 0);
    }
    assert_int_equal(sl__text_finish(&text, &out), 0);
    assert_harmless(out.data, out.len);
    sl__buf_release(&out);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_at_every_two_split_points),
        cmocka_unit_test(noise_becomes_harmless),
    };
    return run_cases(tests, argc, argv);
}
