/* Settings that are one of a few words. */
#include <stdio.h>
#include <string.h>

#include "words.h"

const char *const sl__detail_words[] = {"low", "high", "auto", NULL};
const char *const sl__effort_words[] = {"low", "medium", "high", NULL};

enum sl_detail sl__detail_of(const char *word)
{
    int at = 0;
    while (sl__detail_words[at] && strcmp(sl__detail_words[at], word) != 0)
        at++;
    return sl__detail_words[at] ? (enum sl_detail)(at + 1) : SL_DETAIL_LOW;
}

size_t sl__words_place(const char *const words[], const char *word)
{
    size_t place = 0;
    while (words[place] && strcmp(words[place], word) != 0)
        place++;
    return place;
}

bool sl__words_have(const char *const words[], const char *word)
{
    return words[sl__words_place(words, word)] != NULL;
}

const char *sl__words_list(const char *const words[], struct sl__buf *list)
{
    for (; *words; words++)
        sl__buf_addf(list, "%s%s", list->len > 0 ? ", " : "", *words);
    return sl__buf_text(list);
}

int sl__words_check(const char *what, const char *value, const char *const words[],
                    struct sl_error *error)
{
    struct sl__buf list = SL__BUF_INIT(256);
    int code = 0;
    if (value && !sl__words_have(words, value))
        code = sl_error_set(error, SL_E_INVALID, "%s “%s” is not known; choose one of %s", what,
                            value, sl__words_list(words, &list));
    sl__buf_release(&list);
    return code;
}

const char *sl__play_time(double seconds, char text[24])
{
    long long all = (long long)(seconds + 0.5);
    if (all >= 3600)
        snprintf(text, 24, "%lld:%02lld:%02lld", all / 3600, all / 60 % 60, all % 60);
    else
        snprintf(text, 24, "%lld:%02lld", all / 60, all % 60);
    return text;
}
