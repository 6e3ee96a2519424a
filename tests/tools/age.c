/*
 * sightline-test-age FILE SECONDS: makes all that an index of stored files knows so much older, and
 * prints the ids, a line each.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <sqlite3.h>

static int print(void *data, int count, char **values, char **names)
{
    (void)data, (void)count, (void)names;
    puts(values[0]);
    return 0;
}

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    char *sql = argc == 3 ? sqlite3_mprintf("UPDATE contents SET stored_at = stored_at - %ld, "
                                            "used_at = used_at - %ld, "
                                            "delete_at = max(delete_at - %ld, 0); "
                                            "SELECT id FROM contents WHERE id IS NOT NULL",
                                            strtol(argv[2], NULL, 10), strtol(argv[2], NULL, 10),
                                            strtol(argv[2], NULL, 10))
                          : NULL;
    bool good = sql && sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
                sqlite3_exec(db, sql, print, NULL, NULL) == SQLITE_OK;
    sqlite3_free(sql);
    sqlite3_close(db);
    return good ? 0 : 1;
}
