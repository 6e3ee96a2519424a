/* Pictures and videos of a request. */
#include "media.h"

#include <stdlib.h>
#include <string.h>

#include "data_url.h"

static const char stepfile[] = "stepfile://";

static bool is_remote(const char *url)
{
    return !strncmp(url, "http://", 7) || !strncmp(url, "https://", 8);
}

/* What the URL holds or leads to; *remote instead when nobody fetches that. */
static bool load(struct query *query, const char *url, char mime[MIME_ROOM], struct bytes *bytes,
                 const char **remote, const char *name, struct failure *failure)
{
    *mime = 0;
    *remote = NULL;
    if (is_remote(url)) {
        *remote = url;
        return url[strcspn(url, " \t\r\n")] == 0 || refuse(failure, "%s is no URL", name);
    }
    if (strncmp(url, stepfile, sizeof stepfile - 1) != 0)
        return data_url_decode(url, mime, bytes, name, failure);
    if (!(query->providers & STEPFUN))
        return refuse(failure, "%s: stepfile:// is not known here", name);
    return store_read(query->request->settings->store, url + sizeof stepfile - 1, bytes) ||
           refuse(failure, "%s: there is no file %s", name, url);
}

static bool take_picture(struct query *query, const char *mime, const struct bytes *bytes,
                         const char *name, struct failure *failure)
{
    struct picture *picture = &query->pictures[query->picture_count].picture;
    if (!picture_decode(picture, mime, bytes->data, bytes->len, name, failure))
        return false;
    query->picture_bytes += bytes->len;
    return query->picture_bytes <= QUERY_MAX_PICTURE_BYTES ||
           refuse(failure, "The images are larger than %d bytes together", QUERY_MAX_PICTURE_BYTES);
}

static bool has_room(const struct query *query, struct failure *failure)
{
    return query->picture_count < QUERY_MAX_PICTURES ||
           refuse(failure, "Too many images: a request takes up to %d", QUERY_MAX_PICTURES);
}

bool media_add_picture(struct query *query, const char *url, bool high_detail, const char *name,
                       struct failure *failure)
{
    struct bytes bytes = {0};
    char mime[MIME_ROOM];
    if (!has_room(query, failure))
        return false;
    struct shown *shown = &query->pictures[query->picture_count];
    *shown = (struct shown){0};
    bool good = load(query, url, mime, &bytes, &shown->url, name, failure) &&
                (shown->url || take_picture(query, *mime ? mime : NULL, &bytes, name, failure));
    free(bytes.data);
    shown->picture.high_detail = high_detail;
    query->picture_count += good;
    return good;
}

bool media_add_base64(struct query *query, const char *mime, const char *base64, const char *name,
                      struct failure *failure)
{
    struct bytes bytes = {0};
    if (!has_room(query, failure))
        return false;
    query->pictures[query->picture_count] = (struct shown){0};
    bool good = base64_decode(base64, &bytes, name, failure) &&
                take_picture(query, mime, &bytes, name, failure);
    free(bytes.data);
    query->picture_count += good;
    return good;
}

bool media_add_video(struct query *query, const char *url, const char *name,
                     struct failure *failure)
{
    struct bytes bytes = {0};
    char mime[MIME_ROOM];
    const char *remote;
    if (query->video_count++)
        return refuse(failure, "Too many videos: a request takes one");
    bool good = load(query, url, mime, &bytes, &remote, name, failure);
    if (good && remote)
        query->video = (struct video){.url = remote};
    else if (good)
        good = video_read(&query->video, *mime ? mime : NULL, bytes.data, bytes.len, name, failure);
    free(bytes.data);
    return good;
}
