/*
 * A host of a few lines, for shell tests: asks and prints what happens, a line an event:
 *
 *     phase NAME · wait MS · note TEXT · tool TEXT · file NAME LANGUAGE · reasoning TEXT · text
 * TEXT other N TEXT (an alternative) · usage INPUT CACHED OUTPUT REASONING · cost AMOUNT CURRENCY
 *     [estimated] · stored ID BYTES ours|other kept|due|passing NAME · done MODEL INPUT OUTPUT ·
 * failed “CODE” STATUS TEXT · cancelled
 *
 * Newlines in texts are printed as \n. The exit code is 0 when the last request is done, else 1.
 */
#include <getopt.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sightline/sightline.h>

static const char usage[] =
    "usage: sightline-test-ask [option…] [FILE or address…]\n"
    "  --task NAME          describe when left out\n"
    "  --instruction TEXT   --selection TEXT   --stack NAME   --options JSON\n"
    "  --detail WORD        --effort WORD      --language TEXT\n"
    "  --then TEXT          asks this afterwards in the same conversation; as often as wanted\n"
    "  --then-task NAME     the task of what --then asks (ask)\n"
    "  --before-then COMMAND  is run before each of these\n"
    "  --open FILE          begins with this conversation\n"
    "  --save FILE          saves the conversation at the end\n"
    "  --repeat N           asks the first question N times, each in a conversation of its own\n"
    "  --cancel-at PHASE    cancels when the phase is reached\n"
    "  --models             lists the provider's models instead\n"
    "  --check              examines the set-up instead\n"
    "  --files              lists the stored files instead\n"
    "  --show ID            tells of a stored file instead\n"
    "  --store              stores the file instead\n"
    "  --delete             deletes the stored files that are named, by their ids, instead\n"
    "  --found              the addresses were found in a document\n"
    "  --memory             prints the resident kilobytes after each request: memory N\n";

enum { MAX_MEDIA = 64, MAX_THEN = 16 };

struct asking {
    struct sl_client *client;
    uint64_t id;
    const char *cancel_at;
    enum sl_phase phase;
    unsigned part;
    enum sl_event_type end;
    struct sl_error error;
};

struct plan {
    struct sl_request request;
    struct sl_media media[MAX_MEDIA];
    const char *then[MAX_THEN], *then_task, *before_then, *open, *save;
    size_t then_count;
    long repeat;
    bool models, memory, check, files, store, delete, found;
    const char *show;
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

static void show_phase(struct asking *asking, const struct sl_event *event)
{
    if (event->parts > 0 && event->part != asking->part)
        printf("part %u of %u\n", event->part, event->parts);
    asking->part = event->part;
    if (event->phase == SL_PHASE_WAITING)
        printf("wait %llu\n", (unsigned long long)event->wait_ms);
    if (event->phase == asking->phase)
        return;
    asking->phase = event->phase;
    printf("phase %s\n", sl_phase_name(event->phase));
    if (asking->cancel_at && strcmp(asking->cancel_at, sl_phase_name(event->phase)) == 0)
        sl_client_cancel(asking->client, asking->id);
}

static void show_text(const struct sl_event *event)
{
    char word[16];
    snprintf(word, sizeof word, "other %u", event->alternative);
    print_text(event->alternative > 0 ? word : "text", event->text);
}

static void show_usage(const struct sl_event *event)
{
    const struct sl_usage *counts = &event->usage;
    printf("usage %lld %lld %lld %lld\n", (long long)counts->input_tokens,
           (long long)counts->cached_tokens, (long long)counts->output_tokens,
           (long long)counts->reasoning_tokens);
    if (event->cost.amount >= 0)
        printf("cost %.8f %s%s\n", event->cost.amount, event->cost.currency,
               event->cost.estimated ? " estimated" : "");
}

static void show_stored(const struct sl_stored_file *file)
{
    long long now = time(NULL);
    printf("stored %s %llu %s %s %s\n", file->id, (unsigned long long)file->bytes,
           file->ours ? "ours" : "other",
           file->delete_at == 0     ? "kept"
           : file->delete_at <= now ? "due"
                                    : "passing",
           file->name);
}

static void show_done(const struct sl_event *event)
{
    if (*event->text)
        print_text("result", event->text);
    show_usage(event);
    printf("done %s %lld %lld\n", event->model, (long long)event->usage.input_tokens,
           (long long)event->usage.output_tokens);
}

static void on_event(const struct sl_event *event, void *data)
{
    struct asking *asking = data;
    switch (event->type) {
    case SL_EVENT_PROGRESS:
        show_phase(asking, event);
        break;
    case SL_EVENT_NOTE:
        print_text("note", event->text);
        break;
    case SL_EVENT_REASONING:
        print_text("reasoning", event->text);
        break;
    case SL_EVENT_TEXT:
        show_text(event);
        break;
    case SL_EVENT_FILE:
        printf("file %s %s\n", event->text, event->language);
        break;
    case SL_EVENT_TOOL:
        print_text("tool", event->text);
        break;
    case SL_EVENT_STORED:
        show_stored(event->stored);
        break;
    case SL_EVENT_DONE:
        show_done(event);
        break;
    case SL_EVENT_FAILED:
        asking->error = *event->error;
        break;
    case SL_EVENT_CANCELLED:
        puts("cancelled");
        break;
    }
    if (event->type >= SL_EVENT_DONE)
        asking->end = event->type;
}

/* Waits for the end of what was started. */
static bool wait_for(struct asking *asking, int code)
{
    struct pollfd ready = {.fd = sl_client_fd(asking->client), .events = POLLIN};
    while (!code && !asking->end && poll(&ready, 1, -1) >= 0)
        sl_client_dispatch(asking->client);
    if (code || asking->end == SL_EVENT_FAILED)
        printf("failed “%s” %d %s\n", sl_code_name(asking->error.code), asking->error.http_status,
               asking->error.message);
    return !code && asking->end == SL_EVENT_DONE;
}

static void print_memory(void)
{
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status)) {
        if (strncmp(line, "VmRSS:", 6) == 0)
            printf("memory %ld\n", strtol(line + 6, NULL, 10));
    }
    if (status)
        fclose(status);
}

static bool ask(struct asking *asking, const struct sl_request *request, bool memory)
{
    asking->end = 0;
    asking->phase = 0;
    asking->error = (struct sl_error)SL_ERROR_INIT;
    bool good = wait_for(asking, sl_client_start(asking->client, request, on_event, asking,
                                                 &asking->id, &asking->error));
    if (memory)
        print_memory();
    return good;
}

static bool ask_all(struct asking *asking, struct plan *plan)
{
    struct sl_conversation *conversation = NULL;
    int code = plan->open ? sl_conversation_open(&conversation, plan->open, &asking->error)
                          : sl_conversation_new(&conversation, &asking->error);
    if (code)
        return wait_for(asking, code);
    plan->request.conversation = conversation;
    bool good = ask(asking, &plan->request, plan->memory);
    for (size_t i = 0; good && i < plan->then_count; i++) {
        struct sl_request next = {.task = plan->then_task ? plan->then_task : "ask",
                                  .instruction = plan->then[i],
                                  .conversation = conversation};
        good = (!plan->before_then || system(plan->before_then) == 0) &&
               ask(asking, &next, plan->memory);
    }
    if (plan->save && sl_conversation_save(conversation, plan->save, &asking->error))
        good = wait_for(asking, asking->error.code);
    sl_conversation_free(conversation);
    return good;
}

static int start_errand(struct asking *asking, const struct plan *plan)
{
    struct sl_client *client = asking->client;
    struct sl_error *error = &asking->error;
    if (plan->files)
        return sl_client_files(client, on_event, asking, &asking->id, error);
    if (plan->show)
        return sl_client_file(client, plan->show, on_event, asking, &asking->id, error);
    if (plan->store)
        return sl_client_store(client, plan->media, plan->request.detail, on_event, asking,
                               &asking->id, error);
    const char *ids[MAX_MEDIA];
    for (size_t i = 0; i < plan->request.media_count; i++)
        ids[i] = plan->media[i].path;
    return sl_client_delete_files(client, ids, plan->request.media_count, on_event, asking,
                                  &asking->id, error);
}

static bool run(struct asking *asking, struct plan *plan)
{
    if (plan->models)
        return wait_for(asking, sl_client_models(asking->client, on_event, asking, &asking->id,
                                                 &asking->error));
    if (plan->check)
        return wait_for(
            asking, sl_client_check(asking->client, on_event, asking, &asking->id, &asking->error));
    if (plan->files || plan->show || plan->store || plan->delete)
        return wait_for(asking, start_errand(asking, plan));
    bool good = true;
    for (long i = 0; good && i < plan->repeat; i++)
        good = ask_all(asking, plan);
    return good;
}

static void add_media(struct plan *plan, char *word)
{
    bool address = strstr(word, "://") != NULL;
    plan->media[plan->request.media_count++] = (struct sl_media){
        .kind = address ? SL_MEDIA_URL : SL_MEDIA_FILE,
        .path = address ? NULL : word,
        .url = address ? word : NULL,
        .typed = !plan->found,
    };
}

enum word {
    TASK = 1,
    INSTRUCTION,
    SELECTION,
    STACK,
    OPTIONS,
    DETAIL,
    EFFORT,
    LANGUAGE,
    THEN,
    THEN_TASK,
    BEFORE_THEN,
    OPEN,
    SAVE,
    REPEAT,
    CANCEL_AT,
    MODELS,
    MEMORY,
    FILES,
    SHOW,
    STORE,
    FOUND,
    CHECK,
    DELETE
};

static const struct option options[] = {
    {"task", 1, NULL, TASK},
    {"instruction", 1, NULL, INSTRUCTION},
    {"selection", 1, NULL, SELECTION},
    {"stack", 1, NULL, STACK},
    {"options", 1, NULL, OPTIONS},
    {"detail", 1, NULL, DETAIL},
    {"effort", 1, NULL, EFFORT},
    {"language", 1, NULL, LANGUAGE},
    {"then", 1, NULL, THEN},
    {"then-task", 1, NULL, THEN_TASK},
    {"before-then", 1, NULL, BEFORE_THEN},
    {"open", 1, NULL, OPEN},
    {"save", 1, NULL, SAVE},
    {"repeat", 1, NULL, REPEAT},
    {"cancel-at", 1, NULL, CANCEL_AT},
    {"models", 0, NULL, MODELS},
    {"memory", 0, NULL, MEMORY},
    {"check", 0, NULL, CHECK},
    {"files", 0, NULL, FILES},
    {"show", 1, NULL, SHOW},
    {"store", 0, NULL, STORE},
    {"found", 0, NULL, FOUND},
    {"delete", 0, NULL, DELETE},
    {NULL, 0, NULL, 0},
};

static bool take_option(struct plan *plan, struct asking *asking, int option)
{
    const char **texts[] = {[TASK] = &plan->request.task,
                            [INSTRUCTION] = &plan->request.instruction,
                            [SELECTION] = &plan->request.selection,
                            [STACK] = &plan->request.stack,
                            [OPTIONS] = &plan->request.options,
                            [DETAIL] = &plan->request.detail,
                            [EFFORT] = &plan->request.effort,
                            [LANGUAGE] = &plan->request.language,
                            [THEN_TASK] = &plan->then_task,
                            [BEFORE_THEN] = &plan->before_then,
                            [OPEN] = &plan->open,
                            [SAVE] = &plan->save,
                            [CANCEL_AT] = &asking->cancel_at,
                            [SHOW] = &plan->show,
                            [DELETE] = NULL};
    if (option < TASK || option > DELETE)
        return false;
    if (texts[option])
        *texts[option] = optarg;
    else if (option == THEN && plan->then_count < MAX_THEN)
        plan->then[plan->then_count++] = optarg;
    else if (option == REPEAT)
        plan->repeat = strtol(optarg, NULL, 10);
    plan->models = plan->models || option == MODELS;
    plan->memory = plan->memory || option == MEMORY;
    plan->check = plan->check || option == CHECK;
    plan->files = plan->files || option == FILES;
    plan->store = plan->store || option == STORE;
    plan->found = plan->found || option == FOUND;
    plan->delete = plan->delete || option == DELETE;
    return true;
}

int main(int argc, char **argv)
{
    struct plan plan = {.request.task = "describe", .repeat = 1};
    struct asking asking = {0};
    int option;
    plan.request.media = plan.media;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (!take_option(&plan, &asking, option)) {
            fputs(usage, stderr);
            return 2;
        }
    }
    while (optind < argc && plan.request.media_count < MAX_MEDIA)
        add_media(&plan, argv[optind++]);
    int code = sl_client_new(&asking.client, NULL, &asking.error);
    bool good = code ? wait_for(&asking, code) : run(&asking, &plan);
    sl_client_free(asking.client);
    return good ? 0 : 1;
}
