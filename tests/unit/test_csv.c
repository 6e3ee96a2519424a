/* CSV to a spreadsheet: formulas become texts, numbers stay numbers, wherever the text is cut. */
#include <stdlib.h>
#include <string.h>

#include <sightline/csv.h>

#include "csv.h"
#include "harness.h"
#include "utf8.h"

static const struct {
    const char *in, *out;
} rows[] = {
    {"", ""},
    {"a,b\nc,d\n", "a,b\nc,d\n"},
    /* What makes a formula. */
    {"=1+1,+a,-b,@c", "'=1+1,'+a,'-b,'@c"},
    {"a\n=HYPERLINK(\"http://x\")\n", "a\n'=HYPERLINK(\"http://x\")\n"},
    {"\"=1\",\"\"\"=1\"", "\"'=1\",\"\"\"'=1\""},
    {"＝1,＋a,－b,＠c", "'＝1,'＋a,'－b,'＠c"},
    {"==1,=-1,-=1,--1", "'==1,'=-1,'-=1,'--1"},
    /* Hidden behind space, a line end in quotation marks, or another separator. */
    {"  =1, \"=1\",\" =1\"", "  '=1, \"'=1\",\" '=1\""},
    {"\"\n=1\"\n", "\"\n'=1\"\n"},
    {"a;=1;\"=1\"\ta\t=1", "a;'=1;\"'=1\"\ta\t'=1"},
    {"\"a;=1;b\",\"a,=1\"", "\"a;'=1;b\",\"a,'=1\""},
    /* Numbers, and what only begins like one. */
    {"-12.50,+3,\"-1,234.50\",-5%,-1 234,- ", "-12.50,+3,\"-1,234.50\",-5%,-1 234,- "},
    {"a,-1\n-2\n", "a,-1\n-2\n"},
    {"-1+1,-2x,-1|'cmd'!A0,- b", "'-1+1,'-2x,'-1|'cmd'!A0,'- b"},
    {"-1\"+x\"", "'-1\"+x\""},
    {"\"-\"\"1\"\"&A1\",-1", "\"'-\"\"1\"\"&A1\",-1"},
    {"\"-1\"\"\",\"-1\"x,\"-1\"", "\"'-1\"\"\",\"'-1\"x,\"-1\""},
    {"-1\r\n\"-1\"\r=1\r\n", "-1\r\n\"-1\"\r'=1\r\n"},
    {"-1111111111222222222233333333334444444444,-1",
     "'-1111111111222222222233333333334444444444,-1"},
    /* Within a cell they are nothing. */
    {"a=1,b-2,c@d.e,f + g", "a=1,b-2,c@d.e,f + g"},
    {"\"Milk, -fresh- = +good\",2", "\"Milk, -fresh- = +good\",2"},
    {"caf\xc3\xa9=1,\xe2\x88\x92"
     "1",
     "caf\xc3\xa9=1,\xe2\x88\x92"
     "1"},
};

static bool is_between_characters(const char *text, size_t at)
{
    return ((unsigned char)text[at] & 0xc0) != 0x80;
}

static void check(const char *in, size_t first, size_t second, const char *expected)
{
    struct sl__csv csv = SL__CSV_INIT;
    struct sl__buf out = SL__BUF_INIT(4096);
    assert_int_equal(sl__csv_feed(&csv, in, first, &out), 0);
    assert_int_equal(sl__csv_feed(&csv, in + first, second - first, &out), 0);
    assert_int_equal(sl__csv_feed(&csv, in + second, strlen(in) - second, &out), 0);
    assert_int_equal(sl__csv_finish(&csv, &out), 0);
    if (strcmp(sl__buf_text(&out), expected) != 0)
        fail_msg("«%s» cut at %zu and %zu: «%s»", in, first, second, sl__buf_text(&out));
    sl__buf_release(&out);
}

static void a_formula_becomes_a_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t second = 0; second <= strlen(rows[i].in); second++)
            for (size_t first = 0; first <= second; first++)
                if (is_between_characters(rows[i].in, first) &&
                    is_between_characters(rows[i].in, second))
                    check(rows[i].in, first, second, rows[i].out);
}

static void a_text_becomes_a_field(void **state)
{
    (void)state;
    static const struct {
        const char *text, *field;
    } fields[] = {
        {"", "\"\""},
        {"a \"red\" one", "\"a \"\"red\"\" one\""},
        {"=cmd|calc", "\"'=cmd|calc\""},
        {"\"=1", "\"\"\"'=1\""},
        {"b;=1,-x\r@c", "\"b;'=1,'-x\r'@c\""},
        {"＝1", "\"'＝1\""},
        {"-2.50", "\"-2.50\""},
        {"-\"1\"&A1", "\"'-\"\"1\"\"&A1\""},
        {"+\"1\"+x", "\"'+\"\"1\"\"+x\""},
        {"-1\"", "\"'-1\"\"\""},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        char *field = NULL;
        assert_int_equal(sl_csv_field(&field, fields[i].text, NULL), 0);
        assert_string_equal(field, fields[i].field);
        free(field);
    }
}

static void full_and_dry_buffers_say_so(void **state)
{
    (void)state;
    static const char *const texts[] = {"=", "-x", "a"};
    for (size_t i = 0; i < 3; i++) {
        struct sl__csv csv = SL__CSV_INIT;
        struct sl__buf out = SL__BUF_INIT(0);
        assert_int_equal(sl__csv_feed(&csv, texts[i], strlen(texts[i]), &out), SL_E_TOO_LARGE);
        sl__buf_release(&out);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_formula_becomes_a_text),
        cmocka_unit_test(a_text_becomes_a_field),
        cmocka_unit_test(full_and_dry_buffers_say_so),
    };
    return run_cases(tests, argc, argv);
}
