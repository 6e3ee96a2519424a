/* The command line of sightline-simulator. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server.h"
#include "settings.h"

static const char usage[] =
    "usage: sightline-simulator [--port N] [--journal FILE] [--bodies DIR] [--pace MS]\n"
    "                           [--key KEY] [--tls CERT KEY] [--http1] [--stall-hello]\n"
    "A local stand-in for StepFun's API. No model runs; it answers from what it was sent.\n"
    "  --port N         listen on this port of 127.0.0.1 (8765; 0: a free one)\n"
    "  --journal FILE   one JSON object per line about each request\n"
    "  --bodies DIR     keep each request's body as DIR/ID.body\n"
    "  --pace MS        pause between two chunks of a stream (0)\n"
    "  --key KEY        accept this key only\n"
    "  --tls CERT KEY   speak TLS with this certificate and key (PEM files)\n"
    "  --http1          never speak HTTP/2, which TLS offers otherwise\n"
    "  --stall-hello    accept connections and say nothing, not even TLS's greeting\n";

static int stop_pipe[2];

static void on_signal(int signal)
{
    (void)signal;
    /* Nobody takes it out again, so every thread sees it. */
    if (write(stop_pipe[1], "", 1) < 0)
        _exit(1);
}

static int misused(const char *reason)
{
    fprintf(stderr, "sightline-simulator: %s\n%s", reason, usage);
    return 2;
}

static int number_of(const char *text, long max, long *number)
{
    char *end;
    *number = strtol(text, &end, 10);
    return *text && !*end && *number >= 0 && *number <= max;
}

struct options {
    struct settings settings;
    const char *journal, *certificate, *tls_key;
};

/* 0 to go on, below 0 when help was asked for, else the exit code. */
static int parse(struct options *options, int argc, char **argv)
{
    static const struct option names[] = {
        {"port", required_argument, NULL, 'p'},   {"journal", required_argument, NULL, 'j'},
        {"bodies", required_argument, NULL, 'b'}, {"pace", required_argument, NULL, 'a'},
        {"key", required_argument, NULL, 'k'},    {"tls", required_argument, NULL, 't'},
        {"http1", no_argument, NULL, '1'},        {"stall-hello", no_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},         {0},
    };
    struct settings *settings = &options->settings;
    long port = settings->port;
    for (int option; (option = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        if (option == 'h')
            return -1;
        else if (option == 'p' && !number_of(optarg, 65535, &port))
            return misused("--port takes a number from 0 to 65535");
        else if (option == 'a' && !number_of(optarg, 3600000, &settings->pace))
            return misused("--pace takes milliseconds");
        else if (option == 't' && optind >= argc)
            return misused("--tls takes a certificate and a key");
        else if (option == 't')
            options->certificate = optarg, options->tls_key = argv[optind++];
        else if (option == 'j')
            options->journal = optarg;
        else if (option == 'b')
            settings->bodies = optarg;
        else if (option == 'k')
            settings->key = optarg;
        else if (option == '1')
            settings->http1_only = true;
        else if (option == 's')
            settings->stall_hello = true;
        else if (option == '?')
            return misused("an option is not known or lacks its value");
    }
    settings->port = (int)port;
    return optind < argc ? misused("there is an argument too many") : 0;
}

static void close_all(struct settings *settings)
{
    tls_server_free(settings->tls);
    journal_free(settings->journal);
    if (settings->store)
        store_free(settings->store);
    if (settings->cache)
        cache_free(settings->cache);
    if (settings->times)
        times_free(settings->times);
}

static int open_all(struct options *options)
{
    struct settings *settings = &options->settings;
    if (options->journal && !(settings->journal = journal_new(options->journal))) {
        fprintf(stderr, "sightline-simulator: %s cannot be written: %s\n", options->journal,
                strerror(errno));
        return 1;
    }
    if (options->certificate &&
        !(settings->tls =
              tls_server_new(options->certificate, options->tls_key, !settings->http1_only)))
        return 1;
    settings->cache = cache_new();
    settings->times = times_new();
    settings->store = store_new();
    if (!settings->store || pipe(stop_pipe)) {
        perror("sightline-simulator");
        return 1;
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, on_signal);
    signal(SIGINT, on_signal);
    return 0;
}

int main(int argc, char **argv)
{
    struct options options = {.settings = {.port = 8765}};
    int failed = parse(&options, argc, argv);
    if (failed < 0)
        return fputs(usage, stdout) < 0;
    if (!failed)
        failed = open_all(&options);
    if (!failed)
        failed = server_run(&options.settings, stop_pipe[0]);
    close_all(&options.settings);
    return failed;
}
