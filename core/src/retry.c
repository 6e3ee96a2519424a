/* When a failed exchange is tried again. */
#include <string.h>

#include <curl/curl.h>

#include "retry.h"

enum {
    FIRST_MS = 1000,    /* the first wait, before its share of chance */
    LARGEST_MS = 40000, /* and the largest: half of it more makes the ceiling of a minute */
    MOST_SECONDS = 1000000000,
};

/* Statuses by which a server says that it could not do what it was asked. */
static bool is_passing(const struct sl__attempt *attempt)
{
    static const int failures[] = {500, 502, 503, 504};
    if (attempt->status == 429)
        return true;
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        if (attempt->status == failures[i])
            return !attempt->sent || attempt->after_ms <= SL__UNBILLED_MS;
    }
    return false;
}

static bool may_repeat(const struct sl__limits *limits, const struct sl__attempt *attempt)
{
    if (attempt->fatal || attempt->begun || attempt->number > limits->retries)
        return false;
    if (attempt->retry_after_ms > SL__LONGEST_WAIT_MS)
        return false;
    return attempt->status == 0 ? !attempt->sent : is_passing(attempt);
}

/* Up to half as long again by chance, so that clients that failed together do not return together.
 */
int64_t sl__retry_wait(const struct sl__limits *limits, const struct sl__attempt *attempt,
                       uint32_t random)
{
    int64_t wait = FIRST_MS;
    if (!may_repeat(limits, attempt))
        return -1;
    if (attempt->retry_after_ms >= 0)
        return attempt->retry_after_ms;
    for (unsigned i = 1; i < attempt->number && wait < LARGEST_MS; i++)
        wait *= 2;
    if (wait > LARGEST_MS)
        wait = LARGEST_MS;
    return wait + random % (wait / 2 + 1);
}

int64_t sl__retry_after(const char *value, time_t now)
{
    static const char digits[] = "0123456789";
    size_t len = strspn(value, digits);
    int64_t seconds = 0;
    if (len == 0) {
        time_t date = strchr(value, ':') ? curl_getdate(value, NULL) : -1;
        if (date < 0)
            return -1;
        return date > now ? (int64_t)(date - now) * 1000 : 0;
    }
    if (value[len + strspn(value + len, " \t")] != '\0')
        return -1;
    for (size_t i = 0; i < len && seconds < MOST_SECONDS; i++)
        seconds = seconds * 10 + (value[i] - '0');
    return seconds * 1000;
}
