/* Conversations in files: JSON with the turns first, so that a person finds them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "body_parts.h"
#include "buf.h"
#include "conversation.h"
#include "file.h"
#include "json.h"
#include "translate.h"
#include "utf8.h"
#include "words.h"

enum { MOST_SECONDS = 24 * 3600 };

static const char KIND[] =
    "conversation 1"; /* the value of "sightline", with the format's number */

static const char *const role_words[] = {
    [SL__USER] = "user", [SL__ASSISTANT] = "assistant", [SL__TOOL] = "tool"};

/* Static, since attachments keep the pointer. */
static const char *const mime_words[] = {"image/jpeg", "image/png", "image/webp", "image/gif",
                                         NULL};

/* The list's own copy of a word, or NULL. */
static const char *own_word(const char *const words[], const char *word)
{
    for (; word && *words; words++) {
        if (strcmp(*words, word) == 0)
            return *words;
    }
    return NULL;
}

/* Writing. */

struct writing {
    cJSON *root, *turns, *pictures;
    struct sl__attachment **known; /* those in `pictures`, in their order */
    size_t count;
};

static bool add_text(cJSON *object, const char *name, const char *text)
{
    return !text || cJSON_AddStringToObject(object, name, text);
}

/* A file's name may be any bytes, and what is written is UTF-8. Where the file lies is not written:
 * a conversation may be given away, and one that comes from others names no file here. */
static bool add_name(cJSON *object, const char *member, const char *name)
{
    struct sl_error line = SL_ERROR_INIT; /* made harmless, as all sentences are */
    sl_error_set(&line, 0, "%s", name);
    return add_text(object, member, line.message);
}

static bool add_bytes(cJSON *object, const struct sl__attachment *attachment)
{
    size_t len = (size_t)sl__base64_length((size_t)attachment->len);
    char *text = malloc(len + 1);
    if (!text)
        return false;
    text[sl__base64_read((const char *)attachment->data, (size_t)attachment->len, 0, text, len)] =
        '\0';
    bool good = cJSON_AddStringToObject(object, "data", text) != NULL;
    free(text);
    return good;
}

static bool add_size(cJSON *object, const struct sl__attachment *attachment)
{
    return cJSON_AddNumberToObject(object, "width", attachment->width) &&
           cJSON_AddNumberToObject(object, "height", attachment->height) &&
           cJSON_AddNumberToObject(object, "source_width", attachment->source_width) &&
           cJSON_AddNumberToObject(object, "source_height", attachment->source_height);
}

/* A new object at the end of a list; NULL without memory. */
static cJSON *add_object(cJSON *list)
{
    cJSON *object = cJSON_CreateObject();
    if (cJSON_AddItemToArray(list, object))
        return object;
    cJSON_Delete(object);
    return NULL;
}

/* The number of a picture, from 1, which is added when it is new; 0 without memory. */
static size_t number_picture(struct writing *writing, struct sl__attachment *attachment)
{
    for (size_t i = 0; i < writing->count; i++) {
        if (writing->known[i] == attachment)
            return i + 1;
    }
    struct sl__attachment **known =
        realloc(writing->known, (writing->count + 1) * sizeof(struct sl__attachment *));
    if (!known)
        return 0;
    writing->known = known;
    cJSON *object = add_object(writing->pictures);
    bool good = object && add_name(object, "name", attachment->name) &&
                add_text(object, "mime", attachment->mime) &&
                add_text(object, "detail", attachment->detail) && add_size(object, attachment) &&
                add_bytes(object, attachment);
    if (!good)
        return 0;
    writing->known[writing->count++] = attachment;
    return writing->count;
}

/* A video stays where it is; by its digest it is found again as long as it is stored. */
static bool add_video(cJSON *object, const struct sl__attachment *video)
{
    unsigned char digest[SL__SHA256_BYTES];
    char text[2 * SL__SHA256_BYTES + 1];
    if (!add_name(object, "video", video->name))
        return false;
    if (!sl__attachment_known_digest(video, digest))
        return true;
    sl__sha256_text(digest, text);
    return add_text(object, "sha256", text) &&
           cJSON_AddNumberToObject(object, "bytes", (double)video->len) &&
           cJSON_AddNumberToObject(object, "seconds", video->seconds);
}

static bool write_attachment(struct writing *writing, cJSON *list,
                             struct sl__attachment *attachment)
{
    cJSON *object = add_object(list);
    if (!object)
        return false;
    if (attachment->kind == SL__ATTACHED_URL)
        return add_text(object, "url", attachment->url) &&
               add_name(object, "name", attachment->name) &&
               add_text(object, "detail", attachment->detail) &&
               cJSON_AddBoolToObject(object, "video", attachment->video);
    if (attachment->kind == SL__ATTACHED_FILE || attachment->kind == SL__ATTACHED_ABSENT)
        return add_video(object, attachment);
    size_t number = number_picture(writing, attachment);
    return number > 0 && cJSON_AddNumberToObject(object, "picture", (double)number);
}

static bool write_calls(cJSON *turn, const struct sl__message *message)
{
    cJSON *list = message->call_count > 0 ? cJSON_AddArrayToObject(turn, "calls") : NULL;
    bool good = true;
    for (size_t i = 0; i < message->call_count && good; i++) {
        cJSON *object = add_object(list);
        good = object && add_text(object, "id", message->calls[i].id) &&
               add_text(object, "name", message->calls[i].name) &&
               add_text(object, "arguments", message->calls[i].arguments);
    }
    return good;
}

static bool write_message(struct writing *writing, const struct sl__message *message)
{
    cJSON *turn = add_object(writing->turns);
    bool good = turn && add_text(turn, "role", role_words[message->role]);
    cJSON *media =
        good && message->attachment_count > 0 ? cJSON_AddArrayToObject(turn, "media") : NULL;
    for (size_t i = 0; i < message->attachment_count && good; i++)
        good = write_attachment(writing, media, message->attachments[i]);
    good = good && add_text(turn, "text", message->text) &&
           add_text(turn, "reasoning", message->reasoning) &&
           sl__add_copy(turn, "reasoning_details", message->details) &&
           write_calls(turn, message) && add_text(turn, "call", message->call_id);
    return good && (!message->failed || cJSON_AddTrueToObject(turn, "failed")) &&
           (!message->continues || cJSON_AddTrueToObject(turn, "continues"));
}

/* What a task needs that goes on with the last answer. */
static bool write_form(const struct sl_conversation *conversation, cJSON *root)
{
    bool good = conversation->output == 0 ||
                cJSON_AddStringToObject(root, "output", sl_output_name(conversation->output));
    return good && sl__add_copy(root, "schema", conversation->schema);
}

int sl_conversation_save(const struct sl_conversation *conversation, const char *path,
                         struct sl_error *error)
{
    struct writing writing = {.root = cJSON_CreateObject()};
    bool good = add_text(writing.root, "sightline", KIND) && write_form(conversation, writing.root);
    writing.turns = cJSON_AddArrayToObject(writing.root, "turns");
    writing.pictures = cJSON_AddArrayToObject(writing.root, "pictures");
    for (size_t i = 0; i < conversation->history.count && good; i++)
        good = write_message(&writing, conversation->history.items[i]);
    sl__json_exact(writing.root);
    char *text = good ? cJSON_Print(writing.root) : NULL;
    int code = text ? sl__file_write_private(path, text, strlen(text), error)
                    : sl_error_set(error, SL_E_NOMEM,
                                   "%s: there is no memory left to write the conversation", path);
    cJSON_free(text);
    cJSON_Delete(writing.root);
    free(writing.known);
    return code;
}

/* Reading. Everything is checked: a file may come from anywhere. */

struct opening {
    const char *path;
    struct sl__attachment **pictures;
    size_t count;
    struct sl_error *error;
};

static int damaged(const struct opening *opening, const char *what)
{
    return sl_error_set(opening->error, SL_E_CORRUPT,
                        "%s: %s; it is no conversation of Sightline's, or was damaged",
                        opening->path, what);
}

static int no_memory(const struct opening *opening)
{
    return sl_error_set(opening->error, SL_E_NOMEM,
                        "%s: there is no memory left to read the conversation", opening->path);
}

static bool copy_text(char **to, const cJSON *object, const char *name)
{
    return sl__copy_string(to, sl__json_string(object, name));
}

static uint32_t read_side(const cJSON *object, const char *name)
{
    int64_t side = sl__json_count(object, name);
    return side > 0 && side <= SL_IMAGE_MAX_SOURCE_SIDE ? (uint32_t)side : 0;
}

static int read_picture(struct opening *opening, const cJSON *object)
{
    const char *data = sl__json_string(object, "data");
    struct sl__attachment *picture = sl__attachment_new();
    if (!picture)
        return no_memory(opening);
    opening->pictures[opening->count++] = picture;
    picture->kind = SL__ATTACHED_BYTES;
    picture->mime = own_word(mime_words, sl__json_string(object, "mime"));
    picture->detail = own_word(sl__detail_words, sl__json_string(object, "detail"));
    picture->width = read_side(object, "width");
    picture->height = read_side(object, "height");
    picture->source_width = read_side(object, "source_width");
    picture->source_height = read_side(object, "source_height");
    if (!copy_text(&picture->name, object, "name"))
        return no_memory(opening);
    size_t len = data ? strlen(data) : 0;
    picture->data = len > 0 ? malloc(len) : NULL;
    if (len > 0 && !picture->data)
        return no_memory(opening);
    if (len == 0 || !sl__base64_decode(data, len, picture->data, &picture->len) || !picture->mime ||
        !picture->detail || !picture->name || picture->width == 0 || picture->height == 0)
        return damaged(opening, sl__tr("a picture in it is not whole"));
    return 0;
}

static int read_pictures(struct opening *opening, const cJSON *list)
{
    const cJSON *object;
    int code = 0;
    opening->pictures =
        calloc((size_t)cJSON_GetArraySize(list) + 1, sizeof(struct sl__attachment *));
    if (!opening->pictures)
        return no_memory(opening);
    cJSON_ArrayForEach(object, list)
    {
        if (!code)
            code = read_picture(opening, object);
    }
    return code;
}

static int read_address(struct opening *opening, const cJSON *object, struct sl__message *message)
{
    struct sl__attachment *attachment = NULL;
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    const char *detail = sl__json_string(object, "detail");
    unsigned done;
    struct sl_media media = {.kind = SL_MEDIA_URL,
                             .url = sl__json_string(object, "url"),
                             .name = sl__json_string(object, "name"),
                             .video = cJSON_IsTrue(sl__json_member(object, "video"))};
    if (detail)
        options.detail = sl__detail_of(detail);
    int code = sl__attachment_prepare(&attachment, &media, &options, &done, opening->error);
    if (!code && sl__message_attach(message, attachment))
        code = no_memory(opening);
    sl__attachment_drop(attachment);
    return code;
}

/* Without a digest its name is all there is of it. */
static int read_video(struct opening *opening, const cJSON *object, struct sl__message *message)
{
    const char *digest = sl__json_string(object, "sha256");
    const cJSON *seconds = sl__json_member(object, "seconds");
    int64_t len = sl__json_count(object, "bytes");
    struct sl__attachment *video = digest ? sl__attachment_new() : NULL;
    if (!video)
        return digest ? no_memory(opening) : 0;
    video->kind = SL__ATTACHED_ABSENT;
    video->video = video->digested = true;
    video->mime = "video/mp4";
    video->detail = sl__detail_words[0];
    video->len = len > 0 ? (uint64_t)len : 0;
    if (cJSON_IsNumber(seconds) && seconds->valuedouble > 0 && seconds->valuedouble < MOST_SECONDS)
        video->seconds = seconds->valuedouble;
    int code = 0;
    if (!sl__sha256_parse(digest, video->digest))
        code = damaged(opening, sl__tr("the digest of a video in it is none"));
    else if (!copy_text(&video->name, object, "video") || sl__message_attach(message, video))
        code = no_memory(opening);
    sl__attachment_drop(video);
    return code;
}

static int read_attachment(struct opening *opening, const cJSON *object,
                           struct sl__message *message)
{
    int64_t number = sl__json_count(object, "picture");
    if (sl__json_string(object, "url"))
        return read_address(opening, object, message);
    if (sl__json_string(object, "video"))
        return read_video(opening, object, message);
    if (number < 1 || (uint64_t)number > opening->count)
        return damaged(opening, sl__tr("a turn speaks of a picture that is not in it"));
    return sl__message_attach(message, opening->pictures[number - 1]) ? no_memory(opening) : 0;
}

static int read_calls(struct opening *opening, const cJSON *list, struct sl__message *message)
{
    const cJSON *object;
    cJSON_ArrayForEach(object, list)
    {
        const char *id = sl__json_string(object, "id"), *name = sl__json_string(object, "name");
        const char *arguments = sl__json_string(object, "arguments");
        if (!id || !name || !arguments)
            return damaged(opening, sl__tr("a tool call in it is not whole"));
        if (sl__message_call(message, id, name, arguments))
            return no_memory(opening);
    }
    return 0;
}

static int fill_message(struct opening *opening, const cJSON *turn, struct sl__message *message)
{
    const cJSON *object, *details = sl__json_array(turn, "reasoning_details");
    int code = 0;
    cJSON_ArrayForEach(object, sl__json_array(turn, "media"))
    {
        if (!code)
            code = read_attachment(opening, object, message);
    }
    if (!code)
        code = read_calls(opening, sl__json_array(turn, "calls"), message);
    message->continues = cJSON_IsTrue(sl__json_member(turn, "continues"));
    message->failed = cJSON_IsTrue(sl__json_member(turn, "failed"));
    message->details = details ? cJSON_Duplicate(details, true) : NULL;
    if (!code && (!copy_text(&message->reasoning, turn, "reasoning") ||
                  !copy_text(&message->call_id, turn, "call") || (details && !message->details)))
        code = no_memory(opening);
    if (!code && message->role == SL__TOOL && !message->call_id)
        code = damaged(opening, sl__tr("a tool's turn does not say which call it answers"));
    return code;
}

static int read_turn(struct opening *opening, const cJSON *turn,
                     struct sl_conversation *conversation)
{
    const char *word = sl__json_string(turn, "role"), *text = sl__json_string(turn, "text");
    enum sl__role role = SL__USER;
    while (word && role <= SL__TOOL && strcmp(role_words[role], word) != 0)
        role++;
    if (!word || role > SL__TOOL || !text)
        return damaged(opening, sl__tr("a turn in it has no role or no text"));
    struct sl__message *message = sl__message_new(role, text);
    int code = message ? fill_message(opening, turn, message) : no_memory(opening);
    if (code) {
        sl__message_drop(message);
        return code;
    }
    conversation->turns += role == SL__ASSISTANT && message->call_count == 0;
    return sl__history_add(&conversation->history, message) ? no_memory(opening) : 0;
}

static bool has_call(const struct sl__message *message, const char *id)
{
    bool found = false;
    for (size_t i = 0; i < message->call_count; i++)
        found = found || strcmp(message->calls[i].id, id) == 0;
    return found;
}

/* How many answers to its calls follow a message, and nothing else before them. */
static size_t count_answers(const struct sl__history *history, size_t at)
{
    const struct sl__message *message = history->items[at];
    size_t next = at + 1;
    while (next < history->count && history->items[next]->role == SL__TOOL &&
           has_call(message, history->items[next]->call_id))
        next++;
    return next - at - 1;
}

/* Servers refuse a turn where a call has no answer, or an answer no call. */
static int check_calls(const struct opening *opening, const struct sl__history *history)
{
    for (size_t at = 0; at < history->count;) {
        const struct sl__message *message = history->items[at];
        size_t answers = count_answers(history, at);
        if (message->role == SL__TOOL || answers != message->call_count)
            return damaged(opening,
                           sl__tr("a tool call in it and its answer do not belong together"));
        at += answers + 1;
    }
    return 0;
}

static int read_form(struct opening *opening, const cJSON *root,
                     struct sl_conversation *conversation)
{
    const char *word = sl__json_string(root, "output");
    const cJSON *schema = sl__json_object(root, "schema");
    enum sl_output output = SL_OUTPUT_TEXT;
    while (word && output < SL_OUTPUT_SAME && strcmp(sl_output_name(output), word) != 0)
        output++;
    conversation->output = word && output < SL_OUTPUT_SAME ? output : 0;
    conversation->schema = schema ? cJSON_Duplicate(schema, true) : NULL;
    return schema && !conversation->schema ? no_memory(opening) : 0;
}

static int read_root(struct opening *opening, const cJSON *root,
                     struct sl_conversation *conversation)
{
    const char *kind = sl__json_string(root, "sightline");
    const cJSON *turn;
    if (!kind || strcmp(kind, KIND) != 0)
        return damaged(opening, sl__tr("it does not begin as one"));
    int code = read_form(opening, root, conversation);
    if (!code)
        code = read_pictures(opening, sl__json_array(root, "pictures"));
    cJSON_ArrayForEach(turn, sl__json_array(root, "turns"))
    {
        if (!code)
            code = read_turn(opening, turn, conversation);
    }
    return code ? code : check_calls(opening, &conversation->history);
}

int sl_conversation_open(struct sl_conversation **conversation, const char *path,
                         struct sl_error *error)
{
    struct opening opening = {.path = path, .error = error};
    struct sl__buf text = SL__BUF_INIT(SL__MAX_CONVERSATION);
    struct sl_conversation *made = NULL;
    bool found = false;
    int code = sl__file_read(path, &text, &found, NULL, error);
    if (!code && !found)
        code = sl_error_set(error, SL_E_IO, "%s: there is no such file; check the name", path);
    if (!code)
        code = sl_conversation_new(&made, error);
    if (!code && !sl__utf8_is_valid(sl__buf_text(&text), text.len))
        code = damaged(&opening, sl__tr("its text is not UTF-8"));
    cJSON *root = code ? NULL : sl__json_parse(sl__buf_text(&text), text.len, NULL);
    if (!code && !root && errno == ENOMEM)
        code = no_memory(&opening);
    sl__buf_release(&text);
    if (!code)
        code = read_root(&opening, root, made);
    cJSON_Delete(root);
    for (size_t i = 0; i < opening.count; i++)
        sl__attachment_drop(opening.pictures[i]);
    free(opening.pictures);
    if (code)
        sl_conversation_free(made);
    else
        *conversation = made;
    return code;
}
