/*
 * Answers of servers as fixtures: fed through the event stream whole and cut in two at every place,
 * each must give the same report.
 */
#ifndef TESTS_ANSWERS_H
#define TESTS_ANSWERS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialect.h"
#include "event_stream.h"
#include "harness.h"

/* In `bytes` a single quote stands for a double one. */
struct fixture {
    const char *bytes;
    const char *report;
};

struct run {
    const struct sl__dialect *dialect;
    struct sl__answer answer;
    struct sl__buf report;
    enum sl_event_type last;
    unsigned alternative;
    struct sl_error error;
};

/* "<t>text", "<r>reasoning", "<n>note"; with the number of the alternative where it is not 0. */
static int report_part(const struct sl__part *part, void *context)
{
    static const char letters[] = {
        [SL_EVENT_TEXT] = 't', [SL_EVENT_REASONING] = 'r', [SL_EVENT_NOTE] = 'n'};
    struct run *run = context;
    assert_int_equal(strlen(part->text), part->len);
    if (part->type != run->last || part->alternative != run->alternative ||
        part->type == SL_EVENT_NOTE)
        sl__buf_addf(&run->report, part->alternative ? "<%c%u>" : "<%c>", letters[part->type],
                     part->alternative);
    run->last = part->type;
    run->alternative = part->alternative;
    return sl__buf_add(&run->report, part->text, part->len);
}

static int run_event(const char *type, const char *data, size_t len, void *context)
{
    struct run *run = context;
    return run->dialect->event(&run->answer, type, data, len, &run->error);
}

/* Then " {id name arguments}" for each call, " in/cached/out/reasoning", " $cost", " = end". */
static void report_end(struct run *run, int code)
{
    const struct sl__answer *answer = &run->answer;
    const struct sl_usage *usage = &answer->usage;
    for (size_t i = 0; i < answer->call_count; i++)
        sl__buf_addf(&run->report, " {%s %s %s}", sl__buf_text(&answer->calls[i].id),
                     sl__buf_text(&answer->calls[i].name),
                     sl__buf_text(&answer->calls[i].arguments));
    if (usage->input_tokens >= 0 || usage->output_tokens >= 0)
        sl__buf_addf(&run->report, " %d/%d/%d/%d", (int)usage->input_tokens,
                     (int)usage->cached_tokens, (int)usage->output_tokens,
                     (int)usage->reasoning_tokens);
    if (answer->cost.amount >= 0)
        sl__buf_addf(&run->report, " %g %s", answer->cost.amount, answer->cost.currency);
    sl__buf_addf(&run->report, " = %s", sl_code_name(code));
    if (code)
        sl__buf_addf(&run->report, ": %s", run->error.message);
    assert_int_equal(run->error.code, code);
}

static void begin_run(struct run *run, enum sl__protocol protocol)
{
    *run = (struct run){.dialect = &sl__dialects[protocol], .report = SL__BUF_INIT(1u << 20)};
    sl__answer_init(&run->answer, report_part, run);
}

static void end_run(struct run *run)
{
    sl__answer_release(&run->answer);
    sl__buf_release(&run->report);
}

static char *quoted(const char *bytes)
{
    char *copy = strdup(bytes);
    assert_non_null(copy);
    for (char *quote = copy; (quote = strchr(quote, '\''));)
        *quote = '"';
    return copy;
}

/* A copy of exact size, so that a read past the end is seen by the sanitizer. */
static int feed_copy(struct sl__event_stream *stream, const char *bytes, size_t len)
{
    char *copy = malloc(len > 0 ? len : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, len);
    int code = sl__event_stream_feed(stream, copy, len);
    free(copy);
    return code;
}

static void run_stream(struct run *run, const char *bytes, size_t len, size_t cut)
{
    struct sl__event_stream stream;
    sl__event_stream_init(&stream, run_event, run);
    int code = feed_copy(&stream, bytes, cut);
    if (!code)
        code = feed_copy(&stream, bytes + cut, len - cut);
    if (!code)
        code = sl__answer_finish(&run->answer, &run->error);
    report_end(run, code);
    sl__event_stream_release(&stream);
}

static void run_whole(struct run *run, const char *bytes, size_t len)
{
    int code = run->dialect->whole(&run->answer, bytes, len, &run->error);
    if (!code)
        code = sl__answer_finish(&run->answer, &run->error);
    report_end(run, code);
}

static void check_streams(enum sl__protocol protocol, const struct fixture *fixtures, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *bytes = quoted(fixtures[i].bytes);
        size_t len = strlen(bytes);
        for (size_t cut = 0; cut <= len; cut++) {
            struct run run;
            begin_run(&run, protocol);
            run_stream(&run, bytes, len, cut);
            assert_string_equal(sl__buf_text(&run.report), fixtures[i].report);
            end_run(&run);
        }
        free(bytes);
    }
}

static void check_wholes(enum sl__protocol protocol, const struct fixture *fixtures, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct run run;
        char *bytes = quoted(fixtures[i].bytes);
        begin_run(&run, protocol);
        run_whole(&run, bytes, strlen(bytes));
        assert_string_equal(sl__buf_text(&run.report), fixtures[i].report);
        end_run(&run);
        free(bytes);
    }
}

/*
 * Whatever a server sends, reading it ends with a code that has a sentence, and nothing is read or
 * written where it should not be, which the sanitizers watch over.
 */
static void check_hostile(enum sl__protocol protocol, const char *const *bytes, size_t count)
{
    for (size_t i = 0; i < 2 * count; i++) {
        struct run run;
        char *text = quoted(bytes[i / 2]);
        begin_run(&run, protocol);
        if (i % 2)
            run_whole(&run, text, strlen(text));
        else
            run_stream(&run, text, strlen(text), strlen(text) / 2);
        assert_true(run.error.code == 0 || *run.error.message);
        end_run(&run);
        free(text);
    }
}

/* Values of every type at every place of a template, which has one %s for each. */
static void check_every_type(enum sl__protocol protocol, const char *const *templates, size_t count)
{
    static const char *const values[] = {"null",
                                         "true",
                                         "-1",
                                         "1e999",
                                         "9007199254740993",
                                         "\"\"",
                                         "\"x\"",
                                         "[]",
                                         "{}",
                                         "[[{\"x\":[1]}],\"y\"]",
                                         "{\"type\":{},\"text\":[],\"index\":\"0\"}"};
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
            struct sl__buf text = SL__BUF_INIT(1u << 16);
            const char *from = templates[i], *place;
            for (; (place = strchr(from, '%')); from = place + 1) {
                sl__buf_add(&text, from, (size_t)(place - from));
                sl__buf_adds(&text, values[k]);
            }
            sl__buf_adds(&text, from);
            struct sl__buf stream = SL__BUF_INIT(1u << 16);
            sl__buf_addf(&stream, "data: %s\n\n", text.data);
            const char *both[] = {text.data, stream.data};
            check_hostile(protocol, both, 2);
            sl__buf_release(&stream);
            sl__buf_release(&text);
        }
    }
}

#endif
