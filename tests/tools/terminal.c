/*
 * sightline-test-terminal [-t SECONDS] PROGRAM [ARGUMENT…]: runs a program on a terminal of its
 * own, of 24 lines and 80 columns, without echo. What is read here is typed there, and after its
 * end nobody types; what the program shows is written here. Exits as the program does, and with 128
 * more than the signal that ended it. When the time is over, it says on stderr what the screen got
 * last, kills the program and its group, and exits with 124.
 */
#define _GNU_SOURCE /* posix_openpt */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { LINES = 24, COLUMNS = 80, SHOWN = LINES * COLUMNS, OVER = 124 };

struct terminal {
    int master;
    pid_t program;
    int status;      /* of the program when it has ended */
    bool open;       /* somebody may write on it */
    bool typing;     /* there may be more to be typed */
    char typed[256]; /* what the terminal did not take yet */
    size_t waiting;
    char shown[SHOWN]; /* last */
    size_t len;
    struct timespec end;
};

static void on_child(int number)
{
    (void)number; /* it is enough that something is waited for no more */
}

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "sightline-test-terminal: %s: %s\n", what, strerror(errno));
    exit(125);
}

static double seconds_to(struct timespec end)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(end.tv_sec - now.tv_sec) + (double)(end.tv_nsec - now.tv_nsec) / 1e9;
}

static void set_up(int screen)
{
    struct winsize size = {.ws_row = LINES, .ws_col = COLUMNS};
    struct termios modes;
    if (ioctl(screen, TIOCSWINSZ, &size) || tcgetattr(screen, &modes))
        die("the terminal");
    modes.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(screen, TCSANOW, &modes);
}

static _Noreturn void run(char **program, int screen, const sigset_t *mask)
{
    setsid();
    if (ioctl(screen, TIOCSCTTY, 0))
        die("the terminal");
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        dup2(screen, fd);
    close(screen);
    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(program[0], program);
    die(program[0]);
}

/* The program's end is told only while something is waited for in pass_on(). */
static void start(struct terminal *terminal, char **program, sigset_t *mask)
{
    struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_NOCLDSTOP};
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, mask);
    sigaction(SIGCHLD, &action, NULL);
    terminal->master = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal->master < 0 || grantpt(terminal->master) || unlockpt(terminal->master))
        die("a terminal");
    int screen = open(ptsname(terminal->master), O_RDWR | O_NOCTTY);
    if (screen < 0)
        die("a terminal");
    set_up(screen);
    terminal->program = fork();
    if (terminal->program < 0)
        die("fork");
    if (terminal->program == 0) {
        close(terminal->master);
        run(program, screen, mask);
    }
    close(screen);
    fcntl(terminal->master, F_SETFL, O_NONBLOCK);
}

static void remember(struct terminal *terminal, const char *bytes, size_t len)
{
    size_t kept = terminal->len + len > SHOWN ? SHOWN - len : terminal->len;
    memmove(terminal->shown, terminal->shown + terminal->len - kept, kept);
    memcpy(terminal->shown + kept, bytes, len);
    terminal->len = kept + len;
}

static void show(struct terminal *terminal)
{
    char bytes[SHOWN];
    ssize_t len = read(terminal->master, bytes, sizeof bytes);
    if (len <= 0) {
        terminal->open = len < 0 && errno == EINTR;
        return;
    }
    remember(terminal, bytes, (size_t)len);
    for (ssize_t done = 0, count; done < len; done += count)
        if ((count = write(STDOUT_FILENO, bytes + done, (size_t)(len - done))) < 0)
            die("stdout");
}

static void type(struct terminal *terminal)
{
    ssize_t count = write(terminal->master, terminal->typed, terminal->waiting);
    if (count <= 0)
        return;
    terminal->waiting -= (size_t)count;
    memmove(terminal->typed, terminal->typed + count, terminal->waiting);
}

static void take_typed(struct terminal *terminal)
{
    ssize_t len = read(STDIN_FILENO, terminal->typed, sizeof terminal->typed);
    terminal->waiting = len > 0 ? (size_t)len : 0;
    terminal->typing = len > 0 || (len < 0 && errno == EINTR);
}

/* Waits for what is to be passed on, and passes it on. */
static void pass_on(struct terminal *terminal, const struct timespec *wait, const sigset_t *mask)
{
    fd_set in, out;
    FD_ZERO(&in);
    FD_ZERO(&out);
    if (terminal->open)
        FD_SET(terminal->master, &in);
    if (terminal->open && terminal->waiting)
        FD_SET(terminal->master, &out);
    else if (terminal->typing)
        FD_SET(STDIN_FILENO, &in);
    if (pselect(terminal->master + 1, &in, &out, NULL, wait, mask) <= 0)
        return;
    if (FD_ISSET(terminal->master, &out))
        type(terminal);
    if (FD_ISSET(STDIN_FILENO, &in))
        take_typed(terminal);
    if (FD_ISSET(terminal->master, &in))
        show(terminal);
}

static bool has_ended(struct terminal *terminal)
{
    return waitpid(terminal->program, &terminal->status, WNOHANG) == terminal->program;
}

/* Until the program or its time ends; whether it was the program. */
static bool watch(struct terminal *terminal, const sigset_t *mask)
{
    double left;
    while ((left = seconds_to(terminal->end)) > 0) {
        struct timespec wait = {(time_t)left, (long)((left - (double)(time_t)left) * 1e9)};
        if (has_ended(terminal))
            return true;
        pass_on(terminal, &wait, mask);
    }
    return false;
}

static void tell_shown(const struct terminal *terminal)
{
    fputs("sightline-test-terminal: the time is over; the screen got last:\n", stderr);
    for (size_t i = 0; i < terminal->len; i++) {
        unsigned char byte = (unsigned char)terminal->shown[i];
        if (byte == '\n' || (byte >= ' ' && byte != 0x7F))
            fputc(byte, stderr);
        else if (byte != '\r')
            fprintf(stderr, "^%c", byte ^ '@');
    }
    fputc('\n', stderr);
}

static void kill_late(struct terminal *terminal)
{
    tell_shown(terminal);
    kill(-terminal->program, SIGKILL);
    while (waitpid(terminal->program, &terminal->status, 0) < 0 && errno == EINTR)
        continue;
}

static int finish(struct terminal *terminal, bool by_itself)
{
    if (!by_itself)
        kill_late(terminal);
    while (terminal->open)
        show(terminal);
    if (!by_itself)
        return OVER;
    return WIFSIGNALED(terminal->status) ? 128 + WTERMSIG(terminal->status)
                                         : WEXITSTATUS(terminal->status);
}

int main(int argc, char **argv)
{
    static struct terminal terminal = {.open = true, .typing = true};
    bool limited = argc > 2 && strcmp(argv[1], "-t") == 0;
    char **program = argv + (limited ? 3 : 1);
    sigset_t mask;
    if (argc < 2 || !*program) {
        fputs("usage: sightline-test-terminal [-t SECONDS] PROGRAM [ARGUMENT...]\n", stderr);
        return 125;
    }
    clock_gettime(CLOCK_MONOTONIC, &terminal.end);
    terminal.end.tv_sec += limited ? strtol(argv[2], NULL, 10) : 24L * 60 * 60;
    start(&terminal, program, &mask);
    return finish(&terminal, watch(&terminal, &mask));
}
