/*
 * sightline-test-serve FOLDER LOG [PORT]: a web server for files, on a port of 127.0.0.1 that it
 * prints. /to?ADDRESS redirects there, /missing is not there, /endless never ends. Who takes it for
 * a proxy is asked for a password, and with one is led to PORT, whatever was asked for. The head of
 * each request is appended to LOG.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool send_all(int to, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t sent = write(to, bytes, len);
        if (sent <= 0)
            return false;
        bytes += sent;
        len -= (size_t)sent;
    }
    return true;
}

static void send_text(int to, const char *text)
{
    send_all(to, text, strlen(text));
}

static void send_endless(int to)
{
    char zeros[65536] = {0};
    send_text(to, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    while (send_all(to, zeros, sizeof zeros))
        ;
}

static void send_file(int to, const char *folder, const char *path)
{
    char name[4096], bytes[65536];
    snprintf(name, sizeof name, "%s%s", folder, path);
    int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        send_text(to, "HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\nThere is no such file.");
        return;
    }
    send_text(to, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n");
    for (ssize_t len; (len = read(file, bytes, sizeof bytes)) > 0;)
        send_all(to, bytes, (size_t)len);
    close(file);
}

static void redirect(int to, const char *address)
{
    char head[4200];
    snprintf(head, sizeof head,
             "HTTP/1.1 302 Found\r\nLocation: %s\r\nConnection: close\r\n\r\nIt is elsewhere.",
             address);
    send_text(to, head);
}

static void ask_for_password(int to)
{
    send_text(to, "HTTP/1.1 407 Proxy Authentication Required\r\n"
                  "Proxy-Authenticate: Basic realm=\"proxy\"\r\n"
                  "Content-Length: 0\r\nConnection: close\r\n\r\n");
}

static int connect_to(const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)strtoul(port, NULL, 10))};
    int server = socket(AF_INET, SOCK_STREAM, 0);
    if (server >= 0 && connect(server, (struct sockaddr *)&address, sizeof address) == 0)
        return server;
    close(server);
    return -1;
}

static bool pass_on(int from, int to)
{
    char bytes[65536];
    ssize_t len = read(from, bytes, sizeof bytes);
    return len > 0 && send_all(to, bytes, (size_t)len);
}

/* Until either end has had enough. */
static void tunnel(int client, const char *port)
{
    int server = connect_to(port);
    struct pollfd ends[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    bool open = server >= 0;
    send_text(client, open ? "HTTP/1.1 200 Connection established\r\n\r\n"
                           : "HTTP/1.1 502 Bad Gateway\r\n\r\n");
    while (open && poll(ends, 2, -1) > 0) {
        if (ends[0].revents)
            open = pass_on(client, server);
        if (open && ends[1].revents)
            open = pass_on(server, client);
    }
    close(server);
}

/* Up to the empty line. */
static bool read_head(int from, char *head, size_t room)
{
    size_t len = 0;
    head[0] = '\0';
    while (!strstr(head, "\r\n\r\n")) {
        ssize_t got = len + 1 < room ? read(from, head + len, room - len - 1) : 0;
        if (got <= 0)
            return false;
        len += (size_t)got;
        head[len] = '\0';
    }
    return true;
}

static void serve(int client, const char *folder, FILE *log, const char *port)
{
    char head[8192], path[4096];
    if (!read_head(client, head, sizeof head))
        return;
    fputs(head, log);
    fflush(log);
    if (strncmp(head, "CONNECT ", 8) == 0 && port && strstr(head, "\r\nProxy-Authorization: "))
        tunnel(client, port);
    else if (strncmp(head, "CONNECT ", 8) == 0)
        ask_for_password(client);
    if (sscanf(head, "GET %4095s HTTP/1.1", path) != 1)
        return;
    if (strncmp(path, "/to?", 4) == 0)
        redirect(client, path + 4);
    else if (strcmp(path, "/endless") == 0)
        send_endless(client);
    else
        send_file(client, folder, path);
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    FILE *log = argc == 3 || argc == 4 ? fopen(argv[2], "a") : NULL;
    signal(SIGPIPE, SIG_IGN);
    if (!log || bind(listener, (struct sockaddr *)&address, len) != 0 ||
        listen(listener, 16) != 0 || getsockname(listener, (struct sockaddr *)&address, &len) != 0)
        return 1;
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (int client; (client = accept(listener, NULL, NULL)) >= 0;) {
        serve(client, argv[1], log, argv[3]);
        close(client);
    }
    return 0;
}
