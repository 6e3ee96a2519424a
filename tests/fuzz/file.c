/* A file in memory, and a folder. */
#define _GNU_SOURCE
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

const char *fuzz_file(const unsigned char *data, size_t len)
{
    static int fd = -1;
    static char path[64];
    if (fd < 0) {
        fd = memfd_create("fuzz", MFD_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, data, len, 0) != (ssize_t)len)
        abort();
    return path;
}

static char place[] = "/tmp/sightline-fuzz.XXXXXX";

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

static void remove_place(void)
{
    nftw(place, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void fuzz_forget(void)
{
    char state[sizeof place + 8];
    snprintf(state, sizeof state, "%s/.local", fuzz_place());
    nftw(state, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *fuzz_place(void)
{
    static const char *const unwanted[] = {
        "SIGHTLINE_CONFIG",   "SIGHTLINE_PROVIDER", "SIGHTLINE_BASE_URL", "SIGHTLINE_MODEL",
        "SIGHTLINE_API_KEY",  "SIGHTLINE_CONSENT",  "STEP_API_KEY",       "AIMLAPI_API_KEY",
        "OPENROUTER_API_KEY", "XDG_CONFIG_HOME",    "XDG_STATE_HOME",     "XDG_RUNTIME_DIR",
    };
    static bool made;
    if (made)
        return place;
    for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted; i++)
        unsetenv(unwanted[i]);
    if (!mkdtemp(place) || setenv("HOME", place, 1) || atexit(remove_place))
        abort();
    made = true;
    return place;
}
