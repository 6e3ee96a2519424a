/* The table of providers: whole, consistent, and as the vendors document it. */
#include <stdio.h>
#include <string.h>

#include "harness.h"
#include "parameter.h"
#include "provider.h"

static void every_row_is_found_by_name(void **state)
{
    (void)state;
    char names[512] = "";
    const struct sl__provider_row *row;
    for (size_t i = 0; (row = sl__provider_at(i)); i++) {
        assert_ptr_equal(sl__provider_find(row->name), row);
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", i > 0 ? ", " : "",
                 row->name);
    }
    assert_string_equal(names, SL__PROVIDER_NAMES);
    assert_null(sl__provider_find("nobody"));
    assert_null(sl__provider_find("STEPFUN"));
}

static void check_abilities(const struct sl__abilities *abilities)
{
    const uint32_t always = SL__BIT(SL__TEMPERATURE) | SL__BIT(SL__MAX_TOKENS) | SL__BIT(SL__EXTRA);
    assert_non_null(abilities->most_tokens);
    assert_int_equal(abilities->parameters & always, always);
    assert_int_equal(abilities->parameters >> SL__PARAMETERS, 0);
}

static void every_row_is_whole(void **state)
{
    (void)state;
    const struct sl__provider_row *row;
    for (size_t i = 0; (row = sl__provider_at(i)); i++) {
        assert_true(row->abilities[SL__CHAT].spoken);
        assert_true(row->concurrency > 0);
        assert_true(strncmp(row->base_url, row->key_env ? "https://" : "http://127.0.0.1", 8) == 0);
        assert_true((row->key_env == NULL) == (row->console == NULL));
        assert_true(!row->other_region || sl__provider_find(row->other_region));
        assert_true(!row->currency || strlen(row->currency) == 3);
        for (int p = 0; p < SL__PROTOCOLS; p++) {
            if (row->abilities[p].spoken)
                check_abilities(&row->abilities[p]);
        }
    }
}

/* What the API references say, by provider and protocol. */
static void what_is_documented(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum sl__protocol protocol;
        bool spoken;
        enum sl__effort_place effort;
        const char *takes; /* d a s v t j c o r f: in the order of enum sl__ability */
    } rows[] = {
        {"stepfun", SL__CHAT, true, SL__EFFORT_FLAT, "dasvtjc-r-"},
        {"stepfun", SL__MESSAGES, true, SL__EFFORT_OUTPUT, "-a--t-----"},
        {"stepfun-cn", SL__CHAT, true, SL__EFFORT_FLAT, "dasvtjc-r-"},
        {"stepfun-cn", SL__MESSAGES, true, SL__EFFORT_OUTPUT, "-a--t-----"},
        {"step-plan", SL__CHAT, true, SL__EFFORT_FLAT, "da-vtjc-r-"},
        {"step-plan", SL__MESSAGES, true, SL__EFFORT_OUTPUT, "-a--t-----"},
        {"aimlapi", SL__CHAT, true, SL__EFFORT_NESTED, "da-vtjco--"},
        {"aimlapi", SL__MESSAGES, false, SL__EFFORT_NOWHERE, "----------"},
        {"openrouter", SL__CHAT, true, SL__EFFORT_NESTED, "da-vtjc--f"},
        {"openrouter", SL__MESSAGES, false, SL__EFFORT_NOWHERE, "----------"},
        {"local", SL__CHAT, true, SL__EFFORT_NOWHERE, "----tjco--"},
        {"local", SL__MESSAGES, true, SL__EFFORT_NOWHERE, "----t-----"},
        {"simulator", SL__CHAT, true, SL__EFFORT_FLAT, "dasvtjc-r-"},
        {"simulator", SL__MESSAGES, true, SL__EFFORT_OUTPUT, "-a--t-----"},
    };
    static const char letters[] = "dasvtjcorf";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sl__abilities *abilities =
            &sl__provider_find(rows[i].name)->abilities[rows[i].protocol];
        char takes[sizeof letters] = "";
        for (size_t bit = 0; letters[bit]; bit++)
            takes[bit] = (char)(abilities->takes & 1u << bit ? letters[bit] : '-');
        assert_int_equal(abilities->spoken, rows[i].spoken);
        assert_int_equal(abilities->effort, rows[i].effort);
        assert_string_equal(takes, rows[i].takes);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_found_by_name),
        cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(what_is_documented),
    };
    return run_cases(tests, argc, argv);
}
