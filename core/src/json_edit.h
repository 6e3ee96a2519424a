/*
 * Changing single members of a JSON text and leaving every other byte as the person wrote it.
 */
#ifndef SL_JSON_EDIT_H
#define SL_JSON_EDIT_H

#include "buf.h"

/*
 * Makes the member that `path` names, a NULL-terminated list of names from the top object down, the
 * JSON text `value`; NULL takes it out. `text` must be a valid object; objects that are missing on
 * the way are added. New members are written as their neighbours are. Errors, with `text` as it
 * was: SL_E_INVALID (something on the way is no object, or the text holds a NUL), SL_E_TOO_LARGE,
 * SL_E_NOMEM.
 */
int sl__json_edit(struct sl__buf *text, const char *const *path, const char *value);

/* Appends a text as a JSON string with its quotes. As sl__buf_add. */
int sl__json_quote(struct sl__buf *to, const char *text);

#endif
