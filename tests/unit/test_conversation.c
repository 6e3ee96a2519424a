/* Conversations: what a file keeps of them, and what no file can do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "conversation.h"
#include "harness.h"
#include "place.h"
#include "room.h"

static const char FILE_NAME[] = "talk.json";

static struct sl__attachment *make_picture(size_t len)
{
    struct sl__attachment *picture = sl__attachment_new();
    assert_non_null(picture);
    picture->kind = SL__ATTACHED_BYTES;
    picture->name = strdup("a “picture”.png");
    picture->mime = "image/png";
    picture->detail = "high";
    picture->data = malloc(len);
    picture->len = len;
    picture->width = picture->source_width = 40;
    picture->height = picture->source_height = 30;
    for (size_t i = 0; i < len; i++)
        picture->data[i] = (unsigned char)(i * 7);
    return picture;
}

/* One of everything. */
static struct sl_conversation *make_conversation(size_t picture_len)
{
    struct sl_conversation *conversation = NULL;
    struct sl__history history = SL__HISTORY_INIT;
    struct sl__attachment *picture = make_picture(picture_len);
    struct sl__message *ask = sl__message_new(SL__USER, "what is it?\n\"quoted\"");
    struct sl__message *call = sl__message_new(SL__ASSISTANT, "");
    struct sl__message *tool = sl__message_new(SL__TOOL, "follows");
    struct sl__message *answer = sl__message_new(SL__ASSISTANT, "a table");
    assert_int_equal(sl_conversation_new(&conversation, NULL), 0);
    assert_int_equal(sl__message_attach(ask, picture), 0);
    assert_int_equal(sl__message_attach(ask, picture), 0);
    assert_int_equal(sl__message_call(call, "call_1", "look", "{\"x\":1}"), 0);
    call->details = cJSON_Parse("[{\"type\":\"reasoning.text\",\"text\":\"hm\"}]");
    tool->call_id = strdup("call_1");
    tool->failed = true;
    answer->reasoning = strdup("it has legs");
    struct sl__message *all[] = {ask, call, tool, answer};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(sl__history_add(&history, all[i]), 0);
    sl__attachment_drop(picture);
    cJSON *schema = cJSON_Parse("{\"type\":\"object\"}");
    sl__conversation_take(conversation, &history, SL_OUTPUT_JSON, &schema);
    return conversation;
}

static void a_file_keeps_everything(void **state)
{
    (void)state;
    for (size_t len = 1; len < 6; len++) {
        struct sl_conversation *made = make_conversation(len), *opened = NULL;
        struct sl_error error = SL_ERROR_INIT;
        struct stat status;
        assert_int_equal(sl_conversation_save(made, in_place(FILE_NAME), &error), 0);
        assert_int_equal(stat(in_place(FILE_NAME), &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
        assert_int_equal(sl_conversation_open(&opened, in_place(FILE_NAME), &error), 0);
        assert_int_equal(sl_conversation_turns(opened), 1);
        assert_int_equal(opened->history.count, 4);
        struct sl__message *const *items = opened->history.items;
        assert_string_equal(items[0]->text, "what is it?\n\"quoted\"");
        assert_int_equal(items[0]->attachment_count, 2);
        assert_ptr_equal(items[0]->attachments[0], items[0]->attachments[1]);
        struct sl__attachment *picture = items[0]->attachments[0];
        assert_int_equal(picture->len, len);
        assert_memory_equal(picture->data, made->history.items[0]->attachments[0]->data, len);
        assert_string_equal(picture->mime, "image/png");
        assert_string_equal(items[1]->calls[0].arguments, "{\"x\":1}");
        assert_int_equal(cJSON_GetArraySize(items[1]->details), 1);
        assert_true(items[2]->failed);
        assert_string_equal(items[2]->call_id, "call_1");
        assert_string_equal(items[3]->reasoning, "it has legs");
        assert_int_equal(opened->output, SL_OUTPUT_JSON);
        assert_true(cJSON_Compare(opened->schema, made->schema, true));
        sl_conversation_free(made);
        sl_conversation_free(opened);
    }
}

/* A file on a disk may be called by any bytes. */
static void names_of_any_bytes_are_kept_as_text(void **state)
{
    (void)state;
    struct sl_conversation *made = make_conversation(3), *opened = NULL;
    struct sl__attachment *picture = made->history.items[0]->attachments[0];
    picture->name[2] = '\xe9';
    picture->path = strdup("/home/\xe9t\xe9.png");
    assert_int_equal(sl_conversation_save(made, in_place(FILE_NAME), NULL), 0);
    assert_int_equal(sl_conversation_open(&opened, in_place(FILE_NAME), NULL), 0);
    assert_null(opened->history.items[0]->attachments[0]->path);
    assert_non_null(strstr(opened->history.items[0]->attachments[0]->name, "picture"));
    sl_conversation_free(made);
    sl_conversation_free(opened);
}

#define CALLS(turns) "{\"sightline\":\"conversation 1\",\"turns\":[" turns "]}"
#define CALL_OF(id)                                                                                \
    "{\"role\":\"assistant\",\"text\":\"\",\"calls\":[{\"id\":\"" id                               \
    "\",\"name\":\"look\",\"arguments\":\"{}\"}]}"
#define ANSWER_TO(id) "{\"role\":\"tool\",\"call\":\"" id "\",\"text\":\"\"}"

static void damaged_files_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "[]",
        "{}",
        "{\"sightline\":\"conversation 2\",\"turns\":[]}",
        "{\"sightline\":\"conversation 1\",\"turns\":[5]}",
        "{\"sightline\":\"conversation 1\",\"turns\":[{\"role\":\"god\",\"text\":\"\"}]}",
        "{\"sightline\":\"conversation 1\",\"turns\":[{\"role\":\"user\"}]}",
        "{\"sightline\":\"conversation 1\",\"turns\":[{\"role\":\"tool\",\"text\":\"\"}]}",
        "{\"sightline\":\"conversation 1\",\"turns\":[{\"role\":\"user\",\"text\":\"\","
        "\"media\":[{\"picture\":1}]}]}",
        "{\"sightline\":\"conversation 1\",\"pictures\":[{\"data\":\"AAAA\"}]}",
        "{\"sightline\":\"conversation 1\",\"pictures\":[{\"name\":\"a\",\"mime\":\"text/html\","
        "\"detail\":\"low\",\"width\":1,\"height\":1,\"data\":\"AAAA\"}]}",
        "{\"sightline\":\"conversation 1\",\"pictures\":[{\"name\":\"a\",\"mime\":\"image/png\","
        "\"detail\":\"low\",\"width\":1,\"height\":1,\"data\":\"AA=A\"}]}",
        "{\"sightline\":\"conversation 1\",\"turns\":[{\"role\":\"assistant\",\"text\":\"\","
        "\"calls\":[{\"id\":\"a\"}]}]}",
        CALLS("{\"role\":\"tool\",\"call\":\"a\",\"text\":\"\"}"),
        CALLS(CALL_OF("a")),
        CALLS(CALL_OF("a") ",{\"role\":\"user\",\"text\":\"\"}," ANSWER_TO("a")),
        CALLS(CALL_OF("a") "," ANSWER_TO("b")),
        CALLS(CALL_OF("a") "," ANSWER_TO("a") "," ANSWER_TO("a")),
        "{\"sightline\":\"conversation "
        "1\",\"turns\":[{\"role\":\"user\",\"text\":\"d\xe9j\xe0\"}]}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct sl_conversation *opened = NULL;
        struct sl_error error = SL_ERROR_INIT;
        put_file(FILE_NAME, texts[i], 0600);
        if (sl_conversation_open(&opened, in_place(FILE_NAME), &error) != SL_E_CORRUPT)
            fail_msg("row %zu was taken: %s", i, error.message);
        assert_null(opened);
        assert_non_null(strstr(error.message, "talk.json"));
    }
}

static void a_file_that_is_not_there_is_named(void **state)
{
    (void)state;
    struct sl_conversation *opened = NULL;
    struct sl_error error = SL_ERROR_INIT;
    assert_int_equal(sl_conversation_open(&opened, in_place("none.json"), &error), SL_E_IO);
    assert_non_null(strstr(error.message, "none.json: there is no such file"));
}

static void base64_is_read_strictly(void **state)
{
    (void)state;
    static const char *const bad[] = {"A", "AA", "AAA", "A===", "====", "AA=A", "AA==AAAA", "A AA"};
    unsigned char to[16];
    uint64_t count;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(sl__base64_decode(bad[i], strlen(bad[i]), to, &count));
    assert_true(sl__base64_decode("//8=", 4, to, &count));
    assert_int_equal(count, 2);
    assert_int_equal(to[0], 255);
}

static void the_oldest_pictures_give_way(void **state)
{
    (void)state;
    struct sl_conversation *conversation = make_conversation(100);
    struct sl__history *history = &conversation->history;
    struct sl__model model;
    sl__model_find(&model, "step-3.7-flash");
    assert_int_equal(sl__room_shortage(history, history->count, &model), -1);
    model.max_pictures = 1;
    assert_int_equal(sl__room_shortage(history, history->count, &model), 0);
    assert_int_equal(sl__room_shortage(history, 0, &model), -1); /* the question's own stay */
    model.max_pictures = 60;
    model.max_picture_bytes = 150;
    assert_int_equal(sl__room_shortage(history, history->count, &model), 0);
    model.max_picture_bytes = 20000000;
    model.context = 100;
    assert_int_equal(sl__room_shortage(history, history->count, &model), 0);
    assert_int_equal(sl__room_make(history, 0, "a table with legs"), 0);
    assert_int_equal(history->items[0]->attachment_count, 0);
    assert_non_null(strstr(history->items[0]->text, "a table with legs"));
    assert_non_null(strstr(history->items[0]->text, "what is it?"));
    assert_int_equal(sl__room_shortage(history, history->count, &model), -1);
    sl_conversation_free(conversation);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_keeps_everything, make_place, remove_place),
        cmocka_unit_test_setup_teardown(names_of_any_bytes_are_kept_as_text, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(damaged_files_are_refused, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_file_that_is_not_there_is_named, make_place,
                                        remove_place),
        cmocka_unit_test(base64_is_read_strictly),
        cmocka_unit_test(the_oldest_pictures_give_way),
    };
    return run_cases(tests, argc, argv);
}
