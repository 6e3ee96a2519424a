/*
 * Fuzzes what a server sends: whatever comes, and however it is cut off, a request ends in one
 * terminal event, and all that a person gets to read of it is text without control characters.
 *
 * The first byte chooses the provider and what is asked of it. The rest is what the server answers:
 * between bytes of 0xff one answer after the other, each followed by the end of its connection. One
 * that does not begin with a status line is the body of an event stream.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sightline/sightline.h>

#include "buf.h"
#include "fuzz.h"
#include "utf8.h"

enum {
    MOST_CONNECTIONS = 8,
    MOST_REQUEST = 1 << 20,
    PATIENCE = 60000, /* milliseconds until something happens */
    WIDE = 1100,      /* a picture that is sent smaller, so that it can be looked at closer */
    HIGH = 40,
    NOISE = 48, /* one whose bytes are worth storing */
};

#define KEY "sk-fuzz-1234567890"
#define STREAM "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

int LLVMFuzzerInitialize(int *argc, char ***argv);

static unsigned char wide[WIDE * HIGH * 3], noise[NOISE * NOISE * 3];

struct connection {
    int fd; /* or -1 */
    struct sl__buf request;
};

static struct server {
    int listener;
    struct connection connections[MOST_CONNECTIONS];
    const unsigned char *answers;
    size_t len;
} server;

struct seen {
    unsigned terminals;
};

static void write_config(unsigned port)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/config.json", fuzz_place());
    FILE *file = fopen(path, "w");
    if (!file)
        abort();
    fprintf(file, "{\"files\": {\"policy\": \"always\"}, \"budget\": {\"day\": 1000},"
                  " \"models\": {\"step-3.7-flash\": {\"max_pictures\": 2}}, \"providers\": {");
    static const char *const rows[] = {
        "\"chat\": {\"like\": \"stepfun\",",
        ", \"messages\": {\"like\": \"stepfun\", \"protocol\": \"messages\",",
        ", \"router\": {\"like\": \"openrouter\", \"options\": {\"n\": 2, \"logprobs\": true},",
        ", \"whole\": {\"like\": \"stepfun\", \"stream\": false,"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        fprintf(file,
                "%s \"base_url\": \"http://127.0.0.1:%u/v1\", \"model\": \"step-3.7-flash\","
                " \"key_env\": \"FUZZ_KEY\", \"retries\": 0}",
                rows[i], port);
    fprintf(file, "}}");
    if (fclose(file))
        abort();
    setenv("SIGHTLINE_CONFIG", path, 1);
    setenv("FUZZ_KEY", KEY, 1);
    setenv("SIGHTLINE_LOOPBACK_ONLY", "1", 1);
    setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", 1);
}

static void fill_pictures(void)
{
    unsigned random = 1;
    for (size_t i = 0; i < sizeof wide; i++)
        wide[i] = (unsigned char)(i / 3 % WIDE / 16 * 16);
    for (size_t i = 0; i < sizeof noise; i++) {
        random = random * 1103515245u + 12345u;
        noise[i] = (unsigned char)(random >> 16);
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    (void)argc, (void)argv;
    server.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(server.listener, (struct sockaddr *)&address, len) != 0 ||
        listen(server.listener, MOST_CONNECTIONS) != 0 ||
        getsockname(server.listener, (struct sockaddr *)&address, &len) != 0)
        abort();
    for (size_t i = 0; i < MOST_CONNECTIONS; i++)
        server.connections[i].fd = -1;
    write_config(ntohs(address.sin_port));
    fill_pictures();
    return 0;
}

static void hang_up(struct connection *connection)
{
    close(connection->fd);
    connection->fd = -1;
    sl__buf_release(&connection->request);
}

static void accept_one(void)
{
    int fd = accept4(server.listener, NULL, NULL, SOCK_CLOEXEC);
    for (size_t i = 0; i < MOST_CONNECTIONS; i++) {
        if (server.connections[i].fd < 0) {
            server.connections[i] =
                (struct connection){.fd = fd, .request = SL__BUF_INIT(MOST_REQUEST)};
            return;
        }
    }
    close(fd);
}

static bool is_whole(const struct sl__buf *request)
{
    const char *end = request->len > 0 ? strstr(request->data, "\r\n\r\n") : NULL;
    const char *length = end ? strstr(request->data, "Content-Length:") : NULL;
    size_t body = length && length < end ? strtoul(length + 15, NULL, 10) : 0;
    return end && request->len >= (size_t)(end - request->data) + 4 + body;
}

/* What cannot be sent at once is what a connection that breaks would have lost. */
static void answer(int fd)
{
    const unsigned char *end = server.len ? memchr(server.answers, 0xff, server.len) : NULL;
    size_t len = end ? (size_t)(end - server.answers) : server.len;
    if (len < 5 || memcmp(server.answers, "HTTP/", 5) != 0)
        send(fd, STREAM, strlen(STREAM), MSG_NOSIGNAL | MSG_DONTWAIT);
    send(fd, server.answers, len, MSG_NOSIGNAL | MSG_DONTWAIT);
    len += end != NULL;
    server.answers += len;
    server.len -= len;
}

static void receive(struct connection *connection)
{
    char some[65536];
    ssize_t count = recv(connection->fd, some, sizeof some, 0);
    bool going = count > 0 && sl__buf_add(&connection->request, some, (size_t)count) == 0;
    if (going && !is_whole(&connection->request))
        return;
    if (going)
        answer(connection->fd);
    hang_up(connection);
}

/* Lets the client and the server do what can be done now, and waits for that. */
static void turn(struct sl_client *client)
{
    struct pollfd ready[2 + MOST_CONNECTIONS] = {
        {.fd = sl_client_fd(client), .events = POLLIN},
        {.fd = server.listener, .events = POLLIN},
    };
    for (size_t i = 0; i < MOST_CONNECTIONS; i++)
        ready[2 + i] = (struct pollfd){.fd = server.connections[i].fd, .events = POLLIN};
    int count = poll(ready, sizeof ready / sizeof *ready, PATIENCE);
    if (count == 0)
        abort();
    if (count < 0) /* libFuzzer's clock */
        return;
    for (size_t i = 0; i < MOST_CONNECTIONS; i++)
        if (ready[2 + i].revents)
            receive(&server.connections[i]);
    if (ready[1].revents)
        accept_one();
    if (ready[0].revents)
        sl_client_dispatch(client);
}

static bool is_control(unsigned code)
{
    return (code < ' ' && code != '\n' && code != '\t') || (code >= 0x7f && code < 0xa0);
}

static void check_text(const char *text, size_t len)
{
    if (!sl__utf8_is_valid(text, len) || strlen(text) != len)
        abort();
    while (len > 0) {
        struct sl__utf8 next = sl__utf8_next(text, len);
        if (is_control(next.code))
            abort();
        text += next.length;
        len -= next.length;
    }
}

static void check_sentence(const char *text)
{
    check_text(text, strlen(text));
    if (!*text || strchr(text, '\n') || strstr(text, KEY))
        abort();
}

static void on_event(const struct sl_event *event, void *data)
{
    struct seen *seen = data;
    check_text(event->text, event->len);
    check_text(event->model, strlen(event->model));
    if (seen->terminals > 0)
        abort();
    seen->terminals += event->type == SL_EVENT_DONE || event->type == SL_EVENT_FAILED;
    if (event->type == SL_EVENT_NOTE || event->type == SL_EVENT_TOOL)
        check_sentence(event->text);
    if (event->type == SL_EVENT_FAILED)
        check_sentence(event->error->message);
    if (event->type == SL_EVENT_STORED)
        check_text(event->stored->name, strlen(event->stored->name));
}

static struct sl_media pixels(const unsigned char *rgb, uint32_t width, uint32_t height)
{
    return (struct sl_media){.kind = SL_MEDIA_PIXELS,
                             .name = "picture",
                             .pixels = {.data = rgb,
                                        .width = width,
                                        .height = height,
                                        .stride = 3 * (size_t)width,
                                        .format = SL_PIXELS_RGB8}};
}

struct talk {
    struct sl_client *client;
    struct sl_conversation *conversation;
    struct seen *seen;
};

static int ask(const struct talk *talk, const char *task, size_t pictures, const char *selection)
{
    const struct sl_media media[] = {pixels(wide, WIDE, HIGH), pixels(noise, NOISE, NOISE),
                                     pixels(wide, WIDE / 2, HIGH)};
    const struct sl_request request = {.task = task,
                                       .media = media,
                                       .media_count = pictures,
                                       .instruction = "Look.",
                                       .selection = selection,
                                       .detail = "low",
                                       .conversation = talk->conversation};
    uint64_t id;
    return sl_client_start(talk->client, &request, on_event, talk->seen, &id, NULL);
}

static int ask_words(const struct talk *talk)
{
    return ask(talk, "ask", 0, NULL);
}

static int ask_picture(const struct talk *talk)
{
    return ask(talk, "ask", 1, NULL);
}

static int ask_groups(const struct talk *talk)
{
    return ask(talk, "describe", 3, NULL);
}

static int ask_stored(const struct talk *talk)
{
    return ask(talk, "describe", 2, NULL);
}

static int ask_json(const struct talk *talk)
{
    return ask(talk, "receipt", 1, NULL);
}

static int ask_code(const struct talk *talk)
{
    return ask(talk, "code", 1, NULL);
}

static int rewrite(const struct talk *talk)
{
    return ask(talk, "rewrite", 0, "int i;");
}

static int list_models(const struct talk *talk)
{
    uint64_t id;
    return sl_client_models(talk->client, on_event, talk->seen, &id, NULL);
}

static int list_files(const struct talk *talk)
{
    uint64_t id;
    return sl_client_files(talk->client, on_event, talk->seen, &id, NULL);
}

static int show_file(const struct talk *talk)
{
    uint64_t id;
    return sl_client_file(talk->client, "file-1", on_event, talk->seen, &id, NULL);
}

static int store(const struct talk *talk)
{
    const struct sl_media media = pixels(noise, NOISE, NOISE);
    uint64_t id;
    return sl_client_store(talk->client, &media, NULL, on_event, talk->seen, &id, NULL);
}

static int delete_files(const struct talk *talk)
{
    const char *const files[] = {"file-1", "file-2"};
    uint64_t id;
    return sl_client_delete_files(talk->client, files, 2, on_event, talk->seen, &id, NULL);
}

static int check(const struct talk *talk)
{
    uint64_t id;
    return sl_client_check(talk->client, on_event, talk->seen, &id, NULL);
}

/* Twice, so that a conversation goes on from what the server said. */
static void run(struct talk *talk, int (*start)(const struct talk *talk))
{
    for (int i = 0; i < 2; i++) {
        struct seen seen = {.terminals = 0};
        talk->seen = &seen;
        if (start(talk))
            return;
        while (seen.terminals == 0)
            turn(talk->client);
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    static const char *const providers[] = {"chat", "messages", "router", "whole"};
    static int (*const starts[])(const struct talk *talk) = {
        ask_words,   ask_picture, ask_groups, ask_stored, ask_json, ask_code,    rewrite,
        list_models, list_files,  show_file,  store,      check,    delete_files};
    struct talk talk = {.client = NULL};
    if (len == 0)
        return 0;
    fuzz_forget();
    server.answers = data + 1;
    server.len = len - 1;
    if (sl_client_new(&talk.client, NULL, NULL) || sl_conversation_new(&talk.conversation, NULL) ||
        sl_client_choose(talk.client, providers[data[0] >> 4 & 3], NULL, NULL))
        abort();
    run(&talk, starts[(data[0] & 15) % (sizeof starts / sizeof *starts)]);
    sl_client_free(talk.client);
    sl_conversation_free(talk.conversation);
    for (size_t i = 0; i < MOST_CONNECTIONS; i++)
        if (server.connections[i].fd >= 0)
            hang_up(&server.connections[i]);
    return 0;
}
