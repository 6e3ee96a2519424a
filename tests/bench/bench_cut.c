/*
 * sightline-bench-cut MODULE VIDEO FOLDER WHOLE PART: puts a video into MP4, cut at key frames
 * where it lasts over WHOLE seconds into parts of at most PART, as the library does with what it
 * sends, and into files of FOLDER that have no name.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "video/module.h"

static void ignore(uint64_t done, uint64_t total, void *context)
{
    (void)done, (void)total, (void)context;
}

static int fail(const char *why)
{
    fprintf(stderr, "sightline-bench-cut: %s\n", why);
    return 1;
}

static int write_parts(const struct sl__video_module *module, struct sl__cutter *cutter,
                       const char *folder, struct sl_error *error)
{
    size_t count;
    int code = 0;
    module->parts(cutter, &count);
    for (size_t i = 0; i < count && !code; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/cut-XXXXXX", folder);
        int fd = mkstemp(path);
        if (fd < 0)
            return sl_error_set(error, SL_E_IO, "%s takes no file", folder);
        unlink(path);
        code = module->write(cutter, i, fd, error);
        close(fd);
    }
    return code;
}

int main(int argc, char **argv)
{
    static const atomic_bool no;
    if (argc != 6)
        return fail("usage: sightline-bench-cut MODULE VIDEO FOLDER WHOLE PART");
    void *shared = dlopen(argv[1], RTLD_NOW);
    const struct sl__video_module *module = shared ? dlsym(shared, SL__VIDEO_MODULE_SYMBOL) : NULL;
    struct stat status;
    int fd = open(argv[2], O_RDONLY | O_CLOEXEC);
    if (!module || fd < 0 || fstat(fd, &status) != 0)
        return fail(module ? argv[2] : argv[1]);
    const struct sl__cut_source source = {.fd = fd,
                                          .len = (uint64_t)status.st_size,
                                          .name = "video",
                                          .cancel = &no,
                                          .progress = ignore};
    const struct sl__cut_limits limits = {.whole_seconds = strtod(argv[4], NULL),
                                          .part_seconds = strtod(argv[5], NULL),
                                          .bytes = 1ull << 40,
                                          .count = 1000};
    struct sl__cutter *cutter = NULL;
    struct sl_error error = SL_ERROR_INIT;
    int code = module->open(&cutter, &source, &limits, &error);
    if (!code)
        code = write_parts(module, cutter, argv[3], &error);
    module->close(cutter);
    return code ? fail(error.message) : 0;
}
