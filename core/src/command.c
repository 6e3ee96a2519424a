/* Runs a program for its output. */
#define _GNU_SOURCE /* POSIX_SPAWN_SETSID, posix_spawn_file_actions_addclosefrom_np */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "descriptor.h"

extern char **environ;

enum { CHECK_MS = 20, MOST_DESCRIPTORS = 1024 };

static bool is_hidden(const char *variable, const char *const hidden[])
{
    for (size_t i = 0; hidden[i]; i++) {
        size_t len = strlen(hidden[i]);
        if (strncmp(variable, hidden[i], len) == 0 && variable[len] == '=')
            return true;
    }
    return false;
}

static char **visible_environment(const char *const hidden[])
{
    size_t count = 0, kept = 0;
    while (environ[count])
        count++;
    char **visible = calloc(count + 1, sizeof *visible);
    for (size_t i = 0; visible && i < count; i++) {
        if (!is_hidden(environ[i], hidden))
            visible[kept++] = environ[i];
    }
    return visible;
}

/* What the host holds open is not to be held open by the child. */
static void let_go(posix_spawn_file_actions_t *actions)
{
#ifdef SIGHTLINE_ADDCLOSEFROM
    posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
#else
    for (int fd = STDERR_FILENO + 1; fd < MOST_DESCRIPTORS; fd++)
        if (fcntl(fd, F_GETFD) == 0) /* open, and not to be closed by itself */
            posix_spawn_file_actions_addclose(actions, fd);
#endif
}

static int spawn(char *const argv[], char *const environment[], int output, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, reset;
    sigemptyset(&none);
    sigemptyset(&reset);
    sigaddset(&reset, SIGPIPE);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    let_go(&actions);
    posix_spawnattr_setflags(
        &attributes, (short)(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &reset);
    int failed = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/* Reads what is there now. */
static int drain(int input, struct sl__buf *out)
{
    char chunk[1024];
    ssize_t count;
    int code = 0;
    while (!code && (count = read(input, chunk, sizeof chunk)) > 0)
        code = sl__buf_add(out, chunk, (size_t)count);
    sl__wipe(chunk, sizeof chunk);
    return code;
}

/* What ends the wait before the program does, as a code with its sentence; 0 for nothing. */
static int interruption(const char *name, int code, int64_t deadline, const atomic_bool *cancel,
                        struct sl_error *error)
{
    if (code == SL_E_TOO_LARGE)
        return sl_error_set(error, code,
                            "%s printed too much; it must print the key and nothing else", name);
    if (code)
        return sl_error_set(error, code, "there is no memory left for what %s prints", name);
    if (cancel && atomic_load(cancel))
        return sl_error_set(error, SL_E_CANCELLED, "%s was stopped", name);
    if (sl__now_ms() >= deadline)
        return sl_error_set(error, SL_E_TIMEOUT,
                            "%s did not end in time; run it in a terminal to see what it waits for",
                            name);
    return 0;
}

/*
 * Waits for the program, whatever it does with its output: one that closes it and goes on is still
 * waited for, and a child that it leaves behind with the output open is not.
 */
static int await_end(pid_t pid, int input, const char *name, int64_t deadline,
                     const atomic_bool *cancel, struct sl__buf *out, int *status,
                     struct sl_error *error)
{
    for (;;) {
        pid_t ended = waitpid(pid, status, WNOHANG);
        int code = interruption(name, drain(input, out), deadline, cancel, error);
        if (code) {
            kill(-pid, SIGKILL);
            while (ended == 0 && waitpid(pid, status, 0) < 0 && errno == EINTR)
                ;
            return code;
        }
        if (ended < 0 && errno == ECHILD)
            *status = 0; /* the host reaps children itself: what was printed must speak for it */
        if (ended != 0)
            return 0;
        struct pollfd ready = {.fd = input, .events = POLLIN};
        if (poll(&ready, 1, CHECK_MS) > 0 && !(ready.revents & POLLIN))
            poll(NULL, 0, CHECK_MS); /* it closed its output, which would end each wait at once */
    }
}

static int judge(int status, const char *name, struct sl_error *error)
{
    if (WIFSIGNALED(status))
        return sl_error_set(error, SL_E_IO, "%s was ended by signal %d; run it in a terminal", name,
                            WTERMSIG(status));
    if (WEXITSTATUS(status) != 0)
        return sl_error_set(error, SL_E_IO,
                            "%s failed with exit code %d; run it in a terminal to see why", name,
                            WEXITSTATUS(status));
    return 0;
}

int sl__command_run(char *const argv[], const char *const hidden[], int limit_ms,
                    const atomic_bool *cancel, struct sl__buf *out, struct sl_error *error)
{
    int ends[2], status = 0;
    pid_t pid;
    char **environment = visible_environment(hidden);
    if (!environment)
        return sl_error_set(error, SL_E_NOMEM, "there is no memory left to run %s", argv[0]);
    if (sl__pipe(ends) != 0) {
        free(environment);
        return sl_error_set(error, SL_E_IO, "%s could not be run: %s; close some files", argv[0],
                            strerror(errno));
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    int failed = spawn(argv, environment, ends[1], &pid);
    close(ends[1]);
    free(environment);
    int code;
    if (failed) {
        code = sl_error_set(error, SL_E_IO, "%s could not be run: %s; check key_command", argv[0],
                            strerror(failed));
    } else {
        code =
            await_end(pid, ends[0], argv[0], sl__now_ms() + limit_ms, cancel, out, &status, error);
        if (!code)
            code = judge(status, argv[0], error);
    }
    close(ends[0]);
    return code;
}
