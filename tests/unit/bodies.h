/* Conversations as fixtures, and the bytes of the bodies that are made of them. */
#ifndef TESTS_BODIES_H
#define TESTS_BODIES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialect.h"
#include "harness.h"

/* A picture whose bytes are "foob", in base64 "Zm9vYg==". */
static struct sl__attachment *make_picture(const char *detail)
{
    struct sl__attachment *picture = sl__attachment_new();
    assert_non_null(picture);
    picture->kind = SL__ATTACHED_BYTES;
    picture->name = strdup("cat.png");
    picture->mime = "image/png";
    picture->detail = detail;
    picture->data = (unsigned char *)strdup("foob");
    picture->len = 4;
    return picture;
}

static struct sl__attachment *make_address(const char *url, bool video)
{
    struct sl__attachment *address = sl__attachment_new();
    assert_non_null(address);
    address->kind = SL__ATTACHED_URL;
    address->name = strdup("at \"home\"");
    address->detail = "high";
    address->video = video;
    address->url = strdup(url);
    return address;
}

/* Adds a message to the history, which holds it. */
static struct sl__message *say(struct sl__history *history, enum sl__role role, const char *text)
{
    struct sl__message *message = sl__message_new(role, text);
    assert_int_equal(sl__history_add(history, message), 0);
    return message;
}

/* Takes the attachment. */
static void attach(struct sl__message *message, struct sl__attachment *attachment)
{
    assert_int_equal(sl__message_attach(message, attachment), 0);
    sl__attachment_drop(attachment);
}

/* A question, a call of a tool, its result with a picture, an answer, another question. */
static void make_talk(struct sl__history *history)
{
    *history = (struct sl__history)SL__HISTORY_INIT;
    attach(say(history, SL__USER, "What?"), make_picture("low"));
    struct sl__message *call = say(history, SL__ASSISTANT, "");
    call->reasoning = strdup("So");
    call->details = cJSON_Parse("[{\"type\":\"reasoning.text\",\"text\":\"So\"}]");
    assert_int_equal(sl__message_call(call, "c1", "look", "{\"x\": 1}"), 0);
    say(history, SL__TOOL, "ok")->call_id = strdup("c1");
    attach(say(history, SL__USER, "These."), make_picture("high"));
    struct sl__message *answer = say(history, SL__ASSISTANT, "A \"cat\"");
    answer->reasoning = strdup("Hm");
    answer->details = cJSON_Parse("[{\"type\":\"reasoning.text\",\"text\":\"Hm\"}]");
    say(history, SL__USER, "Why?\n");
}

/* The caller frees it. */
static char *read_body(const struct sl__turn *turn, enum sl__protocol protocol)
{
    struct sl__body body = SL__BODY_INIT;
    assert_int_equal(sl__dialects[protocol].body(&body, turn), 0);
    char *text = calloc(1, (size_t)body.len + 1);
    size_t copied = 0;
    assert_non_null(text);
    assert_int_equal(sl__body_read(&body, 0, text, (size_t)body.len, &copied, NULL), 0);
    assert_int_equal(copied, body.len);
    sl__body_release(&body);
    return text;
}

/* In `expected` a single quote stands for a double one. */
static void check_body(const struct sl__turn *turn, enum sl__protocol protocol,
                       const char *expected)
{
    char *text = read_body(turn, protocol), *wanted = strdup(expected);
    assert_non_null(wanted);
    for (char *quote = wanted; (quote = strchr(quote, '\''));)
        *quote = '"';
    assert_string_equal(text, wanted);
    cJSON *json = cJSON_Parse(text);
    assert_non_null(json);
    cJSON_Delete(json);
    free(wanted);
    free(text);
}

/* What was sent before is the beginning of what is sent after it, but for what closes it. */
static void check_prefix(struct sl__turn turn, enum sl__protocol protocol, size_t count)
{
    struct sl__history begun = *turn.history;
    char *whole = read_body(&turn, protocol);
    begun.count = count;
    turn.history = &begun;
    char *text = read_body(&turn, protocol);
    size_t len = strlen(text) - strlen("]}");
    assert_true(len < strlen(whole));
    assert_memory_equal(text, whole, len);
    assert_int_equal(whole[len], ',');
    free(text);
    free(whole);
}

static const struct sl__tool look_tool = {
    .name = "look", .description = "Looks.", .parameters = "{\"type\":\"object\"}"};

#define ALL_SETTINGS                                                                               \
    "{\"temperature\":0.2,\"top_p\":0.9,\"top_k\":40,\"max_tokens\":4096,\"stop\":\"END\","        \
    "\"seed\":7,\"n\":2,\"frequency_penalty\":0.5,\"presence_penalty\":-0.5,\"logprobs\":true,"    \
    "\"top_logprobs\":3,\"tool_choice\":\"required\",\"parallel_tool_calls\":false,"               \
    "\"reasoning_max_tokens\":512,\"reasoning_exclude\":true,"                                     \
    "\"extra\":{\"top_p\":0.5,\"user\":\"me\",\"model\":\"x\",\"stream\":false,\"messages\":[]}}"

#endif
