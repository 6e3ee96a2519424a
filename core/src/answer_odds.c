/* How sure the model was of its words, of which it tells the logarithms of the probabilities. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "json.h"

#define WORTH_TELLING 0.9 /* a token that was at least as sure as this is not told of */

/* Without the spaces that most tokens begin with. False for one of nothing else. */
static bool read_token(char to[SL__ODD_TOKEN], const cJSON *entry)
{
    const char *token = sl__json_string(entry, "token");
    *to = '\0';
    if (token)
        sl__answer_word(to, SL__ODD_TOKEN, token + strspn(token, " \t\r\n"));
    return to[strspn(to, " ")] != '\0';
}

/* The least sure stands first. */
static void rank(struct sl__odds *odds, double logarithm, const cJSON *entry)
{
    struct sl__odd odd = {.logarithm = logarithm};
    if (exp(logarithm) >= WORTH_TELLING || !read_token(odd.token, entry))
        return;
    for (size_t i = 0; i < SL__MOST_ODDS; i++) {
        struct sl__odd other = odds->least[i];
        if (*other.token && other.logarithm <= odd.logarithm)
            continue;
        odds->least[i] = odd;
        odd = other;
    }
}

void sl__answer_odds(struct sl__answer *answer, const cJSON *choice)
{
    struct sl__odds *odds = &answer->odds;
    const cJSON *entry;
    cJSON_ArrayForEach(entry, sl__json_array(sl__json_object(choice, "logprobs"), "content"))
    {
        const cJSON *value = sl__json_member(entry, "logprob");
        if (!cJSON_IsNumber(value) || !isfinite(value->valuedouble) || value->valuedouble > 0)
            continue;
        odds->sum += value->valuedouble;
        odds->count++;
        rank(odds, value->valuedouble, entry);
    }
}

static int percent(double logarithm)
{
    return (int)lround(100 * exp(logarithm));
}

bool sl__answer_tell_odds(const struct sl__answer *answer, struct sl_error *line)
{
    const struct sl__odds *odds = &answer->odds;
    char list[SL__MOST_ODDS * (SL__ODD_TOKEN + 24)] = "";
    size_t len = 0;
    if (odds->count == 0)
        return false;
    for (size_t i = 0; i < SL__MOST_ODDS && *odds->least[i].token; i++)
        len += (size_t)snprintf(list + len, sizeof list - len, "%s“%s” (%d %%)", i > 0 ? ", " : "",
                                odds->least[i].token, percent(odds->least[i].logarithm));
    int mean = percent(odds->sum / (double)odds->count);
    if (*list)
        sl_error_set(line, 0, "the model was %d %% sure of its words on average, least of %s", mean,
                     list);
    else
        sl_error_set(line, 0, "the model was %d %% sure of its words on average", mean);
    return true;
}
