/*
 * CSV that a spreadsheet reads as data.
 *
 * A cell that begins with what makes a formula of it (=, +, -, @ and their full-width forms, see
 * OWASP's "CSV Injection") gets an apostrophe before that, as in the answers of tasks whose output
 * is SL_OUTPUT_CSV. A number with its sign is data, and stays as it is.
 *
 * Spreadsheets differ in what they separate cells by, and need not be told. So a comma, a
 * semicolon, a tab and the end of a line each begin a cell; also within quotation marks, where to
 * another reader the cell goes on, if what follows them at once makes a formula. Space and
 * quotation marks at the beginning of a cell do not hide it.
 */
#ifndef SIGHTLINE_CSV_H
#define SIGHTLINE_CSV_H

#include <sightline/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Makes a field of `text`, which is UTF-8: in quotation marks, and those within it doubled. The
 * field is the caller's, to be freed with free(); NULL on failure. Errors: SL_E_NOMEM.
 */
SL_API int sl_csv_field(char **field, const char *text, struct sl_error *error);

#ifdef __cplusplus
}
#endif

#endif
