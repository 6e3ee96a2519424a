/*
 * Everything happens on one thread, woken by three descriptors. An editor that does not read its
 * end holds up the client, not this process's memory.
 */
#define _GNU_SOURCE /* F_SETPIPE_SZ */

#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"

enum {
    OUTPUT_HIGH = 256 << 10, /* with so many bytes waiting, no more events are taken */
    OUTPUT_LOW = 64 << 10,   /* until they are down to this */
    OUTPUT_MAX = 64 << 20,   /* an editor that asks so much without reading is broken */
    PIPE_SIZE = 1 << 20,     /* as much as Linux allows everybody */
};

struct loop {
    const struct wire *wire;
    int input, output;
    struct sl_client *client;
    struct commands commands;
    struct bytes in, out;
    bool draining; /* the editor is behind */
    bool ended;    /* the editor has gone */
    struct sl_error *error;
    bool failed;
};

static void fail(struct loop *loop, const char *what)
{
    if (!loop->failed)
        sl_error_set(loop->error, SL_E_IO, "%s: %s", what, strerror(errno));
    loop->failed = true;
}

static void emit(const cJSON *event, void *data)
{
    struct loop *loop = data;

    if (!loop->failed && loop->wire->write(&loop->out, event)) {
        sl_error_set(loop->error, SL_E_TOO_LARGE, "the editor does not read its events");
        loop->failed = true;
    }
}

static void on_message(cJSON *message, const struct sl_error *error, void *data)
{
    struct loop *loop = data;

    if (message)
        commands_take(&loop->commands, message);
    else
        commands_refuse(&loop->commands, error->message);
}

static void read_input(struct loop *loop)
{
    static char chunk[WIRE_READ_MAX];
    ssize_t got = read(loop->input, chunk, sizeof chunk);

    if (got == 0)
        loop->ended = true;
    else if (got < 0 && errno != EINTR && errno != EAGAIN)
        fail(loop, "reading from the editor");
    else if (got > 0 &&
             wire_feed(loop->wire, &loop->in, chunk, (size_t)got, on_message, loop, loop->error))
        loop->failed = true;
    if (got > 0)
        wipe(chunk, (size_t)got);
}

static void write_output(struct loop *loop)
{
    size_t done = 0;

    while (done < loop->out.len) {
        ssize_t put = write(loop->output, loop->out.data + done, loop->out.len - done);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0 && errno == EPIPE)
            loop->ended = true;
        else if (put < 0 && errno != EAGAIN)
            fail(loop, "writing to the editor");
        if (put < 0)
            break;
        done += (size_t)put;
    }
    bytes_drop(&loop->out, done);
    if (loop->out.len >= OUTPUT_HIGH)
        loop->draining = true;
    else if (loop->out.len <= OUTPUT_LOW)
        loop->draining = false;
}

/* Waits for something to do and does it. */
static void turn(struct loop *loop)
{
    struct pollfd ready[] = {
        {.fd = loop->input, .events = POLLIN},
        {.fd = loop->out.len ? loop->output : -1, .events = POLLOUT},
        {.fd = loop->draining ? -1 : sl_client_fd(loop->client), .events = POLLIN},
    };

    if (poll(ready, sizeof ready / sizeof *ready, -1) < 0) {
        if (errno != EINTR)
            fail(loop, "waiting for the editor");
        return;
    }
    if (ready[0].revents)
        read_input(loop);
    if (ready[2].revents)
        sl_client_dispatch(loop->client);
    write_output(loop);
}

/* Only our end: a pipe or socket to the editor, whose other end is a description of its own. */
static int set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

/* Vim waits 10 ms before it goes on with a message of which the pipe took a part. */
static void widen_pipe(int fd)
{
#ifdef F_SETPIPE_SZ
    (void)fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
#else
    (void)fd;
#endif
}

int loop_run(const struct wire *wire, int input, int output, struct sl_error *error)
{
    struct sl_client_options options = SL_CLIENT_OPTIONS_INIT;
    struct loop loop = {
        .wire = wire,
        .input = input,
        .output = output,
        .in.max = WIRE_INPUT_MAX,
        .out.max = OUTPUT_MAX,
        .error = error,
    };

    widen_pipe(input);
    options.setup_hint = "run :Sight setup";
    options.eager = true; /* a command has started this process */
    if (sl_client_new(&loop.client, &options, error))
        return -1;
    commands_init(&loop.commands, loop.client, wire->text_max, emit, &loop);
    if (set_nonblocking(output))
        fail(&loop, "the output to the editor");
    while (!loop.ended && !loop.failed)
        turn(&loop);
    sl_client_free(loop.client);
    commands_release(&loop.commands);
    bytes_release(&loop.in);
    bytes_release(&loop.out);
    return loop.failed ? -1 : 0;
}
