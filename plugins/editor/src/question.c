/* Reads what an editor asks. What the values mean, and which are allowed, is the client's to say.
 */
#include "question.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { MEDIA_MAX = 1024 };

static const struct text {
    const char *name;
    size_t offset; /* in struct sl_request */
} TEXTS[] = {
    {"task", offsetof(struct sl_request, task)},
    {"instruction", offsetof(struct sl_request, instruction)},
    {"language", offsetof(struct sl_request, language)},
    {"text_language", offsetof(struct sl_request, text_language)},
    {"detail", offsetof(struct sl_request, detail)},
    {"effort", offsetof(struct sl_request, effort)},
    {"selection", offsetof(struct sl_request, selection)},
    {"context", offsetof(struct sl_request, context)},
    {"filetype", offsetof(struct sl_request, filetype)},
    {"stack", offsetof(struct sl_request, stack)},
};

static int read_texts(struct sl_request *request, const cJSON *message, struct sl_error *error)
{
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(message, TEXTS[i].name);

        if (item && !cJSON_IsString(item))
            return sl_error_set(error, SL_E_INVALID, "start: %s must be a text", TEXTS[i].name);
        if (item)
            *(const char **)((char *)request + TEXTS[i].offset) = item->valuestring;
    }
    if (!request->task)
        return sl_error_set(error, SL_E_INVALID, "start: a task must be named");
    return 0;
}

static bool has_text(const cJSON *list, const char *text)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        if (cJSON_IsString(item) && strcmp(item->valuestring, text) == 0)
            return true;
    }
    return false;
}

/* The editor's paths are absolute; what is none is an address. */
static struct sl_media medium(const char *name, const cJSON *typed)
{
    if (*name == '/')
        return (struct sl_media){.kind = SL_MEDIA_FILE, .path = name};
    return (struct sl_media){.kind = SL_MEDIA_URL, .url = name, .typed = has_text(typed, name)};
}

static int read_media(struct question *question, const cJSON *message, struct sl_error *error)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(message, "media");
    const cJSON *typed = cJSON_GetObjectItemCaseSensitive(message, "typed");
    int size = cJSON_GetArraySize(list);
    const cJSON *item;

    if (!cJSON_IsArray(list))
        return list ? sl_error_set(error, SL_E_INVALID, "start: media must be a list") : 0;
    if (size > MEDIA_MAX)
        return sl_error_set(error, SL_E_TOO_LARGE, "%d files are more than one request takes",
                            size);
    question->media = calloc((size_t)size + 1, sizeof *question->media);
    if (!question->media)
        return sl_error_set(error, SL_E_NOMEM, "out of memory");
    question->request.media = question->media;
    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsString(item))
            return sl_error_set(error, SL_E_INVALID,
                                "start: media must be a list of paths and addresses");
        question->media[question->request.media_count++] = medium(item->valuestring, typed);
    }
    return 0;
}

static int read_options(struct question *question, const cJSON *options, struct sl_error *error)
{
    if (!options)
        return 0;
    question->options = cJSON_PrintUnformatted(options);
    if (!question->options)
        return sl_error_set(error, SL_E_NOMEM, "out of memory");
    question->request.options = question->options;
    return 0;
}

int question_read(struct question *question, const cJSON *message, struct sl_error *error)
{
    int code;

    *question = (struct question){.request = SL_REQUEST_INIT};
    code = read_texts(&question->request, message, error);
    if (!code)
        code = read_media(question, message, error);
    if (!code)
        code = read_options(question, cJSON_GetObjectItemCaseSensitive(message, "options"), error);
    return code;
}

void question_release(struct question *question)
{
    free(question->media);
    cJSON_free(question->options);
}
