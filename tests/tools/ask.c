/*
 * A host of a few lines: `sightline-test-ask [--cancel-at PHASE] [FILE…]` describes the pictures
 * and prints what happens, a line an event:
 *
 *     phase NAME · note TEXT · text TEXT · done MODEL INPUT OUTPUT · failed CODE STATUS TEXT ·
 * cancelled
 *
 * Newlines in texts are printed as \n. The exit code is 0 when the request is done, 1 otherwise.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include <sightline/sightline.h>

struct asking {
    struct sl_client *client;
    uint64_t id;
    const char *cancel_at;
    enum sl_phase phase;
    enum sl_event_type end;
};

static void print_text(const char *word, const char *text)
{
    printf("%s ", word);
    for (; *text; text++) {
        if (*text == '\n')
            fputs("\\n", stdout);
        else
            putchar(*text);
    }
    putchar('\n');
}

static void show_phase(struct asking *asking, enum sl_phase phase)
{
    if (phase == asking->phase)
        return;
    asking->phase = phase;
    printf("phase %s\n", sl_phase_name(phase));
    if (asking->cancel_at && strcmp(asking->cancel_at, sl_phase_name(phase)) == 0)
        sl_client_cancel(asking->client, asking->id);
}

static void on_event(const struct sl_event *event, void *data)
{
    struct asking *asking = data;
    switch (event->type) {
    case SL_EVENT_PROGRESS:
        show_phase(asking, event->phase);
        break;
    case SL_EVENT_NOTE:
        print_text("note", event->text);
        break;
    case SL_EVENT_TEXT:
        print_text("text", event->text);
        break;
    case SL_EVENT_REASONING:
        break;
    case SL_EVENT_DONE:
        printf("done %s %lld %lld\n", event->model, (long long)event->usage.input_tokens,
               (long long)event->usage.output_tokens);
        break;
    case SL_EVENT_FAILED:
        printf("failed “%s” %d %s\n", sl_code_name(event->error->code), event->error->http_status,
               event->error->message);
        break;
    case SL_EVENT_CANCELLED:
        puts("cancelled");
        break;
    }
    if (event->type >= SL_EVENT_DONE)
        asking->end = event->type;
}

static int ask(struct asking *asking, char **paths, size_t count, struct sl_error *error)
{
    struct sl_media media[64] = {{0}};
    struct sl_request request = {.task = "describe", .media = media, .media_count = count};
    for (size_t i = 0; i < count; i++)
        media[i] = (struct sl_media){.kind = SL_MEDIA_FILE, .path = paths[i]};
    int code = sl_client_start(asking->client, &request, on_event, asking, &asking->id, error);
    struct pollfd ready = {.fd = sl_client_fd(asking->client), .events = POLLIN};
    while (!code && !asking->end && poll(&ready, 1, -1) >= 0)
        sl_client_dispatch(asking->client);
    return code;
}

int main(int argc, char **argv)
{
    struct asking asking = {0};
    struct sl_error error = SL_ERROR_INIT;
    int first = 1;
    if (argc > 2 && strcmp(argv[1], "--cancel-at") == 0) {
        asking.cancel_at = argv[2];
        first = 3;
    }
    if (argc - first > 64)
        return 2;
    int code = sl_client_new(&asking.client, NULL, &error);
    if (!code)
        code = ask(&asking, argv + first, (size_t)(argc - first), &error);
    if (code)
        printf("failed “%s” 0 %s\n", sl_code_name(code), error.message);
    sl_client_free(asking.client);
    return asking.end == SL_EVENT_DONE ? 0 : 1;
}
