/*
 * Fuzzes answers of servers: the event stream with the answers of both protocols, and answers that
 * do not stream.
 *
 * The first byte chooses the protocol and whether it streams, the second where the rest is cut in
 * two.
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
    (void)context;
    if (part->len == 0 || part->alternative >= SL__MAX_ALTERNATIVES)
        abort();
    check_text(part->text, part->len);
    return 0;
}

static int on_event(const char *type, const char *data, size_t len, void *context)
{
    struct reading *reading = context;
    return reading->dialect->event(&reading->answer, type, data, len, &reading->error);
}

static int read_stream(struct reading *reading, const char *text, size_t len, size_t cut)
{
    struct sl__event_stream stream;
    sl__event_stream_init(&stream, on_event, reading);
    int code = sl__event_stream_feed(&stream, text, cut);
    if (!code)
        code = sl__event_stream_feed(&stream, text + cut, len - cut);
    sl__event_stream_release(&stream);
    return code;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    if (len < 2)
        return 0;
    const char *text = (const char *)data + 2;
    size_t left = len - 2, cut = data[1] < left ? data[1] : left;
    struct reading reading = {.dialect = &sl__dialects[data[0] & 1]};
    sl__answer_init(&reading.answer, on_part, NULL);
    int code = data[0] & 2 ? reading.dialect->whole(&reading.answer, text, left, &reading.error)
                           : read_stream(&reading, text, left, cut);
    if (!code)
        code = sl__answer_finish(&reading.answer, &reading.error);
    if (code != reading.error.code || (code && !*reading.error.message))
        abort();
    check_text(sl__buf_text(&reading.answer.text), reading.answer.text.len);
    sl__answer_release(&reading.answer);
    return 0;
}
