/*
 * A request on its way: made by the host's thread, prepared by a worker, sent and read by the
 * transfer thread, reported to the host by the queue.
 *
 * It is shared between the host's list of running requests and the thread that works on it, each
 * with a reference. What is not marked below belongs to whoever works on it.
 */
#ifndef SL_REQUEST_H
#define SL_REQUEST_H

#include <stdatomic.h>

#include <sightline/client.h>

#include "body.h"
#include "dialect.h"
#include "failure.h"
#include "key.h"
#include "queue.h"
#include "storing.h"
#include "task.h"

struct sl__errand;
struct sl__request;
struct sl__talk;
struct sl__workers;

/* How the exchange with the server ended. */
struct sl__outcome {
    int code; /* 0: a good answer */
    struct sl_error error;
    struct sl__reply reply;    /* what came instead of an answer, or where none was asked for */
    struct sl__answer *answer; /* as far as it came; NULL where none was asked for */
};

/* What kinds of requests there are: tables of functions, so that the threads need not know. */
struct sl__operation {
    /*
     * On a worker: gets all ready that is to be sent, in `exchange`. A failure ends the request
     * with it. Called again after sl__request_again.
     */
    int (*prepare)(struct sl__request *request, struct sl_error *error);
    /* On the transfer thread: takes a part of the answer. NULL where no answer is asked for. */
    int (*part)(struct sl__request *request, const struct sl__part *part);
    /*
     * After the exchange: ends the request, or has it prepared again. `outcome`, and the answer in
     * it, are valid during the call; it is NULL when nothing was sent.
     */
    void (*finish)(struct sl__request *request, const struct sl__outcome *outcome);
    /*
     * On the transfer thread, instead of finish: the request was cancelled, and this was counted
     * of the answer until then. NULL where no answer is asked for.
     */
    void (*leave)(struct sl__request *request, const struct sl_usage *usage,
                  const struct sl_cost *cost);
};

extern const struct sl__operation sl__task_operation, sl__check_operation, sl__models_operation,
    sl__set_key_operation, sl__list_files_operation, sl__show_file_operation,
    sl__store_file_operation, sl__delete_files_operation;

/*
 * What is to be sent: filled by `prepare`, taken by the transfer. What is not set is a GET for a
 * small JSON text.
 */
struct sl__exchange {
    const char *path;   /* below the base URL; NULL: nothing is sent, finish follows prepare */
    const char *method; /* static; NULL: GET, or POST with a body */
    char boundary[40];  /* of a form; "": the body is JSON */
    const struct sl__dialect *dialect; /* of the answer; NULL: it is a small JSON text */
    bool streams;                      /* the answer is asked for as an event stream */
    unsigned alternatives;             /* of it that are asked for; 0: there is one */
    bool fresh;                        /* over a connection of its own, none that is kept */
    int64_t pause_ms;                  /* without a path: finish follows after so long */
    struct sl__body body;
};

struct sl__request {
    uint64_t id;
    atomic_int references;
    atomic_bool cancelled;     /* set by the host's thread, seen by all */
    const atomic_bool *cancel; /* the own one, or that of the parent */

    /*
     * Of a request that describes a group of pictures for another one, see groups.h: that one, or
     * NULL. It borrows from it what was asked, and has no events of its own.
     */
    struct sl__request *parent;
    size_t group;
    const struct sl__operation *operation;

    /* The client's. */
    struct sl__queue *queue;
    struct sl__workers *workers;
    struct sl__key_cache *key_cache;
    const char *setup_hint;

    /* The host's. */
    sl_event_fn on_event;
    void *data;
    struct sl__request *next_running;

    /* What was asked. */
    struct sl_config *config;
    struct sl_error config_error; /* where a check found no configuration */
    struct sl__task task;
    struct sl_media *media; /* paths, addresses and names are copies */
    size_t media_count;
    char *instruction, *language, *text_language, *detail, *effort;
    char *selection, *context, *filetype, *stack;
    cJSON *options;
    struct sl_conversation *conversation; /* the host's thread alone */
    struct sl__talk *talk;                /* of a task: what was said so far, see talk.h */
    struct sl__buf new_key;
    struct sl__errand *errand; /* about stored files; see errand.h */
    struct sl__storing storing;

    /* What is sent. */
    struct sl__buf key, key_source;
    struct sl__exchange exchange;

    struct sl__request *next; /* in the list of the thread that works on it */

    /* The queue's. */
    bool quiet; /* the host does not know of it */
    bool ended;
    struct sl__queued terminal;
};

/* One reference, the caller's. Takes `config`. NULL without memory. */
struct sl__request *sl__request_new(const struct sl__operation *operation,
                                    struct sl_config *config);

/* Makes it the request of a group of the parent's. Holds the parent. */
void sl__request_join(struct sl__request *request, struct sl__request *parent, size_t group);
void sl__request_hold(struct sl__request *request);
void sl__request_drop(struct sl__request *request);

/*
 * From here on the request releases the media; on failure, for want of memory, those that it has
 * not taken are released too.
 */
int sl__request_take_media(struct sl__request *request, const struct sl_media *media, size_t count);

/* Gives the media back to the host. Once is enough; further calls do nothing. */
void sl__request_release_media(struct sl__request *request);

/* Events. The last three end the request, unless it has ended before. */
void sl__request_progress(struct sl__request *request, enum sl_phase phase, uint64_t sent,
                          uint64_t total);
void sl__request_waiting(struct sl__request *request, uint64_t wait_ms);
/* Any other event that is not terminal. 0, SL_E_NOMEM or SL_E_TOO_LARGE. */
int sl__request_event(struct sl__request *request, struct sl_event *event);
void sl__request_note(struct sl__request *request, enum sl_level level, const char *format, ...)
    SL_PRINTF(3, 4);
/* What a tool that the model called looks at. */
void sl__request_tool(struct sl__request *request, const char *format, ...) SL_PRINTF(2, 3);
void sl__request_done(struct sl__request *request, const char *text);
void sl__request_failed(struct sl__request *request, const struct sl_error *error);
void sl__request_cancelled(struct sl__request *request);

/*
 * Has the request prepared and sent once more: for the transfer thread, at the end of an exchange.
 * Takes a reference of its own.
 */
void sl__request_again(struct sl__request *request);

struct sl__key_search sl__request_key_search(const struct sl__request *request);

int sl__request_find_key(struct sl__request *request, struct sl_error *error);

/* Empties the exchange, for the next. */
void sl__request_clear_exchange(struct sl__request *request);

/* Refuses a server that this process may not talk to, or that nobody has agreed to. */
int sl__request_may_send(const struct sl__request *request, struct sl_error *error);

#endif
