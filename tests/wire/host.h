/* A host that asks a scripted server about a picture, and keeps what it is told. */
#ifndef TESTS_HOST_H
#define TESTS_HOST_H

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <sightline/sightline.h>

#include "harness.h"
#include "peer.h"
#include "place.h"

/* A picture of one white pixel, with nothing to leave out, and its base64 as other programs give
 * it. */
static const unsigned char PIXEL[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48,
    0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00,
    0x00, 0x90, 0x77, 0x53, 0xde, 0x00, 0x00, 0x00, 0x0c, 0x49, 0x44, 0x41, 0x54, 0x08,
    0xd7, 0x63, 0xf8, 0xff, 0xff, 0x3f, 0x00, 0x05, 0xfe, 0x02, 0xfe, 0xdc, 0xcc, 0x59,
    0xe7, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};
#define PIXEL_BASE64                                                                               \
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVQI12P4//8/AAX+Av7czFnnAAAAAElFTkSuQmCC"

#define STREAM "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#define CLOSING STREAM "Connection: close\r\n\r\n"
#define DELTA(text) "data: {\"choices\":[{\"delta\":{\"content\":\"" text "\"}}]}\n\n"
#define STOP "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
#define DONE "data: [DONE]\n\n"

/* What the host saw of one request. */
struct seen {
    struct sl__buf text, reasoning, notes, tools, order;
    enum sl_phase phase;
    uint64_t tokens; /* that the question was said to have, when it was uploaded */
    int terminals;
    enum sl_event_type terminal;
    struct sl_error error;
    struct sl_usage usage;
    char model[64];
    bool after_terminal;
};

static inline void seen_init(struct seen *seen)
{
    struct sl__buf empty = SL__BUF_INIT(1u << 20);
    *seen = (struct seen){
        .text = empty, .reasoning = empty, .notes = empty, .tools = empty, .order = empty};
}

static inline void seen_release(struct seen *seen)
{
    sl__buf_release(&seen->text);
    sl__buf_release(&seen->reasoning);
    sl__buf_release(&seen->notes);
    sl__buf_release(&seen->tools);
    sl__buf_release(&seen->order);
}

static inline void on_event(const struct sl_event *event, void *data)
{
    struct seen *seen = data;
    seen->after_terminal = seen->after_terminal || seen->terminals > 0;
    assert_int_equal(strlen(event->text), event->len);
    switch (event->type) {
    case SL_EVENT_PROGRESS:
        if (event->phase != seen->phase)
            sl__buf_addf(&seen->order, "%s ", sl_phase_name(event->phase));
        seen->phase = event->phase;
        if (event->phase == SL_PHASE_UPLOADING)
            seen->tokens = event->tokens;
        break;
    case SL_EVENT_TEXT:
        sl__buf_adds(&seen->text, event->text);
        break;
    case SL_EVENT_REASONING:
        sl__buf_adds(&seen->reasoning, event->text);
        break;
    case SL_EVENT_NOTE:
        sl__buf_addf(&seen->notes, "%d %s\n", (int)event->level, event->text);
        break;
    case SL_EVENT_TOOL:
        sl__buf_addf(&seen->tools, "%s\n", event->text);
        break;
    case SL_EVENT_FILE:
    case SL_EVENT_STORED:
        break;
    default:
        seen->terminals++;
        seen->terminal = event->type;
        seen->usage = event->usage;
        snprintf(seen->model, sizeof seen->model, "%s", event->model);
        if (event->error)
            seen->error = *event->error;
    }
}

static inline void said(const char *text, const char *words)
{
    if (!strstr(text, words))
        fail_msg("“%s” is not in “%s”", words, text);
}

static inline void dispatch_until_terminal(struct sl_client *client, const struct seen *seen)
{
    struct pollfd ready = {.fd = sl_client_fd(client), .events = POLLIN};
    while (seen->terminals == 0) {
        if (poll(&ready, 1, -1) <= 0)
            fail_msg("the client cannot be waited for");
        sl_client_dispatch(client);
    }
}

static inline struct sl_client *new_client(void)
{
    struct sl_client_options options = {.setup_hint = "run the set-up"};
    struct sl_client *client = NULL;
    assert_int_equal(sl_client_new(&client, &options, NULL), 0);
    return client;
}

static inline uint64_t start_pixel(struct sl_client *client, struct seen *seen)
{
    struct sl_media media = {.kind = SL_MEDIA_BYTES, .bytes = PIXEL, .len = sizeof PIXEL};
    struct sl_request request = {
        .task = "describe", .media = &media, .media_count = 1, .instruction = "Say \"hi\"."};
    struct sl_error error = SL_ERROR_INIT;
    uint64_t id = 0;
    seen_init(seen);
    if (sl_client_start(client, &request, on_event, seen, &id, &error))
        fail_msg("%s", error.message);
    assert_int_not_equal(id, 0);
    return id;
}

static inline void ask(struct sl_client *client, struct seen *seen)
{
    start_pixel(client, seen);
    dispatch_until_terminal(client, seen);
    assert_int_equal(seen->terminals, 1);
    assert_false(seen->after_terminal);
}

/*
 * Makes the peer the endpoint, without retries. `settings` are more of the provider's members, each
 * with a comma before it.
 */
static inline void use_peer(const struct peer *peer, const char *provider, const char *settings)
{
    char url[64], config[512];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/v1", peer->port);
    setenv("SIGHTLINE_BASE_URL", url, 1);
    setenv("SIGHTLINE_PROVIDER", provider, 1);
    /* A proxy that nothing listens at: loopback must not go through it. */
    setenv("http_proxy", "http://127.0.0.1:9", 1);
    setenv("all_proxy", "http://127.0.0.1:9", 1);
    /* The prompt is the task's own business; here it must not change under the test. */
    put_file("tasks/describe.task",
             "media: image+\ndetail: low\neffort: low\n\nLook. {{instruction}}\n", 0644);
    snprintf(config, sizeof config,
             "{\"tasks_dir\": \"~/tasks\", \"providers\": {\"%s\": {\"retries\": 0%s}}}", provider,
             settings);
    put_file(".config/sightline/config.json", config, 0644);
}

/* A peer and a client that talks to it. */
struct pair {
    struct peer peer;
    struct sl_client *client;
};

static inline void pair_start(struct pair *pair, const struct peer_script *scripts, int count,
                              const char *provider)
{
    peer_start(&pair->peer, scripts, count);
    use_peer(&pair->peer, provider, "");
    pair->client = new_client();
}

/* Afterwards what the peer received can be looked at, until peer_release. */
static inline void pair_stop(struct pair *pair)
{
    sl_client_free(pair->client);
    peer_stop(&pair->peer);
}

/* One request and its answer. */
static inline void converse(struct pair *pair, const struct peer_script *script,
                            const char *provider, struct seen *seen)
{
    pair_start(pair, script, 1, provider);
    ask(pair->client, seen);
    pair_stop(pair);
}

/* Waits for the first text of a request that goes on. */
static inline uint64_t start_and_await_text(struct sl_client *client, struct seen *seen)
{
    uint64_t id = start_pixel(client, seen);
    struct pollfd ready = {.fd = sl_client_fd(client), .events = POLLIN};
    while (seen->text.len == 0 && poll(&ready, 1, -1) > 0)
        sl_client_dispatch(client);
    return id;
}

#endif
