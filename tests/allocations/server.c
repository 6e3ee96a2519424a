/* A server that answers by a table, each connection in a process of its own. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif
#include <unistd.h>

#include "server.h"

static char request[1 << 20];

/* Reads one request. False when the client went before. */
static bool read_request(int socket)
{
    size_t len = 0, want = 0;
    while (len < sizeof request - 1) {
        ssize_t count = recv(socket, request + len, sizeof request - 1 - len, 0);
        if (count <= 0)
            return false;
        len += (size_t)count;
        request[len] = '\0';
        const char *end = strstr(request, "\r\n\r\n"), *length = strstr(request, "Content-Length:");
        if (end)
            want = (size_t)(end + 4 - request) + (length ? strtoul(length + 15, NULL, 10) : 0);
        if (end && len >= want)
            return true;
    }
    return false;
}

static const char *choose(const struct server_row *rows, int count)
{
    const char *path = strchr(request, ' ');
    for (int i = 0; path && i < count; i++)
        if (strncmp(path + 1, rows[i].path, strlen(rows[i].path)) == 0 &&
            (!rows[i].word || strstr(request, rows[i].word)))
            return rows[i].answer;
    return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
}

static void die_with_parent(void)
{
#if defined(__linux__)
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

/* Until the client goes, so that no answer is lost. */
static void serve(int socket, const struct server_row *rows, int count)
{
    if (read_request(socket)) {
        const char *answer = choose(rows, count);
        send(socket, answer, strlen(answer), MSG_NOSIGNAL);
        shutdown(socket, SHUT_WR);
        while (recv(socket, request, sizeof request, 0) > 0)
            ;
    }
    _exit(0);
}

static void serve_all(int listener, const struct server_row *rows, int count)
{
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int socket = accept(listener, NULL, NULL);
        if (socket < 0)
            _exit(0);
        if (fork() == 0) {
            die_with_parent();
            serve(socket, rows, count);
        }
        close(socket);
    }
}

int server_start(const struct server_row *rows, int count)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, len) != 0 || listen(listener, 16) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &len) != 0)
        abort();
    pid_t child = fork();
    if (child < 0)
        abort();
    if (child == 0) {
        die_with_parent();
        serve_all(listener, rows, count);
    }
    close(listener);
    return ntohs(address.sin_port);
}
