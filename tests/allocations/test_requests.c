/* Each request that a client can make, with each of its allocations failing. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sightline/sightline.h>

#include "failing.h"
#include "harness.h"
#include "place.h"
#include "server.h"

#define SAMPLE(name) SAMPLE_DIRECTORY "/" name
#define STREAM "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
#define JSON "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
#define DELTA(text) "data: {\"choices\":[{\"delta\":{\"content\":\"" text "\"}}]}\n\n"
#define THOUGHT "data: {\"choices\":[{\"delta\":{\"reasoning\":\"hm\"}}]}\n\n"
#define STOP                                                                                       \
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":"                    \
    "{\"prompt_tokens\":10,\"completion_tokens\":10}}\n\ndata: [DONE]\n\n"
#define CUT "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n"
#define CALL(name, arguments)                                                                      \
    "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":"     \
    "{\"name\":\"" name "\",\"arguments\":\"" arguments                                            \
    "\"}}]},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n"
/* An SVG, since the answers are strings. */
#define PICTURE                                                                                    \
    "<svg xmlns='http://www.w3.org/2000/svg' width='4' height='4'><path d='M0 0h4v4z'/></svg>"
#define EVENT(type, rest) "event: " type "\ndata: {\"type\":\"" type "\"" rest "}\n\n"
#define FILE_OBJECT                                                                                \
    "{\"id\":\"file-1\",\"object\":\"file\",\"bytes\":0,\"created_at\":1613779121,"                \
    "\"filename\":\"sightline-x.png\",\"purpose\":\"storage\",\"status\":\"processed\"}"

static const struct server_row rows[] = {
    {"/text/", NULL, STREAM THOUGHT DELTA("white ") DELTA("pixel") STOP},
    {"/code/", NULL, STREAM DELTA("Here:\\n```html\\n<p>\\n```\\n") STOP},
    {"/csv/", "a,-1", STREAM DELTA("2\\n=b") STOP},
    {"/csv/", NULL, STREAM DELTA("a,-1") CUT},
    {"/json/", "nothing of the kind", STREAM DELTA("{\\\"a\\\": 1}") STOP},
    {"/json/", NULL, STREAM DELTA("nothing of the kind") STOP},
    {"/look/", "tool_call_id", STREAM DELTA("white pixel") STOP},
    {"/look/", NULL,
     STREAM THOUGHT CALL("look", "{\\\"picture\\\":1,\\\"box\\\":[0,0,1000,1000]}")},
    {"/watch/", "tool_call_id", STREAM DELTA("white pixel") STOP},
    {"/watch/", "Go on.", STREAM CALL("watch", "{\\\"part\\\":2,\\\"question\\\":\\\"Who?\\\"}")},
    {"/watch/", NULL, STREAM DELTA("white pixel") STOP},
    {"/both/v1/files/", NULL, JSON "{\"id\":\"file-1\",\"object\":\"file\",\"deleted\":true}"},
    {"/both/v1/files", "filename=", JSON FILE_OBJECT},
    {"/both/", NULL, STREAM DELTA("white pixel") STOP},
    {"/picture/", NULL,
     "HTTP/1.1 200 OK\r\nContent-Type: image/svg+xml\r\nConnection: close\r\n\r\n" PICTURE},
    {"/whole/", NULL,
     JSON "{\"model\":\"m\",\"choices\":[{\"message\":{\"content\":\"white pixel\"},"
          "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}"},
    {"/messages/", NULL,
     STREAM EVENT("message_start", ",\"message\":{\"model\":\"m\",\"usage\":{\"input_tokens\":1}}")
         EVENT("content_block_start", ",\"index\":0,\"content_block\":{\"type\":\"text\","
                                      "\"text\":\"\"}")
             EVENT("content_block_delta", ",\"index\":0,\"delta\":{\"type\":\"text_delta\","
                                          "\"text\":\"white pixel\"}")
                 EVENT("content_block_stop", ",\"index\":0")
                     EVENT("message_delta", ",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":"
                                            "{\"output_tokens\":2}") EVENT("message_stop", "")},
    {"/refused/", NULL,
     "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
     "{\"error\":{\"message\":\"Incorrect key provided.\"}}"},
    {"/account/v1/models", NULL, JSON "{\"data\":[{\"id\":\"one\"},{\"id\":\"two\"}]}"},
    {"/account/v1/files/", NULL, JSON FILE_OBJECT},
    {"/account/v1/files", "filename=", JSON FILE_OBJECT},
    {"/account/v1/files", NULL, JSON "{\"object\":\"list\",\"data\":[" FILE_OBJECT "]}"},
};

enum { MOST_PICTURES = 5 };

/* A request, and what comes of it. */
struct question {
    const char *provider; /* NULL: one without a key */
    const char *server;
    const char *settings; /* of the provider, each with a comma before it */
    const char *more;     /* of the configuration, the same */
    const char *task, *options;
    const char *next; /* the task of a second question; NULL: another */
    const char *text; /* of the answer, or of the end */
    int (*start)(struct sl_client *client, const struct question *question, void *data,
                 uint64_t *id, struct sl_error *error);
    unsigned pictures;
    struct sl_media media; /* instead of a file of a picture */
    bool converses, cancelled, slow;
    int code;
};

struct seen {
    char text[1024];
    int terminals, released;
    enum sl_event_type terminal;
    struct sl_error error;
    bool late;
};

static struct seen seen;
static const struct question *asked;
static int port;

static void on_event(const struct sl_event *event, void *data)
{
    struct seen *to = data;
    size_t len = strlen(to->text);
    to->late = to->late || to->terminals > 0;
    if (event->type == SL_EVENT_TEXT || event->type == SL_EVENT_DONE)
        snprintf(to->text + len, sizeof to->text - len, "%s", event->text);
    if (event->type < SL_EVENT_DONE)
        return;
    to->terminals++;
    to->terminal = event->type;
    if (event->error)
        to->error = *event->error;
}

static void on_release(void *data)
{
    ((struct seen *)data)->released++;
}

static int await_end(struct sl_client *client, struct sl_error *error)
{
    struct pollfd ready = {.fd = sl_client_fd(client), .events = POLLIN};
    while (seen.terminals == 0) {
        if (poll(&ready, 1, 10000) <= 0)
            return sl_error_set(error, SL_E_TIMEOUT, "no terminal event came");
        sl_client_dispatch(client);
    }
    sl_client_dispatch(client);
    if (seen.terminals != 1 || seen.late)
        return sl_error_set(error, SL_E_PROTOCOL, "a terminal event was not the last");
    *error = seen.error;
    return seen.error.code;
}

static int start_task(struct sl_client *client, const struct question *question,
                      struct sl_conversation *conversation, uint64_t *id, struct sl_error *error)
{
    struct sl_media media[MOST_PICTURES];
    for (unsigned i = 0; i < question->pictures; i++) {
        media[i] = question->media;
        if (media[i].kind == SL_MEDIA_PIXELS) /* the first and the third are the same */
            media[i].pixels.data = (const unsigned char *)media[i].pixels.data + 3 * (i % 2);
        if (!media[i].kind)
            media[i] =
                (struct sl_media){.kind = SL_MEDIA_FILE,
                                  .path = i % 2 ? SAMPLE("image/a.jpg") : SAMPLE("image/a.png")};
        media[i].release = on_release;
        media[i].release_data = &seen;
    }
    struct sl_request request = {.task = question->task,
                                 .media = media,
                                 .media_count = question->pictures,
                                 .instruction = "Say “hi”.",
                                 .language = "French",
                                 .options = question->options,
                                 .conversation = conversation};
    return sl_client_start(client, &request, on_event, &seen, id, error);
}

/* What came is what the server said, or it failed; the host has its pictures back. */
static int judge(const struct question *question, int code, struct sl_error *error)
{
    if (code == 0 && question->text && strcmp(seen.text, question->text) != 0)
        return sl_error_set(error, SL_E_CORRUPT, "“%s” came", seen.text);
    if (code == 0 && question->cancelled != (seen.terminal == SL_EVENT_CANCELLED))
        return sl_error_set(error, SL_E_PROTOCOL, "it ended otherwise");
    return code == question->code ? 0 : code;
}

static int ask(struct sl_client *client, const struct question *question,
               struct sl_conversation *conversation, struct sl_error *error)
{
    uint64_t id;
    seen = (struct seen){.released = 0};
    int code = question->start ? question->start(client, question, &seen, &id, error)
                               : start_task(client, question, conversation, &id, error);
    if (code)
        return code;
    if (question->cancelled)
        sl_client_cancel(client, id);
    return judge(question, await_end(client, error), error);
}

static int talk(struct sl_client *client, const struct question *question, struct sl_error *error)
{
    struct question again = *question;
    struct sl_conversation *conversation = NULL;
    int code = sl_conversation_new(&conversation, error);
    if (code == 0)
        code = ask(client, question, conversation, error);
    again.pictures = 0;
    again.code = 0;
    again.task = question->next ? question->next : "more";
    if (code == 0)
        code = ask(client, &again, conversation, error);
    if (code == 0)
        code = sl_conversation_save(conversation, in_place("talk.json"), error);
    sl_conversation_free(conversation);
    return code;
}

static int run(struct sl_error *error)
{
    struct sl_client *client = NULL;
    /* They would grow with each run, and nothing would be stored again. */
    remove(in_place(".local/state/sightline/usage.jsonl"));
    remove(in_place(".local/state/sightline/files.db"));
    int code = sl_client_new(&client, NULL, error);
    if (code == 0)
        code = asked->converses ? talk(client, asked, error) : ask(client, asked, NULL, error);
    sl_client_free(client);
    if (asked->pictures > 0 && !asked->converses && seen.terminals > 0 &&
        seen.released != (int)asked->pictures)
        return sl_error_set(error, SL_E_INVALID, "%d pictures were given back", seen.released);
    return code;
}

static void ask_each(const struct question *question)
{
    const char *provider = question->provider ? question->provider : "simulator";
    char url[64], config[1024];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/%s/v1", port, question->server);
    setenv("SIGHTLINE_BASE_URL", url, 1);
    setenv("SIGHTLINE_PROVIDER", provider, 1);
    put_file("tasks/describe.task", "media: image+\noutput: text\n\nLook. {{instruction}}\n", 0644);
    put_file("tasks/watch.task", "media: video\noutput: text\n\nWatch. {{instruction}}\n", 0644);
    put_file("tasks/more.task", "media: none\noutput: text\n\nGo on. {{instruction}}\n", 0644);
    put_file("tasks/page.task", "media: image\noutput: code\n\nWrite it.\n", 0644);
    put_file("tasks/table.task", "media: image\noutput: csv\n\nRead it.\n", 0644);
    put_file("tasks/object.task",
             "media: image\noutput: json\nschema: {\"type\": \"object\", \"required\": [\"a\"],\n"
             " \"properties\": {\"a\": {\"type\": \"integer\"}}}\n\nFind it.\n",
             0644);
    snprintf(config, sizeof config,
             "{\"tasks_dir\": \"~/tasks\", \"budget\": {\"day\": 100}, "
             "\"providers\": {\"%s\": {\"retries\": 0%s}}%s}",
             provider, question->settings ? question->settings : "",
             question->more ? question->more : "");
    put_file(".config/sightline/config.json", config, 0644);
    asked = question;
    failing_each(run, FAILING_ANY);
    if (!question->slow)
        failing_each_json(run, FAILING_ANY);
}

static int start_models(struct sl_client *client, const struct question *question, void *data,
                        uint64_t *id, struct sl_error *error)
{
    (void)question;
    return sl_client_models(client, on_event, data, id, error);
}

static int start_check(struct sl_client *client, const struct question *question, void *data,
                       uint64_t *id, struct sl_error *error)
{
    (void)question;
    return sl_client_check(client, on_event, data, id, error);
}

static int start_key(struct sl_client *client, const struct question *question, void *data,
                     uint64_t *id, struct sl_error *error)
{
    (void)question;
    return sl_client_set_key(client, "sk-0123456789", on_event, data, id, error);
}

static int start_files(struct sl_client *client, const struct question *question, void *data,
                       uint64_t *id, struct sl_error *error)
{
    (void)question;
    return sl_client_files(client, on_event, data, id, error);
}

static int start_file(struct sl_client *client, const struct question *question, void *data,
                      uint64_t *id, struct sl_error *error)
{
    (void)question;
    return sl_client_file(client, "file-1", on_event, data, id, error);
}

static int start_store(struct sl_client *client, const struct question *question, void *data,
                       uint64_t *id, struct sl_error *error)
{
    struct sl_media media = {.kind = SL_MEDIA_FILE, .path = SAMPLE("image/a.png")};
    (void)question;
    return sl_client_store(client, &media, NULL, on_event, data, id, error);
}

static int start_delete(struct sl_client *client, const struct question *question, void *data,
                        uint64_t *id, struct sl_error *error)
{
    static const char *const files[] = {"file-1", "file-2"};
    (void)question;
    return sl_client_delete_files(client, files, 2, on_event, data, id, error);
}

static void text(void **state)
{
    (void)state;
    ask_each(&(struct question){
        .server = "text", .task = "describe", .pictures = 2, .text = "white pixel"});
}

static void options(void **state)
{
    (void)state;
    ask_each(&(struct question){.server = "text",
                                .task = "describe",
                                .pictures = 1,
                                .options = "{\"temperature\": 0.5, \"stop\": [\"x\"]}",
                                .text = "white pixel"});
}

static void whole_answer(void **state)
{
    (void)state;
    ask_each(&(struct question){.server = "whole",
                                .settings = ", \"stream\": false",
                                .task = "describe",
                                .pictures = 1,
                                .text = "white pixel"});
}

static void messages(void **state)
{
    (void)state;
    ask_each(&(struct question){.server = "messages",
                                .settings = ", \"protocol\": \"messages\"",
                                .task = "describe",
                                .pictures = 1,
                                .text = "white pixel"});
}

static void code(void **state)
{
    (void)state;
    ask_each(&(struct question){.server = "code", .task = "page", .pictures = 1, .text = "<p>"});
}

/* Of a table that was cut in a number, which goes on. */
static void csv(void **state)
{
    (void)state;
    ask_each(&(struct question){.server = "csv",
                                .task = "table",
                                .next = "continue",
                                .pictures = 1,
                                .converses = true,
                                .code = SL_E_LENGTH,
                                .text = "-12\n'=b"});
}

static void mended_json(void **state)
{
    (void)state;
    ask_each(&(struct question){
        .server = "json", .task = "object", .pictures = 1, .text = "{\n\t\"a\":\t1\n}"});
}

static void tools(void **state)
{
    (void)state;
    ask_each(&(struct question){
        .server = "look", .task = "describe", .pictures = 1, .text = "white pixel"});
}

static void conversation(void **state)
{
    (void)state;
    ask_each(&(struct question){.server = "text",
                                .task = "describe",
                                .pictures = 1,
                                .converses = true,
                                .text = "white pixel"});
}

static void groups(void **state)
{
    (void)state;
    ask_each(&(struct question){.server = "text",
                                .more = ", \"models\": {\"step-3.7-flash\": {\"max_pictures\": 2}}",
                                .task = "describe",
                                .pictures = MOST_PICTURES,
                                .text = "white pixel"});
}

/* What is smaller than this is not stored. */
static struct sl_media noise(void)
{
    static unsigned char pixels[128 * 128 * 3 + 3];
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (unsigned char)((i * 2654435761u) >> 13);
    return (struct sl_media){.kind = SL_MEDIA_PIXELS,
                             .pixels = {pixels, 128, 128, 384, SL_PIXELS_RGB8, NULL, 0, 0}};
}

static void ask_stored(const char *files)
{
    ask_each(&(struct question){.server = "both",
                                .more = files,
                                .task = "describe",
                                .pictures = 3,
                                .media = noise(),
                                .text = "white pixel"});
}

static void stored_pictures(void **state)
{
    (void)state;
    ask_stored(", \"files\": {\"policy\": \"always\"}");
}

static void pictures_deleted_after_use(void **state)
{
    (void)state;
    ask_stored(", \"files\": {\"policy\": \"always\", \"delete_after_use\": true}");
}

static void video(void **state)
{
    (void)state;
    ask_each(&(struct question){.server = "text",
                                .task = "watch",
                                .pictures = 1,
                                .media = {.kind = SL_MEDIA_FILE, .path = SAMPLE("video/whole.mp4")},
                                .text = "white pixel"});
}

/* One that becomes an MP4 on the way, and one of which pictures are sent. */
static void made_video(void **state)
{
    static const char *const providers[] = {"simulator", "local"};
    (void)state;
    for (size_t i = 0; i < 2; i++)
        ask_each(
            &(struct question){.provider = providers[i],
                               .server = "text",
                               .task = "watch",
                               .pictures = 1,
                               .media = {.kind = SL_MEDIA_FILE, .path = SAMPLE("cutter/a.mkv")},
                               .text = "white pixel"});
}

static void coded_video(void **state)
{
    (void)state;
    ask_each(&(struct question){.server = "text",
                                .more = ", \"video\": {\"transcode\": true}",
                                .task = "watch",
                                .pictures = 1,
                                .media = {.kind = SL_MEDIA_FILE, .path = SAMPLE("cutter/a.webm")},
                                .slow = true,
                                .text = "white pixel"});
}

/* Asked about in parts, of which one is watched again for the second question. */
static void parted_video(void **state)
{
    (void)state;
    ask_each(&(struct question){.server = "watch",
                                .more = ", \"files\": {\"policy\": \"never\"}",
                                .task = "watch",
                                .pictures = 1,
                                .media = {.kind = SL_MEDIA_FILE, .path = SAMPLE("cutter/long.mkv")},
                                .converses = true,
                                .text = "white pixel"});
}

/* Got here, not by the server. */
static void address(void **state)
{
    char at[64];
    (void)state;
    snprintf(at, sizeof at, "http://127.0.0.1:%d/picture/a.svg", port);
    ask_each(&(struct question){.server = "text",
                                .more = ", \"urls\": \"fetch\"",
                                .task = "describe",
                                .pictures = 1,
                                .media = {.kind = SL_MEDIA_URL, .url = at, .typed = true},
                                .slow = true,
                                .text = "white pixel"});
}

/* Which are prepared side by side. */
static void pictures(void **state)
{
    (void)state;
    ask_each(&(struct question){
        .server = "text", .task = "describe", .pictures = MOST_PICTURES, .text = "white pixel"});
}

static void raw_pixels(void **state)
{
    static const unsigned char white[4 * 4 * 3];
    (void)state;
    ask_each(&(struct question){
        .server = "text",
        .task = "describe",
        .pictures = 1,
        .media = {.kind = SL_MEDIA_PIXELS, .pixels = {white, 4, 4, 12, SL_PIXELS_RGB8, NULL, 0, 0}},
        .text = "white pixel"});
}

static void key_of_a_command(void **state)
{
    (void)state;
    ask_each(&(struct question){.provider = "stepfun",
                                .server = "text",
                                .settings = ", \"key_command\": [\"echo\", \"sk-0123456789\"]",
                                .task = "describe",
                                .pictures = 1,
                                .text = "white pixel"});
}

static void refusal(void **state)
{
    (void)state;
    ask_each(&(struct question){
        .server = "refused", .task = "describe", .pictures = 1, .code = SL_E_AUTH});
}

static void cancel(void **state)
{
    (void)state;
    ask_each(
        &(struct question){.server = "text", .task = "describe", .pictures = 1, .cancelled = true});
}

static void models(void **state)
{
    (void)state;
    ask_each(&(struct question){.server = "account", .start = start_models, .text = "one\ntwo"});
}

static void check(void **state)
{
    (void)state;
    ask_each(&(struct question){.server = "account", .start = start_check});
}

static void key(void **state)
{
    (void)state;
    ask_each(&(struct question){.provider = "stepfun", .server = "account", .start = start_key});
}

static void list_of_files(void **state)
{
    (void)state;
    ask_each(&(struct question){.server = "account", .start = start_files});
}

static void one_file(void **state)
{
    (void)state;
    ask_each(&(struct question){.server = "account", .start = start_file});
}

static void stored_file(void **state)
{
    (void)state;
    ask_each(&(struct question){.server = "account", .start = start_store, .text = "file-1"});
}

static void deleted_files(void **state)
{
    (void)state;
    ask_each(&(struct question){.server = "account", .start = start_delete});
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text, make_place, remove_place),
        cmocka_unit_test_setup_teardown(options, make_place, remove_place),
        cmocka_unit_test_setup_teardown(whole_answer, make_place, remove_place),
        cmocka_unit_test_setup_teardown(messages, make_place, remove_place),
        cmocka_unit_test_setup_teardown(code, make_place, remove_place),
        cmocka_unit_test_setup_teardown(csv, make_place, remove_place),
        cmocka_unit_test_setup_teardown(mended_json, make_place, remove_place),
        cmocka_unit_test_setup_teardown(tools, make_place, remove_place),
        cmocka_unit_test_setup_teardown(conversation, make_place, remove_place),
        cmocka_unit_test_setup_teardown(groups, make_place, remove_place),
        cmocka_unit_test_setup_teardown(stored_pictures, make_place, remove_place),
        cmocka_unit_test_setup_teardown(pictures_deleted_after_use, make_place, remove_place),
        cmocka_unit_test_setup_teardown(video, make_place, remove_place),
        cmocka_unit_test_setup_teardown(made_video, make_place, remove_place),
        cmocka_unit_test_setup_teardown(coded_video, make_place, remove_place),
        cmocka_unit_test_setup_teardown(parted_video, make_place, remove_place),
        cmocka_unit_test_setup_teardown(address, make_place, remove_place),
        cmocka_unit_test_setup_teardown(pictures, make_place, remove_place),
        cmocka_unit_test_setup_teardown(raw_pixels, make_place, remove_place),
        cmocka_unit_test_setup_teardown(key_of_a_command, make_place, remove_place),
        cmocka_unit_test_setup_teardown(refusal, make_place, remove_place),
        cmocka_unit_test_setup_teardown(cancel, make_place, remove_place),
        cmocka_unit_test_setup_teardown(models, make_place, remove_place),
        cmocka_unit_test_setup_teardown(check, make_place, remove_place),
        cmocka_unit_test_setup_teardown(key, make_place, remove_place),
        cmocka_unit_test_setup_teardown(list_of_files, make_place, remove_place),
        cmocka_unit_test_setup_teardown(one_file, make_place, remove_place),
        cmocka_unit_test_setup_teardown(stored_file, make_place, remove_place),
        cmocka_unit_test_setup_teardown(deleted_files, make_place, remove_place),
    };
    port = server_start(rows, sizeof rows / sizeof *rows);
    return run_cases(tests, argc, argv);
}
