/*
 * Requests to the model.
 *
 * Event loop
 * ----------
 * A client works on threads of its own: pictures are prepared, bodies sent and answers read there.
 * The host watches one descriptor, sl_client_fd, for reading, and calls sl_client_dispatch when it
 * is readable. Callbacks run inside that call, on the host's thread, and nowhere else. Nothing in
 * this header waits, except sl_client_free for the end of the threads.
 *
 * Each request that was started ends in exactly one terminal event: SL_EVENT_DONE, SL_EVENT_FAILED
 * or SL_EVENT_CANCELLED, and nothing comes after it. A call that returns an error never calls back.
 *
 * Threads
 * -------
 * All functions of one client are to be called from one thread, the host's. Two clients are
 * independent of each other. A process that has threads of its own should start its first client
 * early, since the libraries below prepare themselves then. SIGPIPE is not raised by a client.
 *
 * The pictures of a request are prepared side by side, by at most four threads and no more than the
 * machine has cores, while no other request needs them. What comes of them does not depend on that.
 *
 * Callbacks may call every function of this header but sl_client_free and sl_client_dispatch.
 *
 * Cost
 * ----
 * sl_client_new starts nothing; threads and connections come with the first request. Connections
 * are kept for the requests that follow.
 *
 * What a client does by itself
 * ----------------------------
 * It waits and asks again where that cannot be billed twice: after a 429, when the connection fails
 * before the request has left whole, and after a 500, 502, 503 or 504 within ten seconds of its
 * end. It shows the model a part of a picture at full resolution when the model asks for one (see
 * SL_EVENT_TOOL), or a part of a long video, asks once more for an answer in the form that a task
 * wants, and describes the oldest pictures of a conversation that has become too long. It stores
 * with the provider what is sent again, see files.h. Each of these is told by an event.
 *
 * A picture or video at an address is got by the server, or here, as “urls” in the configuration
 * says. With "auto" JPEGs and videos are left to the server, and other pictures are got here, since
 * the server would show a transparent one on black and keep its metadata; so is what the server
 * says it cannot download, when the question is asked once more, and what the provider takes no
 * addresses of. With "pass" the server gets all, with "fetch" nothing. What is got here comes
 * without a key or cookie, from the public internet; from the own network only by an address that
 * the person wrote.
 *
 * More pictures than the model takes at once, or has room for, up to twenty times as many, are
 * described in groups first, as many groups at a time as the provider's limits allow; the
 * descriptions stand in for them. Pictures that are together over the bytes that a request may hold
 * are sent smaller. A note tells either beforehand, and of groups what they cost to send; the
 * budget is checked for all of them.
 *
 * What a video says of where, when and with what it was recorded does not leave: an MP4 goes out
 * with zeros there, as long as it was, and what is put into a new one is pictures and sound alone.
 * A video in a file that is no MP4 becomes one, without coding anything anew; one that cannot be
 * copied is SL_E_UNSUPPORTED, unless “video.transcode” in the configuration is true: then its
 * pictures become H.264 of at most 1920 pixels on the longer side, its sound AAC. One over five
 * minutes or 128 MB is asked about in parts of at most two minutes: a note says beforehand how many
 * there are and what they cost to send, the budget is checked for all of them, progress tells the
 * part, and what is said of each comes as reasoning. The text is that of a last request, which puts
 * the answers together. When a part fails, the answers to those before it come as text, of a task
 * whose output is text, before SL_EVENT_FAILED names the part. In the conversation the answers
 * stand in for the video; a later question of a task with the tool “look” lets the model have a
 * part watched again (SL_EVENT_TOOL), with a question of its own, while the conversation lives and
 * the file is as it was: one that was opened from a file has the answers alone. A model or provider
 * that takes no videos gets pictures of it instead, which a note tells.
 */
#ifndef SIGHTLINE_CLIENT_H
#define SIGHTLINE_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sightline/config.h>
#include <sightline/conversation.h>
#include <sightline/error.h>
#include <sightline/media.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sl_client;
struct sl_stored_file;

struct sl_client_options {
    /*
     * How a person of this host sets a key, as a clause that can stand alone: "run :Sight setup".
     * It is the remedy in "stepfun has no API key: …, or set STEP_API_KEY" and in the sentence
     * about a key that the server refused. Copied. NULL leaves it out.
     */
    const char *setup_hint;
    /*
     * Whether libcurl prepares itself at once, on the client's thread, instead of when the first
     * request starts, which it holds up for some milliseconds. For a host that is about to ask.
     */
    bool eager;
};

#define SL_CLIENT_OPTIONS_INIT                                                                     \
    {                                                                                              \
        0                                                                                          \
    }

enum sl_phase {
    SL_PHASE_PREPARING = 1, /* the key is looked up, pictures are prepared */
    SL_PHASE_UPLOADING = 2, /* `sent` of `total` bytes have left */
    SL_PHASE_CHECKING = 3,  /* the server has it all: it fetches and checks, and is silent */
    SL_PHASE_THINKING = 4,  /* reasoning arrives */
    SL_PHASE_ANSWERING = 5, /* text arrives */
    SL_PHASE_WAITING = 6,   /* for `wait_ms` more, then it is sent again; 0: for its turn */
};

enum sl_event_type {
    SL_EVENT_PROGRESS = 1,  /* `phase`, `sent`, `total`, `wait_ms`, `part`, `parts`, `tokens` */
    SL_EVENT_NOTE = 2,      /* `level`, `text`: a sentence for the person */
    SL_EVENT_REASONING = 3, /* `text`: more of the reasoning; `alternative` */
    SL_EVENT_TEXT = 4,      /* `text`: more of the answer; `alternative` */
    SL_EVENT_FILE = 5,   /* a file of a code answer begins: `text` is its name or "", `language` */
    SL_EVENT_TOOL = 6,   /* `text`: the end of a sentence: what the model looks at */
    SL_EVENT_STORED = 7, /* `stored`: a file that the provider has; see files.h */
    SL_EVENT_DONE = 8,   /* terminal: it is whole; `usage`, `cost`, `model`; `text` of set_key */
    SL_EVENT_FAILED = 9, /* terminal: `error`; text that came before is not the whole answer */
    SL_EVENT_CANCELLED = 10, /* terminal */
};

enum sl_level {
    SL_LEVEL_OK = 1,
    SL_LEVEL_WARNING = 2,
    SL_LEVEL_ERROR = 3,
};

/* What the server counted; -1 where it did not say. */
struct sl_usage {
    int64_t input_tokens;
    int64_t cached_tokens; /* of the input */
    int64_t output_tokens;
    int64_t reasoning_tokens; /* of the output */
};

#define SL_USAGE_INIT                                                                              \
    {                                                                                              \
        -1, -1, -1, -1                                                                             \
    }

/* What a request cost. `amount` is negative where nobody knows. */
struct sl_cost {
    double amount;
    char currency[4]; /* "USD", "CNY" */
    bool estimated;   /* from the table of prices, not from the provider */
};

#define SL_COST_INIT                                                                               \
    {                                                                                              \
        -1, "", false                                                                              \
    }

/*
 * One event. It and all it points at belong to the client and are valid until the callback returns.
 *
 * `text` is valid UTF-8, never cut within a character, NUL-terminated and free of control
 * characters other than newline and tab: the control characters of an answer arrive as the pictures
 * of them that Unicode has (U+2400 …). Line ends are single newlines, also where the answer had CR
 * LF. Text that arrives within 16 ms of the last event comes in one event together.
 *
 * What SL_EVENT_TEXT brings is the answer as the task wants it: of a code answer the code alone,
 * without fences and the prose around them; of a JSON answer nothing before it was found valid. A
 * code answer of several files has one SL_EVENT_FILE before the text of each.
 */
struct sl_event {
    enum sl_event_type type;
    uint64_t request;
    enum sl_phase phase;
    uint64_t sent, total; /* bytes of the request's body, or of a video that is prepared; 0 while
                             not known */
    uint64_t wait_ms;     /* SL_PHASE_WAITING: told once a second */
    unsigned part, parts; /* which part of a long video is asked about, from 1, and of how many, or
                             which group of pictures comes next; `part` is 0 while the answers are
                             put together, both without parts */
    uint64_t tokens; /* about how many the question has, before it is sent; 0 while not known */
    unsigned alternative; /* 0, or the number of another answer where several were asked for */
    enum sl_level level;
    const char *text;      /* never NULL */
    size_t len;            /* bytes of `text` */
    const char *language;  /* SL_EVENT_FILE: as the fence named it, "html", or ""; never NULL */
    struct sl_usage usage; /* of all that was sent for this request together */
    struct sl_cost cost;
    const char *model;                   /* as the server named it, or "" */
    const struct sl_error *error;        /* SL_EVENT_FAILED, else NULL */
    const struct sl_stored_file *stored; /* SL_EVENT_STORED, else NULL */
};

typedef void (*sl_event_fn)(const struct sl_event *event, void *data);

/*
 * What is asked. Strings are UTF-8; they and media are copied or taken as sl_client_start says.
 * NULL means: as the task's file says, else as the configuration says, else the built-in default.
 */
struct sl_request {
    const char *task; /* "describe" */
    const struct sl_media *media;
    size_t media_count;
    const char *instruction;
    const char *language;      /* of the answer, in words: "French" */
    const char *text_language; /* the same, where the configuration has no language either */
    const char *detail;        /* "low", "high" or "auto" */
    const char *effort;        /* "low", "medium" or "high"; what the model knows of them */

    /* What a task's prompt may speak of besides. */
    const char *selection; /* the text that is to be changed or asked about */
    const char *context;   /* what stands around it */
    const char *filetype;  /* "python" */
    const char *stack;     /* "react-tailwind" */

    /*
     * Settings for this request, as a JSON object with the names that a task's header has
     * ({"n": 3, "temperature": 0.2}); they win over the task's and the configuration's. What the
     * provider does not document is left out, and a note says so. So is "n" of a task whose output
     * is JSON; with more than one answer the model has no tools.
     */
    const char *options;

    /*
     * The conversation that this continues; NULL asks without one. It grows when SL_EVENT_DONE is
     * delivered, and by the part that came when SL_EVENT_FAILED has SL_E_LENGTH; otherwise it stays
     * as it was. One request at a time. It may be freed while the request runs.
     */
    struct sl_conversation *conversation;
};

#define SL_REQUEST_INIT                                                                            \
    {                                                                                              \
        0                                                                                          \
    }

/* Allocates a client. `options` may be NULL. Errors: SL_E_NOMEM, SL_E_IO (no descriptor is left).
 */
SL_API int sl_client_new(struct sl_client **client, const struct sl_client_options *options,
                         struct sl_error *error);

/*
 * Ends all requests without calling back, joins the threads and frees the client. Waits for a
 * picture in preparation to reach its next row, and for nothing of the network. A secret service
 * that does not answer is left behind with a thread of its own, which ends when it does. NULL is
 * fine.
 */
SL_API void sl_client_free(struct sl_client *client);

/*
 * Chooses for this client's requests, from the next one on, in place of what the file and the
 * environment say: a provider, with its own model where `model` is NULL; with `provider` NULL
 * another model of the provider in use; with both NULL what is configured again. What
 * SIGHTLINE_BASE_URL, SIGHTLINE_MODEL and SIGHTLINE_API_KEY say is for the provider that is
 * configured, and goes to no other. Copied. On failure the choice stays as it was. Errors:
 * SL_E_CONFIG (an unknown provider; the sentence lists the known ones), SL_E_INVALID (a name that
 * is not UTF-8), SL_E_IO, SL_E_NOMEM. Whether the provider has the model only the provider knows.
 */
SL_API int sl_client_choose(struct sl_client *client, const char *provider, const char *model,
                            struct sl_error *error);

/* Loads what the client's next request will use. As sl_config_load. */
SL_API int sl_client_config(const struct sl_client *client, struct sl_config **config,
                            struct sl_error *error);

/* The descriptor to watch for reading. It belongs to the client and stays the same. */
SL_API int sl_client_fd(const struct sl_client *client);

/* Delivers what has happened since the last call. Returns the number of events; never waits. */
SL_API int sl_client_dispatch(struct sl_client *client);

/*
 * Starts a task. On success `*id` is the request's number, never 0 and never used again, and
 * `on_event` will be called until the terminal event.
 *
 * Media: `path`, `url` and `name` are copied. `bytes` and `pixels` are used without a copy until
 * `release` is called, on any thread, at most once per media: when the request has ended, since the
 * model may ask to look closer until then; when this call fails, before it returns. With `release`
 * NULL they must live until SL_EVENT_DONE or SL_EVENT_FAILED has been delivered; after a cancel,
 * when they may still be read for a moment, until the client has been freed.
 *
 * Errors, without a callback: SL_E_CONFIG, SL_E_INVALID (an unknown task, too many or too few
 * media, an unknown detail, effort or option, a text that is not UTF-8, a conversation that waits
 * for an answer), SL_E_IO, SL_E_NOMEM. What takes time is found out later and comes as
 * SL_EVENT_FAILED: the key, the consent (see config.h), the pictures, what the provider does not
 * take, the network.
 */
SL_API int sl_client_start(struct sl_client *client, const struct sl_request *request,
                           sl_event_fn on_event, void *data, uint64_t *id, struct sl_error *error);

/*
 * Examines the set-up: version, configuration, formats that are read, key source, what is known to
 * be stored with the provider (files.h), and whether it answers with this key. Each finding is an
 * SL_EVENT_NOTE whose level says how bad it is, then SL_EVENT_DONE. A configuration that cannot be
 * loaded is a finding too, and so is a provider that nobody has agreed to, which is not asked.
 * Errors: SL_E_NOMEM, SL_E_IO.
 */
SL_API int sl_client_check(struct sl_client *client, sl_event_fn on_event, void *data, uint64_t *id,
                           struct sl_error *error);

/*
 * Asks the provider for the models that it has. The `text` of SL_EVENT_DONE has their names, a line
 * each, in the provider's order. Errors: SL_E_CONFIG, SL_E_NOMEM.
 */
SL_API int sl_client_models(struct sl_client *client, sl_event_fn on_event, void *data,
                            uint64_t *id, struct sl_error *error);

/*
 * Stores the key of the configured provider for all hosts: in the secret service when there is one,
 * else in keys.json beside the configuration file, mode 0600. An empty key removes what is stored.
 * The `text` of SL_EVENT_DONE says where it went, never the key. `key` is copied and the copy is
 * overwritten after use. Errors: SL_E_CONFIG, SL_E_INVALID (no key can look like this), SL_E_NOMEM.
 */
SL_API int sl_client_set_key(struct sl_client *client, const char *key, sl_event_fn on_event,
                             void *data, uint64_t *id, struct sl_error *error);

/*
 * Asks for the end of a request. Its SL_EVENT_CANCELLED comes with the next dispatch, unless
 * another terminal event was already on its way; the server's connection is closed at once, or its
 * stream reset where other requests share an HTTP/2 connection. A number that is not running is
 * ignored.
 */
SL_API void sl_client_cancel(struct sl_client *client, uint64_t id);

/*
 * About what a request of a task costs that sends so many pictures, of the largest size that its
 * detail has, and so many bytes of text besides its prompt. `amount` is negative where no price is
 * known. Errors: SL_E_CONFIG, SL_E_INVALID (no such task), SL_E_IO, SL_E_NOMEM.
 */
SL_API int sl_task_estimate(const char *task, unsigned pictures, size_t text_len,
                            struct sl_cost *cost, struct sl_error *error);

/* What a request would send, found out beforehand. */
struct sl_preview {
    struct sl_image *images; /* in the order of the request's media, as they would go out */
    size_t count;
    int64_t input_tokens; /* of pictures and prompt, about */
    struct sl_cost cost;  /* of sending them, without the answer; negative without a price */
};

#define SL_PREVIEW_INIT                                                                            \
    {                                                                                              \
        0                                                                                          \
    }

/*
 * Prepares the pictures of a request as the request itself would, and sends nothing. `config` is
 * what sl_client_config loads. The request and its media are borrowed; nothing is released, and
 * `conversation` is not looked at. Takes as long as the pictures take: it may be called from any
 * thread, and ends soon after `cancel`, which may be NULL, is set by another one. On success
 * `preview`, which must be SL_PREVIEW_INIT or released, is to be released; on failure it is left as
 * it was. Errors: as sl_image_prepare (a video or an address is SL_E_UNSUPPORTED or SL_E_INVALID),
 * and those of an unknown task.
 */
SL_API int sl_preview_make(struct sl_preview *preview, const struct sl_config *config,
                           const struct sl_request *request, const atomic_bool *cancel,
                           struct sl_error *error);

/* Frees what it owns and makes it SL_PREVIEW_INIT again. */
SL_API void sl_preview_release(struct sl_preview *preview);

/* A static lower-case word for a phase: "preparing", "uploading", "waiting", … */
SL_API const char *sl_phase_name(enum sl_phase phase);

#ifdef __cplusplus
}
#endif

#endif
