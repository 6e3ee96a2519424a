/*
 * JSON, read with cJSON. Names are matched exactly; a member of another type counts as missing.
 */
#ifndef SL_JSON_H
#define SL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

/*
 * Parses `len` bytes, which need no NUL, and nothing but white space after the value. NULL when
 * they are not JSON, with `*at`, which may be NULL, the offset where reading stopped; with errno
 * ENOMEM, and not otherwise, it was for want of memory. An escaped NUL is read as U+2400, the
 * picture of it, and half a surrogate pair as U+FFFD. A number of more digits than a double holds
 * keeps them for sl__json_exact. A text of over SL__MAX_JSON_VALUES is none, since each takes a
 * hundred bytes of memory, and neither is one with a NUL.
 */
cJSON *sl__json_parse(const char *text, size_t len, size_t *at);

/* The end of the string whose quote `quote` is at, or that of the text. */
const char *sl__json_string_end(const char *quote);

/*
 * sl__json_parse's: gives numbers of more digits than a double holds their own text, as it stands
 * in `text`, which the value was parsed from. False without memory.
 */
bool sl__json_keep_digits(cJSON *value, const char *text);

/* Before a value is printed: such numbers keep all their digits. They are numbers no more then. */
void sl__json_exact(cJSON *value);

/* As cJSON_Delete, and overwrites the strings first: for files that hold keys. NULL is fine. */
void sl__json_delete_wiped(cJSON *value);

const cJSON *sl__json_member(const cJSON *object, const char *name);
const cJSON *sl__json_object(const cJSON *object, const char *name);
const cJSON *sl__json_array(const cJSON *object, const char *name);

/* The member's string, or NULL. */
const char *sl__json_string(const cJSON *object, const char *name);

/* The member as a whole number from 0 up, or -1. */
int64_t sl__json_count(const cJSON *object, const char *name);

/* Line and column, from 1, of an offset into a text. */
struct sl__place {
    size_t line, column;
};
struct sl__place sl__json_place(const char *text, size_t offset);

/*
 * The offset of the member that `path` names, a NULL-terminated list of names from the top object
 * down, in a text that is valid JSON; 0 when there is none.
 */
size_t sl__json_find(const char *text, const char *const *path);

#endif
