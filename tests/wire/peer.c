/* A scripted server. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "peer.h"
#include "thread.h"

enum { MAX_REQUEST = 64 << 20 };

/* Reads until `buf` holds a whole request. False when the client went before. */
static bool read_request(int socket, struct sl__buf *buf)
{
    char chunk[65536];
    size_t want = 0;
    for (;;) {
        const char *end = buf->len > 0 ? strstr(buf->data, "\r\n\r\n") : NULL;
        if (end && want == 0) {
            const char *length = strstr(buf->data, "Content-Length:");
            want = (size_t)(end - buf->data) + 4 + (length ? strtoul(length + 15, NULL, 10) : 0);
        }
        if (end && buf->len >= want)
            return true;
        ssize_t count = recv(socket, chunk, sizeof chunk, 0);
        if (count <= 0 || sl__buf_add(buf, chunk, (size_t)count) != 0)
            return false;
    }
}

static void write_answer(int socket, const struct peer_script *script)
{
    size_t len = strlen(script->answer), piece = script->piece ? script->piece : len;
    for (size_t at = 0; at < len; at += piece) {
        size_t count = piece < len - at ? piece : len - at;
        if (send(socket, script->answer + at, count, 0) < 0)
            return;
    }
}

static void end_connection(int socket, enum peer_end end)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    if (end == PEER_RESET)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(socket);
}

/* Serves one connection; returns how many scripts are used up by then. */
static int serve(struct peer *peer, int socket, int next)
{
    int one = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    enum peer_end end = PEER_KEEP;
    fcntl(socket, F_SETFD, FD_CLOEXEC);
    peer->connections++;
    while (end == PEER_KEEP && next < peer->script_count) {
        struct peer_request *request = &peer->requests[peer->request_count];
        request->bytes = (struct sl__buf)SL__BUF_INIT(MAX_REQUEST);
        request->connection = peer->connections;
        if (!read_request(socket, &request->bytes)) {
            sl__buf_release(&request->bytes);
            break;
        }
        peer->request_count++;
        end = peer->scripts[next].end;
        write_answer(socket, &peer->scripts[next++]);
        char byte;
        if (end == PEER_HOLD && recv(socket, &byte, 1, 0) <= 0)
            request->gone_ms = sl__now_ms();
    }
    end_connection(socket, end);
    atomic_fetch_add(&peer->closed, 1);
    return next;
}

static void *run(void *argument)
{
    struct peer *peer = argument;
    for (int next = 0; next < peer->script_count;) {
        int socket = accept(peer->listener, NULL, NULL);
        if (socket < 0)
            break;
        next = serve(peer, socket, next);
    }
    return NULL;
}

void peer_start(struct peer *peer, const struct peer_script *scripts, int count)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    memset(peer, 0, sizeof *peer);
    peer->scripts = scripts;
    peer->script_count = count;
    peer->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(peer->listener, (struct sockaddr *)&address, len) != 0 ||
        listen(peer->listener, 16) != 0 ||
        getsockname(peer->listener, (struct sockaddr *)&address, &len) != 0 ||
        sl__thread_start(&peer->thread, run, peer) != 0)
        abort();
    peer->port = ntohs(address.sin_port);
}

void peer_wait_closed(struct peer *peer, int count)
{
    while (atomic_load(&peer->closed) < count)
        sched_yield();
}

void peer_stop(struct peer *peer)
{
    shutdown(peer->listener, SHUT_RDWR);
    pthread_join(peer->thread, NULL);
    close(peer->listener);
}

void peer_release(struct peer *peer)
{
    for (int i = 0; i < peer->request_count; i++)
        sl__buf_release(&peer->requests[i].bytes);
}
