/* Allocations that fail on demand, and a record of those that are alive. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined(__GLIBC__)
#include <execinfo.h>
#endif

#include <cjson/cJSON.h>

#include "failing.h"
#include "harness.h"

enum { SLOTS = 1 << 16, DEPTH = 24, MOST_SHOWN = 8, PATIENCE_MS = 2000 };

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t len);
char *__real_realpath(const char *path, char *resolved);
int __real_posix_memalign(void **memory, size_t alignment, size_t size);
void __real_free(void *memory);

/* Modules find these in the program. */
SL_API void *__wrap_malloc(size_t size);
SL_API void *__wrap_calloc(size_t count, size_t size);
SL_API void *__wrap_realloc(void *memory, size_t size);
SL_API char *__wrap_strdup(const char *text);
SL_API char *__wrap_strndup(const char *text, size_t len);
SL_API char *__wrap_realpath(const char *path, char *resolved);
SL_API int __wrap_posix_memalign(void **memory, size_t alignment, size_t size);
SL_API void __wrap_free(void *memory);

/* A place in the program, for the person who looks for the fault. */
struct site {
    void *frames[DEPTH];
    int depth;
};

struct block {
    void *memory;
    unsigned long number; /* of all allocations, from 1 */
    struct site site;
};

static struct block blocks[SLOTS]; /* open addressing, without gaps between equal hashes */
static size_t alive;
static unsigned long made;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static atomic_ulong counted, failing; /* `failing`: 0 where none is to fail */
static struct site failed;

static void here(struct site *site)
{
#if defined(__GLIBC__)
    site->depth = backtrace(site->frames, DEPTH);
#else
    site->depth = 0;
#endif
}

static void show(const struct site *site)
{
    fflush(stdout);
#if defined(__GLIBC__)
    backtrace_symbols_fd(site->frames, site->depth, 1);
#else
    (void)site;
#endif
}

static size_t slot_of(const void *memory)
{
    return (size_t)(((uintptr_t)memory >> 4) * 0x9e3779b97f4a7c15u >> 40) % SLOTS;
}

static void *keep(void *memory)
{
    if (!memory)
        return NULL;
    pthread_mutex_lock(&lock);
    size_t at = slot_of(memory);
    while (blocks[at].memory)
        at = (at + 1) % SLOTS;
    blocks[at].memory = memory;
    blocks[at].number = ++made;
    here(&blocks[at].site);
    if (++alive > SLOTS / 2)
        abort();
    pthread_mutex_unlock(&lock);
    return memory;
}

/* Moves up what was put behind the gap only since it was taken. */
static void close_gap(size_t gap)
{
    for (size_t at = (gap + 1) % SLOTS; blocks[at].memory; at = (at + 1) % SLOTS) {
        size_t wanted = slot_of(blocks[at].memory);
        if ((at - wanted) % SLOTS < (at - gap) % SLOTS)
            continue;
        blocks[gap] = blocks[at];
        blocks[at].memory = NULL;
        gap = at;
    }
}

static void forget(const void *memory)
{
    pthread_mutex_lock(&lock);
    size_t at = slot_of(memory);
    while (blocks[at].memory && blocks[at].memory != memory)
        at = (at + 1) % SLOTS;
    if (memory && blocks[at].memory) {
        blocks[at].memory = NULL;
        alive--;
        close_gap(at);
    }
    pthread_mutex_unlock(&lock);
}

static bool fails(void)
{
    unsigned long n = atomic_load(&failing);
    if (n == 0 || atomic_fetch_add(&counted, 1) + 1 != n)
        return false;
    here(&failed);
    errno = ENOMEM;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : keep(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : keep(__real_calloc(count, size));
}

void *__wrap_realloc(void *memory, size_t size)
{
    if (fails())
        return NULL;
    forget(memory);
    return keep(__real_realloc(memory, size));
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : keep(__real_strdup(text));
}

char *__wrap_strndup(const char *text, size_t len)
{
    return fails() ? NULL : keep(__real_strndup(text, len));
}

char *__wrap_realpath(const char *path, char *resolved)
{
    if (resolved)
        return __real_realpath(path, resolved);
    return fails() ? NULL : keep(__real_realpath(path, NULL));
}

int __wrap_posix_memalign(void **memory, size_t alignment, size_t size)
{
    int failure = fails() ? ENOMEM : __real_posix_memalign(memory, alignment, size);
    if (failure == 0)
        keep(*memory);
    return failure;
}

void __wrap_free(void *memory)
{
    forget(memory);
    __real_free(memory);
}

static size_t count_alive(void)
{
    pthread_mutex_lock(&lock);
    size_t count = alive;
    pthread_mutex_unlock(&lock);
    return count;
}

/* A thread that was left behind may have the last of it for a moment. */
static bool balances(size_t before)
{
    struct timespec moment = {.tv_nsec = 1000000};
    for (int ms = 0; count_alive() > before && ms < PATIENCE_MS; ms++)
        nanosleep(&moment, NULL);
    return count_alive() == before;
}

static void show_newer(unsigned long number)
{
    for (size_t at = 0, shown = 0; at < SLOTS && shown < MOST_SHOWN; at++)
        if (blocks[at].memory && blocks[at].number > number) {
            printf("left behind:\n");
            show(&blocks[at].site);
            shown++;
        }
}

/* One run, and whether its end is as it may be. `*hit` says whether there was an n-th. */
static bool run_failing(failing_fn run, enum failing_end end, unsigned long n, bool *hit)
{
    struct sl_error error = SL_ERROR_INIT;
    size_t before = count_alive();
    unsigned long number = made;
    atomic_store(&counted, 0);
    atomic_store(&failing, n);
    int code = run(&error);
    atomic_store(&failing, 0);
    *hit = atomic_load(&counted) >= n;
    bool whole = balances(before);
    bool right =
        code == SL_E_NOMEM ? *hit && *error.message : code == 0 && (!*hit || end == FAILING_ANY);
    if (right && whole)
        return true;
    printf("allocation %lu: %s “%s”, %zu before, %zu after\n", n, sl_code_name(code), error.message,
           before, count_alive());
    if (*hit)
        show(&failed);
    show_newer(number);
    return false;
}

void failing_each(failing_fn run, enum failing_end end)
{
    const char *only = getenv("ALLOCATION");
    unsigned long wrong = 0, n = only ? strtoul(only, NULL, 10) : 1;
    struct sl_error error = SL_ERROR_INIT;
    bool hit = true;
    if (run(&error) != 0)
        fail_msg("%s", error.message);
    for (; hit; n++) {
        wrong += !run_failing(run, end, n, &hit);
        if (only)
            break;
    }
    if (wrong > 0)
        fail_msg("%lu of %lu runs were wrong", wrong, n - 1);
}

void failing_each_json(failing_fn run, enum failing_end end)
{
    cJSON_Hooks hooks = {.malloc_fn = __wrap_malloc, .free_fn = __wrap_free};
    cJSON_InitHooks(&hooks);
    failing_each(run, end);
    cJSON_InitHooks(NULL);
}
