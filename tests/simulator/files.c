/* The Files API. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* strcasestr */
#endif
#include "files.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "multipart.h"
#include "provider.h"
#include "syntax.h"

static const char file_extract[] = "file-extract";

/*
 * Which endings a purpose takes. The video guide takes .mov and .mkv by stepfile://, the Files page
 * does not: strict, they are refused. So is every purpose that only the Chinese pages have.
 */
static const struct purpose {
    const char *name;
    bool strict;
    const char *endings, *more_endings;
} purposes[] = {
    {"storage", true, " mp4 jpg jpeg png webp gif mp3 wav ", " mov mkv "},
    {file_extract, false, " txt md pdf doc docx xls xlsx ppt pptx csv html xml ", ""},
    {"retrieval-text", false, " txt md pdf doc docx xls xlsx ppt pptx csv html xml ", ""},
    {"retrieval-image", false, " jpg jpeg png ", ""},
};

static bool is_strict(const struct reply *reply)
{
    return reply->request->plan.strict > 0;
}

static const struct purpose *purpose_of(const struct part *part, bool strict)
{
    for (size_t i = 0; i < sizeof purposes / sizeof purposes[0]; i++) {
        if (strlen(purposes[i].name) == part->len &&
            !memcmp(purposes[i].name, part->data, part->len))
            return strict && !purposes[i].strict ? NULL : &purposes[i];
    }
    return NULL;
}

static bool has_ending(const char *filename, const char *endings)
{
    const char *dot = strrchr(filename, '.');
    char word[16];
    size_t len = dot ? strlen(dot + 1) : 0;
    if (!len || len + 3 > sizeof word)
        return false;
    word[0] = word[len + 1] = ' ';
    memcpy(word + 1, dot + 1, len);
    word[len + 2] = 0;
    return strcasestr(endings, word) != NULL;
}

static bool check(const struct reply *reply, const struct purpose *purpose, const struct part *file,
                  struct failure *failure)
{
    if (!file->filename[0] || !is_utf8(file->filename))
        return refuse(failure, "file must have a filename in UTF-8");
    if (!has_ending(file->filename, purpose->endings) &&
        (is_strict(reply) || !has_ending(file->filename, purpose->more_endings)))
        return refuse(failure, "The purpose %s does not take the file %s", purpose->name,
                      file->filename);
    if (!file->len)
        return refuse(failure, "The file %s is empty", file->filename);
    return file->len <= STORE_MAX_BYTES ||
           refuse(failure, "The file %s is larger than %d bytes", file->filename, STORE_MAX_BYTES);
}

static cJSON *create(const struct reply *reply, struct failure *failure)
{
    struct multipart form;
    if (!multipart_read(&form, reply->request, failure))
        return NULL;
    const struct part *purpose_part = multipart_part(&form, "purpose");
    const struct part *file = multipart_part(&form, "file"), *url = multipart_part(&form, "url");
    const struct purpose *purpose =
        purpose_part ? purpose_of(purpose_part, is_strict(reply)) : NULL;
    if (!purpose_part)
        refuse(failure, "Missing required parameter: purpose");
    else if (!purpose)
        refuse(failure, "purpose must be storage");
    else if (!file && url)
        refuse(failure, "url: the file cannot be downloaded; the simulator fetches nothing");
    else if (!file)
        refuse(failure, "Missing required parameter: file or url");
    else if (check(reply, purpose, file, failure))
        return store_add(reply->settings->store, file->filename, purpose->name,
                         purpose->name == file_extract ? "success" : "processed", file->data,
                         file->len, failure);
    return NULL;
}

bool files_create(struct reply *reply, const char *path)
{
    struct failure failure = {0};
    (void)path;
    cJSON *object = create(reply, &failure);
    return object ? reply_json(reply, object) : reply_failure(reply, &failure);
}

bool files_list(struct reply *reply, const char *path)
{
    (void)path;
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "object", "list");
    cJSON_AddItemToObject(object, "data", store_list(reply->settings->store));
    return reply_json(reply, object);
}

/* The id in a path; `below`: what stands after it, or "". */
static char *id_in(const char *path, const char **below)
{
    const char *id = path + strlen("/v1/files/");
    size_t len = strcspn(id, "/?");
    struct text text = {0};
    text_add(&text, id, len);
    *below = id + len;
    return text.data;
}

static bool reply_unknown(struct reply *reply, const char *id)
{
    struct failure failure = {0};
    refuse_with(&failure, 404, "There is no file %s.", id);
    failure.type = "not_found";
    return reply_failure(reply, &failure);
}

static bool send_content(struct reply *reply, const char *id, const cJSON *object)
{
    struct bytes bytes = {0};
    const cJSON *purpose = cJSON_GetObjectItemCaseSensitive(object, "purpose");
    bool good = !strcmp(cJSON_GetStringValue(purpose), file_extract) &&
                        store_read(reply->settings->store, id, &bytes)
                    ? reply_with(reply, 200, "text/plain", (char *)bytes.data, bytes.len)
                    : reply_unknown(reply, id);
    free(bytes.data);
    return good;
}

bool files_read(struct reply *reply, const char *path)
{
    const char *below;
    char *id = id_in(path, &below);
    cJSON *object = store_find(reply->settings->store, id);
    bool good;
    if (!object || (*below && strcmp(below, "/content") != 0)) {
        good = reply_unknown(reply, id);
        cJSON_Delete(object);
    } else if (*below) {
        good = send_content(reply, id, object);
        cJSON_Delete(object);
    } else {
        good = reply_json(reply, object);
    }
    free(id);
    return good;
}

bool files_delete(struct reply *reply, const char *path)
{
    const char *below;
    char *id = id_in(path, &below);
    bool good;
    if (*below || !store_remove(reply->settings->store, id)) {
        good = reply_unknown(reply, id);
    } else {
        cJSON *object = cJSON_CreateObject();
        cJSON_AddStringToObject(object, "id", id);
        cJSON_AddStringToObject(object, "object", "file");
        cJSON_AddTrueToObject(object, "deleted");
        good = reply_json(reply, object);
    }
    free(id);
    return good;
}
