/* Messages and histories: what they own, and who else may hold it. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "message.h"

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

static void the_last_reference_closes_the_file(void **state)
{
    (void)state;
    struct sl__attachment *video = sl__attachment_new();
    int fd = video->fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_ptr_equal(sl__attachment_hold(video), video);
    sl__attachment_drop(video);
    assert_true(is_open(fd));
    sl__attachment_drop(video);
    assert_false(is_open(fd));
    sl__attachment_drop(NULL);
}

static void a_new_attachment_is_empty(void **state)
{
    (void)state;
    struct sl__attachment *attachment = sl__attachment_new();
    assert_int_equal(attachment->fd, -1);
    assert_null(attachment->data);
    assert_int_equal(attachment->len, 0);
    sl__attachment_drop(attachment);
}

static void a_message_holds_its_attachments(void **state)
{
    (void)state;
    struct sl__message *message = sl__message_new(SL__USER, "what is it?");
    struct sl__attachment *one = sl__attachment_new(), *two = sl__attachment_new();
    assert_int_equal(sl__message_attach(message, one), 0);
    assert_int_equal(sl__message_attach(message, two), 0);
    assert_int_equal(message->attachment_count, 2);
    assert_ptr_equal(message->attachments[0], one);
    assert_ptr_equal(message->attachments[1], two);
    assert_int_equal(atomic_load(&one->references), 2);
    sl__message_drop(message);
    assert_int_equal(atomic_load(&one->references), 1);
    assert_int_equal(atomic_load(&two->references), 1);
    sl__attachment_drop(one);
    sl__attachment_drop(two);
}

static void a_message_copies_what_it_is_given(void **state)
{
    (void)state;
    char text[] = "text", id[] = "call_1", name[] = "look", arguments[] = "{\"x\":";
    struct sl__message *message = sl__message_new(SL__ASSISTANT, text);
    assert_int_equal(message->role, SL__ASSISTANT);
    assert_int_equal(sl__message_call(message, id, name, arguments), 0);
    assert_int_equal(sl__message_call(message, "call_2", "look", "{}"), 0);
    text[0] = id[0] = name[0] = arguments[0] = '!';
    assert_string_equal(message->text, "text");
    assert_int_equal(message->call_count, 2);
    assert_string_equal(message->calls[0].id, "call_1");
    assert_string_equal(message->calls[0].name, "look");
    assert_string_equal(message->calls[0].arguments, "{\"x\":");
    assert_string_equal(message->calls[1].id, "call_2");
    message->reasoning = strdup("because");
    message->details = cJSON_Parse("[{\"type\":\"reasoning.text\"}]");
    message->call_id = strdup("call_0");
    sl__message_drop(message); /* the sanitizers see whether all of it goes */
    sl__message_drop(NULL);
}

static void a_copied_history_shares_its_messages(void **state)
{
    (void)state;
    struct sl__history one = SL__HISTORY_INIT, two = SL__HISTORY_INIT;
    assert_int_equal(sl__history_add(&one, sl__message_new(SL__USER, "a")), 0);
    assert_int_equal(sl__history_add(&one, sl__message_new(SL__ASSISTANT, "b")), 0);
    assert_int_equal(sl__history_copy(&two, &one), 0);
    assert_int_equal(sl__history_add(&one, sl__message_new(SL__USER, "c")), 0);
    assert_int_equal(one.count, 3);
    assert_int_equal(two.count, 2);
    assert_ptr_equal(one.items[0], two.items[0]);
    assert_ptr_equal(one.items[1], two.items[1]);
    sl__history_release(&one);
    assert_int_equal(one.count, 0);
    assert_null(one.items);
    assert_string_equal(two.items[0]->text, "a");
    assert_string_equal(two.items[1]->text, "b");
    assert_int_equal(atomic_load(&two.items[0]->references), 1);
    sl__history_release(&two);
}

static void an_empty_history_copies_as_empty(void **state)
{
    (void)state;
    struct sl__history one = SL__HISTORY_INIT, two = SL__HISTORY_INIT;
    assert_int_equal(sl__history_copy(&two, &one), 0);
    assert_int_equal(two.count, 0);
    sl__history_release(&two);
}

static void no_message_is_a_failure(void **state)
{
    (void)state;
    struct sl__history history = SL__HISTORY_INIT;
    assert_int_equal(sl__history_add(&history, NULL), SL_E_NOMEM);
    assert_int_equal(history.count, 0);
    sl__history_release(&history);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_reference_closes_the_file),
        cmocka_unit_test(a_new_attachment_is_empty),
        cmocka_unit_test(a_message_holds_its_attachments),
        cmocka_unit_test(a_message_copies_what_it_is_given),
        cmocka_unit_test(a_copied_history_shares_its_messages),
        cmocka_unit_test(an_empty_history_copies_as_empty),
        cmocka_unit_test(no_message_is_a_failure),
    };
    return run_cases(tests, argc, argv);
}
