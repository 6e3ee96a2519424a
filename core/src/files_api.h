/*
 * The Files API on the wire: what is sent, and what its replies say. Source: the vendor's pages on
 * files/create, list, retrieve, delete and object.
 */
#ifndef SL_FILES_API_H
#define SL_FILES_API_H

#include "request.h"
#include "stored_index.h"

/* Room for the path of a file. */
enum { SL__FILE_PATH = SL__MAX_FILE_ID + 16 };

/*
 * Makes `exchange`, which is empty, the upload of a picture or video: a form that is read piece by
 * piece, with an exact length. The name that the provider hears is made of the content's digest:
 * what a file is called here concerns nobody there. 0 or SL_E_NOMEM.
 */
int sl__files_upload(struct sl__exchange *exchange, struct sl__attachment *attachment,
                     const unsigned char digest[SL__SHA256_BYTES]);

/* The others. `path` has SL__FILE_PATH bytes and lives as long as the exchange. */
void sl__files_list(struct sl__exchange *exchange);
void sl__files_show(struct sl__exchange *exchange, const char *id, char *path);
void sl__files_delete(struct sl__exchange *exchange, const char *id, char *path);

/* Whether it can be an id: letters, digits, ".", "_" and "-", so that no path is forged. */
bool sl__file_id_is_valid(const char *id);

/* A file as the provider describes it. */
struct sl__remote_file {
    char id[SL__MAX_FILE_ID + 1];
    char name[SL__MAX_FILE_NAME + 1];
    uint64_t bytes;
    int64_t created_at;
};

/* Whether a name is one that sl__files_upload made up. */
bool sl__file_name_is_ours(const char *name);

/* 0, SL_E_PROTOCOL (the reply describes no file, or one without a valid id) or SL_E_NOMEM. */
int sl__files_read(const struct sl__reply *reply, struct sl__remote_file *file);

/* Calls `each` for every file of a list. 0, SL_E_PROTOCOL (it is no list), SL_E_NOMEM, or what
 * `each` returns unless that is 0. */
int sl__files_read_list(const struct sl__reply *reply,
                        int (*each)(const struct sl__remote_file *file, void *data), void *data);

#endif
