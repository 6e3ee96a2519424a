/*
 * sightline-bench-body SMALL LARGE BODY URL: what it costs to send a large video, over a client
 * that has sent a small one: memory at its peak, and processor time beside `curl --data-binary
 * @BODY` of the ready body to URL. One after the other in one run, each in a process of its own.
 * Prints the medians, and the ratio of the times.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sightline/sightline.h>

enum { ROUNDS = 11 };

struct cost {
    double kilobytes, milliseconds;
};

static void on_event(const struct sl_event *event, void *data)
{
    enum sl_event_type *end = data;
    if (event->type == SL_EVENT_FAILED)
        fprintf(stderr, "%s\n", event->error->message);
    if (event->type >= SL_EVENT_DONE)
        *end = event->type;
}

static bool ask(struct sl_client *client, const char *video)
{
    struct sl_media media = {.kind = SL_MEDIA_FILE, .path = video};
    struct sl_request request = {.task = "video", .media = &media, .media_count = 1};
    struct pollfd ready = {.fd = sl_client_fd(client), .events = POLLIN};
    struct sl_error error = SL_ERROR_INIT;
    enum sl_event_type end = 0;
    uint64_t id;
    if (sl_client_start(client, &request, on_event, &end, &id, &error))
        return false;
    while (!end && poll(&ready, 1, -1) >= 0)
        sl_client_dispatch(client);
    return end == SL_EVENT_DONE;
}

static double milliseconds(const struct rusage *usage)
{
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1e3 +
           (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e3;
}

/* The peak so far, in kilobytes. */
static double peak(void)
{
    char line[256];
    double kilobytes = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status)) {
        if (strncmp(line, "VmHWM:", 6) == 0)
            kilobytes = strtod(line + 6, NULL);
    }
    if (status)
        fclose(status);
    return kilobytes;
}

static bool measure(const char *small, const char *large, struct cost *cost)
{
    struct sl_client *client = NULL;
    struct rusage before, after;
    if (sl_client_new(&client, NULL, NULL) || !ask(client, small))
        return false;
    double idle = peak();
    getrusage(RUSAGE_SELF, &before);
    bool good = ask(client, large);
    getrusage(RUSAGE_SELF, &after);
    *cost = (struct cost){peak() - idle, milliseconds(&after) - milliseconds(&before)};
    sl_client_free(client);
    return good;
}

/* In a process of its own, since a peak is one for all time. */
static bool run_ours(char **paths, struct cost *cost)
{
    int ends[2], status = 1;
    if (pipe(ends) != 0)
        return false;
    pid_t child = fork();
    if (child == 0) {
        bool good = measure(paths[0], paths[1], cost);
        _exit(good && write(ends[1], cost, sizeof *cost) == sizeof *cost ? 0 : 1);
    }
    waitpid(child, &status, 0);
    bool good = status == 0 && read(ends[0], cost, sizeof *cost) == sizeof *cost;
    close(ends[0]);
    close(ends[1]);
    return good;
}

static bool run_curl(const char *body, const char *url, struct cost *cost)
{
    struct rusage usage;
    char file[4096];
    int status = 1;
    snprintf(file, sizeof file, "@%s", body);
    pid_t child = fork();
    if (child == 0) {
        execlp("curl", "curl", "-sS", "--noproxy", "*", "-o", "/dev/null", "-H", "Expect:", "-H",
               "Content-Type: application/json", "--data-binary", file, url, (char *)NULL);
        _exit(127);
    }
    wait4(child, &status, 0, &usage);
    *cost = (struct cost){(double)usage.ru_maxrss, milliseconds(&usage)};
    return status == 0;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static struct cost median(const struct cost *costs)
{
    double kilobytes[ROUNDS], times[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        kilobytes[i] = costs[i].kilobytes;
        times[i] = costs[i].milliseconds;
    }
    qsort(kilobytes, ROUNDS, sizeof *kilobytes, compare);
    qsort(times, ROUNDS, sizeof *times, compare);
    return (struct cost){kilobytes[ROUNDS / 2], times[ROUNDS / 2]};
}

int main(int argc, char **argv)
{
    struct cost ours[ROUNDS], bare[ROUNDS];
    if (argc != 5) {
        fputs("usage: sightline-bench-body SMALL LARGE BODY URL\n", stderr);
        return 2;
    }
    for (int i = 0; i < ROUNDS; i++) {
        if (!run_ours(argv + 1, &ours[i]) || !run_curl(argv[3], argv[4], &bare[i]))
            return 1;
    }
    struct cost mine = median(ours), other = median(bare);
    printf("| libsightline | %.1f over an idle client | %.0f |\n", mine.kilobytes / 1024,
           mine.milliseconds);
    printf("| curl --data-binary @ | %.1f in all | %.0f |\n", other.kilobytes / 1024,
           other.milliseconds);
    printf("| ratio of the medians | | %.2f |\n", mine.milliseconds / other.milliseconds);
    return 0;
}
