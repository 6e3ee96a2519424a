/*
 * sightline-bench-race ROUNDS (time|cost|printed) NAME COMMAND [NAME COMMAND …]: runs the commands
 * in turn, ROUNDS times, so that what slows the machine down slows all of them.
 *
 * A command is words between spaces; what it writes goes nowhere. `time` measures the whole
 * process: wall and CPU time and peak memory, those of the processes that it waited for included;
 * `cost` leaves out the wall time, where that is the server's. `printed` takes the number that it
 * writes as its milliseconds, for programs that measure themselves.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

enum { MOST_ROUNDS = 1000, MOST_RUNNERS = 16, MOST_WORDS = 96, PRINTED_ROOM = 64 };

struct runner {
    const char *name;
    char *words[MOST_WORDS + 1];
    double wall_ms[MOST_ROUNDS], cpu_ms[MOST_ROUNDS], peak_mb[MOST_ROUNDS];
};

static double milliseconds(struct timeval time)
{
    return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

_Noreturn static void be(char **words, int output)
{
    if (dup2(output, STDOUT_FILENO) >= 0)
        execvp(words[0], words);
    fprintf(stderr, "sightline-bench-race: %s: %s\n", words[0], strerror(errno));
    _exit(127);
}

/* What `pipe_fds` brings is read to its end, so that the program never waits for us. */
static double read_number(int fd)
{
    char text[PRINTED_ROOM] = "", rest[4096];
    ssize_t len = read(fd, text, sizeof text - 1);
    while (read(fd, rest, sizeof rest) > 0)
        ;
    return len > 0 ? strtod(text, NULL) : 0;
}

static bool run(struct runner *runner, size_t round, bool printed)
{
    struct rusage used;
    int status, fds[2] = {-1, open("/dev/null", O_WRONLY | O_CLOEXEC)};
    if (printed && (close(fds[1]) != 0 || pipe(fds) != 0))
        return false;
    double start = now_ms();
    pid_t child = fork();
    if (child == 0)
        be(runner->words, fds[1]);
    close(fds[1]);
    double number = printed ? read_number(fds[0]) : 0;
    if (printed)
        close(fds[0]);
    if (child < 0 || wait4(child, &status, 0, &used) != child)
        return false;
    runner->wall_ms[round] = printed ? number : now_ms() - start;
    runner->cpu_ms[round] = milliseconds(used.ru_utime) + milliseconds(used.ru_stime);
    runner->peak_mb[round] = (double)used.ru_maxrss / 1024;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void print_rows(const struct runner *runner, size_t rounds, const char *mode)
{
    if (strcmp(mode, "cost") != 0)
        print_row("ms", runner->name, runner->wall_ms, rounds);
    if (strcmp(mode, "printed") == 0)
        return;
    print_row("CPU ms", runner->name, runner->cpu_ms, rounds);
    print_row("peak MB", runner->name, runner->peak_mb, rounds);
}

static bool take_words(struct runner *runner, char *command)
{
    size_t count = 0;
    for (char *word = strtok(command, " "); word && count < MOST_WORDS; word = strtok(NULL, " "))
        runner->words[count++] = word;
    return count > 0;
}

int main(int argc, char **argv)
{
    static struct runner runners[MOST_RUNNERS];
    size_t count = 0, rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    bool printed = argc > 2 && strcmp(argv[2], "printed") == 0;
    for (int i = 3; i + 1 < argc && count < MOST_RUNNERS; i += 2) {
        runners[count].name = argv[i];
        count += take_words(&runners[count], argv[i + 1]);
    }
    if (count == 0 || rounds == 0 || rounds > MOST_ROUNDS) {
        fputs("usage: sightline-bench-race ROUNDS (time|cost|printed) NAME COMMAND …\n", stderr);
        return 2;
    }
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < count; i++)
            if (!run(&runners[i], round, printed)) {
                fprintf(stderr, "sightline-bench-race: %s failed\n", runners[i].name);
                return 1;
            }
    for (size_t i = 0; i < count; i++)
        print_rows(&runners[i], rounds, argv[2]);
    return 0;
}
