/* What is known of contents that were sent. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "buf.h"
#include "file.h"
#include "stored_index.h"

enum { VERSION = 1, WAIT_MS = 5000, MAX_PATH = 8192 };

struct sl__index {
    sqlite3 *db;
    char *path;
};

static const char SCHEMA[] =
    "CREATE TABLE contents ("
    "provider TEXT NOT NULL, account TEXT NOT NULL, digest BLOB NOT NULL, id TEXT, "
    "name TEXT NOT NULL, bytes INTEGER NOT NULL, video INTEGER NOT NULL, "
    "stored_at INTEGER NOT NULL, used_at INTEGER NOT NULL, delete_at INTEGER NOT NULL, "
    "PRIMARY KEY (provider, account, digest)) WITHOUT ROWID;"
    "CREATE UNIQUE INDEX ids ON contents (provider, account, id);"
    "PRAGMA user_version = 1;";

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left for the index of stored files");
}

static int fail_for(const struct sl__index *index, const char *reason, struct sl_error *error)
{
    return sl_error_set(error, SL_E_IO, "%s: the index of stored files cannot be used: %s",
                        index->path, reason);
}

static int fail(const struct sl__index *index, struct sl_error *error)
{
    return fail_for(index, sqlite3_errmsg(index->db), error);
}

void sl__account_make(struct sl__account *account, const char *provider, const char *origin,
                      const char *key)
{
    struct sl__sha256 sha;
    unsigned char digest[SL__SHA256_BYTES];
    sl__sha256_init(&sha);
    sl__sha256_add(&sha, origin, strlen(origin) + 1);
    sl__sha256_add(&sha, key, strlen(key));
    sl__sha256_finish(&sha, digest);
    sl__wipe(&sha, sizeof sha);
    account->provider = provider;
    sl__sha256_text(digest, account->digest);
}

/* Opening. */

static int user_version(sqlite3 *db, int *version)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(statement);
    if (result == SQLITE_ROW)
        *version = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return result == SQLITE_ROW ? SQLITE_OK : result;
}

/* Whoever is first makes the table; the others find it. */
static int make_table(sqlite3 *db)
{
    int version = 0, result = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (result == SQLITE_OK)
        result = user_version(db, &version);
    if (result == SQLITE_OK && version == 0)
        result = sqlite3_exec(db, SCHEMA, NULL, NULL, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    if (result != SQLITE_OK)
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return result;
}

/* What is asked of every row soon is looked at first, so that damage is found before it is used. */
static int check_table(sqlite3 *db)
{
    return sqlite3_exec(db, "SELECT id, digest, name FROM contents", NULL, NULL, NULL);
}

/* `*newer` is whether the file is of a version to come. A result of SQLite. */
static int connect(struct sl__index *index, bool *newer)
{
    int version = 0;
    int result = sqlite3_open_v2(index->path, &index->db,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, NULL);
    if (result != SQLITE_OK)
        return result;
    sqlite3_busy_timeout(index->db, WAIT_MS);
    /* A crash of the machine may take the last entry with it, which costs one more upload. */
    sqlite3_exec(index->db, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
    result = user_version(index->db, &version);
    if (result == SQLITE_OK && version == 0)
        result = make_table(index->db);
    *newer = result == SQLITE_OK && version > VERSION;
    return result == SQLITE_OK && !*newer ? check_table(index->db) : result;
}

static void disconnect(struct sl__index *index)
{
    sqlite3_close(index->db);
    index->db = NULL;
}

static bool is_damaged(int result)
{
    return result == SQLITE_CORRUPT || result == SQLITE_NOTADB || result == SQLITE_ERROR;
}

/* The journal goes first: beside a new index it would be taken for that one's. */
static bool set_aside(const struct sl__index *index, const struct stat *damaged)
{
    static const char *const endings[] = {"-journal", ""};
    struct stat now;
    bool good = stat(index->path, &now) == 0 && now.st_ino == damaged->st_ino &&
                now.st_dev == damaged->st_dev; /* another process may have done it */
    for (size_t i = 0; good && i < 2; i++) {
        char from[MAX_PATH], to[MAX_PATH];
        snprintf(from, sizeof from, "%s%s", index->path, endings[i]);
        snprintf(to, sizeof to, "%s.damaged%s", index->path, endings[i]);
        good = rename(from, to) == 0 || errno == ENOENT;
    }
    return good;
}

static char *tell_damage(const struct sl__index *index)
{
    struct sl_error line = SL_ERROR_INIT;
    sl_error_set(&line, 0,
                 "%s was damaged and is begun anew; what it knew is in %s.damaged, and files that "
                 "stay stored with a provider are listed there",
                 index->path, index->path);
    return strdup(line.message);
}

static int connect_or_begin_anew(struct sl__index *index, char **notice, struct sl_error *error)
{
    struct stat before = {0};
    bool newer = false;
    int code = sl__file_make_private(index->path, error);
    if (code)
        return code;
    stat(index->path, &before);
    int result = connect(index, &newer);
    if (is_damaged(result) && notice) {
        disconnect(index);
        if (set_aside(index, &before))
            *notice = tell_damage(index);
        code = sl__file_make_private(index->path, error);
        result = code ? result : connect(index, &newer);
    }
    if (!code && newer)
        return sl_error_set(error, SL_E_UNSUPPORTED,
                            "%s is of a newer Sightline; update this one, or move the file away",
                            index->path);
    return code || result == SQLITE_OK ? code : fail_for(index, sqlite3_errstr(result), error);
}

int sl__index_open(struct sl__index **index, const char *folder, char **notice,
                   struct sl_error *error)
{
    struct sl__index *made = calloc(1, sizeof *made);
    struct sl__buf path = SL__BUF_INIT(MAX_PATH - 64);
    int code = made ? sl__buf_addf(&path, "%s/files.db", folder) : SL_E_NOMEM;
    if (notice)
        *notice = NULL;
    if (made)
        made->path = sl__buf_take(&path);
    code = code ? no_memory(error) : connect_or_begin_anew(made, notice, error);
    if (code)
        sl__index_close(made);
    else
        *index = made;
    return code;
}

void sl__index_close(struct sl__index *index)
{
    if (!index)
        return;
    sqlite3_close(index->db);
    free(index->path);
    free(index);
}

/* Statements. */

/* The first two parameters of every statement are the account's. NULL when that fails. */
static sqlite3_stmt *prepare(struct sl__index *index, const struct sl__account *account,
                             const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(index->db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_bind_text(statement, 1, account->provider, -1, SQLITE_STATIC) == SQLITE_OK &&
        sqlite3_bind_text(statement, 2, account->digest, -1, SQLITE_STATIC) == SQLITE_OK)
        return statement;
    sqlite3_finalize(statement);
    return NULL;
}

static bool bind_digest(sqlite3_stmt *statement, int at, const unsigned char *digest)
{
    return sqlite3_bind_blob(statement, at, digest, SL__SHA256_BYTES, SQLITE_STATIC) == SQLITE_OK;
}

/* Runs a statement that gives no rows. Takes it. */
static int run(struct sl__index *index, sqlite3_stmt *statement, bool bound, struct sl_error *error)
{
    bool done = statement && bound && sqlite3_step(statement) == SQLITE_DONE;
    int code = done ? 0 : fail(index, error);
    sqlite3_finalize(statement);
    return code;
}

#define COLUMNS "id, name, bytes, video, stored_at, used_at, delete_at, digest"

static void read_text(sqlite3_stmt *statement, int column, char *to, size_t room)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    snprintf(to, room, "%s", text ? text : "");
}

static void read_row(sqlite3_stmt *statement, struct sl__stored *stored)
{
    const void *digest = sqlite3_column_blob(statement, 7);
    *stored = (struct sl__stored){.bytes = (uint64_t)sqlite3_column_int64(statement, 2),
                                  .video = sqlite3_column_int(statement, 3) != 0,
                                  .stored_at = sqlite3_column_int64(statement, 4),
                                  .used_at = sqlite3_column_int64(statement, 5),
                                  .delete_at = sqlite3_column_int64(statement, 6)};
    read_text(statement, 0, stored->id, sizeof stored->id);
    read_text(statement, 1, stored->name, sizeof stored->name);
    if (digest && sqlite3_column_bytes(statement, 7) == SL__SHA256_BYTES)
        memcpy(stored->digest, digest, SL__SHA256_BYTES);
}

int sl__index_find(struct sl__index *index, const struct sl__account *account,
                   const unsigned char digest[SL__SHA256_BYTES], bool *found,
                   struct sl__stored *stored, struct sl_error *error)
{
    sqlite3_stmt *statement = prepare(
        index, account,
        "SELECT " COLUMNS " FROM contents WHERE provider = ?1 AND account = ?2 AND digest = ?3");
    int result = SQLITE_ERROR;
    if (statement && bind_digest(statement, 3, digest))
        result = sqlite3_step(statement);
    *found = result == SQLITE_ROW;
    if (*found)
        read_row(statement, stored);
    int code = *found || result == SQLITE_DONE ? 0 : fail(index, error);
    sqlite3_finalize(statement);
    return code;
}

static bool bind_row(sqlite3_stmt *statement, const struct sl__stored *stored)
{
    const int64_t numbers[] = {(int64_t)stored->bytes, stored->video, stored->stored_at,
                               stored->used_at, stored->delete_at};
    bool good = bind_digest(statement, 3, stored->digest) &&
                sqlite3_bind_text(statement, 4, *stored->id ? stored->id : NULL, -1,
                                  SQLITE_STATIC) == SQLITE_OK &&
                sqlite3_bind_text(statement, 5, stored->name, -1, SQLITE_STATIC) == SQLITE_OK;
    for (int i = 0; good && i < 5; i++)
        good = sqlite3_bind_int64(statement, 6 + i, numbers[i]) == SQLITE_OK;
    return good;
}

#define VALUES                                                                                     \
    "INTO contents (provider, account, digest, id, name, bytes, video, stored_at, used_at, "       \
    "delete_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"

int sl__index_put(struct sl__index *index, const struct sl__account *account,
                  const struct sl__stored *stored, struct sl_error *error)
{
    sqlite3_stmt *statement = prepare(index, account, "INSERT OR REPLACE " VALUES);
    return run(index, statement, statement && bind_row(statement, stored), error);
}

int sl__index_note(struct sl__index *index, const struct sl__account *account,
                   const struct sl__stored *stored, struct sl_error *error)
{
    sqlite3_stmt *statement = prepare(index, account, "INSERT OR IGNORE " VALUES);
    return run(index, statement, statement && bind_row(statement, stored), error);
}

int sl__index_use(struct sl__index *index, const struct sl__account *account,
                  const unsigned char digest[SL__SHA256_BYTES], int64_t now, int64_t delete_at,
                  struct sl_error *error)
{
    sqlite3_stmt *statement =
        prepare(index, account,
                "UPDATE contents SET used_at = ?4, delete_at = max(delete_at, ?5) "
                "WHERE provider = ?1 AND account = ?2 AND digest = ?3");
    bool bound = statement && bind_digest(statement, 3, digest) &&
                 sqlite3_bind_int64(statement, 4, now) == SQLITE_OK &&
                 sqlite3_bind_int64(statement, 5, delete_at) == SQLITE_OK;
    return run(index, statement, bound, error);
}

int sl__index_forget(struct sl__index *index, const struct sl__account *account, const char *id,
                     struct sl_error *error)
{
    sqlite3_stmt *statement =
        prepare(index, account,
                "UPDATE contents SET id = NULL WHERE provider = ?1 AND account = ?2 AND id = ?3");
    bool bound = statement && sqlite3_bind_text(statement, 3, id, -1, SQLITE_STATIC) == SQLITE_OK;
    return run(index, statement, bound, error);
}

int sl__index_each(struct sl__index *index, const struct sl__account *account,
                   bool (*each)(const struct sl__stored *stored, void *data), void *data,
                   struct sl_error *error)
{
    sqlite3_stmt *statement =
        prepare(index, account,
                "SELECT " COLUMNS " FROM contents WHERE provider = ?1 AND account = ?2 AND "
                "id IS NOT NULL ORDER BY stored_at, id");
    int result = SQLITE_ERROR;
    bool goes_on = true;
    while (statement && goes_on && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct sl__stored stored;
        read_row(statement, &stored);
        goes_on = each(&stored, data);
    }
    int code = result == SQLITE_ROW || result == SQLITE_DONE ? 0 : fail(index, error);
    sqlite3_finalize(statement);
    return code;
}

int sl__index_prune(struct sl__index *index, int64_t before, struct sl_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool bound =
        sqlite3_prepare_v2(index->db, "DELETE FROM contents WHERE id IS NULL AND used_at < ?1", -1,
                           &statement, NULL) == SQLITE_OK &&
        sqlite3_bind_int64(statement, 1, before) == SQLITE_OK;
    return run(index, statement, bound, error);
}

bool sl__index_exists(const char *folder)
{
    struct sl__buf path = SL__BUF_INIT(8192);
    bool exists = sl__buf_addf(&path, "%s/files.db", folder) == 0 && access(path.data, F_OK) == 0;
    sl__buf_release(&path);
    return exists;
}
