/* Finds modules. */
#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

#include <sightline/sightline.h>

#include "modules.h"

/* The folder of the program, or "". */
static void program_folder(char folder[PATH_MAX])
{
    folder[0] = '\0';
#ifdef __APPLE__
    uint32_t room = PATH_MAX;
    if (_NSGetExecutablePath(folder, &room) != 0)
        folder[0] = '\0';
#else
    ssize_t len = readlink("/proc/self/exe", folder, PATH_MAX - 1);
    folder[len > 0 ? len : 0] = '\0';
#endif
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = '\0';
}

static void complain(char reason[SL__MODULE_REASON], const char *why)
{
    snprintf(reason, SL__MODULE_REASON, "%s", why ? why : sl__tr("nobody knows why"));
}

static const char *look_up(const char *text, void *context)
{
    (void)context;
    return sl__tr(text);
}

static const struct sl__module *open_in(const char *folder, struct sl__module_slot *slot)
{
    char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", folder, slot->file);
    if (!*folder || access(path, F_OK) != 0)
        return NULL;
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const struct sl__module *module = handle ? dlsym(handle, slot->symbol) : NULL;
    if (module && strcmp(module->version, SL_VERSION) == 0) {
        module->translate_with(look_up, NULL);
        return module;
    }
    complain(slot->reason, module ? sl__tr("it is of another version") : dlerror());
    if (handle)
        dlclose(handle);
    return NULL;
}

static void open_once(struct sl__module_slot *slot)
{
    char folder[PATH_MAX];
    program_folder(folder);
    slot->tried = true;
    slot->module = open_in(folder, slot);
    if (!slot->module && !*slot->reason)
        slot->module = open_in(SIGHTLINE_MODULE_DIR, slot);
}

const struct sl__module *sl__module_open(struct sl__module_slot *slot)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex);
    if (!slot->tried)
        open_once(slot);
    pthread_mutex_unlock(&mutex);
    return slot->module;
}
