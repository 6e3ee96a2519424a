/* The configuration: file and environment, and what is said when they are wrong. */
#include "config.h"
#include "harness.h"
#include "place.h"

static const char FILE_NAME[] = ".config/sightline/config.json";

static struct sl_config *load(void)
{
    struct sl_config *config = NULL;
    struct sl_error error = SL_ERROR_INIT;
    int code = sl_config_load(&config, &error);
    if (code)
        fail_msg("%s", error.message);
    return config;
}

static void nothing_configured_means_stepfun(void **state)
{
    (void)state;
    struct sl_config *config = load();
    assert_string_equal(sl_config_path(config), in_place(FILE_NAME));
    assert_false(sl_config_exists(config));
    assert_string_equal(sl_config_provider(config), "stepfun");
    assert_string_equal(sl_config_base_url(config), "https://api.stepfun.ai/v1");
    assert_string_equal(sl_config_model(config), "step-3.7-flash");
    assert_non_null(sl_config_console_url(config));
    assert_null(sl_config_warning(config, 0));
    sl_config_free(config);
}

static void the_file_is_found_by_its_rules(void **state)
{
    (void)state;
    put_file("a/sightline/config.json", "{\"provider\": \"local\"}", 0644);
    put_file("b/mine.json", "{\"provider\": \"openrouter\"}", 0644);
    setenv("XDG_CONFIG_HOME", in_place("a"), 1);
    struct sl_config *config = load();
    assert_string_equal(sl_config_provider(config), "local");
    sl_config_free(config);
    setenv("SIGHTLINE_CONFIG", in_place("b/mine.json"), 1);
    config = load();
    assert_string_equal(sl_config_provider(config), "openrouter");
    assert_string_equal(config->keys_path, in_place("b/keys.json"));
    sl_config_free(config);
}

/* What lies in the folder that one works in is not believed. */
static void relative_folders_count_for_nothing(void **state)
{
    (void)state;
    char here[4096];
    put_file("project/sightline/config.json", "{\"provider\": \"local\"}", 0644);
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(in_place("project")), 0);
    setenv("XDG_CONFIG_HOME", ".", 1);
    setenv("XDG_STATE_HOME", ".", 1);
    struct sl_config *config = load();
    assert_string_equal(sl_config_provider(config), "stepfun");
    assert_string_equal(config->state_dir, in_place(".local/state/sightline"));
    sl_config_free(config);
    assert_int_equal(chdir(here), 0);
}

static void the_environment_wins(void **state)
{
    (void)state;
    put_file(FILE_NAME,
             "{\"provider\": \"work\", \"providers\": {\"work\": {\"base_url\": "
             "\"https://llm.example.com/v1/\", \"model\": \"m\"}}}",
             0644);
    struct sl_config *config = load();
    assert_string_equal(sl_config_base_url(config), "https://llm.example.com/v1");
    assert_string_equal(sl_config_model(config), "m");
    assert_false(config->elsewhere);
    sl_config_free(config);
    setenv("SIGHTLINE_BASE_URL", "http://127.0.0.1:9/v1", 1);
    setenv("SIGHTLINE_MODEL", "n", 1);
    config = load();
    assert_string_equal(sl_config_base_url(config), "http://127.0.0.1:9/v1");
    assert_string_equal(sl_config_model(config), "n");
    assert_true(config->elsewhere);
    assert_true(config->url.loopback);
    sl_config_free(config);
    setenv("SIGHTLINE_PROVIDER", "simulator", 1);
    config = load();
    assert_string_equal(sl_config_provider(config), "simulator");
    sl_config_free(config);
}

static void unknown_names_are_reported_with_their_line(void **state)
{
    (void)state;
    put_file(FILE_NAME,
             "{\n  \"provder\": \"x\",\n  \"providers\": {\n    \"stepfun\": {\n"
             "      \"modell\": \"y\"\n    }\n  }\n}\n",
             0644);
    struct sl_config *config = load();
    assert_non_null(strstr(sl_config_warning(config, 0), "config.json:2: “provder”"));
    assert_non_null(strstr(sl_config_warning(config, 1), "config.json:5: “modell”"));
    assert_null(sl_config_warning(config, 2));
    sl_config_free(config);
}

static void a_flood_of_unknown_names_is_cut_off(void **state)
{
    (void)state;
    enum { NAMES = 20000, ROOM = 24 };
    char *text = malloc((NAMES + 2) * ROOM), *end = text;
    struct sl_error error = SL_ERROR_INIT;
    assert_non_null(text);
    for (int i = 0; i < NAMES; i++)
        end += snprintf(end, ROOM, "%s\"n%d\": 1", i > 0 ? ",\n" : "{", i);
    strcpy(end, "}");
    put_file(FILE_NAME, text, 0644);
    struct sl_config *config = load();
    assert_non_null(sl_config_warning(config, 15));
    assert_null(sl_config_warning(config, 16));
    sl_config_free(config);
    strcpy(end, ",\"provider\": 5}"); /* a mistake among them is still found */
    put_file(FILE_NAME, text, 0644);
    free(text);
    assert_int_equal(sl_config_load(&config, &error), SL_E_CONFIG);
    assert_non_null(strstr(error.message, "“provider” must be a string"));
}

/* A file, or variables, and a part of the sentence. */
struct refusal {
    const char *file;
    const char *variable, *value;
    const char *sentence;
};

static const struct refusal refusals[] = {
    {"{\n  \"provider\": tru\n}", NULL, NULL, "config.json: broken JSON at line 2, column 1"},
    {"[]", NULL, NULL, "must hold an object"},
    {"", NULL, NULL, "broken JSON at line 1, column 1"},
    {"{\"provider\": 5}", NULL, NULL, "config.json:1: “provider” must be a string"},
    {"{\n\"providers\": {\"a\": 5}}", NULL, NULL, "config.json:2: “providers” must be"},
    {"{\n\"providers\": {\"a\": {\n\"key_command\": \"pass\"}}}", NULL, NULL,
     "config.json:3: “key_command” must be a list"},
    {"{\n\"providers\": {\"a\": {\n\"key_command\": [\"\", \"show\"]}}}", NULL, NULL,
     "config.json:3: “key_command” must be a list of strings: a program, then"},
    {"{\n\"models\": {\"a\": {\n\"efforts\": [\"\", \"low\"]}}}", NULL, NULL,
     "config.json:3: “efforts” must be a list like"},
    {"{\"detail\": \"huge\"}", NULL, NULL, "“detail” must be one of low, high, auto"},
    {"{\"provider\": \"a\", \"providers\": {\"a\": {\"model\": \"m\"}}}", NULL, NULL,
     "“a” has no base_url"},
    {"{\"providers\": {\"stepfun\": {\"protocol\": \"morse\"}}}", NULL, NULL,
     "“morse” is not known"},
    {"{\"provider\": \"openrouter\",\n\"providers\": {\"openrouter\": {\"protocol\": "
     "\"messages\"}}}",
     NULL, NULL, "“openrouter” does not speak the protocol “messages”"},
    {"{\"providers\": {\"stepfun\": {\n\"timeouts\": {\n\"stall\": \"long\"}}}}", NULL, NULL,
     "config.json:3: “stall” must be a number of seconds"},
    {"{\"providers\": {\"stepfun\": {\"options\": {\"temperature\": 9}}}}", NULL, NULL,
     "temperature"},
    {"{\"models\": {\"step-3.7-flash\": {\"low_side\": 3}}}", NULL, NULL,
     "“low_side” must be from 28 to 8192"},
    {"{\"language\": \"Fran\xe7"
     "ais\"}",
     NULL, NULL, "config.json: the file is not UTF-8"},
    {"{\"provider\": \"a\", \"providers\": {\"a\": {\"base_url\": \"https://x.example/v1\","
     "\"like\": \"me\"}}}",
     NULL, NULL, "“like” must be one of stepfun,"},
    {"{\"budget\": {\"day\": -1}}", NULL, NULL, "“day” must be an amount of money"},
    {"{\"providers\": {\"stepfun\": {\"key\": \"sk-1\"}}}", NULL, NULL, "chmod 600"},
    {NULL, "SIGHTLINE_PROVIDER", "nobody", "“nobody” is not known; choose one of stepfun,"},
    {NULL, "SIGHTLINE_BASE_URL", "nonsense", "“nonsense” is no base URL"},
    {NULL, "SIGHTLINE_BASE_URL", "https://", "is no base URL"},
    {NULL, "SIGHTLINE_BASE_URL", "http://example.com/v1", "plain http"},
    {NULL, "SIGHTLINE_BASE_URL", "http://127.0.0.1.example.com/v1", "plain http"},
    {NULL, "SIGHTLINE_BASE_URL", "http://localhost.example.com/v1", "plain http"},
    {NULL, "SIGHTLINE_BASE_URL", "http://me.localhost/v1", "plain http"},
    {NULL, "SIGHTLINE_BASE_URL", "http://128.0.0.1/v1", "plain http"},
    {NULL, "SIGHTLINE_BASE_URL", "http://0.0.0.0/v1", "plain http"},
    {NULL, "SIGHTLINE_BASE_URL", "http://[::2]/v1", "plain http"},
    {NULL, "SIGHTLINE_BASE_URL", "http://[::ffff:192.0.2.1]/v1", "plain http"},
    {NULL, "SIGHTLINE_BASE_URL", "http://127.0.0.1:80@example.com/v1", "plain http"},
    {NULL, "SIGHTLINE_BASE_URL", "example.com/v1", "is no base URL"},
    {NULL, "SIGHTLINE_BASE_URL", "ftp://example.com/v1", "its scheme is neither"},
    {NULL, "SIGHTLINE_BASE_URL", "https://me:pw@example.com/v1", "it holds a user name"},
    {NULL, "SIGHTLINE_BASE_URL", "https://example.com/v1?x=1", "it has a query"},
    {NULL, "SIGHTLINE_BASE_URL", "https://example.com/v1#x", "it has a fragment"},
};

static void refused_configurations_say_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refusal *row = &refusals[i];
        struct sl_config *config = NULL;
        struct sl_error error = SL_ERROR_INIT;
        if (row->file)
            put_file(FILE_NAME, row->file, 0644);
        else
            unlink(in_place(FILE_NAME));
        if (row->variable)
            setenv(row->variable, row->value, 1);
        assert_int_equal(sl_config_load(&config, &error), SL_E_CONFIG);
        assert_null(config);
        if (!strstr(error.message, row->sentence))
            fail_msg("row %zu: «%s» lacks «%s»", i, error.message, row->sentence);
        assert_null(strstr(error.message, "sk-1"));
        assert_null(strstr(error.message, "pw"));
        if (row->variable)
            unsetenv(row->variable);
    }
}

/* A provider without a proxy, whatever the environment says, and one that leaves it to that. */
static void no_proxy_is_a_proxy_of_no_name(void **state)
{
    (void)state;
    put_file(FILE_NAME, "{\"providers\": {\"stepfun\": {\"proxy\": \"\"}}}", 0644);
    struct sl_config *config = load();
    assert_string_equal(config->proxy, "");
    sl_config_free(config);
    put_file(FILE_NAME, "{\"providers\": {\"stepfun\": {\"proxy\": null}}}", 0644);
    config = load();
    assert_null(config->proxy);
    sl_config_free(config);
}

static void a_provider_has_its_own_limits_and_options(void **state)
{
    (void)state;
    put_file(FILE_NAME,
             "{\"providers\": {\"stepfun\": {\"protocol\": \"messages\", \"stream\": false,"
             "\"proxy\": \"http://127.0.0.1:9\", \"retries\": 0, \"concurrency\": 3,"
             "\"timeouts\": {\"connect\": 1.5, \"stall\": 20},"
             "\"options\": {\"temperature\": 0.25}}},"
             "\"budget\": {\"request\": 0.5},"
             "\"models\": {\"step-3.7-flash\": {\"context\": 9000,"
             "\"price\": {\"currency\": \"EUR\", \"input\": 2}}}}",
             0644);
    struct sl_config *config = load();
    assert_int_equal(config->protocol, SL__MESSAGES);
    assert_false(config->streams);
    assert_string_equal(config->proxy, "http://127.0.0.1:9");
    assert_int_equal(config->limits.retries, 0);
    assert_int_equal(config->limits.concurrency, 3);
    assert_int_equal(config->limits.connect_ms, 1500);
    assert_int_equal(config->limits.first_byte_ms, 660000);
    assert_int_equal(config->limits.stall_ms, 20000);
    assert_true(config->request_budget == 0.5 && config->day_budget < 0);
    assert_int_equal(config->model_row.context, 9000);
    assert_string_equal(config->model_row.prices[0].currency, "EUR");
    assert_true(cJSON_GetObjectItemCaseSensitive(config->settings, "temperature")->valuedouble ==
                0.25);
    assert_null(sl_config_warning(config, 0));
    sl_config_free(config);
}

static void large_limits_are_the_largest(void **state)
{
    (void)state;
    put_file(FILE_NAME,
             "{\"providers\": {\"stepfun\": {\"retries\": 100, \"concurrency\": 1e300}},"
             "\"models\": {\"step-3.7-flash\": {\"max_picture_mb\": 1e300}}}",
             0644);
    struct sl_config *config = load();
    assert_int_equal(config->limits.retries, 99);
    assert_int_equal(config->limits.concurrency, 999);
    assert_true(config->model_row.max_picture_bytes >= 1000000000);
    sl_config_free(config);
}

static void a_provider_of_ones_own_is_like_another(void **state)
{
    (void)state;
    static const struct {
        const char *members, *like;
    } rows[] = {
        {"\"base_url\": \"https://llm.example.com/v1\"", "stepfun"},
        {"\"base_url\": \"http://127.0.0.1:8000/v1\"", "local"},
        {"\"base_url\": \"http://127.0.0.1:8000/v1\", \"like\": \"stepfun\"", "stepfun"},
        {"\"base_url\": \"https://llm.example.com/v1\", \"like\": \"openrouter\"", "openrouter"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[256];
        snprintf(text, sizeof text, "{\"provider\": \"own\", \"providers\": {\"own\": {%s}}}",
                 rows[i].members);
        put_file(FILE_NAME, text, 0644);
        struct sl_config *config = load();
        assert_ptr_equal(config->row, sl__provider_find(rows[i].like));
        assert_false(config->built_in);
        sl_config_free(config);
    }
}

static void loopback_is_known_by_its_address(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        bool loopback;
    } rows[] = {
        {"http://127.0.0.1:80/v1", true},       {"http://127.9.9.9/v1", true},
        {"http://localhost:1/v1", true},        {"http://[::1]:8080/v1", true},
        {"https://10.0.0.1/v1", false},         {"https://localhost.example.com", false},
        {"https://127.0.0.1.nip.io/v1", false}, {"https://[::2]/v1", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sl__url url = SL__URL_INIT;
        assert_int_equal(sl__url_parse(&url, rows[i].url, NULL), 0);
        assert_int_equal(url.loopback, rows[i].loopback);
        sl__url_release(&url);
    }
}

static void a_folder_or_a_pipe_is_no_configuration(void **state)
{
    (void)state;
    struct sl_config *config = NULL;
    struct sl_error error = SL_ERROR_INIT;
    mkdir(in_place("folder"), 0755);
    setenv("SIGHTLINE_CONFIG", in_place("folder"), 1);
    assert_int_equal(sl_config_load(&config, &error), SL_E_IO);
    assert_int_equal(mkfifo(in_place("pipe"), 0644), 0);
    setenv("SIGHTLINE_CONFIG", in_place("pipe"), 1);
    assert_int_equal(sl_config_load(&config, &error), SL_E_IO);
    assert_non_null(strstr(error.message, "this is not a file"));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_configured_means_stepfun, make_place, remove_place),
        cmocka_unit_test_setup_teardown(the_file_is_found_by_its_rules, make_place, remove_place),
        cmocka_unit_test_setup_teardown(relative_folders_count_for_nothing, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(the_environment_wins, make_place, remove_place),
        cmocka_unit_test_setup_teardown(unknown_names_are_reported_with_their_line, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_flood_of_unknown_names_is_cut_off, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(refused_configurations_say_why, make_place, remove_place),
        cmocka_unit_test_setup_teardown(no_proxy_is_a_proxy_of_no_name, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_provider_has_its_own_limits_and_options, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(large_limits_are_the_largest, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_provider_of_ones_own_is_like_another, make_place,
                                        remove_place),
        cmocka_unit_test(loopback_is_known_by_its_address),
        cmocka_unit_test_setup_teardown(a_folder_or_a_pipe_is_no_configuration, make_place,
                                        remove_place),
    };
    return run_cases(tests, argc, argv);
}
