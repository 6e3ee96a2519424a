/*
 * The names that a model gives to the files of its answer.
 *
 * A name is a path whose last part has an extension: "index.html", "src/App.tsx", ".gitignore".
 * Only harmless ones are taken: relative, without "..", control characters and signs that a shell,
 * a URL or another system gives a meaning to.
 */
#ifndef SL_CODE_NAME_H
#define SL_CODE_NAME_H

#include <stddef.h>

enum { SL__CODE_NAME_MAX = 256 }; /* with its NUL */

/*
 * Reads the info string of a fence: `html index.html`, `path/to/a.c`, `js:src/a.js`,
 * `html title="a b.html"`. What it does not have becomes "".
 */
void sl__code_name_in_info(const char *info, size_t len, char language[SL__CODE_NAME_MAX],
                           char name[SL__CODE_NAME_MAX]);

/*
 * Finds the name in a line of prose: in `backticks`, in **bold**, or as the last word after nothing
 * but signs, a number or a label: "### src/App.tsx", "2. a.css:", "File: a.js". Else "".
 */
void sl__code_name_in_prose(const char *line, size_t len, char name[SL__CODE_NAME_MAX]);

#endif
