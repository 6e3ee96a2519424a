/* The threads of a client, without the threads. */
#include <stdlib.h>
#include <string.h>

#include <sightline/client.h>

#include "idle.h"
#include "request.h"
#include "talk.h"
#include "worker.h"

enum { MOST_REPEATS = 1000 };

enum { PROGRESS = 1, REASONING = 2, FILES = 4, NOTES = 8, TEXT = 16, LONG = 32, ENDS = 6 };

static struct sl__workers *last;

void sl__workers_init(struct sl__workers *workers, struct sl__transfers *transfers)
{
    *workers = (struct sl__workers){.transfers = transfers};
    last = workers;
}

int sl__workers_add(struct sl__workers *workers, struct sl__request *request,
                    struct sl_error *error)
{
    struct sl__request **link = &workers->first;
    (void)error;
    while (*link)
        link = &(*link)->next;
    sl__request_hold(request);
    request->next = NULL;
    *link = request;
    return 0;
}

void sl__workers_step_out(struct sl__workers *workers)
{
    (void)workers;
}

void sl__workers_step_in(struct sl__workers *workers)
{
    (void)workers;
}

int sl__workers_share(struct sl__workers *workers, struct sl__pieces *pieces)
{
    (void)workers;
    pieces->begun = 0;
    return 0;
}

void sl__workers_finish(struct sl__workers *workers, struct sl__pieces *pieces, size_t at)
{
    (void)workers;
    while (pieces->begun <= at)
        pieces->one(pieces->begun++, pieces->context);
}

void sl__workers_unshare(struct sl__workers *workers, struct sl__pieces *pieces)
{
    (void)workers, (void)pieces;
}

void sl__workers_stop(struct sl__workers *workers)
{
    (void)workers;
}

static struct sl__request *take_first(struct sl__workers *workers)
{
    struct sl__request *request = workers->first;
    if (request)
        workers->first = request->next;
    return request;
}

void sl__workers_release(struct sl__workers *workers)
{
    struct sl__request *request;
    while ((request = take_first(workers)))
        sl__request_drop(request);
    last = NULL;
}

void sl__transfers_init(struct sl__transfers *transfers, struct sl__queue *queue)
{
    *transfers = (struct sl__transfers){.queue = queue};
}

int sl__transfers_start(struct sl__transfers *transfers, struct sl_error *error)
{
    (void)transfers, (void)error;
    return 0;
}

void sl__transfers_add(struct sl__transfers *transfers, struct sl__request *request)
{
    (void)transfers, (void)request;
    abort();
}

void sl__transfers_wake(struct sl__transfers *transfers)
{
    (void)transfers;
}

void sl__transfers_release(struct sl__transfers *transfers)
{
    (void)transfers;
}

void sl__prepare_libcurl(void)
{
    abort();
}

void sl__restrict(CURL *easy)
{
    (void)easy;
    abort();
}

/* Text that JSON makes as long as it can, with characters that must not be cut. */
static void say(struct sl__request *request, enum sl_event_type type, unsigned how)
{
    static const char pattern[] = "\"\\\n€\t𝄞é";
    enum { LEN = sizeof pattern - 1 };
    static char text[MOST_REPEATS * LEN];
    for (size_t i = 0; !text[sizeof text - 1]; i++)
        memcpy(text + i * LEN, pattern, LEN);
    struct sl_event event = {.type = type,
                             .alternative = how / LONG % 3,
                             .text = text,
                             .len = how & LONG ? sizeof text : how % 8 * LEN};
    sl__request_event(request, &event);
}

static void tell_files(struct sl__request *request)
{
    const struct sl_stored_file stored = {
        .id = "file-1", .name = "a.png", .bytes = 1, .stored_at = 1, .delete_at = 2, .ours = true};
    struct sl_event of_stored = {
        .type = SL_EVENT_STORED, .stored = &stored, .text = stored.name, .len = 5};
    struct sl_event of_code = {.type = SL_EVENT_FILE, .text = "a/b.c", .len = 5, .language = "c"};
    sl__request_event(request, &of_stored);
    sl__request_event(request, &of_code);
}

static void tell(struct sl__request *request, unsigned how)
{
    if (how & PROGRESS)
        sl__request_progress(request, how / REASONING % SL_PHASE_WAITING + SL_PHASE_PREPARING, 1,
                             2);
    if (how & REASONING)
        say(request, SL_EVENT_REASONING, how);
    if (how & FILES)
        tell_files(request);
    if (how & NOTES) {
        sl__request_waiting(request, how);
        sl__request_note(request, SL_LEVEL_WARNING, "note %u", how);
        sl__request_tool(request, "tool %u", how);
    }
    if (how & TEXT)
        say(request, SL_EVENT_TEXT, how);
}

/* The conversation goes on with a question and this answer. */
static void keep(struct sl__request *request, const char *answer)
{
    struct sl__history *history = request->talk ? &request->talk->history : NULL;
    if (history && (sl__history_add(history, sl__message_new(SL__USER, "What?")) ||
                    sl__history_add(history, sl__message_new(SL__ASSISTANT, answer))))
        abort();
}

static void end(struct sl__request *request, unsigned how)
{
    static const int codes[] = {0, 0, SL_E_LENGTH, SL_E_CANCELLED};
    struct sl_error error = SL_ERROR_INIT;
    int code = codes[how % (sizeof codes / sizeof *codes)];
    if (code != SL_E_CANCELLED)
        keep(request, "An answer.");
    if (code) {
        sl_error_set(&error, code, "it ended so");
        sl__request_failed(request, &error);
    } else {
        sl__request_done(request, how % 2 ? "gpt\nstep\n" : "");
    }
}

bool idle_answer(unsigned how)
{
    struct sl__request *request = last ? take_first(last) : NULL;
    if (!request)
        return false;
    if (atomic_load(request->cancel)) {
        sl__request_cancelled(request);
    } else {
        tell(request, how);
        end(request, how >> ENDS);
    }
    sl__request_drop(request);
    return true;
}
