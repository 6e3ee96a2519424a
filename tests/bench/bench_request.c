/*
 * sightline-bench-request (kept|new) COUNT ROUNDS JOURNAL CA_FILE BODY [PICTURE]: from the start of
 * COUNT requests at once until the last of them is at a server: by the library, by a bare libcurl
 * program that posts the same body, and by a curl that is spawned for each. In turn in each round,
 * so that what slows the machine down slows all of them.
 *
 * With `kept` the connections are those of the round before, but for curl, which cannot; with `new`
 * the library's client and libcurl's handles are made anew within what is measured. The server is
 * the simulator at SIGHTLINE_BASE_URL; its journal has the clock that ours is compared with.
 */
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cjson/cJSON.h>
#include <sightline/sightline.h>

#include "bare.h"
#include "bench.h"

enum { WARM_UP = 3, MOST_ROUNDS = 1000, MOST_AT_ONCE = 64, CONTENDERS = 3 };

extern char **environ;

struct bench {
    bool keep;
    size_t count;
    const char *base, *ca_file, *picture, *body_file;
    struct sl_client *client;
    struct bare *bare;
    size_t ended;
    bool failed;
};

static void on_event(const struct sl_event *event, void *data)
{
    struct bench *bench = data;
    if (event->type == SL_EVENT_FAILED)
        fprintf(stderr, "%s\n", event->error->message);
    bench->failed = bench->failed || event->type == SL_EVENT_FAILED;
    bench->ended += event->type >= SL_EVENT_DONE;
}

static bool start_request(struct bench *bench)
{
    struct sl_media media = {.kind = SL_MEDIA_FILE, .path = bench->picture};
    struct sl_request request = {.task = "ask",
                                 .instruction = "What is this?",
                                 .media = &media,
                                 .media_count = bench->picture != NULL};
    struct sl_error error = SL_ERROR_INIT;
    uint64_t id;
    int code = sl_client_start(bench->client, &request, on_event, bench, &id, &error);
    if (code)
        fprintf(stderr, "%s\n", error.message);
    return code == 0;
}

static void send_with_library(struct bench *bench)
{
    if (!bench->client && sl_client_new(&bench->client, NULL, NULL))
        bench->failed = true;
    bench->ended = 0;
    for (size_t i = 0; i < bench->count && !bench->failed; i++)
        bench->failed = !start_request(bench);
    struct pollfd ready = {.fd = bench->failed ? -1 : sl_client_fd(bench->client),
                           .events = POLLIN};
    while (!bench->failed && bench->ended < bench->count && poll(&ready, 1, -1) >= 0)
        sl_client_dispatch(bench->client);
}

static void send_with_libcurl(struct bench *bench)
{
    if (!bench->bare)
        bench->bare = bare_new(bench->base, bench->ca_file, bench->body_file, bench->count);
    bench->failed = bench->failed || !bench->bare || !bare_send(bench->bare);
}

static void spawn_curls(struct bench *bench)
{
    char url[512], body[4096];
    char *words[] = {"curl",      "-s",
                     "--noproxy", "*",
                     "-o",        "/dev/null",
                     "--cacert",  (char *)bench->ca_file,
                     "-H",        "Content-Type: application/json",
                     "-d",        body,
                     url,         NULL};
    snprintf(url, sizeof url, "%s/chat/completions", bench->base);
    snprintf(body, sizeof body, "@%s", bench->body_file);
    for (size_t i = 0; i < bench->count; i++) {
        pid_t pid;
        if (posix_spawnp(&pid, words[0], NULL, NULL, words, environ) != 0)
            bench->failed = true;
    }
    for (int status; wait(&status) > 0;)
        bench->failed = bench->failed || status != 0;
}

static void let_go(struct bench *bench)
{
    sl_client_free(bench->client);
    bare_free(bench->bare);
    bench->client = NULL;
    bench->bare = NULL;
}

static const struct contender {
    const char *name;
    void (*send)(struct bench *bench);
} contenders[CONTENDERS] = {{"Sightline's library", send_with_library},
                            {"bare libcurl", send_with_libcurl},
                            {"a spawned curl each", spawn_curls}};

/* When the next request had arrived whole; below 0 at the journal's end. */
static double next_arrival(FILE *journal)
{
    char *line = NULL;
    size_t room = 0;
    double time = -1;
    while (time < 0 && getline(&line, &room, journal) > 0) {
        cJSON *event = cJSON_Parse(line);
        const char *name = cJSON_GetStringValue(cJSON_GetObjectItem(event, "event"));
        if (name && strcmp(name, "request") == 0)
            time = cJSON_GetObjectItem(event, "time_ms")->valuedouble;
        cJSON_Delete(event);
    }
    free(line);
    return time;
}

static double last_arrival(FILE *journal, size_t count)
{
    double time = 0;
    clearerr(journal); /* which has grown beyond the end that was seen */
    for (size_t i = 0; i < count && time >= 0; i++)
        time = next_arrival(journal);
    return time;
}

static bool measure(struct bench *bench, size_t rounds, FILE *journal)
{
    static double delays[CONTENDERS][MOST_ROUNDS + WARM_UP];
    for (size_t round = 0; round < rounds + WARM_UP; round++) {
        for (size_t i = 0; i < CONTENDERS && !bench->failed; i++) {
            double start = now_ms();
            contenders[i].send(bench);
            double arrival = last_arrival(journal, bench->count);
            delays[i][round] = arrival - start;
            bench->failed = bench->failed || arrival < 0;
        }
        if (!bench->keep)
            let_go(bench);
    }
    let_go(bench);
    for (size_t i = 0; i < CONTENDERS && !bench->failed; i++)
        print_row("ms", contenders[i].name, delays[i] + WARM_UP, rounds);
    return !bench->failed;
}

static size_t number(const char *text, size_t most)
{
    size_t value = strtoul(text, NULL, 10);
    return value > 0 && value <= most ? value : 0;
}

int main(int argc, char **argv)
{
    const char *base = getenv("SIGHTLINE_BASE_URL");
    FILE *journal = argc == 7 || argc == 8 ? fopen(argv[4], "r") : NULL;
    size_t count = journal ? number(argv[2], MOST_AT_ONCE) : 0;
    size_t rounds = journal ? number(argv[3], MOST_ROUNDS) : 0;
    if (!base || count == 0 || rounds == 0 || fseek(journal, 0, SEEK_END) != 0) {
        fputs("usage: sightline-bench-request (kept|new) COUNT ROUNDS JOURNAL CA_FILE BODY "
              "[PICTURE]\n",
              stderr);
        return 2;
    }
    struct bench bench = {.keep = strcmp(argv[1], "kept") == 0,
                          .count = count,
                          .base = base,
                          .ca_file = argv[5],
                          .body_file = argv[6],
                          .picture = argv[7]};
    bool good = measure(&bench, rounds, journal);
    fclose(journal);
    return good ? 0 : 1;
}
