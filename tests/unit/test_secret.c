/*
 * The secret service, the real one: secret.sh starts a session bus and a keyring for this program,
 * and says so by SECRET_SERVICE_BUS.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include "harness.h"
#include "key.h"
#include "place.h"
#include "secret.h"

static const char *bus;

static struct sl_config *load(void)
{
    struct sl_config *config = NULL;
    setenv("DBUS_SESSION_BUS_ADDRESS", bus, 1);
    assert_int_equal(sl_config_load(&config, NULL), 0);
    return config;
}

static int find(const struct sl_config *config, struct sl__buf *key, struct sl__buf *source)
{
    struct sl__key_cache cache;
    sl__key_cache_init(&cache);
    struct sl__key_search search = {.config = config, .cache = &cache};
    sl__buf_reset(key);
    int code = sl__key_find(&search, key, source, NULL);
    sl__key_cache_release(&cache);
    return code;
}

static int store(const struct sl_config *config, const char *key, struct sl__buf *where)
{
    struct sl__key_cache cache;
    sl__key_cache_init(&cache);
    struct sl__key_search search = {.config = config, .cache = &cache};
    int code = sl__key_store(&search, key, where, NULL);
    sl__key_cache_release(&cache);
    return code;
}

static void a_key_is_stored_found_and_removed(void **state)
{
    (void)state;
    struct sl__buf key = SL__BUF_INIT(SL__MAX_KEY), words = SL__BUF_INIT(4096);
    struct sl_config *config = load();
    assert_int_equal(find(config, &key, &words), SL_E_NO_KEY);
    assert_int_equal(store(config, "sk-first", &words), 0);
    assert_string_equal(sl__buf_text(&words), "the key of stepfun is in the secret service");
    assert_int_not_equal(access(config->keys_path, F_OK), 0);
    assert_int_equal(find(config, &key, &words), 0);
    assert_string_equal(sl__buf_text(&key), "sk-first");
    assert_string_equal(sl__buf_text(&words), "the secret service");
    sl__buf_reset(&words);
    assert_int_equal(store(config, "", &words), 0);
    assert_int_equal(find(config, &key, &words), SL_E_NO_KEY);
    sl__buf_wipe(&key);
    sl__buf_release(&words);
    sl_config_free(config);
}

static void a_key_that_stood_in_a_file_moves(void **state)
{
    (void)state;
    struct sl__buf key = SL__BUF_INIT(SL__MAX_KEY), words = SL__BUF_INIT(4096);
    put_file(".config/sightline/keys.json", "{\"stepfun\": \"sk-old\", \"other\": \"sk-x\"}", 0600);
    struct sl_config *config = load();
    assert_int_equal(store(config, "sk-new", &words), 0);
    assert_int_equal(find(config, &key, &words), 0);
    assert_string_equal(sl__buf_text(&key), "sk-new");
    assert_int_equal(store(config, "", &words), 0);
    sl__buf_wipe(&key);
    sl__buf_release(&words);
    sl_config_free(config);
}

/* A bus that takes connections and never says a word. */
static void a_silent_service_can_be_left(void **state)
{
    (void)state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct sl__buf key = SL__BUF_INIT(SL__MAX_KEY);
    char name[256];
    atomic_bool cancel = true;
    snprintf(address.sun_path, sizeof address.sun_path, "%s", in_place("bus"));
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 4), 0);
    snprintf(name, sizeof name, "unix:path=%s", address.sun_path);
    setenv("DBUS_SESSION_BUS_ADDRESS", name, 1);
    assert_int_equal(sl__secret_find("stepfun", &cancel, &key), SL__SECRET_CANCELLED);
    close(listener);
    sl__buf_wipe(&key);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_key_is_stored_found_and_removed, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_key_that_stood_in_a_file_moves, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_silent_service_can_be_left, make_place, remove_place),
    };
    bus = getenv("SECRET_SERVICE_BUS");
    return bus ? run_cases(tests, argc, argv) : 77;
}
