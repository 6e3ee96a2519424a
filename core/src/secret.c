/*
 * libsecret's calls, found at run time: most machines that run an editor have no use for it, and
 * GIMP and Neovim need not load it. The types below restate its public interface,
 * https://gnome.pages.gitlab.gnome.org/libsecret/, which is stable since 0.16.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "secret.h"

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

typedef char *lookup_fn(const struct schema *, void *cancellable, void **error, ...);
typedef int store_fn(const struct schema *, const char *collection, const char *label,
                     const char *password, void *cancellable, void **error, ...);
typedef int clear_fn(const struct schema *, void *cancellable, void **error, ...);
typedef void free_password_fn(char *password);
typedef void free_error_fn(void *error);

static const struct schema schema = {
    .name = "io.github.sightline.Key",
    .attributes = {{"provider", 0}},
};

static struct {
    lookup_fn *lookup;
    store_fn *store;
    clear_fn *clear;
    free_password_fn *free_password;
    free_error_fn *free_error;
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
        {"secret_password_clear_sync", &library.clear},
        {"secret_password_free", &library.free_password},
        {"g_error_free", &library.free_error},
        {"secret_password_store_sync", &library.store},
    };
    bool complete = true;
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        void *symbol = dlsym(handle, symbols[i].name);
        memcpy(symbols[i].to, &symbol, sizeof symbol);
        complete = complete && symbol;
    }
    if (!complete)
        memset(&library, 0, sizeof library);
}

static bool is_available(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (!has_bus())
        return false;
    pthread_once(&once, open_library);
    return library.store != NULL;
}

static enum sl__secret_result failed(void *problem)
{
    if (!problem)
        return SL__SECRET_NOTHING;
    library.free_error(problem);
    return SL__SECRET_NO_SERVICE;
}

enum sl__secret_result sl__secret_find(const char *provider, struct sl__buf *key)
{
    void *problem = NULL;
    if (!is_available())
        return SL__SECRET_NO_SERVICE;
    char *found = library.lookup(&schema, NULL, &problem, "provider", provider, (char *)NULL);
    if (!found)
        return failed(problem);
    int code = sl__buf_adds(key, found);
    library.free_password(found);
    return code ? SL__SECRET_NO_SERVICE : SL__SECRET_DONE;
}

enum sl__secret_result sl__secret_store(const char *provider, const char *key)
{
    void *problem = NULL;
    char label[256];
    if (!is_available())
        return SL__SECRET_NO_SERVICE;
    snprintf(label, sizeof label, "Sightline: key for %s", provider);
    int stored = library.store(&schema, NULL, label, key, NULL, &problem, "provider", provider,
                               (char *)NULL);
    return stored ? SL__SECRET_DONE : failed(problem);
}

enum sl__secret_result sl__secret_remove(const char *provider)
{
    void *problem = NULL;
    if (!is_available())
        return SL__SECRET_NO_SERVICE;
    int removed = library.clear(&schema, NULL, &problem, "provider", provider, (char *)NULL);
    return removed ? SL__SECRET_DONE : failed(problem);
}
