/* Formats that are read by a module, where its library is there. */
#ifndef SL__OPTIONAL_H
#define SL__OPTIONAL_H

#include <sightline/error.h>

struct sl__codec;
struct sl__input;

enum sl__optional { SL__NO_MODULE, SL__TIFF_MODULE, SL__HEIF_MODULE, SL__SVG_MODULE };

/*
 * The codec of a module, which is opened at the first call. NULL where it cannot be had, with the
 * error set and its code in `*code`; `format` is what the sentence calls the picture's.
 */
const struct sl__codec *sl__optional_codec(enum sl__optional which, const char *format,
                                           const struct sl__input *input, int *code);

/* Whether there is one. Errors: SL_E_UNSUPPORTED, with a sentence that begins with "pictures: ". */
int sl__optional_check(enum sl__optional which, const char *format, struct sl_error *error);

#endif
