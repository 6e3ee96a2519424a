/*
 * sightline-bench-race ROUNDS (time|printed) NAME COMMAND [NAME COMMAND …]: runs the commands in
 * turn, ROUNDS times, so that what slows the machine down slows all of them, and prints a table.
 *
 * A command is words between spaces; what it writes goes nowhere. `time` measures the whole
 * process: wall and CPU time and peak memory. `printed` takes the number that it writes as its
 * milliseconds, for programs that measure themselves. The last columns are the first command's time
 * as a part of this one's: the median of the rounds, and the range that holds the middle eight
 * tenths of them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_ROUNDS = 1000, MOST_RUNNERS = 16, MOST_WORDS = 32, PRINTED_ROOM = 64 };

struct result {
    double wall_ms, cpu_ms, peak_mb;
};

struct runner {
    const char *name;
    char *words[MOST_WORDS + 1];
    struct result results[MOST_ROUNDS];
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

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
    struct result *result = &runner->results[round];
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
    result->wall_ms = printed ? number : now_ms() - start;
    result->cpu_ms = milliseconds(used.ru_utime) + milliseconds(used.ru_stime);
    result->peak_mb = (double)used.ru_maxrss / 1024;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Sorts the numbers and returns the one at this part of them. */
static double quantile(double *numbers, size_t count, double part)
{
    qsort(numbers, count, sizeof *numbers, compare);
    return numbers[(size_t)(part * (double)(count - 1) + 0.5)];
}

static double median_of(const struct runner *runner, size_t rounds, size_t member)
{
    double numbers[MOST_ROUNDS];
    for (size_t i = 0; i < rounds; i++)
        memcpy(&numbers[i], (const char *)&runner->results[i] + member, sizeof numbers[i]);
    return quantile(numbers, rounds, 0.5);
}

/* The first one's as a part of this one's, over the rounds. */
static void print_part(const struct runner *first, const struct runner *runner, size_t rounds,
                       size_t member)
{
    double parts[MOST_ROUNDS];
    for (size_t i = 0; i < rounds; i++) {
        double ours, theirs;
        memcpy(&ours, (const char *)&first->results[i] + member, sizeof ours);
        memcpy(&theirs, (const char *)&runner->results[i] + member, sizeof theirs);
        parts[i] = ours / theirs;
    }
    double median = quantile(parts, rounds, 0.5);
    printf(" %.3f (%.3f–%.3f) 1/%.1f |", median, quantile(parts, rounds, 0.1),
           quantile(parts, rounds, 0.9), 1 / median);
}

static void print_row(const struct runner *first, const struct runner *runner, size_t rounds)
{
    static const size_t wall = offsetof(struct result, wall_ms);
    static const size_t cpu = offsetof(struct result, cpu_ms);
    printf("| %s | %.2f | %.2f | %.1f |", runner->name, median_of(runner, rounds, wall),
           median_of(runner, rounds, cpu),
           median_of(runner, rounds, offsetof(struct result, peak_mb)));
    if (runner != first) {
        print_part(first, runner, rounds, wall);
        print_part(first, runner, rounds, cpu);
    }
    puts(runner == first ? " | |" : "");
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
        fputs("usage: sightline-bench-race ROUNDS (time|printed) NAME COMMAND …\n", stderr);
        return 2;
    }
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < count; i++)
            if (!run(&runners[i], round, printed)) {
                fprintf(stderr, "sightline-bench-race: %s failed\n", runners[i].name);
                return 1;
            }
    puts("| | ms | CPU ms | peak MB | ours as a part of it | the same of CPU time |\n"
         "|---|---|---|---|---|---|");
    for (size_t i = 0; i < count; i++)
        print_row(&runners[0], &runners[i], rounds);
    return 0;
}
