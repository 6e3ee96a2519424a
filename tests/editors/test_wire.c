/* Both wires of the editor's helper: every split point, every refusal, every bound. */
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "wire.h"

#define BYTES(literal) literal, sizeof(literal) - 1

struct seen {
    char text[4096]; /* each message as JSON, or ! for one that was refused, one a line */
};

static void on_message(cJSON *message, const struct sl_error *error, void *data)
{
    struct seen *seen = data;
    char *text = message ? cJSON_PrintUnformatted(message) : NULL;

    assert_true((message == NULL) == (error != NULL));
    assert_true(strlen(seen->text) + (text ? strlen(text) : 1) + 2 < sizeof seen->text);
    strcat(seen->text, text ? text : "!");
    strcat(seen->text, "\n");
    cJSON_free(text);
}

static int feed_split(const struct wire *wire, const char *data, size_t len, size_t at,
                      struct seen *seen)
{
    struct bytes in = {.max = WIRE_INPUT_MAX};
    struct sl_error error = SL_ERROR_INIT;
    int result;

    seen->text[0] = '\0';
    result = wire_feed(wire, &in, data, at, on_message, seen, &error);
    if (!result)
        result = wire_feed(wire, &in, data + at, len - at, on_message, seen, &error);
    assert_true(!result == !error.message[0]);
    bytes_release(&in);
    return result;
}

static void check_everywhere(const struct wire *wire, const char *data, size_t len,
                             const char *expected)
{
    struct seen seen;

    for (size_t at = 0; at <= len; at++) {
        assert_int_equal(feed_split(wire, data, len, at, &seen), 0);
        assert_string_equal(seen.text, expected);
    }
}

static void nvim_split_everywhere(void **state)
{
    (void)state;
    check_everywhere(&wire_nvim,
                     BYTES("\x93\x02\xa9sightline\x91\x82\xa6method\xa6"
                           "cancel\xa2id\x07"
                           "\x93\x02\xa9sightline\x91\x81\xa5media\x92\xd9\x03/\xc3\xa9\xa0"
                           "\x93\x02\xa9sightline\x91\x84\xa1"
                           "a\xc3\xa1"
                           "b\xc0\xa1"
                           "c\xd1\xff\x00\xa1"
                           "d\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00"),
                     "{\"method\":\"cancel\",\"id\":7}\n{\"media\":[\"/\xc3\xa9\",\"\"]}\n"
                     "{\"a\":true,\"b\":null,\"c\":-256,\"d\":1.5}\n");
}

static void nvim_tells_of_editor_errors(void **state)
{
    (void)state;
    check_everywhere(&wire_nvim, BYTES("\x93\x02\xb0nvim_error_event\x92\x00\xa3why"),
                     "{\"method\":\"editor_error\",\"text\":\"why\"}\n");
}

/* Whole messages that mean nothing, and one after them that does. */
static void nvim_refuses_and_goes_on(void **state)
{
    (void)state;
    check_everywhere(&wire_nvim,
                     BYTES("\xc0\x90\x93\x02\xa9sightline\x90\x94\x00\x01\xa9sightline\x90"
                           "\x93\x02\xa5other\x91\x80\x93\x02\xa9sightline\x91\xa2"
                           "a\0"
                           "\x93\x02\xa9sightline\x91\xc4\x01x\x93\x02\xa9sightline\x91\x81\x01\x02"
                           "\x93\x02\xa9sightline\x91\x80"),
                     "!\n!\n!\n!\n!\n!\n!\n!\n{}\n");
}

static void nvim_breaks_off(void **state)
{
    static const struct {
        const char *data;
        size_t len;
    } broken[] = {
        {BYTES("\xc1")},
        {BYTES("\x93\x02\xc1")},
        {BYTES("\xdd\xff\xff\xff\xff")},
        {BYTES("\xdf\x80\x00\x00\x00")},
        {BYTES("\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91")},
    };
    struct seen seen;

    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        for (size_t at = 0; at <= broken[i].len; at++)
            assert_true(feed_split(&wire_nvim, broken[i].data, broken[i].len, at, &seen) < 0);
}

static void vim_split_everywhere(void **state)
{
    (void)state;
    check_everywhere(&wire_vim,
                     BYTES("[1,{\"method\":\"cancel\",\"id\":7}]\n[2,{\"a\":\"\xc3\xa9\"}]\n"),
                     "{\"method\":\"cancel\",\"id\":7}\n{\"a\":\"\xc3\xa9\"}\n");
}

static void vim_refuses_and_goes_on(void **state)
{
    (void)state;
    check_everywhere(&wire_vim, BYTES("\n{}\n[1]\n[1,2,3]\n[1,{\n\"ex\"\n[1,{}]\n"),
                     "!\n!\n!\n!\n!\n!\n{}\n");
}

/* A message that never ends is not held for ever. */
static void too_long_a_message_breaks_off(void **state)
{
    static const struct wire *const wires[] = {&wire_nvim, &wire_vim};
    static const char head[] = "\xdb\xff\xff\xff\xff";
    char *chunk = calloc(1, WIRE_READ_MAX);

    (void)state;
    assert_non_null(chunk);
    for (size_t i = 0; i < 2; i++) {
        struct bytes in = {.max = WIRE_INPUT_MAX};
        struct sl_error error = SL_ERROR_INIT;
        struct seen seen = {""};
        size_t fed = 0;

        assert_int_equal(wire_feed(wires[i], &in, head, sizeof head - 1, on_message, &seen, &error),
                         0);
        while (!wire_feed(wires[i], &in, chunk, WIRE_READ_MAX, on_message, &seen, &error))
            fed += WIRE_READ_MAX;
        assert_int_equal(fed, WIRE_MESSAGE_MAX);
        assert_non_null(strstr(error.message, "4 MB"));
        bytes_release(&in);
    }
    free(chunk);
}

static cJSON *text_event(size_t len, char filler)
{
    char *text = malloc(len + 1);
    cJSON *event = cJSON_CreateObject();

    assert_non_null(text);
    memset(text, filler, len);
    text[len] = '\0';
    cJSON_AddNumberToObject(event, "id", 9007199254740991.0);
    cJSON_AddStringToObject(event, "type", "reasoning");
    cJSON_AddStringToObject(event, "text", text);
    free(text);
    return event;
}

static void vim_event_is_within_16_kb(void **state)
{
    struct bytes out = {.max = 1 << 20};
    cJSON *event = text_event(wire_vim.text_max, '"');

    (void)state;
    assert_int_equal(wire_vim.write(&out, event), 0);
    assert_true(out.len <= 16384);
    assert_memory_equal(out.data, "[0,{", 4);
    assert_memory_equal(out.data + out.len - 3, "}]\n", 3);
    cJSON_Delete(event);
    bytes_release(&out);
}

static void nvim_event_calls_the_function(void **state)
{
    struct bytes out = {.max = 1 << 20};
    cJSON *event = text_event(2, 'x');

    (void)state;
    assert_int_equal(wire_nvim.write(&out, event), 0);
    static const char expected[] =
        "\x93\x02\xb2nvim_call_function\x92\xb8sightline#client#receive\x91\x83"
        "\xa2id\xcf\x00\x1f\xff\xff\xff\xff\xff\xff\xa4type\xa9reasoning\xa4text\xa2xx";
    assert_int_equal(out.len, sizeof expected - 1);
    assert_memory_equal(out.data, expected, out.len);
    cJSON_Delete(event);
    bytes_release(&out);
}

/* An event that does not fit leaves nothing of itself behind. */
static void full_output_takes_whole_events_only(void **state)
{
    static const struct wire *const wires[] = {&wire_nvim, &wire_vim};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        cJSON *event = text_event(40, 'x');
        struct bytes out = {.max = 1 << 20};

        assert_int_equal(wires[i]->write(&out, event), 0);
        size_t one = out.len;
        out.max = 2 * one - 1;
        assert_int_equal(wires[i]->write(&out, event), -1);
        assert_int_equal(out.len, one);
        cJSON_Delete(event);
        bytes_release(&out);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nvim_split_everywhere),
        cmocka_unit_test(nvim_tells_of_editor_errors),
        cmocka_unit_test(nvim_refuses_and_goes_on),
        cmocka_unit_test(nvim_breaks_off),
        cmocka_unit_test(vim_split_everywhere),
        cmocka_unit_test(vim_refuses_and_goes_on),
        cmocka_unit_test(too_long_a_message_breaks_off),
        cmocka_unit_test(vim_event_is_within_16_kb),
        cmocka_unit_test(nvim_event_calls_the_function),
        cmocka_unit_test(full_output_takes_whole_events_only),
    };

    return run_cases(tests, argc, argv);
}
