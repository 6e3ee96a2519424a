/*
 * sightline-bench-request JOURNAL CA_FILE PICTURE BODY: from the start of a request to its arrival
 * at a server, by the library on a kept connection, beside a bare libcurl program that posts the
 * same body on a kept connection of its own. One after the other in one run, so that what slows the
 * machine down slows both.
 *
 * The server is the simulator at SIGHTLINE_BASE_URL; its journal has the clock that ours is
 * compared with. Prints median and 90th percentile in milliseconds, and the ratio of the medians.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <sightline/sightline.h>

enum { WARM_UP = 5, ROUNDS = 200, ALL = WARM_UP + ROUNDS };

struct bench {
    struct sl_client *client;
    CURL *curl;
    struct curl_slist *headers;
    char *body; /* what the library sent the first time */
    size_t body_len;
    const char *picture;
    bool ended, failed;
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void on_event(const struct sl_event *event, void *data)
{
    struct bench *bench = data;
    if (event->type == SL_EVENT_FAILED)
        fprintf(stderr, "%s\n", event->error->message);
    bench->failed = bench->failed || event->type == SL_EVENT_FAILED;
    bench->ended = event->type >= SL_EVENT_DONE;
}

/* Returns when it was started. */
static double ask_library(struct bench *bench)
{
    struct sl_media media = {.kind = SL_MEDIA_FILE, .path = bench->picture};
    struct sl_request request = {.task = "describe", .media = &media, .media_count = 1};
    struct pollfd ready = {.fd = sl_client_fd(bench->client), .events = POLLIN};
    struct sl_error error = SL_ERROR_INIT;
    uint64_t id;
    bench->ended = false;
    double start = now_ms();
    if (sl_client_start(bench->client, &request, on_event, bench, &id, &error)) {
        fprintf(stderr, "%s\n", error.message);
        exit(1);
    }
    while (!bench->ended && poll(&ready, 1, -1) >= 0)
        sl_client_dispatch(bench->client);
    return start;
}

static size_t ignore(char *bytes, size_t size, size_t count, void *data)
{
    (void)bytes, (void)data;
    return size * count;
}

static double ask_curl(struct bench *bench)
{
    double start = now_ms();
    CURLcode result = curl_easy_perform(bench->curl);
    if (result != CURLE_OK)
        fprintf(stderr, "curl: %s\n", curl_easy_strerror(result));
    bench->failed = bench->failed || result != CURLE_OK;
    return start;
}

static void set_up_curl(struct bench *bench, const char *base, const char *ca_file)
{
    char url[512];
    snprintf(url, sizeof url, "%s/chat/completions", base);
    bench->headers = curl_slist_append(NULL, "Content-Type: application/json");
    bench->headers = curl_slist_append(bench->headers, "Expect:");
    bench->curl = curl_easy_init();
    curl_easy_setopt(bench->curl, CURLOPT_URL, url);
    curl_easy_setopt(bench->curl, CURLOPT_PROXY, "");
    curl_easy_setopt(bench->curl, CURLOPT_CAINFO, ca_file);
    curl_easy_setopt(bench->curl, CURLOPT_HTTPHEADER, bench->headers);
    curl_easy_setopt(bench->curl, CURLOPT_POSTFIELDS, bench->body);
    curl_easy_setopt(bench->curl, CURLOPT_POSTFIELDSIZE, (long)bench->body_len);
    curl_easy_setopt(bench->curl, CURLOPT_WRITEFUNCTION, ignore);
}

static bool read_file(const char *path, char **text, size_t *len)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        return false;
    *len = (size_t)ftell(file);
    rewind(file);
    *text = calloc(1, *len + 1);
    bool good = *text && fread(*text, 1, *len, file) == *len;
    fclose(file);
    return good;
}

/* When each request had arrived whole, in their order; returns how many. */
static size_t read_arrivals(const char *journal, double *times, size_t room)
{
    char *text = NULL;
    size_t len, count = 0;
    if (!read_file(journal, &text, &len))
        return 0;
    for (char *line = strtok(text, "\n"); line && count < room; line = strtok(NULL, "\n")) {
        cJSON *event = cJSON_Parse(line);
        const char *name = cJSON_GetStringValue(cJSON_GetObjectItem(event, "event"));
        if (name && strcmp(name, "request") == 0)
            times[count++] = cJSON_GetObjectItem(event, "time_ms")->valuedouble;
        cJSON_Delete(event);
    }
    free(text);
    return count;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double report(const char *what, double *delays)
{
    qsort(delays, ROUNDS, sizeof *delays, compare);
    printf("| %s | %.3f | %.3f |\n", what, delays[ROUNDS / 2], delays[ROUNDS * 9 / 10]);
    return delays[ROUNDS / 2];
}

/* The delays of every second request from `first` on, without those that warmed up. */
static void delays_of(const double *starts, const double *arrivals, size_t first, double *delays)
{
    for (size_t i = 0; i < ROUNDS; i++) {
        size_t at = 2 * (i + WARM_UP) + first;
        delays[i] = arrivals[at] - starts[at];
    }
}

int main(int argc, char **argv)
{
    static double starts[2 * ALL], arrivals[2 * ALL], delays[ROUNDS];
    struct bench bench = {0};
    const char *base = getenv("SIGHTLINE_BASE_URL");
    if (argc != 5 || !base || sl_client_new(&bench.client, NULL, NULL) ||
        !read_file(argv[4], &bench.body, &bench.body_len)) {
        fputs("usage: sightline-bench-request JOURNAL CA_FILE PICTURE BODY\n", stderr);
        return 2;
    }
    bench.picture = argv[3];
    set_up_curl(&bench, base, argv[2]);
    for (size_t i = 0; i < ALL && !bench.failed; i++) {
        starts[2 * i] = ask_library(&bench);
        starts[2 * i + 1] = ask_curl(&bench);
    }
    sl_client_free(bench.client);
    curl_easy_cleanup(bench.curl);
    curl_slist_free_all(bench.headers);
    free(bench.body);
    if (bench.failed || read_arrivals(argv[1], arrivals, 2 * ALL) != 2 * ALL)
        return 1;
    delays_of(starts, arrivals, 0, delays);
    double ours = report("libsightline", delays);
    delays_of(starts, arrivals, 1, delays);
    double bare = report("bare libcurl", delays);
    printf("| ratio of the medians | %.2f | |\n", ours / bare);
    return 0;
}
