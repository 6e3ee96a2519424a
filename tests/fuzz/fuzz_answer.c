/*
 * Fuzzes answers of servers: the event stream with the answers of both protocols, and answers that
 * do not stream. However a stream is cut, it says the same.
 *
 * The first byte chooses the protocol, whether it streams, and how many alternatives were asked
 * for; the second where a stream is cut in two, and how small the pieces are that it comes in.
 */
#include <stdlib.h>
#include <string.h>

#include "dialect.h"
#include "event_stream.h"
#include "fuzz.h"
#include "utf8.h"

struct reading {
    const struct sl__dialect *dialect;
    struct sl__answer answer;
    struct sl_error error;
    struct sl__buf said; /* all of it, a run of one kind together */
    int last;            /* kind of part */
};

static void check_text(const char *text, size_t len)
{
    for (size_t at = 0; at < len;) {
        struct sl__utf8 next = sl__utf8_next(text + at, len - at);
        if (next.kind != SL__UTF8_VALID || (next.code < 0x20 && !strchr("\n\t", (int)next.code)))
            abort();
        at += next.length;
    }
}

static int on_part(const struct sl__part *part, void *context)
{
    struct reading *reading = context;
    int kind = (int)part->type * 256 + (int)part->alternative;
    if (part->len == 0 || part->alternative >= SL__MAX_ALTERNATIVES)
        abort();
    check_text(part->text, part->len);
    if (kind != reading->last || part->type == SL_EVENT_NOTE)
        sl__buf_addf(&reading->said, "\x1e%d\x1f", kind);
    reading->last = kind;
    return sl__buf_add(&reading->said, part->text, part->len);
}

static int on_event(const char *type, const char *data, size_t len, void *context)
{
    struct reading *reading = context;
    return reading->dialect->event(&reading->answer, type, data, len, &reading->error);
}

/* The first piece is of `cut` bytes, the others of `piece`. */
static int read_stream(struct reading *reading, const char *text, size_t len, size_t cut,
                       size_t piece)
{
    struct sl__event_stream stream;
    sl__event_stream_init(&stream, on_event, reading);
    int code = sl__event_stream_feed(&stream, text, cut);
    for (size_t at = cut; at < len && !code; at += piece)
        code = sl__event_stream_feed(&stream, text + at, len - at < piece ? len - at : piece);
    sl__event_stream_release(&stream);
    return code;
}

static void begin(struct reading *reading, const unsigned char *data)
{
    *reading =
        (struct reading){.dialect = &sl__dialects[data[0] & 1], .said = SL__BUF_INIT(1u << 24)};
    sl__answer_init(&reading->answer, on_part, reading);
    reading->answer.wanted = data[0] >> 2 & 3;
}

static void add_calls(struct reading *reading)
{
    for (size_t i = 0; i < reading->answer.call_count; i++) {
        const struct sl__called *call = &reading->answer.calls[i];
        check_text(sl__buf_text(&call->arguments), call->arguments.len);
        sl__buf_addf(&reading->said, "\x1e{%s %s %s}", sl__buf_text(&call->id),
                     sl__buf_text(&call->name), sl__buf_text(&call->arguments));
    }
}

static void add_details(struct reading *reading)
{
    char *details = cJSON_PrintUnformatted(reading->answer.details);
    if (details && !sl__utf8_is_valid(details, strlen(details)))
        abort();
    sl__buf_addf(&reading->said, "\x1e%s", details ? details : "");
    cJSON_free(details);
}

/* What came of it stands in `said` then. */
static void end(struct reading *reading, int code)
{
    const struct sl_usage *usage = &reading->answer.usage;
    if (!code)
        code = sl__answer_finish(&reading->answer, &reading->error);
    if (code != reading->error.code || (code && !*reading->error.message))
        abort();
    check_text(sl__buf_text(&reading->answer.text), reading->answer.text.len);
    add_calls(reading);
    add_details(reading);
    sl__buf_addf(&reading->said, "\x1e%lld %lld %lld %lld %s %d %s", (long long)usage->input_tokens,
                 (long long)usage->cached_tokens, (long long)usage->output_tokens,
                 (long long)usage->reasoning_tokens, reading->answer.model, code,
                 reading->error.message);
    sl__answer_release(&reading->answer);
}

static void read_whole(const unsigned char *data, const char *text, size_t len)
{
    struct reading reading;
    begin(&reading, data);
    end(&reading, reading.dialect->whole(&reading.answer, text, len, &reading.error));
    sl__buf_release(&reading.said);
}

static void read_streams(const unsigned char *data, const char *text, size_t len)
{
    const size_t cut = len * data[1] / 256, piece = data[1] % 7 + 1u;
    const size_t ways[][2] = {{len, 1}, {cut, len + 1}, {0, piece}};
    struct reading first, other;
    begin(&first, data);
    end(&first, read_stream(&first, text, len, ways[0][0], ways[0][1]));
    for (size_t i = 1; i < sizeof ways / sizeof *ways; i++) {
        begin(&other, data);
        end(&other, read_stream(&other, text, len, ways[i][0], ways[i][1]));
        if (strcmp(sl__buf_text(&first.said), sl__buf_text(&other.said)) != 0)
            abort();
        sl__buf_release(&other.said);
    }
    sl__buf_release(&first.said);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    if (len < 2)
        return 0;
    if (data[0] & 2)
        read_whole(data, (const char *)data + 2, len - 2);
    else
        read_streams(data, (const char *)data + 2, len - 2);
    return 0;
}
