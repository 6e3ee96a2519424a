/*
 * Text with its place in a picture: what the answer of the task “ocr-lines” says, for hosts that
 * put each line where it stands.
 */
#ifndef SIGHTLINE_PLACED_H
#define SIGHTLINE_PLACED_H

#include <stddef.h>

#include <sightline/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A line of text and the box around it, in parts of the picture's width and height: from 0 to 1,
 * left < right and top < bottom. Strings belong to the list, are not empty and hold no line end.
 */
struct sl_placed_line {
    const char *text;
    double left, top, right, bottom;
};

struct sl_placed;

/*
 * Reads an answer, also one with a fence or prose around the JSON. A line without text or whose box
 * has no area in the picture is left out, what sticks out of the picture is cut off, and at most
 * 2000 lines are taken. On success `*placed` is the caller's, to be freed with sl_placed_free, and
 * may have no line. Errors: SL_E_FORMAT (this is no such answer), SL_E_NOMEM.
 */
SL_API int sl_placed_parse(struct sl_placed **placed, const char *answer, size_t len,
                           struct sl_error *error);

/* NULL is fine. */
SL_API void sl_placed_free(struct sl_placed *placed);

/* NULL when `index` is past the last. */
SL_API const struct sl_placed_line *sl_placed_at(const struct sl_placed *placed, size_t index);

#ifdef __cplusplus
}
#endif

#endif
