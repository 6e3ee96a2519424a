/*
 * Fuzzes the filter of code answers: what comes out is what filter.h says of the whole text,
 * however it was cut, and also where the model was asked for the rest of its answer.
 *
 * The first byte chooses the cuts, the second where the answer stopped; the rest is the answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "code_name.h"
#include "filter.h"
#include "fuzz.h"

enum { MOST_INDENT = 3, LEAST_WIDTH = 3, LONGEST_FENCE = 1024 };

struct line {
    const char *text;
    size_t len;
    bool whole; /* its newline is there */
};

struct fence {
    char character;
    unsigned indent, width;
    const char *info;
    size_t info_len;
};

/* The answer as far as it was read by the rules, without a thought of what may yet come. */
struct expected {
    struct sl__buf out;
    struct sl__buf held; /* what only goes out before more code */
    struct fence block;  /* the one that is open; `width` is 0 outside */
    bool cut;            /* it ends in a fence that may go on */
    unsigned depth;
    char name[SL__CODE_NAME_MAX];
    bool found;
};

static int add_file(const char *name, const char *language, void *context)
{
    if (name[0] == '/' || strstr(name, ".."))
        abort();
    return sl__buf_addf(context, "\n[%s|%s]\n", name, language);
}

static int add_text(const char *text, size_t len, void *context)
{
    return sl__buf_add(context, text, len);
}

static size_t run_of(const char *text, size_t len, char character)
{
    size_t run = 0;
    while (run < len && text[run] == character)
        run++;
    return run;
}

static struct line read_line(const char *text, size_t len)
{
    const char *newline = memchr(text, '\n', len);
    return (struct line){text, newline ? (size_t)(newline - text) : len, newline != NULL};
}

static bool is_fence(struct line line, struct fence *fence)
{
    size_t indent = run_of(line.text, line.len, ' ');
    const char *at = line.text + indent, *end = line.text + line.len;
    *fence = (struct fence){.character = at < end ? *at : 0, .indent = (unsigned)indent};
    fence->width = (unsigned)run_of(at, (size_t)(end - at), fence->character);
    at += fence->width;
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    fence->info = at;
    fence->info_len = (size_t)(end - at);
    return line.len <= LONGEST_FENCE && indent <= MOST_INDENT && fence->width >= LEAST_WIDTH &&
           (fence->character == '~' ||
            (fence->character == '`' && !memchr(at, '`', fence->info_len)));
}

/* Whether more of the line can make it a fence that ends or opens a block in this one. */
static bool may_be_fence(const struct fence *block, struct line line)
{
    size_t indent = run_of(line.text, line.len < MOST_INDENT ? line.len : MOST_INDENT, ' ');
    size_t width = run_of(line.text + indent, line.len - indent, block->character);
    return line.len <= LONGEST_FENCE && (indent + width == line.len || width >= block->width);
}

static void add(struct sl__buf *to, const char *text, size_t len)
{
    if (sl__buf_add(to, text, len))
        abort();
}

static void add_line(struct sl__buf *to, const struct fence *block, struct line line)
{
    size_t indent = run_of(line.text, line.len < block->indent ? line.len : block->indent, ' ');
    add(to, line.text + indent, line.len - indent);
}

static void end_block(struct expected *expected)
{
    if (expected->held.len > 0)
        add(&expected->out, expected->held.data, expected->held.len - 1);
    sl__buf_reset(&expected->held);
    expected->block.width = 0;
}

static void expect_code(struct expected *expected, struct line line)
{
    struct fence fence;
    const struct fence *block = &expected->block;
    bool inner = is_fence(line, &fence) && fence.character == block->character &&
                 fence.width >= block->width;
    bool bare = inner && fence.info_len == 0;
    if (bare && expected->depth == 0) {
        expected->cut = !line.whole;
        end_block(expected);
        return;
    }
    if (!line.whole && may_be_fence(block, line))
        return;
    expected->depth += inner ? (bare ? -1u : 1u) : 0;
    if (!bare && line.len > 0) {
        add(&expected->out, sl__buf_text(&expected->held), expected->held.len);
        sl__buf_reset(&expected->held);
    }
    add_line(bare ? &expected->held : &expected->out, block, line);
    add(&expected->held, "\n", line.whole);
}

static void expect_prose(struct expected *expected, struct line line)
{
    char language[SL__CODE_NAME_MAX], name[SL__CODE_NAME_MAX];
    if (is_fence(line, &expected->block)) {
        sl__code_name_in_info(expected->block.info, expected->block.info_len, language, name);
        add_file(*name ? name : expected->name, language, &expected->out);
        expected->name[0] = '\0';
        expected->depth = 0;
        expected->found = true;
        expected->cut = !line.whole;
        return;
    }
    expected->block.width = 0;
    if (strspn(line.text, " \t") < line.len)
        sl__code_name_in_prose(line.text, line.len, expected->name);
}

/* Without a fence it is code as it stands. */
static void expect_all(struct expected *expected, const char *text, size_t len)
{
    size_t start = run_of(text, len, '\n');
    while (len > start && text[len - 1] == '\n')
        len--;
    if (len > start) {
        add_file("", "", &expected->out);
        add(&expected->out, text + start, len - start);
    }
}

static void expect(struct expected *expected, const char *text, size_t len)
{
    *expected = (struct expected){.out = SL__BUF_INIT(1u << 24), .held = SL__BUF_INIT(1u << 24)};
    for (size_t at = 0; at < len;) {
        struct line line = read_line(text + at, len - at);
        if (expected->block.width > 0)
            expect_code(expected, line);
        else
            expect_prose(expected, line);
        at += line.len + line.whole;
    }
    if (!expected->found)
        expect_all(expected, text, len);
}

static void release(struct expected *expected)
{
    sl__buf_release(&expected->out);
    sl__buf_release(&expected->held);
}

/* How long the next piece is: mostly short. */
static size_t next_cut(unsigned *cuts)
{
    *cuts = *cuts * 1103515245u + 12345u;
    return 1 + (*cuts >> 16) % (1u << (*cuts >> 24) % 7);
}

/* Feeds what comes after `earlier`, which came before. */
static void filter(const char *text, size_t earlier, size_t len, unsigned cuts,
                   struct sl__buf *result)
{
    const struct sl__filter_out out = {add_file, add_text, result};
    struct sl__filter filter;
    int code = 0;
    sl__filter_init(&filter, &out);
    if (earlier > 0)
        code = sl__filter_resume(&filter, text, earlier);
    for (size_t at = earlier, piece; at < len && !code; at += piece) {
        piece = next_cut(&cuts);
        piece = piece < len - at ? piece : len - at;
        code = sl__filter_feed(&filter, text + at, piece);
    }
    if (code || sl__filter_finish(&filter))
        abort();
    sl__filter_release(&filter);
}

static void compare(const struct sl__buf *result, const struct sl__buf *expected)
{
    if (result->len == expected->len &&
        memcmp(sl__buf_text(result), sl__buf_text(expected), result->len) == 0)
        return;
    fprintf(stderr, "«%s», not «%s»\n", sl__buf_text(result), sl__buf_text(expected));
    abort();
}

/*
 * Whether the two parts of a cut answer give what the whole would: not where the first was taken
 * for code without a fence or ends in a fence that may go on, nor where the second opens the block
 * once more.
 */
static bool goes_on(const struct expected *first, const char *rest, size_t len)
{
    struct fence fence;
    struct line line = read_line(rest, len);
    bool again = line.whole && is_fence(line, &fence);
    return (first->found || first->out.len == 0) && !first->cut && !again;
}

static void check_rest(const char *text, size_t stop, size_t len, unsigned cuts,
                       const struct sl__buf *whole)
{
    struct sl__buf parts = SL__BUF_INIT(1u << 24);
    struct expected first;
    expect(&first, text, stop);
    if (stop > 0 && goes_on(&first, text + stop, len - stop)) {
        filter(text, 0, stop, cuts, &parts);
        filter(text, stop, len, cuts, &parts);
        compare(&parts, whole);
    }
    sl__buf_release(&parts);
    release(&first);
}

static void check(const char *text, size_t len, unsigned cuts, size_t stop)
{
    struct sl__buf pieces = SL__BUF_INIT(1u << 24);
    struct expected whole;
    expect(&whole, text, len);
    filter(text, 0, len, cuts, &pieces);
    compare(&pieces, &whole.out);
    check_rest(text, stop, len, cuts, &whole.out);
    release(&whole);
    sl__buf_release(&pieces);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    if (len < 3)
        return 0;
    size_t text_len = len - 2;
    char *text = malloc(text_len + 1);
    for (size_t i = 0; i < text_len; i++)
        text[i] = data[i + 2] ? (char)data[i + 2] : ' '; /* answers have no NUL */
    text[text_len] = '\0';
    check(text, text_len, data[0], text_len * data[1] / 255);
    free(text);
    return 0;
}
