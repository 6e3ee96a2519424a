/* What is known of contents that were sent, in a file that several processes share. */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "harness.h"
#include "place.h"
#include "stored_index.h"

static struct sl__account account;

static struct sl__index *open_index(char **notice)
{
    struct sl__index *index = NULL;
    struct sl_error error = SL_ERROR_INIT;
    char *none = NULL;
    if (sl__index_open(&index, in_place("state/sightline"), notice ? notice : &none, &error))
        fail_msg("%s", error.message);
    assert_null(none);
    return index;
}

static struct sl__stored content(unsigned number, const char *id)
{
    struct sl__stored stored = {.bytes = 1000 + number, .stored_at = number, .used_at = number};
    stored.digest[0] = (unsigned char)number;
    stored.digest[1] = (unsigned char)(number >> 8);
    snprintf(stored.id, sizeof stored.id, "%s", id);
    snprintf(stored.name, sizeof stored.name, "clip %u.mp4", number);
    return stored;
}

static void put(struct sl__index *index, unsigned number, const char *id)
{
    struct sl__stored stored = content(number, id);
    struct sl_error error = SL_ERROR_INIT;
    if (sl__index_put(index, &account, &stored, &error))
        fail_msg("%s", error.message);
}

static bool find(struct sl__index *index, unsigned number, struct sl__stored *stored)
{
    struct sl__stored wanted = content(number, "");
    struct sl_error error = SL_ERROR_INIT;
    bool found = false;
    if (sl__index_find(index, &account, wanted.digest, &found, stored, &error))
        fail_msg("%s", error.message);
    return found;
}

static void a_content_is_found_again(void **state)
{
    (void)state;
    struct sl__index *index = open_index(NULL);
    struct sl__stored stored = content(7, "file-7");
    struct stat status;
    stored.video = true;
    stored.delete_at = 12345;
    assert_false(find(index, 7, &stored));
    assert_int_equal(sl__index_put(index, &account, &stored, NULL), 0);
    sl__index_close(index);
    assert_int_equal(stat(in_place("state/sightline/files.db"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat(in_place("state/sightline"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    index = open_index(NULL);
    stored = (struct sl__stored){.bytes = 0};
    assert_true(find(index, 7, &stored));
    assert_string_equal(stored.id, "file-7");
    assert_string_equal(stored.name, "clip 7.mp4");
    assert_int_equal(stored.bytes, 1007);
    assert_int_equal(stored.delete_at, 12345);
    assert_true(stored.video);
    sl__index_close(index);
}

/* Neither another provider nor another key sees it, and no key can be read from the file. */
static void an_account_is_a_provider_an_origin_and_a_key(void **state)
{
    (void)state;
    static const char *const others[][3] = {
        {"stepfun-cn", "https://a", "sk-1"},
        {"stepfun", "https://b", "sk-1"},
        {"stepfun", "https://a", "sk-2"},
    };
    struct sl__index *index = open_index(NULL);
    struct sl__stored stored;
    put(index, 1, "file-1");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        sl__account_make(&account, others[i][0], others[i][1], others[i][2]);
        assert_false(find(index, 1, &stored));
        assert_null(strstr(account.digest, "sk-"));
    }
    sl__account_make(&account, "stepfun", "https://a", "sk-1");
    assert_true(find(index, 1, &stored));
    sl__index_close(index);
}

static bool add_number(const struct sl__stored *stored, void *data)
{
    char *text = data;
    snprintf(text + strlen(text), SL__MAX_FILE_ID + 2, "%s ", stored->id);
    return true;
}

static void list(struct sl__index *index, char *text)
{
    *text = '\0';
    assert_int_equal(sl__index_each(index, &account, add_number, text, NULL), 0);
}

static void what_is_stored_is_listed_by_age(void **state)
{
    (void)state;
    struct sl__index *index = open_index(NULL);
    struct sl__stored stored;
    char text[256];
    put(index, 3, "c");
    put(index, 1, "a");
    put(index, 2, "");
    put(index, 4, "d");
    list(index, text);
    assert_string_equal(text, "a c d ");
    assert_int_equal(sl__index_forget(index, &account, "c", NULL), 0);
    assert_int_equal(sl__index_forget(index, &account, "none", NULL), 0);
    list(index, text);
    assert_string_equal(text, "a d ");
    assert_true(find(index, 3, &stored)); /* as one that was sent */
    assert_string_equal(stored.id, "");
    put(index, 5, "a"); /* an id stands for one content */
    list(index, text);
    assert_string_equal(text, "d a ");
    assert_int_equal(sl__index_use(index, &account, content(2, "").digest, 50, 0, NULL), 0);
    assert_int_equal(sl__index_prune(index, 50, NULL), 0);
    assert_true(find(index, 2, &stored));
    assert_false(find(index, 3, &stored));
    assert_true(find(index, 4, &stored));
    sl__index_close(index);
}

static void a_damaged_index_is_set_aside(void **state)
{
    (void)state;
    struct sl__stored stored;
    char *notice = NULL, text[65536];
    struct sl__index *index = open_index(NULL);
    for (unsigned i = 0; i < 500; i++) {
        char id[16];
        snprintf(id, sizeof id, "file-%u", i);
        put(index, i, id);
    }
    sl__index_close(index);
    /* Its head is whole, its pages are not. */
    int file = open(in_place("state/sightline/files.db"), O_RDWR);
    memset(text, 0x5a, sizeof text);
    assert_int_equal(pwrite(file, text, 20000, 4096), 20000);
    close(file);
    index = open_index(&notice);
    assert_non_null(strstr(notice, "files.db was damaged and is begun anew"));
    assert_false(find(index, 1, &stored));
    put(index, 1, "file-1");
    sl__index_close(index);
    free(notice);
    assert_int_equal(access(in_place("state/sightline/files.db.damaged"), F_OK), 0);
    put_file("state/sightline/files.db", "this is no database, and is longer than its head", 0600);
    put_file("state/sightline/files.db-journal", "nor is this a journal of it", 0600);
    struct sl_error error = SL_ERROR_INIT;
    assert_int_equal(sl__index_open(&index, in_place("state/sightline"), NULL, &error), SL_E_IO);
    assert_non_null(strstr(error.message, "files.db: the index of stored files cannot be used: "));
    index = open_index(&notice); /* that left it as it was */
    assert_non_null(notice);
    sl__index_close(index);
    free(notice);
    assert_int_not_equal(access(in_place("state/sightline/files.db-journal"), F_OK), 0);
}

static void a_newer_index_is_left_alone(void **state)
{
    (void)state;
    struct sl__index *index = open_index(NULL);
    struct sl_error error = SL_ERROR_INIT;
    char *notice;
    unsigned char version[4] = {0, 0, 0, 2};
    put(index, 1, "file-1");
    sl__index_close(index);
    int file = open(in_place("state/sightline/files.db"), O_RDWR);
    assert_int_equal(pwrite(file, version, 4, 60), 4); /* the head's user version */
    close(file);
    index = NULL;
    assert_int_equal(sl__index_open(&index, in_place("state/sightline"), &notice, &error),
                     SL_E_UNSUPPORTED);
    assert_non_null(strstr(error.message, "is of a newer Sightline"));
    assert_null(index);
    assert_int_not_equal(access(in_place("state/sightline/files.db.damaged"), F_OK), 0);
}

static void a_folder_in_its_place_is_told(void **state)
{
    (void)state;
    struct sl__index *index = NULL;
    struct sl_error error = SL_ERROR_INIT;
    char *notice;
    put_file("state/sightline/files.db/x", "", 0600);
    assert_int_equal(sl__index_open(&index, in_place("state/sightline"), &notice, &error), SL_E_IO);
    assert_non_null(strstr(error.message, "files.db: the index of stored files cannot be used: "));
}

/* Writes so many contents, and a byte to `told` after each; its exit code says whether it could. */
static pid_t writer(unsigned first, unsigned count, int told)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    for (unsigned i = 0; i < count; i++) {
        struct sl__stored stored = content(first + i, "");
        struct sl__index *index = NULL;
        struct sl_error error = SL_ERROR_INIT;
        char *notice = NULL;
        snprintf(stored.id, sizeof stored.id, "%u", first + i);
        if (sl__index_open(&index, in_place("state/sightline"), &notice, &error) || notice ||
            sl__index_put(index, &account, &stored, &error)) {
            fprintf(stderr, "%s%s\n", notice ? notice : "", error.message);
            _exit(1);
        }
        sl__index_close(index);
        if (told >= 0 && write(told, "+", 1) != 1)
            _exit(1);
    }
    _exit(0);
}

static void several_processes_write_at_once(void **state)
{
    (void)state;
    enum { WRITERS = 4, EACH = 40 };
    pid_t children[WRITERS];
    struct sl__stored stored;
    int status;
    for (unsigned i = 0; i < WRITERS; i++)
        children[i] = writer(i * EACH, EACH, -1);
    for (unsigned i = 0; i < WRITERS; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    struct sl__index *index = open_index(NULL);
    for (unsigned i = 0; i < WRITERS * EACH; i++)
        assert_true(find(index, i, &stored));
    sl__index_close(index);
}

static bool count_one(const struct sl__stored *stored, void *data)
{
    (void)stored;
    (*(unsigned *)data)++;
    return true;
}

static unsigned count_rows(void)
{
    struct sl__index *index = open_index(NULL);
    unsigned count = 0;
    assert_int_equal(sl__index_each(index, &account, count_one, &count, NULL), 0);
    sl__index_close(index);
    return count;
}

static void a_killed_writer_harms_nothing(void **state)
{
    (void)state;
    unsigned before = 0;
    for (unsigned round = 1; round <= 4; round++) {
        int told[2];
        char bytes[8];
        assert_int_equal(pipe(told), 0);
        pid_t child = writer(before, 1u << 30, told[1]);
        for (unsigned i = 0; i < round; i++)
            assert_int_equal(read(told[0], bytes, 1), 1);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        close(told[0]);
        close(told[1]);
        unsigned after = count_rows();
        assert_true(after >= before + round);
        before = after;
    }
}

static int set_up(void **state)
{
    sl__account_make(&account, "stepfun", "https://a", "sk-1");
    return make_place(state);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_content_is_found_again, set_up, remove_place),
        cmocka_unit_test_setup_teardown(an_account_is_a_provider_an_origin_and_a_key, set_up,
                                        remove_place),
        cmocka_unit_test_setup_teardown(what_is_stored_is_listed_by_age, set_up, remove_place),
        cmocka_unit_test_setup_teardown(a_damaged_index_is_set_aside, set_up, remove_place),
        cmocka_unit_test_setup_teardown(a_newer_index_is_left_alone, set_up, remove_place),
        cmocka_unit_test_setup_teardown(a_folder_in_its_place_is_told, set_up, remove_place),
        cmocka_unit_test_setup_teardown(several_processes_write_at_once, set_up, remove_place),
        cmocka_unit_test_setup_teardown(a_killed_writer_harms_nothing, set_up, remove_place),
    };
    return run_cases(tests, argc, argv);
}
