/* Bytes in and out of one connection. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* POLLRDHUP */
#endif
#include "connection.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "journal.h"

#ifndef POLLRDHUP
#define POLLRDHUP 0 /* elsewhere POLLHUP, which is always reported, says it */
#endif

/* Above 0: ready; 0: the time has passed; below 0: the server is to stop. */
static int await(struct connection *connection, short events, int timeout_ms)
{
    struct pollfd fds[] = {{connection->fd, events, 0}, {connection->stop_fd, POLLIN, 0}};
    int ready;
    do
        ready = poll(fds, 2, timeout_ms);
    while (ready < 0 && errno == EINTR);
    return fds[1].revents ? -1 : ready;
}

static ssize_t plain_outcome(ssize_t done, int want)
{
    if (done >= 0)
        return done;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? want : IO_FAILED;
}

ssize_t connection_read_now(struct connection *connection, char *data, size_t len)
{
    if (connection->tls)
        return tls_read(connection->tls, data, len);
    return plain_outcome(recv(connection->fd, data, len, 0), IO_WANT_READ);
}

ssize_t connection_write_now(struct connection *connection, const char *data, size_t len)
{
    if (connection->tls)
        return tls_write(connection->tls, data, len);
    return plain_outcome(send(connection->fd, data, len, 0), IO_WANT_WRITE);
}

static bool await_wanted(struct connection *connection, ssize_t wanted)
{
    return wanted < IO_FAILED &&
           await(connection, wanted == IO_WANT_READ ? POLLIN : POLLOUT, -1) > 0;
}

static ssize_t receive(struct connection *connection, char *data, size_t len)
{
    for (;;) {
        ssize_t done = connection_read_now(connection, data, len);
        if (done >= 0 || !await_wanted(connection, done))
            return done;
    }
}

bool connection_greet(struct connection *connection)
{
    ssize_t done = 0;
    while (connection->tls && (done = tls_greet(connection->tls)) != 1) {
        if (!await_wanted(connection, done))
            return false;
    }
    return true;
}

bool connection_speaks_http2(const struct connection *connection)
{
    return connection->tls && tls_speaks_http2(connection->tls);
}

bool connection_fill(struct connection *connection)
{
    size_t held = connection->end - connection->start;
    if (connection->start) {
        memmove(connection->in, connection->in + connection->start, held);
        connection->start = 0;
        connection->end = held;
    }
    if (held == sizeof connection->in)
        return false;
    ssize_t got = receive(connection, connection->in + held, sizeof connection->in - held);
    if (got > 0)
        connection->end += (size_t)got;
    return got > 0;
}

ssize_t connection_read(struct connection *connection, char *data, size_t len)
{
    size_t held = connection->end - connection->start;
    if (!held)
        return receive(connection, data, len);
    if (held > len)
        held = len;
    memcpy(data, connection->in + connection->start, held);
    connection->start += held;
    return (ssize_t)held;
}

bool connection_write(struct connection *connection, const char *data, size_t len)
{
    while (len) {
        ssize_t done = connection_write_now(connection, data, len);
        if (done > 0) {
            data += done;
            len -= (size_t)done;
        } else if (!await_wanted(connection, done)) {
            return false;
        }
    }
    return true;
}

bool connection_wait(struct connection *connection, long ms)
{
    double until = now_ms() + (double)ms;
    for (double left = (double)ms; ms < 0 || left > 0; left = until - now_ms()) {
        if (await(connection, POLLRDHUP, ms < 0 ? -1 : (int)(left + 0.999)))
            return false;
    }
    return true;
}

/* Not so narrow that a piece is all that has room: the sender would wait for its timer to try
 * again. */
void connection_narrow(struct connection *connection)
{
    int size = 65536;
    setsockopt(connection->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

/* Closing while bytes wait to be read resets the connection, and the answer might be lost with it.
 */
static void await_end_of_input(struct connection *connection)
{
    char piece[4096];
    double until = now_ms() + 500;
    shutdown(connection->fd, SHUT_WR);
    for (double left = 500; left > 0; left = until - now_ms()) {
        if (await(connection, POLLIN, (int)left) <= 0 ||
            recv(connection->fd, piece, sizeof piece, 0) <= 0)
            return;
    }
}

void connection_close(struct connection *connection, bool broken)
{
    if (connection->tls && !broken)
        tls_end(connection->tls);
    if (!broken)
        await_end_of_input(connection);
    tls_free(connection->tls);
    close(connection->fd);
}
