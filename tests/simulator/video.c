/* A video's container. */
#include "video.h"

#include <string.h>

static const struct container {
    const char *format, *mime;
    size_t at;
    const char *signature;
    bool (*read)(struct video *, const unsigned char *, size_t);
} containers[] = {
    {"QuickTime", "video/quicktime", 4, "ftypqt  ", mp4_read},
    {"QuickTime", "video/quicktime", 4, "moov", mp4_read},
    {"QuickTime", "video/quicktime", 4, "wide", mp4_read},
    {"MP4", "video/mp4", 4, "ftyp", mp4_read},
    {"Matroska", "video/x-matroska", 0, "\x1a\x45\xdf\xa3", matroska_read},
};

static const struct container *container_of(const unsigned char *data, size_t len)
{
    for (size_t i = 0; i < sizeof containers / sizeof containers[0]; i++) {
        const struct container *container = &containers[i];
        size_t size = strlen(container->signature);
        if (len >= container->at + size &&
            !memcmp(data + container->at, container->signature, size))
            return container;
    }
    return NULL;
}

bool video_read(struct video *video, const char *mime, const unsigned char *data, size_t len,
                const char *name, struct failure *failure)
{
    const struct container *container = container_of(data, len);
    if (!container)
        return refuse(failure, "%s: the bytes are no MP4, QuickTime or Matroska video", name);
    if (mime && strcmp(mime, container->mime) != 0)
        return refuse(failure, "%s: the data URL says %s but the bytes are %s", name, mime,
                      container->mime);
    if (len >= VIDEO_MAX_BYTES)
        return refuse(failure, "%s: the video must be smaller than %d bytes", name,
                      VIDEO_MAX_BYTES);
    *video = (struct video){.format = container->format, .bytes = len};
    if (!container->read(video, data, len))
        return refuse(failure, "%s: the %s video cannot be read: no picture track was found in it",
                      name, container->format);
    return video->seconds <= VIDEO_MAX_SECONDS ||
           refuse(failure, "%s: the video lasts %.1f s; it may last up to %d s", name,
                  video->seconds, VIDEO_MAX_SECONDS);
}
