/* Settings of a request: names, values, sets, and which provider documents them. */
#include <stdio.h>
#include <string.h>

#include "harness.h"
#include "parameter.h"

static void every_name_is_found(void **state)
{
    (void)state;
    for (int i = 0; i < SL__PARAMETERS; i++)
        assert_int_equal(sl__parameter_find(sl__parameter_at(i)->name), i);
    assert_int_equal(sl__parameter_find("Temperature"), -1);
    assert_int_equal(sl__parameter_find("messages"), -1);
    assert_int_equal(sl__parameter_find(""), -1);
}

static const struct {
    const char *name, *value;
    const char *must; /* NULL: it is fine */
} values[] = {
    {"temperature", "0", NULL},
    {"temperature", "2", NULL},
    {"temperature", "2.01", "a number from 0 to 2"},
    {"temperature", "-0.1", "a number from 0 to 2"},
    {"temperature", "1e999", "a number from 0 to 2"},
    {"temperature", "\"1\"", "a number from 0 to 2"},
    {"temperature", "null", "a number from 0 to 2"},
    {"top_p", "0.95", NULL},
    {"top_p", "1.1", "a number from 0 to 1"},
    {"top_k", "-1", NULL},
    {"top_k", "40", NULL},
    {"top_k", "0.5", "a whole number"},
    {"max_tokens", "1", NULL},
    {"max_tokens", "0", "a whole number from 1 up"},
    {"max_tokens", "true", "a whole number from 1 up"},
    {"stop", "\"END\"", NULL},
    {"stop", "[\"a\",\"b\"]", NULL},
    {"stop", "\"\"", "a text or a list of up to 16 texts"},
    {"stop", "[]", "a text or a list of up to 16 texts"},
    {"stop", "[\"a\",1]", "a text or a list of up to 16 texts"},
    {"stop", "{\"a\":\"b\"}", "a text or a list of up to 16 texts"},
    {"stop", "[1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7]", "a text or a list of up to 16 texts"},
    {"stop",
     "[\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\","
     "\"a\",\"a\"]",
     "a text or a list of up to 16 texts"},
    {"seed", "-7", NULL},
    {"seed", "9007199254740991", NULL},
    {"seed", "9007199254740993000", "a whole number"},
    {"n", "8", NULL},
    {"n", "9", "a whole number from 1 to 8"},
    {"frequency_penalty", "-2", NULL},
    {"frequency_penalty", "2.5", "a number from -2 to 2"},
    {"presence_penalty", "2", NULL},
    {"presence_penalty", "[]", "a number from -2 to 2"},
    {"logprobs", "true", NULL},
    {"logprobs", "1", "true or false"},
    {"top_logprobs", "20", NULL},
    {"top_logprobs", "21", "a whole number from 0 to 20"},
    {"tool_choice", "\"required\"", NULL},
    {"tool_choice", "{\"type\":\"function\"}", NULL},
    {"tool_choice", "\"any\"", "\"auto\", \"none\", \"required\" or an object that names a tool"},
    {"tool_choice", "[]", "\"auto\", \"none\", \"required\" or an object that names a tool"},
    {"parallel_tool_calls", "false", NULL},
    {"parallel_tool_calls", "\"no\"", "true or false"},
    {"reasoning_max_tokens", "512", NULL},
    {"reasoning_max_tokens", "-1", "a whole number from 1 up"},
    {"reasoning_exclude", "true", NULL},
    {"reasoning_exclude", "null", "true or false"},
    {"extra", "{\"min_p\":[0.1]}", NULL},
    {"extra", "[]", "an object without the members messages, model and stream"},
    {"extra", "{\"messages\":[]}", "an object without the members messages, model and stream"},
    {"extra", "{\"model\":\"x\"}", "an object without the members messages, model and stream"},
    {"extra", "{\"stream\":1}", "an object without the members messages, model and stream"},
};

static void every_kind_of_value(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct sl_error error = SL_ERROR_INIT;
        char sentence[256];
        cJSON *value = cJSON_Parse(values[i].value);
        assert_non_null(value);
        snprintf(sentence, sizeof sentence, "chart.task:4: %s must be %s", values[i].name,
                 values[i].must ? values[i].must : "");
        int code = sl__parameter_check(values[i].name, value, "chart.task:4", &error);
        assert_int_equal(code, values[i].must ? SL_E_CONFIG : 0);
        assert_string_equal(error.message, values[i].must ? sentence : "");
        cJSON_Delete(value);
    }
}

static void an_unknown_name_is_refused(void **state)
{
    (void)state;
    struct sl_error error = SL_ERROR_INIT;
    cJSON *value = cJSON_CreateTrue();
    assert_int_equal(sl__parameter_check("temprature", value, "config.json", &error), SL_E_CONFIG);
    assert_non_null(strstr(error.message, "config.json: temprature is no setting of a request; use "
                                          "one of temperature, top_p, "));
    assert_non_null(strstr(error.message, ", extra"));
    cJSON_Delete(value);
}

static void sets_are_merged(void **state)
{
    (void)state;
    cJSON *to = cJSON_Parse("{\"n\":1,\"top_p\":0.5,\"extra\":{\"a\":1}}");
    cJSON *from = cJSON_Parse("{\"top_p\":0.9,\"stop\":[\"x\"],\"extra\":{\"b\":2}}");
    assert_int_equal(sl__settings_merge(to, from), 0);
    assert_int_equal(sl__settings_merge(to, NULL), 0);
    char *text = cJSON_PrintUnformatted(to);
    assert_string_equal(text, "{\"n\":1,\"top_p\":0.9,\"stop\":[\"x\"],\"extra\":{\"b\":2}}");
    cJSON_free(text);
    cJSON_Delete(from);
    cJSON_Delete(to);
}

/* Which of all settings a provider does not document over a protocol, in the table's order. */
static void settings_against_providers(void **state)
{
    (void)state;
    static const struct {
        const char *provider;
        enum sl__protocol protocol;
        const char *missing;
    } rows[] = {
        {"stepfun", SL__CHAT,
         "top_k seed presence_penalty logprobs top_logprobs parallel_tool_calls "
         "reasoning_max_tokens reasoning_exclude "},
        {"step-plan", SL__CHAT,
         "top_k seed presence_penalty logprobs top_logprobs parallel_tool_calls "
         "reasoning_max_tokens reasoning_exclude "},
        {"stepfun", SL__MESSAGES,
         "seed n frequency_penalty presence_penalty logprobs top_logprobs tool_choice "
         "parallel_tool_calls reasoning_max_tokens reasoning_exclude "},
        {"aimlapi", SL__CHAT, "top_k "},
        {"openrouter", SL__CHAT, "n "},
        {"local", SL__CHAT, "reasoning_max_tokens reasoning_exclude "},
        {"local", SL__MESSAGES,
         "seed n frequency_penalty presence_penalty logprobs top_logprobs parallel_tool_calls "
         "reasoning_max_tokens reasoning_exclude "},
        {"simulator", SL__CHAT,
         "top_k seed presence_penalty logprobs top_logprobs parallel_tool_calls "
         "reasoning_max_tokens reasoning_exclude "},
    };
    cJSON *settings = cJSON_CreateObject();
    for (int i = 0; i < SL__PARAMETERS; i++)
        cJSON_AddNullToObject(settings, sl__parameter_at(i)->name);
    cJSON_AddNullToObject(settings, "unknown");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sl__provider_row *row = sl__provider_find(rows[i].provider);
        uint32_t missing = sl__settings_undocumented(settings, &row->abilities[rows[i].protocol]);
        char names[512] = "";
        for (int k = 0; k < SL__PARAMETERS; k++) {
            if (missing & SL__BIT(k))
                snprintf(names + strlen(names), sizeof names - strlen(names), "%s ",
                         sl__parameter_at(k)->name);
        }
        assert_string_equal(names, rows[i].missing);
        assert_int_equal(sl__settings_undocumented(NULL, &row->abilities[rows[i].protocol]), 0);
    }
    cJSON_Delete(settings);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_is_found),        cmocka_unit_test(every_kind_of_value),
        cmocka_unit_test(an_unknown_name_is_refused), cmocka_unit_test(sets_are_merged),
        cmocka_unit_test(settings_against_providers),
    };
    return run_cases(tests, argc, argv);
}
