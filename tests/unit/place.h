/* A folder of a test's own, with an environment that knows nothing of the person who runs it. */
#ifndef TESTS_PLACE_H
#define TESTS_PLACE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char place[64];

static inline int make_place(void **state)
{
    static const char *const unwanted[] = {
        "SIGHTLINE_CONFIG",  "SIGHTLINE_PROVIDER", "SIGHTLINE_BASE_URL", "SIGHTLINE_MODEL",
        "SIGHTLINE_API_KEY", "STEP_API_KEY",       "AIMLAPI_API_KEY",    "OPENROUTER_API_KEY",
        "XDG_CONFIG_HOME",   "XDG_STATE_HOME",     "XDG_RUNTIME_DIR",    "SIGHTLINE_LOOPBACK_ONLY",
        "SIGHTLINE_CONSENT",
    };
    (void)state;
    for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted; i++)
        unsetenv(unwanted[i]);
    setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", 1);
    strcpy(place, "/tmp/sightline-unit.XXXXXX");
    if (!mkdtemp(place))
        return -1;
    setenv("HOME", place, 1);
    return 0;
}

static inline int remove_place(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", place);
    return system(command);
}

/* The path of a file in the place; valid until the fourth next call. */
static inline const char *in_place(const char *name)
{
    static char paths[4][256];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", place, name);
    return path;
}

/* Writes a file, with the folders above it. */
static inline void put_file(const char *name, const char *text, mode_t mode)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", place, name);
    for (char *slash = strchr(path + strlen(place) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0 || chmod(path, mode) != 0)
        abort();
}

#endif
