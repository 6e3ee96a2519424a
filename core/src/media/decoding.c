/* How much is decoded at once. */
#include <pthread.h>

#include "decoding.h"
#include "thread.h"

#define MOST_PIXELS (SL_IMAGE_MAX_SOURCE_PIXELS / 2)

enum { LOOK_MS = 20 }; /* for a cancel, which wakes nobody */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static uint64_t decoded;
static bool one_waits; /* which is the next */

static void init(void)
{
    sl__cond_init(&changed);
}

static bool is_full(uint64_t pixels)
{
    return decoded > 0 && decoded + pixels > MOST_PIXELS;
}

/* The first in the line waits for room, the others to be the first. */
static void stand_in_line(const struct sl__input *input, uint64_t pixels)
{
    while (one_waits && !sl__cancelled(input))
        sl__cond_wait_ms(&changed, &lock, LOOK_MS);
    if (one_waits)
        return;
    one_waits = true;
    while (is_full(pixels) && !sl__cancelled(input))
        sl__cond_wait_ms(&changed, &lock, LOOK_MS);
    one_waits = false;
    pthread_cond_broadcast(&changed);
}

int sl__decoding_begin(const struct sl__input *input, uint64_t pixels)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    int rc;

    pthread_once(&once, init);
    pthread_mutex_lock(&lock);
    stand_in_line(input, pixels);
    rc = sl__cancelled(input) ? sl__fail_cancelled(input) : 0;
    if (rc == 0)
        decoded += pixels;
    pthread_mutex_unlock(&lock);
    return rc;
}

void sl__decoding_end(uint64_t pixels)
{
    pthread_mutex_lock(&lock);
    decoded -= pixels;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}
