/*
 * Fuzzes the video module: what it copies and cuts can be read again, and pictures are as large as
 * they say.
 *
 * The last byte chooses what is asked of it: to code anew what cannot be copied, and single
 * pictures in place of parts.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "media/video.h"
#include "video_module.h"

enum { TRANSCODE = 1, PICTURES = 2, SCENES = 4, MOST_CALLS = 2000 };

static const struct sl__cut_limits limits = {
    .whole_seconds = 2.5, .part_seconds = 2.2, .bytes = 16 << 20, .count = 8};

struct work {
    atomic_bool cancel;
    unsigned calls;
};

/* Videos that say that they last for years are not worth the time. */
static void on_progress(uint64_t done, uint64_t total, void *context)
{
    struct work *work = context;
    (void)done, (void)total;
    if (++work->calls == MOST_CALLS)
        atomic_store(&work->cancel, true);
}

static void check_part(int fd)
{
    struct sl__video video;
    struct sl_error error = SL_ERROR_INIT;
    struct stat status;
    if (fstat(fd, &status) != 0 ||
        sl__mp4_probe(&video, fd, (uint64_t)status.st_size, "part.mp4", &error) != 0)
        abort();
}

static void check_result(int code, const struct sl_error *error)
{
    if (code && (error->code != code || !*error->message))
        abort();
}

static int write_part(const struct sl__video_module *module, struct sl__cutter *cutter, size_t part)
{
    struct sl_error error = SL_ERROR_INIT;
    int fd = memfd_create("part", MFD_CLOEXEC), code;
    if (fd < 0)
        abort();
    code = module->write(cutter, part, fd, &error);
    check_result(code, &error);
    if (!code)
        check_part(fd);
    close(fd);
    return code;
}

static void cut(const struct sl__video_module *module, const struct sl__cut_source *source)
{
    struct sl__cutter *cutter = NULL;
    struct sl_error error = SL_ERROR_INIT;
    size_t count = 0;
    int code = module->open(&cutter, source, &limits, &error);
    check_result(code, &error);
    if (code)
        return;
    module->parts(cutter, &count);
    if (count == 0 || count > limits.count)
        abort();
    for (size_t i = 0; i < count && !code; i++)
        code = write_part(module, cutter, i);
    module->close(cutter);
}

/* Reads every byte, so that one too many is seen. */
static int take(const struct sl__frame *frame, void *context)
{
    unsigned *sum = context;
    if (frame->width == 0 || frame->height == 0 || frame->stride < 3 * (size_t)frame->width)
        abort();
    for (uint32_t y = 0; y < frame->height; y++)
        for (uint32_t x = 0; x < 3 * frame->width; x++)
            *sum += frame->rgb[y * frame->stride + x];
    return 0;
}

static void read_pictures(const struct sl__video_module *module,
                          const struct sl__cut_source *source, bool scenes)
{
    const struct sl__frame_choice choice = {.most = 4, .rate = scenes ? 0 : 2, .scenes = scenes};
    struct sl_error error = SL_ERROR_INIT;
    unsigned sum = 0;
    check_result(module->frames(source, &choice, take, &sum, &error), &error);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    const struct sl__video_module *module = sl__video_module_open(NULL);
    struct work work = {.calls = 0};
    if (!module)
        abort();
    if (len == 0)
        return 0;
    int fd = open(fuzz_file(data, len), O_RDONLY | O_CLOEXEC);
    const struct sl__cut_source source = {.fd = fd,
                                          .len = len,
                                          .name = "clip",
                                          .transcode = data[len - 1] & TRANSCODE,
                                          .cancel = &work.cancel,
                                          .progress = on_progress,
                                          .context = &work};
    if (data[len - 1] & PICTURES)
        read_pictures(module, &source, data[len - 1] & SCENES);
    else
        cut(module, &source);
    close(fd);
    return 0;
}
