/*
 * Fuzzes what an editor sends to its helper: the same bytes mean the same however they are cut, and
 * what is asked is answered exactly once, by what the editor can read.
 *
 * The first byte chooses the editor, whether requests end at once or last, and the cuts; the second
 * how they end. The rest is sent.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "fuzz.h"
#include "idle.h"
#include "running.h"
#include "utf8.h"
#include "wire.h"

#define VIM_MAX 16384u /* bytes of an event, beyond which its channel slows down */

int LLVMFuzzerInitialize(int *argc, char ***argv);

struct session {
    const struct wire *wire;
    struct commands commands;
    struct bytes out;
    bool clean;              /* all texts that were sent are UTF-8 */
    bool quick;              /* requests end before the next message */
    unsigned how;            /* the next one ends */
    unsigned awaited, ended; /* answers */
};

static char conversation_path[PATH_MAX], consent_path[PATH_MAX];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const char config[] = "{\"provider\":\"work\",\"providers\":{\"work\":"
                                 "{\"base_url\":\"https://llm.example.com/v1\",\"model\":\"m\"}}}";
    const char *place = fuzz_place();
    char path[PATH_MAX];
    (void)argc, (void)argv;
    snprintf(path, sizeof path, "%s/config.json", place);
    FILE *file = fopen(path, "w");
    if (!file || fputs(config, file) < 0 || fclose(file))
        abort();
    setenv("SIGHTLINE_CONFIG", path, 1);
    setenv("XDG_STATE_HOME", place, 1);
    snprintf(conversation_path, sizeof conversation_path, "%s/talk.json", place);
    snprintf(consent_path, sizeof consent_path, "%s/sightline/consent", place);
    return 0;
}

/* How many bytes are read at once: one, a few or many. */
static size_t next_cut(unsigned *cuts)
{
    *cuts = *cuts * 1103515245u + 12345u;
    return 1 + (*cuts >> 16) % (1u << (*cuts >> 24) % 9);
}

static int feed(const struct wire *wire, const char *data, size_t len, unsigned cuts,
                wire_message_fn on_message, void *user)
{
    struct bytes in = {.max = WIRE_INPUT_MAX};
    struct sl_error error = SL_ERROR_INIT;
    int code = 0;
    for (size_t at = 0, part; at < len && !code; at += part) {
        part = cuts ? next_cut(&cuts) : len;
        part = part < len - at ? part : len - at;
        code = wire_feed(wire, &in, data + at, part, on_message, user, &error);
    }
    if (error.code != code || !code == (*error.message != '\0'))
        abort();
    bytes_release(&in);
    return code;
}

static void note_message(cJSON *message, const struct sl_error *error, void *data)
{
    struct bytes *notes = data;
    char *text = message ? cJSON_PrintUnformatted(message) : NULL;
    const char *line = text ? text : error->message;
    if (bytes_append(notes, line, strlen(line) + 1))
        abort();
    cJSON_free(text);
}

static void check_cuts(const struct wire *wire, const char *data, size_t len, unsigned cuts)
{
    struct bytes whole = {.max = 1u << 30}, pieces = {.max = 1u << 30};
    int code = feed(wire, data, len, 0, note_message, &whole);
    if (code != feed(wire, data, len, cuts, note_message, &pieces) || whole.len != pieces.len ||
        (whole.len > 0 && memcmp(whole.data, pieces.data, whole.len) != 0))
        abort();
    bytes_release(&whole);
    bytes_release(&pieces);
}

static bool is_clean(const cJSON *message)
{
    char *text = cJSON_PrintUnformatted(message);
    bool clean = text && sl__utf8_is_valid(text, strlen(text));
    cJSON_free(text);
    return clean;
}

static bool is_end(const char *type)
{
    static const char *const ends[] = {"done", "failed", "cancelled", "error", "ready"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (strcmp(type, ends[i]) == 0)
            return true;
    return false;
}

static void on_event(const cJSON *event, void *data)
{
    struct session *session = data;
    struct sl_error error = SL_ERROR_INIT;
    cJSON *read = NULL;
    size_t used = 0;
    session->out.len = 0;
    if (session->wire->write(&session->out, event))
        abort();
    session->wire->read(session->out.data, session->out.len, &used, &read, &error);
    if (used != session->out.len || (session->wire == &wire_vim && (!read || used > VIM_MAX)) ||
        (session->clean && !is_clean(event)))
        abort();
    cJSON_Delete(read);
    session->ended += is_end(commands_text(event, "type"));
}

/* Whether a message of such a method is answered depends on the number that it names. */
static bool is_answered(const cJSON *message)
{
    static const char *const unanswered[][2] = {
        {"cancel", "id"}, {"forget", "conversation"}, {"editor_error", NULL}};
    const char *method = commands_text(message, "method");
    for (size_t i = 0; method && i < sizeof unanswered / sizeof *unanswered; i++) {
        const char *number = unanswered[i][1];
        if (strcmp(method, unanswered[i][0]) == 0)
            return number && !running_is_number(cJSON_GetObjectItemCaseSensitive(message, number));
    }
    return true;
}

/* Only the fuzzer's own file is written and read. */
static void redirect(cJSON *message)
{
    if (commands_text(message, "path"))
        cJSON_SetValuestring(cJSON_GetObjectItemCaseSensitive(message, "path"), conversation_path);
}

/* Keys are overwritten whatever became of the message. */
static void take(struct session *session, cJSON *message)
{
    const char *key = commands_text(message, "key");
    size_t len = key ? strlen(key) : 0;
    commands_take(&session->commands, message);
    for (size_t i = 0; i < len; i++)
        if (key[i])
            abort();
}

/* Ends the request that waits longest. */
static bool answer_one(struct session *session)
{
    session->how = session->how * 37 + 11;
    return idle_answer(session->how);
}

static void on_message(cJSON *message, const struct sl_error *error, void *data)
{
    struct session *session = data;
    const char *method = commands_text(message, "method");
    session->awaited += !message || is_answered(message);
    session->clean = session->clean && (!message || is_clean(message));
    if (!message) {
        commands_refuse(&session->commands, error->message);
    } else if (!method || strcmp(method, "editor_error") != 0) { /* which is but printed */
        redirect(message);
        take(session, message);
    }
    if (session->quick && answer_one(session))
        sl_client_dispatch(session->commands.client);
}

/* Ends what runs, and sees that each was told of its end. */
static void answer_all(struct session *session)
{
    while (answer_one(session))
        ;
    sl_client_dispatch(session->commands.client);
    if (session->commands.running || session->ended != session->awaited)
        abort();
}

static void run(const struct wire *wire, const char *data, size_t len, unsigned cuts, unsigned how)
{
    struct session session = {
        .wire = wire, .out.max = 1u << 24, .clean = true, .quick = cuts & 2, .how = how};
    struct sl_client *client = NULL;
    if (sl_client_new(&client, NULL, NULL))
        abort();
    commands_init(&session.commands, client, wire->text_max, on_event, &session);
    if (feed(wire, data, len, cuts, on_message, &session) == 0)
        answer_all(&session);
    sl_client_free(client);
    commands_release(&session.commands);
    bytes_release(&session.out);
    unlink(conversation_path);
    unlink(consent_path);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    if (len < 2)
        return 0;
    const struct wire *wire = data[0] & 1 ? &wire_vim : &wire_nvim;
    const char *sent = (const char *)data + 2;
    check_cuts(wire, sent, len - 2, data[0]);
    run(wire, sent, len - 2, data[0], data[1]);
    return 0;
}
