/* Keys: where they are looked for, where they may go, how they are stored. */
#include <fcntl.h>
#include <poll.h>

#include "command.h"
#include "harness.h"
#include "key.h"
#include "place.h"

static const char FILE_NAME[] = ".config/sightline/config.json";

/* Looks the key up and checks it and its source; an expected error is given as its code. */
static void expect(const char *key, const char *source, int code, const char *sentence)
{
    struct sl__key_cache cache;
    struct sl__buf found = SL__BUF_INIT(SL__MAX_KEY), where = SL__BUF_INIT(8192);
    struct sl_error error = SL_ERROR_INIT;
    struct sl_config *config = NULL;
    sl__key_cache_init(&cache);
    assert_int_equal(sl_config_load(&config, NULL), 0);
    struct sl__key_search search = {
        .config = config, .cache = &cache, .setup_hint = "run the set-up"};
    assert_int_equal(sl__key_find(&search, &found, &where, &error), code);
    if (code) {
        if (!strstr(error.message, sentence))
            fail_msg("«%s» lacks «%s»", error.message, sentence);
        assert_null(strstr(error.message, "sk-"));
    } else {
        assert_string_equal(sl__buf_text(&found), key);
        assert_non_null(strstr(sl__buf_text(&where), source));
        assert_null(strstr(sl__buf_text(&where), "sk-"));
    }
    sl__key_cache_release(&cache);
    sl__buf_wipe(&found);
    sl__buf_release(&where);
    sl_config_free(config);
}

static void no_key_names_the_remedies(void **state)
{
    (void)state;
    expect(NULL, NULL, SL_E_NO_KEY, "stepfun has no API key: run the set-up, or set STEP_API_KEY");
}

static void the_environment_has_the_key(void **state)
{
    (void)state;
    setenv("STEP_API_KEY", "sk-env", 1);
    expect("sk-env", "STEP_API_KEY", 0, NULL);
    setenv("SIGHTLINE_PROVIDER", "stepfun-cn", 1);
    expect("sk-env", "STEP_API_KEY", 0, NULL);
    setenv("SIGHTLINE_PROVIDER", "openrouter", 1);
    expect(NULL, NULL, SL_E_NO_KEY, "OPENROUTER_API_KEY");
    setenv("SIGHTLINE_API_KEY", "sk-over", 1);
    expect("sk-over", "SIGHTLINE_API_KEY", 0, NULL);
}

static void a_key_goes_to_its_own_provider_and_to_loopback_only(void **state)
{
    (void)state;
    setenv("STEP_API_KEY", "sk-env", 1);
    setenv("SIGHTLINE_BASE_URL", "http://127.0.0.1:1/v1", 1);
    expect("sk-env", "STEP_API_KEY", 0, NULL);
    setenv("SIGHTLINE_BASE_URL", "https://api.stepfun.com/v1", 1);
    expect("", "none", 0, NULL); /* another region: not this provider's own address */
    setenv("SIGHTLINE_BASE_URL", "https://elsewhere.example.com/v1", 1);
    expect("", "none", 0, NULL);
    setenv("SIGHTLINE_BASE_URL", "https://api.stepfun.ai:444/v1", 1);
    expect("", "none", 0, NULL);
    setenv("SIGHTLINE_API_KEY", "sk-over", 1);
    expect("sk-over", "SIGHTLINE_API_KEY", 0, NULL);
}

static void a_built_in_variable_stays_at_home(void **state)
{
    (void)state;
    setenv("STEP_API_KEY", "sk-env", 1);
    put_file(FILE_NAME,
             "{\"providers\": {\"stepfun\": {\"base_url\": "
             "\"https://elsewhere.example.com/v1\"}}}",
             0644);
    expect(NULL, NULL, SL_E_NO_KEY,
           "has no key for elsewhere.example.com: its keys go to its own address only");
    put_file(FILE_NAME,
             "{\"provider\": \"own\", \"providers\": {\"own\": {\"base_url\": "
             "\"https://elsewhere.example.com/v1\", \"key_env\": \"OWN_KEY\"}}}",
             0644);
    setenv("OWN_KEY", "sk-own", 1);
    expect("sk-own", "OWN_KEY", 0, NULL);
    unsetenv("OWN_KEY");
    expect(NULL, NULL, SL_E_NO_KEY, "set OWN_KEY");
}

static void providers_without_a_key_have_none(void **state)
{
    (void)state;
    setenv("STEP_API_KEY", "sk-env", 1);
    setenv("SIGHTLINE_PROVIDER", "local", 1);
    expect("", "none", 0, NULL);
    setenv("SIGHTLINE_PROVIDER", "own", 1);
    put_file(FILE_NAME,
             "{\"providers\": {\"own\": {\"base_url\": "
             "\"https://elsewhere.example.com/v1\", \"key\": null}}}",
             0644);
    expect("", "none", 0, NULL);
}

static void a_command_is_asked_and_knows_no_key(void **state)
{
    (void)state;
    setenv("STEP_API_KEY", "sk-env", 1);
    setenv("SIGHTLINE_PROVIDER", "own", 1);
    put_file("ask.sh", "#!/bin/sh\necho \"sk-cmd${STEP_API_KEY}${SIGHTLINE_API_KEY}\"\necho more\n",
             0755);
    char file[512];
    snprintf(file, sizeof file,
             "{\"providers\": {\"own\": {\"base_url\": \"https://elsewhere.example.com/v1\", "
             "\"key_command\": [\"%s\"]}}}",
             in_place("ask.sh"));
    put_file(FILE_NAME, file, 0644);
    expect("sk-cmd", "ask.sh", 0, NULL);
    put_file("ask.sh", "#!/bin/sh\nexit 3\n", 0755);
    expect(NULL, NULL, SL_E_IO, "failed with exit code 3; run it in a terminal");
    put_file("ask.sh", "#!/bin/sh\nprintf 'sk-with space'\n", 0755);
    expect(NULL, NULL, SL_E_CONFIG, "has spaces or characters that no key has");
    unlink(in_place("ask.sh"));
    expect(NULL, NULL, SL_E_IO, "could not be run");
}

static void a_command_that_hangs_is_ended_with_its_children(void **state)
{
    (void)state;
    static const char *const hidden[] = {NULL};
    struct sl__buf out = SL__BUF_INIT(64);
    struct sl_error error = SL_ERROR_INIT;
    put_file("hang.sh", "#!/bin/sh\nexec 3>\"$HOME/held\"\nsleep 60 &\nwait\n", 0755);
    assert_int_equal(mkfifo(in_place("held"), 0600), 0);
    int held = open(in_place("held"), O_RDONLY | O_NONBLOCK);
    char *argv[] = {(char *)in_place("hang.sh"), NULL};
    assert_int_equal(sl__command_run(argv, hidden, 300, NULL, &out, &error), SL_E_TIMEOUT);
    struct pollfd gone = {.fd = held, .events = POLLIN};
    assert_int_equal(poll(&gone, 1, 5000), 1); /* its last writer, the child, has ended */
    assert_true(gone.revents & POLLHUP);
    close(held);
    atomic_bool cancel = true;
    assert_int_equal(sl__command_run(argv, hidden, 60000, &cancel, &out, &error), SL_E_CANCELLED);
    sl__buf_release(&out);
}

/* What the host has open without a word about children is not theirs. */
static void a_command_has_nothing_of_the_host(void **state)
{
    (void)state;
    static const char *const hidden[] = {NULL};
    struct sl__buf out = SL__BUF_INIT(64);
    struct sl_error error = SL_ERROR_INIT;
    put_file("has.sh", "#!/bin/sh\nif (: >&9) 2>/dev/null; then echo open; else echo none; fi\n",
             0755);
    char *argv[] = {(char *)in_place("has.sh"), NULL};
    assert_int_equal(dup2(STDERR_FILENO, 9), 9);
    assert_int_equal(sl__command_run(argv, hidden, 20000, NULL, &out, &error), 0);
    assert_string_equal(sl__buf_text(&out), "none\n");
    assert_int_equal(close(9), 0);
    sl__buf_release(&out);
}

/* What a command does with its output does not decide when it has ended. */
static void a_command_is_over_when_it_has_ended(void **state)
{
    (void)state;
    static const char *const hidden[] = {NULL};
    struct sl__buf out = SL__BUF_INIT(64);
    struct sl_error error = SL_ERROR_INIT;
    put_file("closes.sh", "#!/bin/sh\nexec >&-\nexec sleep 60\n", 0755);
    char *closes[] = {(char *)in_place("closes.sh"), NULL};
    assert_int_equal(sl__command_run(closes, hidden, 300, NULL, &out, &error), SL_E_TIMEOUT);
    put_file("leaves.sh", "#!/bin/sh\nsleep 2 &\necho sk-x\n", 0755);
    char *leaves[] = {(char *)in_place("leaves.sh"), NULL};
    assert_int_equal(sl__command_run(leaves, hidden, 1500, NULL, &out, &error), 0);
    assert_string_equal(sl__buf_text(&out), "sk-x\n");
    sl__buf_release(&out);
}

static int find_with(struct sl__key_cache *cache, struct sl__buf *key)
{
    struct sl__buf source = SL__BUF_INIT(8192);
    struct sl_config *config = NULL;
    assert_int_equal(sl_config_load(&config, NULL), 0);
    struct sl__key_search search = {.config = config, .cache = cache};
    sl__buf_reset(key);
    int code = sl__key_find(&search, key, &source, NULL);
    sl__buf_release(&source);
    sl_config_free(config);
    return code;
}

static void put_command(const char *host, const char *word)
{
    char file[512];
    snprintf(file, sizeof file,
             "{\"provider\": \"own\", \"providers\": {\"own\": {\"base_url\": \"https://%s/v1\", "
             "\"key_command\": [\"%s\", \"%s\"]}}}",
             host, in_place("ask.sh"), word);
    put_file(FILE_NAME, file, 0644);
}

/* The command is asked once for what stands in the configuration, and anew when that was edited. */
static void a_commands_key_is_for_one_configuration(void **state)
{
    (void)state;
    struct sl__key_cache cache;
    struct sl__buf key = SL__BUF_INIT(SL__MAX_KEY);
    sl__key_cache_init(&cache);
    put_file("ask.sh", "#!/bin/sh\necho x >>\"$HOME/asked\"\necho \"sk-$1\"\n", 0755);
    put_command("one.example.com", "first");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(find_with(&cache, &key), 0);
        assert_string_equal(sl__buf_text(&key), "sk-first");
    }
    struct stat asked;
    assert_int_equal(stat(in_place("asked"), &asked), 0);
    assert_int_equal(asked.st_size, 2); /* one line: it ran once */
    put_command("one.example.com", "second");
    assert_int_equal(find_with(&cache, &key), 0);
    assert_string_equal(sl__buf_text(&key), "sk-second");
    put_command("two.example.com", "second");
    assert_int_equal(find_with(&cache, &key), 0);
    assert_int_equal(stat(in_place("asked"), &asked), 0);
    assert_int_equal(asked.st_size, 6);
    sl__key_cache_forget(&cache, "sk-other");
    assert_int_equal(find_with(&cache, &key), 0);
    assert_int_equal(stat(in_place("asked"), &asked), 0);
    assert_int_equal(asked.st_size, 6);
    sl__key_cache_forget(&cache, "sk-second");
    assert_int_equal(find_with(&cache, &key), 0);
    assert_int_equal(stat(in_place("asked"), &asked), 0);
    assert_int_equal(asked.st_size, 8);
    sl__key_cache_release(&cache);
    sl__buf_wipe(&key);
}

static void a_command_sees_no_other_providers_key(void **state)
{
    (void)state;
    char file[512];
    setenv("OTHER_KEY", "sk-other", 1);
    put_file("ask.sh", "#!/bin/sh\necho \"sk-mine$OTHER_KEY\"\n", 0755);
    snprintf(
        file, sizeof file,
        "{\"provider\": \"own\", \"providers\": {\"own\": {\"base_url\": "
        "\"https://one.example.com/v1\", \"key_command\": [\"%s\"]}, \"other\": {\"base_url\": "
        "\"https://two.example.com/v1\", \"key_env\": \"OTHER_KEY\"}}}",
        in_place("ask.sh"));
    put_file(FILE_NAME, file, 0644);
    expect("sk-mine", "ask.sh", 0, NULL);
    unsetenv("OTHER_KEY");
}

static void a_key_in_the_file_must_be_private(void **state)
{
    (void)state;
    static const char text[] = "{\"providers\": {\"stepfun\": {\"key\": \"sk-file\"}}}";
    static const mode_t open_modes[] = {0644, 0640, 0604, 0620};
    for (size_t i = 0; i < sizeof open_modes / sizeof *open_modes; i++) {
        struct sl_config *config = NULL;
        struct sl_error error = SL_ERROR_INIT;
        put_file(FILE_NAME, text, open_modes[i]);
        assert_int_equal(sl_config_load(&config, &error), SL_E_CONFIG);
        assert_non_null(
            strstr(error.message, "holds a key and others can read it; run: chmod 600"));
        assert_null(strstr(error.message, "sk-file"));
    }
    put_file(FILE_NAME, text, 0600);
    expect("sk-file", "config.json", 0, NULL);
    setenv("STEP_API_KEY", "sk-env", 1);
    expect("sk-env", "STEP_API_KEY", 0, NULL);
}

/* A path of the program is one beside the configuration, wherever the host was started. */
static void a_command_is_not_one_of_the_folder_that_one_works_in(void **state)
{
    (void)state;
    static const char *const programs[] = {"./give", "bin/../give", "~/.config/sightline/give"};
    char here[4096], text[256];
    put_file(".config/sightline/bin/unused", "", 0600);
    put_file(".config/sightline/give", "#!/bin/sh\necho sk-mine\n", 0700);
    put_file("project/give", "#!/bin/sh\ntouch ran\necho sk-theirs\n", 0700);
    put_file("project/bin/unused", "", 0600);
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(in_place("project")), 0);
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        snprintf(text, sizeof text, "{\"providers\": {\"stepfun\": {\"key_command\": [\"%s\"]}}}",
                 programs[i]);
        put_file(FILE_NAME, text, 0644);
        expect("sk-mine", "the command ", 0, NULL);
    }
    assert_int_equal(access("ran", F_OK), -1);
    assert_int_equal(chdir(here), 0);
}

static void store(const char *key, int code)
{
    struct sl__buf where = SL__BUF_INIT(4096);
    struct sl_error error = SL_ERROR_INIT;
    struct sl_config *config = NULL;
    struct sl__key_cache cache;
    sl__key_cache_init(&cache);
    assert_int_equal(sl_config_load(&config, NULL), 0);
    struct sl__key_search search = {.config = config, .cache = &cache};
    assert_int_equal(sl__key_store(&search, key, &where, &error), code);
    assert_null(strstr(sl__buf_text(&where), "sk-"));
    assert_null(strstr(error.message, "sk-"));
    sl__key_cache_release(&cache);
    sl__buf_release(&where);
    sl_config_free(config);
}

static void a_stored_key_is_private_and_found_again(void **state)
{
    (void)state;
    struct stat status;
    umask(0);
    store("sk-one", 0);
    assert_int_equal(stat(in_place(".config/sightline/keys.json"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat(in_place(".config/sightline"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    expect("sk-one", "keys.json", 0, NULL);
    put_file(FILE_NAME,
             "{\"providers\": {\"stepfun\": {\"base_url\": \"https://elsewhere.example.com/v1\"}}}",
             0644);
    expect(NULL, NULL, SL_E_NO_KEY, "its keys go to its own address only");
    put_file(FILE_NAME, "{}", 0644);
    setenv("SIGHTLINE_PROVIDER", "local", 1);
    store("sk-none", SL_E_INVALID);
    setenv("SIGHTLINE_PROVIDER", "openrouter", 1);
    store("sk-two", 0);
    expect("sk-two", "keys.json", 0, NULL);
    store("", 0);
    expect(NULL, NULL, SL_E_NO_KEY, "openrouter has no API key");
    unsetenv("SIGHTLINE_PROVIDER");
    expect("sk-one", "keys.json", 0, NULL);
}

static void a_readable_or_damaged_store_is_refused(void **state)
{
    (void)state;
    put_file(".config/sightline/keys.json", "{\"stepfun\": \"sk-x\"}", 0644);
    expect(NULL, NULL, SL_E_CONFIG, "chmod 600");
    store("sk-new", SL_E_CONFIG);
    put_file(".config/sightline/keys.json", "{\"stepfun\": ", 0600);
    expect(NULL, NULL, SL_E_CONFIG, "is damaged; remove it");
    store("sk-new", SL_E_CONFIG);
}

static void what_cannot_be_a_key_is_none(void **state)
{
    (void)state;
    assert_true(sl__key_is_valid("sk-0123_abc.DEF~"));
    static const char *const bad[] = {"", "a b", "a\n", "a\r\nHost: x", "caf\xc3\xa9", "\x7f"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(sl__key_is_valid(bad[i]));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_key_names_the_remedies, make_place, remove_place),
        cmocka_unit_test_setup_teardown(the_environment_has_the_key, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_key_goes_to_its_own_provider_and_to_loopback_only,
                                        make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_built_in_variable_stays_at_home, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(providers_without_a_key_have_none, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_command_is_asked_and_knows_no_key, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_command_that_hangs_is_ended_with_its_children, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_command_has_nothing_of_the_host, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_command_is_over_when_it_has_ended, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_commands_key_is_for_one_configuration, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_command_sees_no_other_providers_key, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_command_is_not_one_of_the_folder_that_one_works_in,
                                        make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_key_in_the_file_must_be_private, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_stored_key_is_private_and_found_again, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_readable_or_damaged_store_is_refused, make_place,
                                        remove_place),
        cmocka_unit_test(what_cannot_be_a_key_is_none),
    };
    return run_cases(tests, argc, argv);
}
