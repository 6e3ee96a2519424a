/* Runs a program for its output. */
#define _GNU_SOURCE /* POSIX_SPAWN_SETSID */
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

extern char **environ;

enum { CANCEL_CHECK_MS = 20 };

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
    posix_spawnattr_setflags(
        &attributes, (short)(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &reset);
    int failed = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static int read_output(int input, const char *name, int64_t deadline, const atomic_bool *cancel,
                       struct sl__buf *out, struct sl_error *error)
{
    char chunk[1024];
    for (;;) {
        int64_t left = deadline - sl__now_ms();
        if (cancel && atomic_load(cancel))
            return sl_error_set(error, SL_E_CANCELLED, "%s was stopped", name);
        if (left <= 0)
            return sl_error_set(error, SL_E_TIMEOUT,
                                "%s did not end in time; run it in a terminal to see what it "
                                "waits for",
                                name);
        struct pollfd ready = {.fd = input, .events = POLLIN};
        if (poll(&ready, 1, left < CANCEL_CHECK_MS ? (int)left : CANCEL_CHECK_MS) <= 0)
            continue;
        ssize_t count = read(input, chunk, sizeof chunk);
        if (count == 0)
            return 0;
        int code = count > 0 ? sl__buf_add(out, chunk, (size_t)count) : 0;
        sl__wipe(chunk, sizeof chunk);
        if (code)
            return sl_error_set(error, code, "%s printed too much", name);
    }
}

static int finish(pid_t pid, const char *name, int code, struct sl_error *error)
{
    int status = 0;
    if (code)
        kill(-pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0) {
        if (errno == EINTR)
            continue;
        status = 0; /* the host reaps children itself: what was printed must speak for it */
        break;
    }
    if (code || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
        return code;
    if (WIFSIGNALED(status))
        return sl_error_set(error, SL_E_IO, "%s was ended by signal %d; run it in a terminal", name,
                            WTERMSIG(status));
    return sl_error_set(error, SL_E_IO,
                        "%s failed with exit code %d; run it in a terminal to see why", name,
                        WEXITSTATUS(status));
}

int sl__command_run(char *const argv[], const char *const hidden[], int limit_ms,
                    const atomic_bool *cancel, struct sl__buf *out, struct sl_error *error)
{
    int ends[2];
    pid_t pid;
    char **environment = visible_environment(hidden);
    if (!environment)
        return sl_error_set(error, SL_E_NOMEM, "there is no memory left to run %s", argv[0]);
    if (pipe(ends) != 0) {
        free(environment);
        return sl_error_set(error, SL_E_IO, "%s could not be run: %s", argv[0], strerror(errno));
    }
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    int failed = spawn(argv, environment, ends[1], &pid);
    close(ends[1]);
    free(environment);
    int code;
    if (failed) {
        code = sl_error_set(error, SL_E_IO, "%s could not be run: %s", argv[0], strerror(failed));
    } else {
        code = read_output(ends[0], argv[0], sl__now_ms() + limit_ms, cancel, out, error);
        code = finish(pid, argv[0], code, error);
    }
    close(ends[0]);
    return code;
}
