/*
 * Looks on while a program with a GLib main loop works, from within: to be preloaded. At the end it
 * writes to the file $BENCH_WATCH.PROCESS what the first thread's loop and the program did, in
 * microseconds of the monotonic clock:
 *
 *   start AT            the program was loaded
 *   call NAME AT TOOK   a call that is known to take long, and whether the loop had to wait for it
 *   window AT           it showed a window
 *   key AT              a key was pressed, by the clock of an X server on the same machine
 *   gap AT TOOK READ WORK  the loop was away; READ is the longest single read(2) meanwhile, which
 *                       is how long it waited for one call into the host; WORK is what the thread
 *                       had of the processor
 *   sent AT             the first byte went into a network
 *
 * Only a program of the name $BENCH_PROGRAM is looked at.
 */
#define _GNU_SOURCE 1
#include <babl/babl.h>
#include <dlfcn.h>
#include <errno.h>
#include <gegl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <X11/Xlib.h>

#define MAX_GAPS (1u << 20)

/* Comes before the library's function of the same name. */
#define INSTEAD __attribute__((visibility("default")))

struct gap {
    int64_t at, took, read, work;
};

static struct {
    pthread_t thread; /* the first */
    FILE *file;       /* NULL: nobody looks */
    struct gap *gaps;
    size_t count;
    int64_t began; /* when the loop went to work, or 0 before it has */
    int64_t read;  /* the longest read since */
    int64_t work;  /* of the processor, until then */
} watch;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool sent; /* under the lock */

static int64_t clock_of(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static int64_t now(void)
{
    return clock_of(CLOCK_MONOTONIC);
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("BENCH_WATCH"), *program = getenv("BENCH_PROGRAM");
    char name[4096];

    if (!path || !program || strcmp(program, program_invocation_short_name) != 0)
        return;
    snprintf(name, sizeof name, "%s.%d", path, (int)getpid());
    watch.thread = pthread_self();
    watch.gaps = calloc(MAX_GAPS, sizeof *watch.gaps);
    watch.file = watch.gaps ? fopen(name, "w") : NULL;
    if (!watch.file)
        return;
    setvbuf(watch.file, NULL, _IOLBF, 0);
    fprintf(watch.file, "start %lld\n", (long long)now());
}

__attribute__((destructor)) static void end(void)
{
    if (!watch.file)
        return;
    for (size_t i = 0; i < watch.count; i++)
        fprintf(watch.file, "gap %lld %lld %lld %lld\n", (long long)watch.gaps[i].at,
                (long long)watch.gaps[i].took, (long long)watch.gaps[i].read,
                (long long)watch.gaps[i].work);
    fclose(watch.file);
}

static bool looks(void)
{
    return watch.file && pthread_equal(pthread_self(), watch.thread);
}

/*
 * Other libraries poll as well while the loop is away. Each place is looked up once, since that
 * waits for whoever is loading a library.
 */
static bool is_the_loop(const void *caller)
{
    static struct {
        const void *caller;
        bool loop;
    } known[64];
    static size_t count;
    Dl_info info;

    for (size_t i = 0; i < count; i++) {
        if (known[i].caller == caller)
            return known[i].loop;
    }
    bool loop = dladdr(caller, &info) && strstr(info.dli_fname, "libglib");
    if (count < sizeof known / sizeof known[0]) {
        known[count].caller = caller;
        known[count++].loop = loop;
    }
    return loop;
}

static void loop_rests(void)
{
    if (watch.began && watch.count < MAX_GAPS)
        watch.gaps[watch.count++] = (struct gap){watch.began, now() - watch.began, watch.read,
                                                 clock_of(CLOCK_THREAD_CPUTIME_ID) - watch.work};
    watch.began = 0;
}

static void loop_works(void)
{
    watch.began = now();
    watch.work = clock_of(CLOCK_THREAD_CPUTIME_ID);
    watch.read = 0;
}

static void *next(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

INSTEAD int poll(struct pollfd *files, nfds_t count, int timeout)
{
    static int (*real)(struct pollfd *, nfds_t, int);
    bool loop = looks() && is_the_loop(__builtin_return_address(0));

    if (!real)
        *(void **)&real = next("poll");
    if (loop)
        loop_rests();
    int ready = real(files, count, timeout);
    if (loop)
        loop_works();
    return ready;
}

INSTEAD int ppoll(struct pollfd *files, nfds_t count, const struct timespec *timeout,
                  const sigset_t *mask)
{
    static int (*real)(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);
    bool loop = looks() && is_the_loop(__builtin_return_address(0));

    if (!real)
        *(void **)&real = next("ppoll");
    if (loop)
        loop_rests();
    int ready = real(files, count, timeout, mask);
    if (loop)
        loop_works();
    return ready;
}

INSTEAD ssize_t read(int file, void *buffer, size_t size)
{
    static ssize_t (*real)(int, void *, size_t);

    if (!real)
        *(void **)&real = next("read");
    if (!looks() || !watch.began)
        return real(file, buffer, size);
    int64_t start = now();
    ssize_t got = real(file, buffer, size);
    int error = errno;
    int64_t took = now() - start;

    if (took > watch.read)
        watch.read = took;
    errno = error;
    return got;
}

static void note_first_byte(int file)
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;

    if (getpeername(file, (struct sockaddr *)&address, &size) != 0 || address.ss_family == AF_UNIX)
        return;
    pthread_mutex_lock(&lock);
    if (!sent)
        fprintf(watch.file, "sent %lld\n", (long long)now());
    sent = true;
    pthread_mutex_unlock(&lock);
}

INSTEAD ssize_t send(int file, const void *buffer, size_t size, int flags)
{
    static ssize_t (*real)(int, const void *, size_t, int);

    if (!real)
        *(void **)&real = next("send");
    if (watch.file && !sent)
        note_first_byte(file);
    return real(file, buffer, size, flags);
}

static void note_call(const char *name, int64_t start)
{
    if (watch.file)
        fprintf(watch.file, "call %s %lld %lld %s\n", name, (long long)start,
                (long long)(now() - start), looks() ? "waited" : "aside");
}

INSTEAD void babl_init(void)
{
    void (*real)(void);
    int64_t start = now();

    *(void **)&real = next("babl_init");
    real();
    note_call("babl_init", start);
}

INSTEAD void gegl_init(int *count, char ***arguments)
{
    void (*real)(int *, char ***);
    int64_t start = now();

    *(void **)&real = next("gegl_init");
    real(count, arguments);
    note_call("gegl_init", start);
}

INSTEAD int XMapWindow(Display *display, Window window)
{
    int (*real)(Display *, Window);

    *(void **)&real = next("XMapWindow");
    if (watch.file)
        fprintf(watch.file, "window %lld\n", (long long)now());
    return real(display, window);
}

INSTEAD int XNextEvent(Display *display, XEvent *event)
{
    static int (*real)(Display *, XEvent *);

    if (!real)
        *(void **)&real = next("XNextEvent");
    int code = real(display, event);
    if (watch.file && event->type == KeyPress)
        fprintf(watch.file, "key %llu\n", (unsigned long long)event->xkey.time * 1000);
    return code;
}
