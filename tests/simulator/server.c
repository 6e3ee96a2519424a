/* Listening, and the threads of the connections. */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connection.h"
#include "http1.h"
#include "http2.h"
#include "journal.h"
#include "text.h"

struct job {
    const struct settings *settings;
    struct connection connection;
    pthread_t thread;
    atomic_bool done;
    struct job *next;
};

/* Only the accepting thread touches the list. */
struct server {
    const struct settings *settings;
    int stop_fd;
    struct job *jobs;
};

static void journal_greeting(const struct job *job)
{
    const struct connection *connection = &job->connection;
    if (!connection->tls)
        return;
    cJSON *event = journal_event("greeting", "connection", connection->number);
    cJSON_AddBoolToObject(event, "resumed", tls_is_resumed(connection->tls));
    journal_write(job->settings->journal, event);
}

static void speak(struct job *job, bool *broken)
{
    if (!connection_greet(&job->connection))
        return;
    journal_greeting(job);
    if (connection_speaks_http2(&job->connection))
        http2_serve(&job->connection, job->settings, broken);
    else
        http1_serve(&job->connection, job->settings, broken);
}

static void *serve(void *data)
{
    struct job *job = data;
    bool broken = false;
    if (job->settings->stall_hello)
        connection_wait(&job->connection, -1);
    else
        speak(job, &broken);
    connection_close(&job->connection, broken);
    job->done = true;
    return NULL;
}

static struct job *job_new(const struct server *server, int fd, long number)
{
    int on = 1;
    struct job *job = must_alloc(sizeof *job);
    struct connection *connection = &job->connection;
    job->settings = server->settings;
    job->next = server->jobs;
    job->done = false;
    connection->fd = fd;
    connection->stop_fd = server->stop_fd;
    connection->number = number;
    connection->start = connection->end = 0;
    connection->tls = server->settings->tls ? tls_new(server->settings->tls, fd) : NULL;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return job;
}

static void start(struct server *server, int fd, long number)
{
    struct job *job = job_new(server, fd, number);
    if (!pthread_create(&job->thread, NULL, serve, job)) {
        server->jobs = job;
        return;
    }
    connection_close(&job->connection, true);
    free(job);
}

/* Joins the threads that are done, or waits for all. */
static void reap(struct server *server, bool all)
{
    for (struct job **at = &server->jobs; *at;) {
        struct job *job = *at;
        if (!all && !job->done) {
            at = &job->next;
            continue;
        }
        *at = job->next;
        pthread_join(job->thread, NULL);
        free(job);
    }
}

static void accept_all(struct server *server, int listener)
{
    struct pollfd fds[] = {{listener, POLLIN, 0}, {server->stop_fd, POLLIN, 0}};
    for (long number = 1;;) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return;
        if (fds[1].revents)
            return;
        reap(server, false);
        int fd = fds[0].revents ? accept(listener, NULL, NULL) : -1;
        if (fd >= 0)
            start(server, fd, number++);
    }
}

static int listen_on(int port, int *actual)
{
    int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    socklen_t len = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 128) ||
        getsockname(fd, (struct sockaddr *)&address, &len)) {
        fprintf(stderr,
                "sightline-simulator: cannot listen on port %d: %s; choose another by "
                "--port, or 0 for a free one\n",
                port, strerror(errno));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    fcntl(fd, F_SETFL, O_NONBLOCK); /* a client may go between poll and accept */
    *actual = ntohs(address.sin_port);
    return fd;
}

int server_run(const struct settings *settings, int stop_fd)
{
    struct server server = {.settings = settings, .stop_fd = stop_fd};
    int port;
    int listener = listen_on(settings->port, &port);
    if (listener < 0)
        return 1;
    printf("listening on %s://127.0.0.1:%d/v1\n", settings->tls ? "https" : "http", port);
    fflush(stdout);
    accept_all(&server, listener);
    close(listener);
    reap(&server, true);
    return 0;
}
