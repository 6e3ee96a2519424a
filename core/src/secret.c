/*
 * libsecret's calls, found at run time: most machines that run an editor have no use for it, and
 * GIMP and Neovim need not load it. The types below restate its public interface,
 * https://gnome.pages.gitlab.gnome.org/libsecret/, which is stable since 0.16.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clock.h"
#include "config.h"
#include "secret.h"
#include "thread.h"

enum { LIMIT_MS = 60000, CHECK_MS = 20 };

struct schema {
    const char *name;
    int flags;
    struct {
        const char *name;
        int type; /* 0 is a string */
    } attributes[32];
    int reserved;
    void *more[7];
};

struct problem { /* GError */
    uint32_t domain;
    int code;
    char *message;
};

typedef char *lookup_fn(const struct schema *, void *cancellable, struct problem **, ...);
typedef int store_fn(const struct schema *, const char *collection, const char *label,
                     const char *password, void *cancellable, struct problem **, ...);
typedef int clear_fn(const struct schema *, void *cancellable, struct problem **, ...);
typedef void free_password_fn(char *password);
typedef void free_problem_fn(struct problem *problem);
typedef uint32_t domain_fn(void);

static const struct schema schema = {
    .name = "io.github.sightline.Key",
    .attributes = {{"provider", 0}},
};

static struct {
    lookup_fn *lookup;
    store_fn *store;
    clear_fn *clear;
    free_password_fn *free_password;
    free_problem_fn *free_problem;
    domain_fn *domain; /* of the problems that are the service's own: locked, refused */
    bool complete;
} library;

/* Without a session bus libsecret would try to start one. */
static bool has_bus(void)
{
    const char *folder = sl__env("XDG_RUNTIME_DIR");
    char path[512];
    struct stat status;
    if (sl__env("DBUS_SESSION_BUS_ADDRESS"))
        return true;
    return folder && (size_t)snprintf(path, sizeof path, "%s/bus", folder) < sizeof path &&
           stat(path, &status) == 0;
}

static void open_library(void)
{
    static const char *const names[] = {"libsecret-1.so.0", "libsecret-1.0.dylib"};
    void *handle = NULL;
    for (size_t i = 0; !handle && i < sizeof names / sizeof *names; i++)
        handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        return;
    /* POSIX: a function's address fits an object pointer; copied through memory for ISO C. */
    const struct {
        const char *name;
        void *to;
    } symbols[] = {
        {"secret_password_lookup_sync", &library.lookup},
        {"secret_password_store_sync", &library.store},
        {"secret_password_clear_sync", &library.clear},
        {"secret_password_free", &library.free_password},
        {"g_error_free", &library.free_problem},
        {"secret_error_get_quark", &library.domain},
    };
    library.complete = true;
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        void *symbol = dlsym(handle, symbols[i].name);
        memcpy(symbols[i].to, &symbol, sizeof symbol);
        library.complete = library.complete && symbol;
    }
}

static bool is_available(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (!has_bus())
        return false;
    pthread_once(&once, open_library);
    return library.complete;
}

/*
 * One call to libsecret, which cannot be interrupted: it is made on a thread of its own that
 * whoever waits can leave behind. The two share this, and the last to let go frees it.
 */
struct errand {
    void (*run)(struct errand *errand);
    char *provider;
    struct sl__buf key;
    enum sl__secret_result result;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool done, abandoned;
};

static enum sl__secret_result without_problem(struct problem *problem,
                                              enum sl__secret_result result)
{
    if (!problem)
        return result;
    bool own = problem->domain == library.domain();
    library.free_problem(problem);
    return own ? SL__SECRET_REFUSED : SL__SECRET_NO_SERVICE;
}

static void find(struct errand *errand)
{
    struct problem *problem = NULL;
    char *found =
        library.lookup(&schema, NULL, &problem, "provider", errand->provider, (char *)NULL);
    errand->result = without_problem(problem, found ? SL__SECRET_DONE : SL__SECRET_NOTHING);
    if (found && sl__buf_adds(&errand->key, found) != 0)
        errand->result = SL__SECRET_REFUSED;
    if (found)
        library.free_password(found);
}

static void store(struct errand *errand)
{
    struct problem *problem = NULL;
    char label[256];
    snprintf(label, sizeof label, "Sightline: key for %s", errand->provider);
    int stored = library.store(&schema, NULL, label, sl__buf_text(&errand->key), NULL, &problem,
                               "provider", errand->provider, (char *)NULL);
    errand->result = without_problem(problem, stored ? SL__SECRET_DONE : SL__SECRET_REFUSED);
}

static void clear(struct errand *errand)
{
    struct problem *problem = NULL;
    int removed =
        library.clear(&schema, NULL, &problem, "provider", errand->provider, (char *)NULL);
    errand->result = without_problem(problem, removed ? SL__SECRET_DONE : SL__SECRET_NOTHING);
}

static void free_errand(struct errand *errand)
{
    if (!errand)
        return;
    pthread_mutex_destroy(&errand->lock);
    pthread_cond_destroy(&errand->changed);
    sl__buf_wipe(&errand->key);
    free(errand->provider);
    free(errand);
}

static struct errand *new_errand(void (*run)(struct errand *), const char *provider,
                                 const char *key)
{
    struct errand *errand = calloc(1, sizeof *errand);
    if (!errand)
        return NULL;
    errand->run = run;
    errand->key = (struct sl__buf)SL__BUF_SECRET(SL__MAX_KEY);
    errand->result = SL__SECRET_REFUSED;
    errand->provider = strdup(provider);
    pthread_mutex_init(&errand->lock, NULL);
    sl__cond_init(&errand->changed);
    if (errand->provider && (!key || sl__buf_adds(&errand->key, key) == 0))
        return errand;
    free_errand(errand);
    return NULL;
}

static void *run(void *argument)
{
    struct errand *errand = argument;
    errand->run(errand);
    pthread_mutex_lock(&errand->lock);
    errand->done = true;
    bool abandoned = errand->abandoned;
    pthread_cond_signal(&errand->changed);
    pthread_mutex_unlock(&errand->lock);
    if (abandoned)
        free_errand(errand);
    return NULL;
}

/* Whether the errand came to its end; if not, its thread frees it. */
static bool await_errand(struct errand *errand, const atomic_bool *cancel)
{
    int64_t deadline = sl__now_ms() + LIMIT_MS;
    pthread_mutex_lock(&errand->lock);
    while (!errand->done && sl__now_ms() < deadline && !(cancel && atomic_load(cancel)))
        sl__cond_wait_ms(&errand->changed, &errand->lock, CHECK_MS);
    bool done = errand->done;
    errand->abandoned = !done;
    pthread_mutex_unlock(&errand->lock);
    return done;
}

/* Does an errand; what it found goes to `found`, where that is not NULL. */
static enum sl__secret_result do_errand(struct errand *errand, const atomic_bool *cancel,
                                        struct sl__buf *found)
{
    pthread_t thread;
    if (!errand)
        return SL__SECRET_NO_MEMORY;
    if (sl__thread_start(&thread, run, errand) != 0) {
        free_errand(errand);
        return SL__SECRET_REFUSED;
    }
    pthread_detach(thread);
    if (!await_errand(errand, cancel))
        return cancel && atomic_load(cancel) ? SL__SECRET_CANCELLED : SL__SECRET_REFUSED;
    enum sl__secret_result result = errand->result;
    if (result == SL__SECRET_DONE && found &&
        sl__buf_add(found, sl__buf_text(&errand->key), errand->key.len) != 0)
        result = SL__SECRET_NO_MEMORY;
    free_errand(errand);
    return result;
}

enum sl__secret_result sl__secret_find(const char *provider, const atomic_bool *cancel,
                                       struct sl__buf *key)
{
    if (!is_available())
        return SL__SECRET_NO_SERVICE;
    return do_errand(new_errand(find, provider, NULL), cancel, key);
}

enum sl__secret_result sl__secret_store(const char *provider, const char *key,
                                        const atomic_bool *cancel)
{
    if (!is_available())
        return SL__SECRET_NO_SERVICE;
    return do_errand(new_errand(*key ? store : clear, provider, key), cancel, NULL);
}
