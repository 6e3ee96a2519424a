/* Finds the video module. */
#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

#include <sightline/sightline.h>

#include "video_module.h"

static const char file_name[] = "sightline-video.so";

static struct {
    const struct sl__video_module *module;
    char reason[256]; /* why one that is there cannot be used; "" where there is none */
} opened;

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

static void complain(const char *reason)
{
    snprintf(opened.reason, sizeof opened.reason, "%s", reason ? reason : "nobody knows why");
}

static void open_in(const char *folder)
{
    char path[PATH_MAX + sizeof file_name + 1];
    snprintf(path, sizeof path, "%s/%s", folder, file_name);
    if (!*folder || access(path, F_OK) != 0)
        return;
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const struct sl__video_module *module = handle ? dlsym(handle, SL__VIDEO_MODULE_SYMBOL) : NULL;
    if (!module)
        complain(dlerror());
    else if (strcmp(module->version, SL_VERSION) != 0)
        complain("it is of another version");
    else
        opened.module = module;
}

static void open_once(void)
{
    char folder[PATH_MAX];
    program_folder(folder);
    open_in(folder);
    if (!opened.module && !*opened.reason)
        open_in(SIGHTLINE_MODULE_DIR);
}

const struct sl__video_module *sl__video_module_open(struct sl_error *why)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, open_once);
    if (!opened.module && *opened.reason)
        sl_error_set(why, SL_E_UNSUPPORTED, "cannot be used (%s); build Sightline again",
                     opened.reason);
    else if (!opened.module)
        sl_error_set(why, SL_E_UNSUPPORTED,
                     "this build has not; install libavformat (Debian: libavformat-dev) and build "
                     "again");
    return opened.module;
}
