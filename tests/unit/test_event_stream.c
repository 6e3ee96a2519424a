/*
 * Event streams: every fixture is fed whole, byte by byte, and in two pieces at every split point,
 * and must give the same events each time.
 */
#include <stdlib.h>
#include <string.h>

#include "event_stream.h"
#include "harness.h"

/* What a stream gave, as text: "type|data;" for each event. */
struct record {
    struct sl__buf text;
};

static int record_event(const char *type, const char *data, size_t len, void *context)
{
    struct record *record = context;
    assert_int_equal(strlen(data), len);
    return sl__buf_addf(&record->text, "%s|%s;", type, data);
}

struct fixture {
    const char *bytes;
    const char *events;
};

static const struct fixture fixtures[] = {
    {"data: one\n\ndata: two\n\n", "message|one;message|two;"},
    {"data: one\r\n\r\ndata: two\r\n\r\n", "message|one;message|two;"},
    {"data: one\r\rdata: two\r\r", "message|one;message|two;"},
    {"data: one\r\n\ndata: two\n\r\n", "message|one;message|two;"},
    {"\xef\xbb\xbf"
     "data: one\n\n",
     "message|one;"},
    {"data: one\n\n\xef\xbb\xbf"
     "data: two\n\n",
     "message|one;"},
    {"data:one\n\n", "message|one;"},
    {"data:  one\n\n", "message| one;"},
    {"data: one\ndata: two\n\n", "message|one\ntwo;"},
    {"data: {\ndata: }\n\n", "message|{\n};"},
    {"data\ndata\n\n", "message|\n;"},
    {"data:\n\n", "message|;"},
    {": a comment\n:\ndata: one\n: another\n\n", "message|one;"},
    {"event: ping\ndata: {}\n\ndata: x\n\n", "ping|{};message|x;"},
    {"event: ping\nevent: pong\ndata: x\n\n", "pong|x;"},
    {"event: ping\n\ndata: x\n\n", "message|x;"},
    {"id: 7\nretry: 10\nunknown: y\nnocolon\ndata: x\n\n", "message|x;"},
    {"data: caf\xc3\xa9 \xf0\x9f\x98\x80\n\n", "message|caf\xc3\xa9 \xf0\x9f\x98\x80;"},
    {"data: a: b: c\n\n", "message|a: b: c;"},
    {"data: cut", ""},
    {"data: cut\n", ""},
    {"data: whole\n\ndata: cut\n", "message|whole;"},
    {"\n\n\n\r\n\r", ""},
    {" data: x\n\ndatax: y\n\n", ""},
    {"", ""},
};

enum { FIXTURES = sizeof fixtures / sizeof *fixtures };

/* Feeds copies of exact size, so that a read past the end is seen by the sanitizer. */
static void feed(struct sl__event_stream *stream, const char *bytes, size_t len)
{
    char *copy = malloc(len + 1);
    assert_non_null(copy);
    memcpy(copy, bytes, len);
    copy = realloc(copy, len > 0 ? len : 1);
    assert_int_equal(sl__event_stream_feed(stream, copy, len), 0);
    free(copy);
}

/* Feeds `fixture` in pieces: up to `first`, up to `second`, and the rest. */
static void check(const struct fixture *fixture, size_t first, size_t second)
{
    struct record record = {.text = SL__BUF_INIT(4096)};
    struct sl__event_stream stream;
    sl__event_stream_init(&stream, record_event, &record);
    feed(&stream, fixture->bytes, first);
    feed(&stream, fixture->bytes + first, second - first);
    feed(&stream, fixture->bytes + second, strlen(fixture->bytes) - second);
    assert_string_equal(sl__buf_text(&record.text), fixture->events);
    sl__event_stream_release(&stream);
    sl__buf_release(&record.text);
}

static void events_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < FIXTURES; i++)
        check(&fixtures[i], 0, 0);
}

static void events_at_every_two_split_points(void **state)
{
    (void)state;
    for (size_t i = 0; i < FIXTURES; i++) {
        size_t len = strlen(fixtures[i].bytes);
        for (size_t first = 0; first <= len; first++) {
            for (size_t second = first; second <= len; second++)
                check(&fixtures[i], first, second);
        }
    }
}

static void events_byte_by_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < FIXTURES; i++) {
        struct record record = {.text = SL__BUF_INIT(4096)};
        struct sl__event_stream stream;
        sl__event_stream_init(&stream, record_event, &record);
        for (const char *byte = fixtures[i].bytes; *byte; byte++)
            feed(&stream, byte, 1);
        assert_string_equal(sl__buf_text(&record.text), fixtures[i].events);
        sl__event_stream_release(&stream);
        sl__buf_release(&record.text);
    }
}

static int count_event(const char *type, const char *data, size_t len, void *context)
{
    (void)type, (void)data, (void)len;
    ++*(int *)context;
    return 0;
}

static void endless_line_is_refused(void **state)
{
    (void)state;
    int events = 0, code = 0;
    char block[65536];
    struct sl__event_stream stream;
    memset(block, 'x', sizeof block);
    sl__event_stream_init(&stream, count_event, &events);
    for (size_t fed = 0; fed <= SL__MAX_STREAM_EVENT && !code; fed += sizeof block)
        code = sl__event_stream_feed(&stream, block, sizeof block);
    assert_int_equal(code, SL_E_TOO_LARGE);
    assert_int_equal(events, 0);
    sl__event_stream_release(&stream);
}

static void endless_event_is_refused(void **state)
{
    (void)state;
    static const char line[] = "data: 0123456789abcdef0123456789abcdef\n";
    int events = 0, code = 0;
    struct sl__event_stream stream;
    sl__event_stream_init(&stream, count_event, &events);
    for (size_t fed = 0; fed <= 2 * SL__MAX_STREAM_EVENT && !code; fed += sizeof line - 1)
        code = sl__event_stream_feed(&stream, line, sizeof line - 1);
    assert_int_equal(code, SL_E_TOO_LARGE);
    assert_int_equal(events, 0);
    sl__event_stream_release(&stream);
}

static int refuse_event(const char *type, const char *data, size_t len, void *context)
{
    (void)type, (void)data, (void)len;
    return ++*(int *)context == 2 ? SL_E_PROTOCOL : 0;
}

static void a_refused_event_ends_the_feed(void **state)
{
    (void)state;
    int events = 0;
    struct sl__event_stream stream;
    sl__event_stream_init(&stream, refuse_event, &events);
    int code = sl__event_stream_feed(&stream, "data: 1\n\ndata: 2\n\ndata: 3\n\n", 27);
    assert_int_equal(code, SL_E_PROTOCOL);
    assert_int_equal(events, 2);
    sl__event_stream_release(&stream);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_whole),
        cmocka_unit_test(events_at_every_two_split_points),
        cmocka_unit_test(events_byte_by_byte),
        cmocka_unit_test(endless_line_is_refused),
        cmocka_unit_test(endless_event_is_refused),
        cmocka_unit_test(a_refused_event_ends_the_feed),
    };
    return run_cases(tests, argc, argv);
}
