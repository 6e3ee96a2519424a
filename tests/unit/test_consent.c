/* What a person has agreed to, and what is refused before. */
#include <sys/wait.h>

#include "consent.h"
#include "harness.h"
#include "place.h"

static const char RECORD[] = "state/sightline/consent";

static struct sl_config *load(void)
{
    struct sl_config *config = NULL;
    struct sl_error error = SL_ERROR_INIT;
    setenv("XDG_STATE_HOME", in_place("state"), 1);
    if (sl_config_load(&config, &error))
        fail_msg("%s", error.message);
    return config;
}

/* Whether a request to what is configured now would be refused. */
static bool refuses(void)
{
    struct sl_config *config = load();
    bool refused = sl__consent_check(config, NULL) == SL_E_CONSENT;
    assert_int_equal(refused, sl_config_consent_question(config) != NULL);
    sl_config_free(config);
    return refused;
}

static void agree(void)
{
    struct sl_config *config = load();
    assert_int_equal(sl_config_agree(config, NULL), 0);
    sl_config_free(config);
}

static void a_server_is_agreed_to_by_its_origin(void **state)
{
    (void)state;
    struct stat status;
    struct sl_config *config = load();
    assert_non_null(
        strstr(sl_config_consent_question(config), "api.stepfun.ai has not been asked"));
    sl_config_free(config);
    assert_true(refuses());
    agree();
    assert_false(refuses());
    setenv("SIGHTLINE_BASE_URL", "https://api.stepfun.ai/other", 1);
    assert_false(refuses());
    setenv("SIGHTLINE_BASE_URL", "https://api.stepfun.ai:8443/v1", 1);
    assert_true(refuses());
    setenv("SIGHTLINE_BASE_URL", "https://api.stepfun.a/v1", 1);
    assert_true(refuses());
    assert_int_equal(stat(in_place(RECORD), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void this_machine_needs_no_agreement(void **state)
{
    (void)state;
    setenv("SIGHTLINE_PROVIDER", "local", 1);
    assert_false(refuses());
    agree();
    struct stat status;
    assert_int_not_equal(stat(in_place(RECORD), &status), 0);
}

static void a_setting_says_yes_beforehand(void **state)
{
    (void)state;
    static const struct {
        const char *file, *variable;
        bool refused;
    } rows[] = {
        {"{\"consent\": true}", NULL, false},
        {"{\"consent\": false}", NULL, true},
        {"{}", "yes", false},
        {"{}", "1", false},
        {"{}", "no", true},
        {"{\"consent\": true}", "no", true},
        {"{\"consent\": false}", "yes", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        put_file(".config/sightline/config.json", rows[i].file, 0600);
        if (rows[i].variable)
            setenv("SIGHTLINE_CONSENT", rows[i].variable, 1);
        else
            unsetenv("SIGHTLINE_CONSENT");
        assert_int_equal(refuses(), rows[i].refused);
    }
}

/* The record is shared with programs that may have left anything in it. */
static void damage_agrees_to_nothing(void **state)
{
    (void)state;
    put_file(RECORD,
             "\n\nhttps://api.stepfun.ai\nhttps://api.stepfun.ai:443x\n "
             "https://api.stepfun.ai:443\nhttps://api.stepfun.ai:44",
             0600);
    assert_true(refuses());
    put_file(RECORD, "x\nhttps://api.stepfun.ai:443", 0600);
    assert_false(refuses());
    assert_int_equal(chmod(in_place(RECORD), 0), 0);
    assert_int_equal(refuses(), geteuid() != 0);
}

static void several_hosts_agree_at_once(void **state)
{
    (void)state;
    enum { HOSTS = 8, TIMES = 20 };
    pid_t hosts[HOSTS];
    for (int i = 0; i < HOSTS; i++) {
        hosts[i] = fork();
        assert_int_not_equal(hosts[i], -1);
        for (int n = 0; hosts[i] == 0 && n < TIMES; n++) {
            char url[64];
            struct sl_config *config = NULL;
            snprintf(url, sizeof url, "https://host-%d.example:%d/v1", i, 1000 + n);
            setenv("SIGHTLINE_BASE_URL", url, 1);
            setenv("XDG_STATE_HOME", in_place("state"), 1);
            if (sl_config_load(&config, NULL) || sl_config_agree(config, NULL))
                _exit(1);
            sl_config_free(config);
        }
        if (hosts[i] == 0)
            _exit(0);
    }
    for (int i = 0; i < HOSTS; i++) {
        int status = -1;
        assert_int_equal(waitpid(hosts[i], &status, 0), hosts[i]);
        assert_int_equal(status, 0);
    }
    for (int i = 0; i < HOSTS * TIMES; i++) {
        char url[64];
        snprintf(url, sizeof url, "https://host-%d.example:%d/v1", i % HOSTS, 1000 + i / HOSTS);
        setenv("SIGHTLINE_BASE_URL", url, 1);
        assert_false(refuses());
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_server_is_agreed_to_by_its_origin, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(this_machine_needs_no_agreement, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_setting_says_yes_beforehand, make_place, remove_place),
        cmocka_unit_test_setup_teardown(damage_agrees_to_nothing, make_place, remove_place),
        cmocka_unit_test_setup_teardown(several_hosts_agree_at_once, make_place, remove_place),
    };
    return run_cases(tests, argc, argv);
}
