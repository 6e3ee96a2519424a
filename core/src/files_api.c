/* The Files API on the wire. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "files_api.h"
#include "json.h"

static const char OURS[] = "sightline-";

/* What a name has to end in, for the provider to take the content. */
static const char *ending_of(const struct sl__attachment *attachment)
{
    static const char *const endings[][2] = {
        {"image/jpeg", "jpg"}, {"image/png", "png"}, {"image/webp", "webp"}, {"image/gif", "gif"}};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (strcmp(attachment->mime, endings[i][0]) == 0)
            return endings[i][1];
    }
    return "mp4";
}

/* A form of two parts. No content can be made that has its own digest in it, so that is the
 * boundary. */
int sl__files_upload(struct sl__exchange *exchange, struct sl__attachment *attachment,
                     const unsigned char digest[SL__SHA256_BYTES])
{
    char text[65], head[512], end[64];
    sl__sha256_text(digest, text);
    snprintf(exchange->boundary, sizeof exchange->boundary, "%.32s", text);
    const char *name = exchange->boundary;
    snprintf(head, sizeof head,
             "--%s\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nstorage\r\n"
             "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s%s.%s\"\r\n"
             "Content-Type: %s\r\n\r\n",
             name, name, OURS, name, ending_of(attachment), attachment->mime);
    snprintf(end, sizeof end, "\r\n--%s--\r\n", name);
    exchange->path = "/files";
    int code = sl__body_text(&exchange->body, head);
    if (!code)
        code = sl__body_raw(&exchange->body, attachment);
    return code ? code : sl__body_text(&exchange->body, end);
}

void sl__files_list(struct sl__exchange *exchange)
{
    exchange->path = "/files";
}

void sl__files_show(struct sl__exchange *exchange, const char *id, char *path)
{
    snprintf(path, SL__FILE_PATH, "/files/%s", id);
    exchange->path = path;
}

void sl__files_delete(struct sl__exchange *exchange, const char *id, char *path)
{
    sl__files_show(exchange, id, path);
    exchange->method = "DELETE";
}

bool sl__file_id_is_valid(const char *id)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t len = strnlen(id, SL__MAX_FILE_ID + 1);
    return len > 0 && len <= SL__MAX_FILE_ID && strspn(id, allowed) == len && id[0] != '.';
}

bool sl__file_name_is_ours(const char *name)
{
    return strncmp(name, OURS, sizeof OURS - 1) == 0;
}

static int64_t number_of(const cJSON *json, const char *name)
{
    int64_t number = sl__json_count(json, name);
    return number > 0 ? number : 0;
}

static bool read_file(const cJSON *json, struct sl__remote_file *file)
{
    const char *id = sl__json_string(json, "id"), *name = sl__json_string(json, "filename");
    if (!id || !sl__file_id_is_valid(id))
        return false;
    struct sl_error line = SL_ERROR_INIT; /* made harmless, as all sentences are */
    sl_error_set(&line, 0, "%.*s", SL__MAX_FILE_NAME, name ? name : "");
    *file = (struct sl__remote_file){.bytes = (uint64_t)number_of(json, "bytes"),
                                     .created_at = number_of(json, "created_at")};
    snprintf(file->id, sizeof file->id, "%s", id);
    snprintf(file->name, sizeof file->name, "%.*s", SL__MAX_FILE_NAME, line.message);
    return true;
}

/* What a reply is that is not what was asked for; `json` was made of it. */
static int failure_of(const cJSON *json)
{
    return !json && errno == ENOMEM ? SL_E_NOMEM : SL_E_PROTOCOL;
}

int sl__files_read(const struct sl__reply *reply, struct sl__remote_file *file)
{
    cJSON *json = sl__json_parse(reply->body, reply->body_len, NULL);
    int code = read_file(json, file) ? 0 : failure_of(json);
    cJSON_Delete(json);
    return code;
}

int sl__files_read_list(const struct sl__reply *reply,
                        int (*each)(const struct sl__remote_file *file, void *data), void *data)
{
    cJSON *json = sl__json_parse(reply->body, reply->body_len, NULL);
    const cJSON *list = sl__json_array(json, "data"), *item;
    struct sl__remote_file file;
    int code = list ? 0 : failure_of(json);
    cJSON_ArrayForEach(item, list)
    {
        if (!code && read_file(item, &file))
            code = each(&file, data);
    }
    cJSON_Delete(json);
    return code;
}
