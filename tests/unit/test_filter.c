/* Code answers: the code alone, wherever the text is cut. */
#include <stdio.h>
#include <string.h>

#include "filter.h"
#include "harness.h"

/* What came out: "‹name|language›" for each file, then its text. */
struct seen {
    struct sl__buf text;
    int fail_after; /* results, or -1 */
};

static int see_file(const char *name, const char *language, void *context)
{
    struct seen *seen = context;
    if (seen->fail_after >= 0 && seen->fail_after-- == 0)
        return SL_E_TOO_LARGE;
    return sl__buf_addf(&seen->text, "<%s|%s>", name, language);
}

static int see_text(const char *text, size_t len, void *context)
{
    struct seen *seen = context;
    if (seen->fail_after >= 0 && seen->fail_after-- == 0)
        return SL_E_TOO_LARGE;
    return sl__buf_add(&seen->text, text, len);
}

static struct sl__filter new_filter(struct seen *seen)
{
    struct sl__filter filter;
    *seen = (struct seen){.text = SL__BUF_INIT(1 << 20), .fail_after = -1};
    const struct sl__filter_out out = {see_file, see_text, seen};
    sl__filter_init(&filter, &out);
    return filter;
}

/* Each answer, and what comes out of it. */
static const struct {
    const char *answer, *code;
} corpus[] = {
    /* One block, and prose around it. */
    {"```html\n<p>\n```\n", "<|html><p>"},
    {"```html\n<p>\n```", "<|html><p>"},
    {"\n\nHere is the page.\n\n```html\n<p>\n\n  x\n```\n\nIt has a `p`.\n", "<|html><p>\n\n  x"},
    {"```\n\na\n\n\n```\n", "<|>\na\n\n"},
    {"```c\n```\n", "<|c>"},
    {"```c\n\n```\n", "<|c>"},
    /* No fence: all of it is code, also what looks a little like one. */
    {"int x;\nint y;\n", "<|>int x;\nint y;"},
    {"\n\n  int x;\n\n", "<|>  int x;"},
    {"a ``` b\n``\n    ```\n", "<|>a ``` b\n``\n    ```"},
    {"```x``` is inline\n", "<|>```x``` is inline"},
    {"", ""},
    {"\n\n\n", ""},
    /* Fences inside the code. */
    {"````markdown\n# A\n```js\nx\n```\nend\n````\nbye\n", "<|markdown># A\n```js\nx\n```\nend"},
    {"```markdown\n# A\n```js\nx\n```\nend\n```\nbye\n", "<|markdown># A\n```js\nx\n```\nend"},
    {"```markdown\n```js\nx\n```\n\n```css\ny\n```\n```\nbye\n",
     "<|markdown>```js\nx\n```\n\n```css\ny\n```"},
    {"```markdown\nsee\n```js\nx\n```\n", "<|markdown>see\n```js\nx"},
    {"```markdown\n~~~\nx\n~~~\n```\n", "<|markdown>~~~\nx\n~~~"},
    {"```py\ns = '```'\n ``` \nbye\n", "<|py>s = '```'"},
    {"```py\n``\n`` `\n```x```\n    ```\n```\n", "<|py>``\n`` `\n```x```\n    ```"},
    {"```py\na\n`````\nbye", "<|py>a"},
    /* Tildes. */
    {"~~~html\n<p>\n```\nx\n~~\n~~~\nbye\n", "<|html><p>\n```\nx\n~~"},
    {"~~~ a`b\nx\n~~~~\n", "<|a`b>x"},
    /* Indented. */
    {"1. File:\n\n   ```c\n   int x;\n     y\n  z\n\n   ```\n", "<|c>int x;\n  y\nz\n"},
    {"  ```c\n    ~\n   ```\n", "<|c>  ~"},
    {"  ```md\n  ```c\n  x\n  ```\n   y\n  ```\n", "<|md>```c\nx\n```\n y"},
    /* Cut before its end. */
    {"```c\nint x;\nint", "<|c>int x;\nint"},
    {"```c\nint x;\n", "<|c>int x;"},
    {"```c\nint x;\n  ", "<|c>int x;"},
    {"```c\nint x;\n``", "<|c>int x;"},
    {"```c\nint x;\n```", "<|c>int x;"},
    {"`````c\nint x;\n```", "<|c>int x;"},
    {"```c", "<|c>"},
    /* Several files, named in the fence. */
    {"```html index.html\n<p>\n```\n\n```css style.css\np {}\n```\n",
     "<index.html|html><p><style.css|css>p {}"},
    {"```src/main.c\nx\n```\n```Makefile.am\ny\n```\n", "<src/main.c|>x<Makefile.am|>y"},
    {"```html title=\"my page.html\"\nx\n```\n", "<my page.html|html>x"},
    {"```js {1,3} filename='a/b.js'\nx\n```\n", "<a/b.js|js>x"},
    {"```title=\"x.js\"\ny\n```\n", "<x.js|>y"},
    {"```tsx:src/App.tsx\nx\n```\n```rust,no_run\ny\n```\n", "<src/App.tsx|tsx>x<|rust>y"},
    {"``` {.python file=a.py}\nx\n```\n", "<a.py|python>x"},
    {"```c++ ./a.cc\nx\n```\n", "<a.cc|c++>x"},
    {"```css style.css (the rest)\nx\n```\n", "<style.css|css>x"},
    /* Named in the prose before. */
    {"**index.html**\n```html\nx\n```\n\n### "
     "src/App.tsx\n\n```tsx\ny\n```\n`style.css`:\n```css\nz\n"
     "```\n",
     "<index.html|html>x<src/App.tsx|tsx>y<style.css|css>z"},
    {"1. `a.js`\n```js\nx\n```\nFile: b.js\n```js\ny\n```\n### File 2: **c.js**:\n```js\nz\n```\n",
     "<a.js|js>x<b.js|js>y<c.js|js>z"},
    {"Save this as `a.js`, please:\n```\nx\n```\n```\ny\n```\n", "<a.js|>x<|>y"},
    {"`a.js`:\nIt is long.\n```\nx\n```\n", "<|>x"},
    {"`a.js`:\n```js b.js\nx\n```\n", "<b.js|js>x"},
    {"Now for Vue.js:\n```\nx\n```\nVersion 2.0\n```\ny\n```\ne.g. this\n```\nz\n```\n",
     "<|>x<|>y<|>z"},
    {"`a.thisIsNoExtension`:\n```\nx\n```\n`a.1`\n```\ny\n```\n", "<|>x<|>y"},
    /* Names that lead elsewhere. */
    {"```html /etc/a.html\nx\n```\n```html ../a.html\ny\n```\n", "<|html>x<|html>y"},
    {"`a/../../b.js`\n```js\nx\n```\n`~/a.js`\n```js\ny\n```\n", "<|js>x<|js>y"},
    {"`a\001b.js`\n```js\nx\n```\n`http://x.y/a.js`\n```js\ny\n```\n", "<|js>x<|js>y"},
    {"`a//b.js`\n```js\nx\n```\n`C:\\a.js`\n```js\ny\n```\n`$HOME/a.js`\n```\nz\n```\n",
     "<|js>x<|js>y<|>z"},
};
enum { CORPUS = sizeof corpus / sizeof *corpus };

static void expect(struct sl__filter *filter, struct seen *seen, size_t row, size_t cut)
{
    assert_int_equal(sl__filter_finish(filter), 0);
    if (strcmp(sl__buf_text(&seen->text), corpus[row].code) != 0)
        fail_msg("«%s» cut at %zu: «%s», not «%s»", corpus[row].answer, cut,
                 sl__buf_text(&seen->text), corpus[row].code);
    sl__filter_release(filter);
    sl__buf_release(&seen->text);
}

static void code_alone_comes_out_at_every_split(void **state)
{
    (void)state;
    for (size_t row = 0; row < CORPUS; row++) {
        const char *answer = corpus[row].answer;
        for (size_t cut = 0; cut <= strlen(answer); cut++) {
            struct seen seen;
            struct sl__filter filter = new_filter(&seen);
            assert_int_equal(sl__filter_feed(&filter, answer, cut), 0);
            assert_int_equal(sl__filter_feed(&filter, answer + cut, strlen(answer + cut)), 0);
            expect(&filter, &seen, row, cut);
        }
    }
}

static void code_alone_comes_out_byte_by_byte(void **state)
{
    (void)state;
    for (size_t row = 0; row < CORPUS; row++) {
        struct seen seen;
        struct sl__filter filter = new_filter(&seen);
        for (const char *p = corpus[row].answer; *p; p++)
            assert_int_equal(sl__filter_feed(&filter, p, 1), 0);
        expect(&filter, &seen, row, 1);
    }
}

/* The next of a row of numbers that looks random and is always the same. */
static unsigned next_random(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

static void run_in_pieces(const char *answer, size_t most, unsigned *random, struct seen *seen)
{
    struct sl__filter filter = new_filter(seen);
    for (size_t left = strlen(answer); left > 0;) {
        size_t piece = 1 + next_random(random) % most;
        piece = piece < left ? piece : left;
        assert_int_equal(sl__filter_feed(&filter, answer, piece), 0);
        answer += piece;
        left -= piece;
    }
    assert_int_equal(sl__filter_finish(&filter), 0);
    sl__filter_release(&filter);
}

static void made_up_answers_do_not_depend_on_the_cuts(void **state)
{
    static const char *const tokens[] = {"```",  "`", "~~~",   " ",    "   ", "\n", "\n",
                                         "\n\n", "a", "```js", "````", "a.c", "**", "```\n"};
    unsigned random = 1;
    (void)state;
    for (int i = 0; i < 5000; i++) {
        char answer[128] = "";
        struct seen whole, cut;
        for (unsigned n = next_random(&random) % 24; n > 0; n--)
            strcat(answer, tokens[next_random(&random) % (sizeof tokens / sizeof *tokens)]);
        run_in_pieces(answer, 1000, &random, &whole);
        run_in_pieces(answer, 4, &random, &cut);
        if (strcmp(sl__buf_text(&whole.text), sl__buf_text(&cut.text)) != 0)
            fail_msg("«%s»: «%s», but cut «%s»", answer, sl__buf_text(&whole.text),
                     sl__buf_text(&cut.text));
        sl__buf_release(&whole.text);
        sl__buf_release(&cut.text);
    }
}

/* What has come out after each piece. */
static void code_comes_out_early(void **state)
{
    static const struct {
        const char *piece, *code;
    } rows[] = {
        {"Here:\n```c\n", "<|c>"}, {"i", "i"},    {"nt", "nt"},
        {" x;\n", " x;"},          {"\n  ", ""},  {"`", ""},
        {"a", "\n\n  `a"},         {"\n```", ""}, {"\n", ""},
        {"Never\n", ""},
    };
    (void)state;
    struct seen seen;
    struct sl__filter filter = new_filter(&seen);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t before = seen.text.len;
        assert_int_equal(sl__filter_feed(&filter, rows[i].piece, strlen(rows[i].piece)), 0);
        assert_string_equal(sl__buf_text(&seen.text) + before, rows[i].code);
    }
    sl__filter_release(&filter);
    sl__buf_release(&seen.text);
}

/* What the parts of an answer that was cut give, one after the other. */
static void a_cut_answer_goes_on_without_a_seam(void **state)
{
    static const struct {
        const char *earlier, *rest, *code;
    } rows[] = {
        {"```c\nint", " x;\n```\n", " x;"},
        {"```c\nint x;\n", "int y;\n```\nbye", "\nint y;"},
        {"```c\nint x;\n\n\n  ", "  int y;\n```\n", "\n\n\n    int y;"},
        {"```c\nint", "```c\n x;\n```\n", " x;"},
        {"```c\nint", "```\n x;\n```\n", " x;"},
        {"```c\nint x;\n", "```\nbye\n", ""},
        {"```c\nint x;\n", "```c\nint y;\n```\n", "\nint y;"},
        {"```c\nint x;\n``", "`\nbye\n", ""},
        {"```c\nint x;\n```\n", "```css a.css\np\n```\n", "<a.css|css>p"},
        {"int x;\n\n", "```c\nx\n```\n", "\n\nx"},
        {"int x;\n\nint", " y;\n", " y;"},
        {"int x;\n", "int y;", "\nint y;"},
        {"", "```c\nx\n```\n", "<|c>x"},
        {"```c\nint", "` y", "` y"},
        {"```c\nint", "  ", "  "},
        {"```c\nint x;\n\n\n```", "\nbye\n", ""},
        {"```c\nint x;\n\n\n```", "c\nx\n```\ny", "\n```c\nx\n```\ny"},
        {"`````c\nint x;\n```", "x", "\n```x"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t cut = 0; cut <= strlen(rows[i].rest); cut++) {
            struct seen seen;
            struct sl__filter filter = new_filter(&seen);
            const char *rest = rows[i].rest;
            assert_int_equal(sl__filter_resume(&filter, rows[i].earlier, strlen(rows[i].earlier)),
                             0);
            assert_int_equal(sl__filter_feed(&filter, rest, cut), 0);
            assert_int_equal(sl__filter_feed(&filter, rest + cut, strlen(rest + cut)), 0);
            assert_int_equal(sl__filter_finish(&filter), 0);
            if (strcmp(sl__buf_text(&seen.text), rows[i].code) != 0)
                fail_msg("«%s» cut at %zu: «%s», not «%s»", rest, cut, sl__buf_text(&seen.text),
                         rows[i].code);
            sl__filter_release(&filter);
            sl__buf_release(&seen.text);
        }
    }
}

/* What a first part gives and what the rest gives are together what the whole gives. */
static void made_up_answers_join_without_a_seam(void **state)
{
    static const char *const tokens[] = {"`", " ",   "   ",     "\n",        "\n",  "\n\n",
                                         "a", "b.c", "\n```\n", "\n```js\n", "\n``"};
    unsigned random = 7;
    size_t joined = 0;
    (void)state;
    for (int i = 0; i < 5000; i++) {
        char answer[160] = "x\n```c\n";
        struct seen whole, parts;
        for (unsigned n = next_random(&random) % 24; n > 0; n--)
            strcat(answer, tokens[next_random(&random) % (sizeof tokens / sizeof *tokens)]);
        size_t cut = 7 + next_random(&random) % (strlen(answer) - 6);
        const char *rest = answer + cut;
        struct sl__filter filter = new_filter(&parts);
        assert_int_equal(sl__filter_feed(&filter, answer, cut), 0);
        bool in_fence = filter.line.len >= 3 || rest[strspn(rest, " ")] == '`';
        bool comparable = filter.fence && !in_fence;
        assert_int_equal(sl__filter_finish(&filter), 0);
        sl__filter_release(&filter);
        sl__filter_init(&filter, &(struct sl__filter_out){see_file, see_text, &parts});
        assert_int_equal(sl__filter_resume(&filter, answer, cut), 0);
        assert_int_equal(sl__filter_feed(&filter, rest, strlen(rest)), 0);
        assert_int_equal(sl__filter_finish(&filter), 0);
        sl__filter_release(&filter);
        run_in_pieces(answer, 1000, &random, &whole);
        joined += comparable;
        if (comparable && strcmp(sl__buf_text(&whole.text), sl__buf_text(&parts.text)) != 0)
            fail_msg("«%s» cut before «%s»: «%s», but joined «%s»", answer, rest,
                     sl__buf_text(&whole.text), sl__buf_text(&parts.text));
        sl__buf_release(&whole.text);
        sl__buf_release(&parts.text);
    }
    assert_true(joined > 1000);
}

static void a_failure_of_the_receiver_ends_the_feed(void **state)
{
    static const char answer[] = "```c\na\n\nb\n\n\n```\n```c\nx\n```\n";
    (void)state;
    for (int after = 0; after < 7; after++) {
        struct seen seen;
        struct sl__filter filter = new_filter(&seen);
        seen.fail_after = after;
        assert_int_equal(sl__filter_feed(&filter, answer, strlen(answer)), SL_E_TOO_LARGE);
        sl__filter_release(&filter);
        sl__buf_release(&seen.text);
    }
}

static void very_long_lines_pass(void **state)
{
    (void)state;
    struct seen seen;
    struct sl__filter filter = new_filter(&seen);
    assert_int_equal(sl__filter_feed(&filter, "```\n", 4), 0);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(sl__filter_feed(&filter, "`", 1), 0);
    assert_true(filter.line.len < 2000);
    assert_int_equal(seen.text.len, 100000 + strlen("<|>"));
    sl__filter_release(&filter);
    sl__buf_release(&seen.text);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(code_alone_comes_out_at_every_split),
        cmocka_unit_test(code_alone_comes_out_byte_by_byte),
        cmocka_unit_test(made_up_answers_do_not_depend_on_the_cuts),
        cmocka_unit_test(code_comes_out_early),
        cmocka_unit_test(a_cut_answer_goes_on_without_a_seam),
        cmocka_unit_test(made_up_answers_join_without_a_seam),
        cmocka_unit_test(a_failure_of_the_receiver_ends_the_feed),
        cmocka_unit_test(very_long_lines_pass),
    };
    return run_cases(tests, argc, argv);
}
