/*
 * What a task's request stores with the provider, and refers to: see sightline/files.h. Before a
 * body is written it is decided about each picture and video in it; what has to be stored first
 * takes exchanges of their own, each of which is a round of the talk (talk.h). All but
 * sl__storing_finish run on a worker.
 */
#ifndef SL_STORING_H
#define SL_STORING_H

#include "claim.h"
#include "message.h"
#include "stored_index.h"

struct sl__history;
struct sl__outcome;
struct sl__request;

enum { SL__STORE_LEAST = 4096 }; /* bytes: to store less saves nothing */
#define SL__STORED_SECONDS (7 * 24 * 3600)

struct sl__storing_item;

/* What the exchange under way does. */
enum sl__storing_step {
    SL__STORING_NOTHING,
    SL__STORING_UPLOAD, /* of the item `at` */
    SL__STORING_WAIT,   /* for another request that stores the same */
    SL__STORING_COUNT,  /* how many files there are, since one was refused */
    SL__STORING_MAKE_ROOM,
    SL__STORING_CHECK,   /* which files are there, since a question was refused */
    SL__STORING_CLEAN_UP /* deletes what was used */
};

struct sl__storing {
    bool ready, off; /* prepared; and found that nothing is stored */
    bool keep;       /* what is stored stays, whatever the configuration says */
    bool swept;
    struct sl__account account;
    struct sl__storing_item *items;
    size_t count, at;
    enum sl__storing_step step;
    struct sl__claim claim;
    char *path; /* of the exchange under way */
    char victim[SL__MAX_FILE_ID + 1];
    uint64_t remote_count;
    int64_t oldest_at; /* of ours that the provider listed */
    bool uploaded, counted, checked, waits;
    size_t untold, first_untold; /* how many were stored and not told of; the first of them */
    struct sl_error problem;     /* why something could not be stored, or what is checked */
};

void sl__storing_release(struct sl__storing *storing);

/*
 * Decides about what is in `history`. `*first` becomes true when request->exchange has something
 * that comes before the question. Errors: SL_E_CANCELLED, SL_E_IO (a file was changed), SL_E_NOMEM.
 */
int sl__storing_prepare(struct sl__request *request, const struct sl__history *history, bool *first,
                        struct sl_error *error);

/*
 * For who stores one thing and asks nothing: wants it stored, for sl__storing_prepare without a
 * history to do so. Errors: SL_E_IO, SL_E_CANCELLED, SL_E_NOMEM.
 */
int sl__storing_want(struct sl__request *request, struct sl__attachment *attachment,
                     struct sl_error *error);

/* What became of it: NULL when it is not stored, and `problem` says why. */
const struct sl__stored *sl__storing_first(const struct sl__storing *storing);

/* The id that an attachment is referred to by, or NULL when its bytes are sent. */
const char *sl__storing_id(const struct sl__storing *storing,
                           const struct sl__attachment *attachment);

/*
 * Takes the end of such an exchange; `outcome` is NULL after a wait. 0 when the request goes on
 * with preparing; otherwise it has failed.
 */
int sl__storing_finish(struct sl__request *request, const struct sl__outcome *outcome,
                       struct sl_error *error);

/*
 * Whether a failed question may be so because a file it refers to is gone: then the request is to
 * be prepared again, and sl__storing_finish fails with the same error where it was not.
 */
bool sl__storing_suspects(struct sl__request *request, const struct sl__outcome *outcome);

/*
 * After a good answer: makes request->exchange the deletion of what is to be deleted after its use.
 * False when nothing is left of that.
 */
bool sl__storing_clean_up(struct sl__request *request);

#endif
