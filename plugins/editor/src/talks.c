/* Conversations are made when they are first named, and kept until the editor forgets them. */
#include "talks.h"

#include "events.h"

static const char GONE[] = "this conversation is not kept any more; ask anew, with the pictures";

/* Its number, or 0 with `error`. */
static double number_of(const cJSON *message, struct sl_error *error)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(message, "conversation");

    if (running_is_number(item))
        return item->valuedouble;
    sl_error_set(error, SL_E_INVALID, "a conversation must be a whole number from 1 on");
    return 0;
}

/* Keeps a conversation under a number that is new, and tells of one that gave way. */
static struct kept *keep(struct running *running, double number, struct sl_conversation *opened,
                         struct sl_error *error)
{
    struct commands *commands = running->commands;
    bool dropped = false;
    struct kept *kept =
        conversations_add(&commands->conversations, number, opened, &dropped, error);

    if (dropped)
        running_emit(commands,
                     event_of_note(running->number, SL_LEVEL_WARNING,
                                   "many conversations are open: the one that was used "
                                   "longest ago is not kept any more, and its text stays"));
    return kept;
}

int talks_join(struct running *running, const cJSON *message, struct sl_conversation **conversation,
               struct sl_error *error)
{
    bool continues = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(message, "continues"));
    struct kept *kept;
    double number;

    if (!cJSON_GetObjectItemCaseSensitive(message, "conversation"))
        return 0;
    number = number_of(message, error);
    if (!number)
        return SL_E_INVALID;
    kept = conversations_find(&running->commands->conversations, number);
    if (!kept && continues)
        return sl_error_set(error, SL_E_INVALID, "%s", GONE);
    if (!kept)
        kept = keep(running, number, NULL, error);
    if (!kept)
        return error->code;
    running->conversation = number;
    kept->running++;
    *conversation = kept->conversation;
    return 0;
}

/* The file that the message names, or NULL with `error`. */
static const char *path_of(const cJSON *message, struct sl_error *error)
{
    const char *path = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, "path"));

    if (!path || *path != '/') {
        sl_error_set(error, SL_E_INVALID, "a file must be named by its absolute path");
        return NULL;
    }
    return path;
}

static int save(struct commands *commands, const cJSON *message, struct sl_error *error)
{
    const char *path = path_of(message, error);
    double number = path ? number_of(message, error) : 0;
    const struct kept *kept = number ? conversations_find(&commands->conversations, number) : NULL;

    if (!number)
        return error->code;
    if (!kept || !sl_conversation_turns(kept->conversation))
        return sl_error_set(error, SL_E_INVALID, kept ? "nothing was answered in it yet" : GONE);
    return sl_conversation_save(kept->conversation, path, error);
}

void talks_save(struct commands *commands, double number, cJSON *message)
{
    struct sl_error error = SL_ERROR_INIT;

    running_emit(commands, save(commands, message, &error) ? event_of_failure(number, &error)
                                                           : event_of_end(number, ""));
}

/* What a part of a turn's text belongs to. */
struct turn {
    struct commands *commands;
    double number;
    enum sl_speaker speaker;
    unsigned index;
};

static cJSON *turn_event(const char *part, size_t len, const void *of)
{
    const struct turn *turn = of;

    return event_of_turn(turn->number, turn->speaker, turn->index, part, len);
}

static void on_said(enum sl_speaker speaker, const char *text, size_t len, void *data)
{
    struct turn *turn = data;

    turn->speaker = speaker;
    turn->index++;
    running_emit_text(turn->commands, text, len, turn_event, turn);
}

static int open_file(struct running *running, const cJSON *message, struct sl_error *error)
{
    struct conversations *conversations = &running->commands->conversations;
    struct turn turn = {.commands = running->commands, .number = running->number};
    struct sl_conversation *opened = NULL;
    const char *path = path_of(message, error);
    double number = path ? number_of(message, error) : 0;

    if (!number)
        return error->code;
    if (conversations_find(conversations, number))
        return sl_error_set(error, SL_E_INVALID, "open: the conversation's number is in use");
    if (sl_conversation_open(&opened, path, error))
        return error->code;
    if (!keep(running, number, opened, error)) {
        sl_conversation_free(opened);
        return error->code;
    }
    return sl_conversation_read(opened, on_said, &turn, error);
}

void talks_open(struct commands *commands, double number, cJSON *message)
{
    struct running *running = running_add(commands, number);
    struct sl_error error = SL_ERROR_INIT;

    if (running && open_file(running, message, &error))
        running_failed(running, &error);
    else if (running)
        running_done(running, "");
}

void talks_forget(struct commands *commands, double number, cJSON *message)
{
    struct sl_error error = SL_ERROR_INIT;

    (void)number;
    number = number_of(message, &error);
    if (number)
        conversations_forget(&commands->conversations, number);
    else
        commands_refuse(commands, error.message);
}
