/*
 * What was said: attachments, messages, and their order. Messages and attachments do not change
 * once they are part of a history, and are shared by references, so that a conversation and a
 * request that runs in it hold the same ones without a lock.
 */
#ifndef SL_MESSAGE_H
#define SL_MESSAGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <cjson/cJSON.h>
#include <sightline/media.h>

#include "buf.h"
#include "sha256.h"

enum sl__attachment_kind {
    SL__ATTACHED_BYTES = 1, /* `data`: a prepared picture */
    SL__ATTACHED_FILE = 2,  /* `fd`: a video, read when it is sent */
    SL__ATTACHED_URL = 3,   /* `url`: the server gets it */
    SL__ATTACHED_ABSENT =
        4 /* `digest`: a video of a saved conversation, shown while it is stored */
};

struct sl__blank;

struct sl__attachment {
    atomic_int references;
    enum sl__attachment_kind kind;
    bool video;
    bool foreign;       /* a video that cannot be sent as it is; see split.h */
    char *name;         /* what sentences call it */
    const char *mime;   /* static; NULL for an address */
    const char *detail; /* static: "low" or "high" */
    unsigned char *data;
    uint64_t len;             /* bytes of the data or the file */
    int fd;                   /* -1 without */
    int64_t changed_at;       /* of the file, when it was taken: nanoseconds since 1970 */
    struct sl__blank *blanks; /* what is private in the file; see media/video.h */
    size_t blank_count;
    double seconds;      /* of a video in a file, 0 where it is not known */
    double part_seconds; /* of one that was asked about in parts: how long those were at most, */
    size_t part_count;   /* and how many */
    char *url;
    bool typed;                           /* the person wrote it */
    uint32_t width, height;               /* as sent; 0 for an address or a video */
    uint32_t source_width, source_height; /* upright */
    char *path;                           /* the file it was made from, or NULL */
    bool digested;                        /* the digest is known; see sl__attachment_digest */
    unsigned char digest[SL__SHA256_BYTES];
};

/* One reference, the caller's; everything else is empty and `fd` -1. NULL without memory. */
struct sl__attachment *sl__attachment_new(void);
struct sl__attachment *sl__attachment_hold(struct sl__attachment *attachment);
void sl__attachment_drop(struct sl__attachment *attachment); /* NULL is fine */

/*
 * Prepares media of any kind. `options->cancel` is heeded, `options->crop` for pictures only.
 * `*done` gets enum sl_image_done. Errors: as sl_image_prepare, and SL_E_UNSUPPORTED for an address
 * that is none of http, https and stepfile, SL_E_INVALID or SL_E_TOO_LARGE for one that cannot be
 * sent, SL_E_CORRUPT for an MP4 that is not whole. A video is left in its file; one that is not
 * under 128 MB and 5 minutes, or no MP4, is `foreign`.
 */
int sl__attachment_prepare(struct sl__attachment **attachment, const struct sl_media *media,
                           const struct sl_image_options *options, unsigned *done,
                           struct sl_error *error);

/*
 * The same of what was got by the address of `media`, and is in a file without a name. Takes the
 * descriptor, also on failure.
 */
int sl__attachment_fetched(struct sl__attachment **attachment, const struct sl_media *media, int fd,
                           const struct sl_image_options *options, unsigned *done,
                           struct sl_error *error);

/* Makes a descriptor the attachment's file, which it is as long as its length then. False when that
 * cannot be had; the descriptor is the attachment's all the same. */
bool sl__attachment_take_file(struct sl__attachment *attachment, int fd);

/* The digest where it was found out already; else false. Any thread. */
bool sl__attachment_known_digest(const struct sl__attachment *attachment,
                                 unsigned char digest[SL__SHA256_BYTES]);

/* Reads the file as it is sent. As pread. */
ssize_t sl__attachment_read(const struct sl__attachment *attachment, uint64_t at, void *to,
                            size_t len);

/* Whether the file is as it was then. */
bool sl__attachment_unchanged(const struct sl__attachment *attachment);

/*
 * The SHA-256 of what is sent, which is found out once. Any thread; a video takes a second or two.
 * Errors: SL_E_IO (the file was changed, or cannot be read), SL_E_CANCELLED.
 */
int sl__attachment_digest(struct sl__attachment *attachment, const atomic_bool *cancel,
                          unsigned char digest[SL__SHA256_BYTES], struct sl_error *error);

enum sl__role { SL__USER = 1, SL__ASSISTANT = 2, SL__TOOL = 3 };

/* A tool that the model called. */
struct sl__call {
    char *id, *name;
    char *arguments; /* JSON as the model wrote it, which may be broken */
};

struct sl__message {
    atomic_int references;
    enum sl__role role;
    struct sl__attachment **attachments; /* SL__USER: they come before the text */
    size_t attachment_count;
    struct sl__attachment *parted; /* SL__USER: a video that it tells the parts' answers of */
    char *text;                    /* never NULL; of SL__TOOL the tool's result */
    char *reasoning;               /* SL__ASSISTANT, or NULL */
    cJSON *details;                /* SL__ASSISTANT: reasoning_details as they came, or NULL */
    struct sl__call *calls;        /* SL__ASSISTANT */
    size_t call_count;
    char *call_id;  /* SL__TOOL: which call this answers */
    bool failed;    /* SL__TOOL */
    bool continues; /* SL__USER: asks for the rest of the answer before it */
};

/* One reference, the caller's. `text` is copied. NULL without memory. */
struct sl__message *sl__message_new(enum sl__role role, const char *text);
struct sl__message *sl__message_hold(struct sl__message *message);

/* The same of the user with another text, which is copied. NULL without memory. */
struct sl__message *sl__message_reword(const struct sl__message *message, const char *text);
void sl__message_drop(struct sl__message *message); /* NULL is fine */

/* Each adds to a message that is not yet shared. 0 or SL_E_NOMEM. */
int sl__message_attach(struct sl__message *message, struct sl__attachment *attachment); /* holds */
int sl__message_call(struct sl__message *message, const char *id, const char *name,
                     const char *arguments);

struct sl__history {
    struct sl__message **items;
    size_t count;
};

#define SL__HISTORY_INIT                                                                           \
    {                                                                                              \
        0                                                                                          \
    }

/* Takes the reference, also on failure; a NULL message is a failure. 0 or SL_E_NOMEM. */
int sl__history_add(struct sl__history *history, struct sl__message *message);

/* Makes `to`, which is empty, the same list with references of its own. 0 or SL_E_NOMEM. */
int sl__history_copy(struct sl__history *to, const struct sl__history *from);

/*
 * What had come of the answer that the last message of the user asks to go on with, in all its
 * parts. Appends nothing where it asks for something else. 0, SL_E_NOMEM or SL_E_TOO_LARGE.
 */
int sl__history_earlier(const struct sl__history *history, struct sl__buf *earlier);

/* Drops the messages from `count` on. */
void sl__history_cut(struct sl__history *history, size_t count);
void sl__history_release(struct sl__history *history);

#endif
