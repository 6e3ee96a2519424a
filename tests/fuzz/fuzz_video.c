/*
 * Fuzzes what the index of an MP4 file says of it. With what is private blanked it says the same.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "media/video.h"

static void probe_blanked(const struct sl__video *first, const unsigned char *data, size_t len)
{
    struct sl__video again;
    struct sl_error error = SL_ERROR_INIT;
    unsigned char *copy = malloc(len);
    if (!copy)
        abort();
    memcpy(copy, data, len);
    sl__blank(first->blanks, first->blank_count, 0, copy, len);
    int fd = open(fuzz_file(copy, len), O_RDONLY | O_CLOEXEC);
    if (sl__mp4_probe(&again, fd, len, "clip.mp4", &error) != 0 ||
        again.seconds != first->seconds || strcmp(again.pictures, first->pictures) != 0 ||
        strcmp(again.sound, first->sound) != 0)
        abort();
    close(fd);
    free(copy);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    struct sl__video video;
    struct sl_error error = SL_ERROR_INIT;
    int fd = open(fuzz_file(data, len), O_RDONLY | O_CLOEXEC);
    int code = sl__mp4_probe(&video, fd, len, "clip.mp4", &error);
    if (code ? error.code != code || !error.message[0] : !(video.seconds >= 0))
        abort();
    close(fd);
    if (!code)
        probe_blanked(&video, data, len);
    return 0;
}
