/* Fuzzes what the index of an MP4 file says of it. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "fuzz.h"
#include "media/video.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    struct sl__video video;
    struct sl_error error = SL_ERROR_INIT;
    int fd = open(fuzz_file(data, len), O_RDONLY | O_CLOEXEC);
    int code = sl__mp4_probe(&video, fd, len, "clip.mp4", &error);
    if (code ? error.code != code || !error.message[0] : !(video.seconds >= 0))
        abort();
    close(fd);
    return 0;
}
