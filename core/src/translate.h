/*
 * Sentences for a person, looked up before they are filled in; see sightline/translate.h.
 *
 * sl_error_set and sl__request_note look their formats up themselves. Any other text is marked
 * where it stands, as a whole sentence or clause: with sl__tr where it is used there, with
 * SL__TR_NOOP in a table, from which it is looked up by sl__tr. A text that counts comes as one for
 * one thing and one for more. extract.sh of a host's catalogue finds texts by these names.
 */
#ifndef SL_TRANSLATE_H
#define SL_TRANSLATE_H

#include <stdbool.h>

#include <sightline/translate.h>

#if defined(__GNUC__)
#define SL__FORMAT_ARG(at) __attribute__((format_arg(at)))
#else
#define SL__FORMAT_ARG(at)
#endif

#define SL__TR_NOOP(text) text

/* The translation, or `text` where there is none or it could not be filled in. Static. */
const char *sl__tr(const char *text) SL__FORMAT_ARG(1);

/* What sl_translate_with is for a host, for this copy of the file: each module has one of its own.
 */
void sl__tr_with(sl_translate_fn translate, void *context);

/* Whether what is given for the conversions of `text` can be given for those of `other`. */
bool sl__same_conversions(const char *text, const char *other);

/* As sl_error_set, but never translated: for what is told to a model. */
int sl__error_set_plain(struct sl_error *error, int code, const char *format, ...) SL_PRINTF(3, 4);

#endif
