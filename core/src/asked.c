/* What the host asked for. */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "asked.h"
#include "conversation.h"
#include "groups.h"
#include "json.h"
#include "parameter.h"
#include "request.h"
#include "talk.h"
#include "translate.h"
#include "utf8.h"
#include "words.h"

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left for a request");
}

/* Latin-1 in a request would make JSON that no server reads. */
int sl__asked_text(const char *what, const char *text, struct sl_error *error)
{
    if (!text || sl__utf8_is_valid(text, strlen(text)))
        return 0;
    return sl_error_set(error, SL_E_INVALID, "%s is not UTF-8; convert it and ask again",
                        sl__tr(what));
}

/* By whether they are videos, and whether more than one is taken. */
static const char *const too_many[2][2] = {
    {SL__TR_NOOP("%s takes no more than %u picture, and %zu were given; leave some out"),
     SL__TR_NOOP("%s takes no more than %u pictures, and %zu were given; leave some out")},
    {SL__TR_NOOP("%s takes no more than %u video, and %zu were given; leave some out"),
     SL__TR_NOOP("%s takes no more than %u videos, and %zu were given; leave some out")}};

static int check_count(const struct sl__request *request, struct sl_error *error)
{
    const struct sl__task *task = &request->task;
    unsigned most = request->config->model_row.max_pictures * SL__MAX_GROUPS;
    bool video = task->videos && !task->images;
    if (request->media_count < task->min_media && request->talk->history.count == 0)
        return sl_error_set(error, SL_E_INVALID,
                            video ? SL__TR_NOOP("%s needs a video; name a file")
                                  : SL__TR_NOOP("%s needs a picture; name a file"),
                            task->name);
    if (task->max_media < most)
        most = task->max_media;
    if (request->media_count > most)
        return sl_error_set(error, SL_E_INVALID, too_many[video][most != 1], task->name, most,
                            request->media_count);
    return 0;
}

/* The texts of a request: what they are called in sentences, and where they go. */
static const struct text {
    const char *what;
    size_t from, to; /* offsets in struct sl_request and struct sl__request */
} texts[] = {
#define TEXT(what, name)                                                                           \
    {                                                                                              \
        what, offsetof(struct sl_request, name), offsetof(struct sl__request, name)                \
    }
    TEXT(SL__TR_NOOP("the instruction"), instruction),
    TEXT(SL__TR_NOOP("the language"), language),
    TEXT(SL__TR_NOOP("the text's language"), text_language),
    TEXT(SL__TR_NOOP("the selection"), selection),
    TEXT(SL__TR_NOOP("the context"), context),
    TEXT(SL__TR_NOOP("the file type"), filetype),
    TEXT(SL__TR_NOOP("the stack"), stack),
    TEXT("detail", detail),
    TEXT("effort", effort),
#undef TEXT
};

static int copy_texts(struct sl__request *request, const struct sl_request *asked,
                      struct sl_error *error)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *from = *(const char *const *)((const char *)asked + texts[i].from);
        int code = sl__asked_text(texts[i].what, from, error);
        if (code)
            return code;
        if (!sl__copy_string((char **)((char *)request + texts[i].to), from))
            return no_memory(error);
    }
    return 0;
}

static int read_options(struct sl__request *request, const char *options, struct sl_error *error)
{
    const cJSON *option;
    int code = sl__asked_text(SL__TR_NOOP("the text of the options"), options, error);
    if (code || !options)
        return code;
    request->options = sl__json_parse(options, strlen(options), NULL);
    if (!request->options && errno == ENOMEM)
        return no_memory(error);
    if (!cJSON_IsObject(request->options))
        return sl_error_set(error, SL_E_INVALID,
                            "the options are no JSON object; write them like {\"n\": 3}");
    cJSON_ArrayForEach(option, request->options)
    {
        if (sl__parameter_check(option->string, option, "options", error)) {
            if (error)
                error->code = SL_E_INVALID;
            return SL_E_INVALID;
        }
    }
    return 0;
}

/* What a request in a conversation continues. */
static int join(struct sl__request *request, struct sl_conversation *conversation,
                struct sl_error *error)
{
    request->talk = sl__talk_new();
    if (!request->talk)
        return no_memory(error);
    request->talk->protocol = request->config->protocol;
    if (!conversation)
        return 0;
    if (conversation->busy)
        return sl_error_set(error, SL_E_INVALID,
                            "this conversation waits for an answer; wait for it, or stop it");
    if (sl__history_copy(&request->talk->history, &conversation->history))
        return no_memory(error);
    request->conversation = sl__conversation_hold(conversation);
    return 0;
}

/* A task may go on with the last answer, in the form that this one has. */
static int inherit_form(struct sl__request *request, struct sl_error *error)
{
    const struct sl_conversation *conversation = request->conversation;
    struct sl__task *task = &request->task;
    if (task->output != SL_OUTPUT_SAME)
        return 0;
    if (!conversation || conversation->output == 0)
        return sl_error_set(error, SL_E_INVALID, "%s goes on with an answer, and there is none yet",
                            task->name);
    request->talk->continues = true;
    task->output = conversation->output;
    task->schema = conversation->schema ? cJSON_Duplicate(conversation->schema, true) : NULL;
    return conversation->schema && !task->schema ? no_memory(error) : 0;
}

int sl__asked_take(struct sl__request *request, const struct sl_request *asked,
                   struct sl_error *error)
{
    int code = sl__words_check("detail", asked->detail, sl__detail_words, error);
    if (!code)
        code = sl__words_check("effort", asked->effort, sl__effort_words, error);
    if (!code)
        code = copy_texts(request, asked, error);
    if (!code)
        code = read_options(request, asked->options, error);
    if (!code)
        code =
            sl__task_load(&request->task, request->config, asked->task ? asked->task : "", error);
    if (!code)
        code = join(request, asked->conversation, error);
    if (!code)
        code = inherit_form(request, error);
    return code ? code : check_count(request, error);
}
