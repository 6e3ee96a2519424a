/* The code in an answer, as it arrives. */
#include <string.h>

#include "code_name.h"
#include "filter.h"

enum {
    LONGEST_FENCE = 1024, /* a longer line is none */
    LEAST_WIDTH = 3,
    MOST_INDENT = 3,
};

struct fence {
    char character;
    unsigned indent, width;
    const char *info; /* without the white space around it */
    size_t info_len;
};

void sl__filter_init(struct sl__filter *filter, const struct sl__filter_out *out)
{
    *filter = (struct sl__filter){
        .out = *out,
        .line = SL__BUF_INIT(SL__MAX_STREAM),
        .prose = SL__BUF_INIT(SL__MAX_STREAM),
        .owed = SL__BUF_INIT(SL__MAX_STREAM),
    };
}

void sl__filter_release(struct sl__filter *filter)
{
    sl__buf_release(&filter->line);
    sl__buf_release(&filter->prose);
    sl__buf_release(&filter->owed);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static unsigned count(const char *text, size_t len, char c, size_t most)
{
    unsigned n = 0;
    while (n < len && n < most && text[n] == c)
        n++;
    return n;
}

/* Reads a whole line as a fence. */
static bool read_fence(const struct sl__buf *line, struct fence *fence)
{
    const char *text = sl__buf_text(line), *end = text + line->len;
    if (line->len > LONGEST_FENCE)
        return false;
    fence->indent = count(text, line->len, ' ', MOST_INDENT);
    text += fence->indent;
    fence->character = *text;
    if (*text != '`' && *text != '~')
        return false;
    fence->width = count(text, (size_t)(end - text), *text, LONGEST_FENCE);
    text += fence->width;
    while (text < end && is_space(*text))
        text++;
    while (end > text && is_space(end[-1]))
        end--;
    fence->info = text;
    fence->info_len = (size_t)(end - text);
    bool inline_code = fence->character == '`' && memchr(text, '`', fence->info_len);
    return fence->width >= LEAST_WIDTH && !inline_code;
}

/* Whether the beginning of a line inside the block can become a fence that matters to it. */
static bool may_be_fence(const struct sl__filter *filter)
{
    const char *text = sl__buf_text(&filter->line);
    size_t len = filter->line.len;
    unsigned indent = count(text, len, ' ', MOST_INDENT);
    unsigned width = count(text + indent, len - indent, filter->fence, LONGEST_FENCE);
    return len <= LONGEST_FENCE && (indent + width == len || width >= filter->width);
}

static int put(struct sl__filter *filter, const char *text, size_t len)
{
    return len > 0 ? filter->out.text(text, len, filter->out.context) : 0;
}

/* Puts out code, and before it what was owed. */
static int put_code(struct sl__filter *filter, const char *text, size_t len)
{
    int code = put(filter, sl__buf_text(&filter->owed), filter->owed.len);
    sl__buf_reset(&filter->owed);
    return code ? code : put(filter, text, len);
}

/* The held line, as code: without the indentation that all lines have. */
static const char *held_code(const struct sl__filter *filter, size_t *len)
{
    const char *text = sl__buf_text(&filter->line);
    unsigned indent = count(text, filter->line.len, ' ', filter->indent);
    *len = filter->line.len - indent;
    return text + indent;
}

static int put_line(struct sl__filter *filter)
{
    size_t len;
    const char *text = held_code(filter, &len);
    return put_code(filter, text, len);
}

static int begin_file(struct sl__filter *filter, const char *name, const char *language)
{
    filter->found = true;
    sl__buf_release(&filter->prose);
    return filter->out.file(name, language, filter->out.context);
}

static int open_block(struct sl__filter *filter, const struct fence *fence)
{
    char language[SL__CODE_NAME_MAX], name[SL__CODE_NAME_MAX];
    sl__code_name_in_info(fence->info, fence->info_len, language, name);
    filter->fence = fence->character;
    filter->width = fence->width;
    filter->indent = fence->indent;
    filter->depth = 0;
    int code = begin_file(filter, *name ? name : filter->name, language);
    filter->name[0] = '\0';
    return code;
}

/* Puts out what is owed up to its last newline, which is not part of the code. */
static int close_block(struct sl__filter *filter)
{
    size_t len = filter->owed.len;
    int code = len > 0 ? put(filter, filter->owed.data, len - 1) : 0;
    sl__buf_reset(&filter->owed);
    filter->fence = 0;
    return code;
}

/* Keeps the held line until it is known whether code follows. */
static int owe_line(struct sl__filter *filter)
{
    size_t len;
    const char *text = held_code(filter, &len);
    int code = sl__buf_add(&filter->owed, text, len);
    return code ? code : sl__buf_add(&filter->owed, "\n", 1);
}

static int end_code_line(struct sl__filter *filter)
{
    struct fence fence;
    bool is_fence =
        !filter->passing && read_fence(&filter->line, &fence) && fence.width >= filter->width;
    bool bare = is_fence && fence.info_len == 0;
    if (bare && filter->depth == 0)
        return close_block(filter);
    if (bare) {
        filter->depth--;
        return owe_line(filter);
    }
    filter->depth += is_fence;
    if (!filter->passing && filter->line.len == 0)
        return owe_line(filter);
    int code = filter->passing ? 0 : put_line(filter);
    return code ? code : sl__buf_add(&filter->owed, "\n", 1);
}

static int end_prose_line(struct sl__filter *filter)
{
    struct fence fence;
    const char *text = sl__buf_text(&filter->line);
    if (read_fence(&filter->line, &fence))
        return open_block(filter, &fence);
    if (text[strspn(text, " \t")] != '\0')
        sl__code_name_in_prose(text, filter->line.len, filter->name);
    if (filter->found)
        return 0;
    int code = sl__buf_add(&filter->prose, text, filter->line.len);
    return code ? code : sl__buf_add(&filter->prose, "\n", 1);
}

static int end_line(struct sl__filter *filter)
{
    int code = filter->fence ? end_code_line(filter) : end_prose_line(filter);
    sl__buf_reset(&filter->line);
    filter->passing = false;
    return code;
}

static int take_part(struct sl__filter *filter, const char *text, size_t len)
{
    if (filter->passing)
        return put(filter, text, len);
    int code = sl__buf_add(&filter->line, text, len);
    if (code || !filter->fence || may_be_fence(filter))
        return code;
    filter->passing = true;
    return put_line(filter);
}

static int feed(struct sl__filter *filter, const char *text, size_t len)
{
    int code = 0;
    while (len > 0 && !code) {
        const char *newline = memchr(text, '\n', len);
        size_t part = newline ? (size_t)(newline - text) : len;
        code = take_part(filter, text, part);
        if (newline && !code)
            code = end_line(filter);
        part += newline != NULL;
        text += part;
        len -= part;
    }
    return code;
}

static int drop_file(const char *name, const char *language, void *context)
{
    (void)name, (void)language, (void)context;
    return 0;
}

static int drop_text(const char *text, size_t len, void *context)
{
    (void)text, (void)len, (void)context;
    return 0;
}

/* An answer without a fence went out whole at its end: the rest is code like it. */
static int resume_prose(struct sl__filter *filter)
{
    size_t len = filter->prose.len, end = len;
    while (end > 0 && filter->prose.data[end - 1] == '\n')
        end--;
    if (end == 0 && filter->line.len == 0)
        return 0;
    filter->found = true;
    filter->fence = '`';
    filter->width = LEAST_WIDTH;
    filter->passing = filter->line.len > 0;
    int code =
        filter->passing ? 0 : sl__buf_add(&filter->owed, filter->prose.data + end, len - end);
    sl__buf_reset(&filter->prose);
    return code;
}

/* Whether the held line, as far as it came, is a bare fence of this block or of one inside it. */
static bool ends_at_fence(const struct sl__filter *filter)
{
    struct fence fence;
    return read_fence(&filter->line, &fence) && fence.info_len == 0 && fence.width >= filter->width;
}

/* At such a fence the end of the answer put out all that was owed but the last newline. */
static void resume_fence(struct sl__filter *filter)
{
    static const char newline[] = "\n";
    if (filter->owed.len > 0 && filter->depth == 0 && ends_at_fence(filter)) {
        filter->owed.len = 1;
        memcpy(filter->owed.data, newline, sizeof newline);
    }
}

int sl__filter_resume(struct sl__filter *filter, const char *earlier, size_t len)
{
    const struct sl__filter_out out = filter->out;
    filter->out = (struct sl__filter_out){drop_file, drop_text, NULL};
    int code = feed(filter, earlier, len);
    filter->out = out;
    if (!code && !filter->found)
        code = resume_prose(filter);
    else if (!code && filter->fence)
        resume_fence(filter);
    filter->resumed = filter->fence != 0;
    return code;
}

/* Whether the first line of the rest only opens the block once more. */
static bool reopens(const struct sl__filter *filter, const struct sl__buf *first)
{
    struct fence fence;
    bool within_line = filter->passing || filter->line.len > 0;
    return read_fence(first, &fence) && (fence.info_len > 0 || within_line);
}

/* Takes the held first line of the rest, of which `len` bytes are there with its newline. */
static int end_resuming(struct sl__filter *filter, size_t len)
{
    struct sl__buf rest = filter->prose, first = SL__BUF_INIT(SL__MAX_STREAM);
    filter->prose = (struct sl__buf)SL__BUF_INIT(SL__MAX_STREAM);
    filter->resumed = false;
    int code = len > 0 ? sl__buf_add(&first, rest.data, len - 1) : 0;
    size_t skip = !code && len > 0 && reopens(filter, &first) ? len : 0;
    if (!code)
        code = feed(filter, sl__buf_text(&rest) + skip, rest.len - skip);
    sl__buf_release(&first);
    sl__buf_release(&rest);
    return code;
}

int sl__filter_feed(struct sl__filter *filter, const char *text, size_t len)
{
    if (!filter->resumed || len == 0)
        return feed(filter, text, len);
    int code = sl__buf_add(&filter->prose, text, len);
    const char *start = sl__buf_text(&filter->prose),
               *newline = memchr(start, '\n', filter->prose.len);
    bool undecided =
        filter->prose.len <= LONGEST_FENCE && (*start == ' ' || *start == '`' || *start == '~');
    if (code || (!newline && undecided))
        return code;
    return end_resuming(filter, newline ? (size_t)(newline - start) + 1 : 0);
}

/* An answer without a fence: the code is what came, without empty lines around it. */
static int finish_prose(struct sl__filter *filter)
{
    const char *text = sl__buf_text(&filter->prose);
    size_t len = filter->prose.len, start = strspn(text, "\n");
    while (len > start && text[len - 1] == '\n')
        len--;
    if (len == start)
        return 0;
    filter->found = true;
    int code = filter->out.file("", "", filter->out.context);
    return code ? code : put(filter, text + start, len - start);
}

int sl__filter_finish(struct sl__filter *filter)
{
    int code = filter->resumed ? end_resuming(filter, 0) : 0;
    bool whole = !filter->fence || ends_at_fence(filter);
    if (!code && whole && filter->line.len > 0)
        code = end_line(filter);
    return code || filter->found ? code : finish_prose(filter);
}
