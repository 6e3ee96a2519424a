/* Settings that are one of a few words. Lists end with NULL. */
#ifndef SL_WORDS_H
#define SL_WORDS_H

#include <stdbool.h>

#include <sightline/media.h>

#include "buf.h"

/* Those of detail are in the order of enum sl_detail. */
extern const char *const sl__detail_words[], *const sl__effort_words[];

enum sl_detail sl__detail_of(const char *word); /* SL_DETAIL_LOW for none of them */

/* Its place in the list, or that of the NULL. */
size_t sl__words_place(const char *const words[], const char *word);

bool sl__words_have(const char *const words[], const char *word);

/* "low, medium, high", in `list`, which the caller releases. */
const char *sl__words_list(const char *const words[], struct sl__buf *list);

/* Refuses a value that is not in the list, which is called `what`. NULL is fine. */
int sl__words_check(const char *what, const char *value, const char *const words[],
                    struct sl_error *error);

/* A place in a video, as players show it: "2:05", "1:02:05". Returns `text`. */
const char *sl__play_time(double seconds, char text[24]);

#endif
