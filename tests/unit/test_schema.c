/* JSON answers: found in what a model says, and checked. */
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "schema.h"

static void values_are_found_wherever_they_stand(void **state)
{
    static const struct {
        const char *answer, *value; /* NULL: there is none */
    } rows[] = {
        {"{\"a\":1}", "{\"a\":1}"},
        {" \n[1, 2]\n", "[1,2]"},
        {"null", "null"},
        {"```json\n{\"a\": 1}\n```\n", "{\"a\":1}"},
        {"Here it is [1]:\n```json\n{\"a\": [2]}\n```\n[1] As printed.", "{\"a\":[2]}"},
        {"Here it is:\n{\"a\": \"}{\"} Good?", "{\"a\":\"}{\"}"},
        {"Mind {this} and [that]: {\"a\": \"\\\"]\"}", "{\"a\":\"\\\"]\"}"},
        {"[unclosed {\"a\": 1}", "{\"a\":1}"},
        {"mismatched [} {\"a\": 1}", "{\"a\":1}"},
        {"an inch is 1\" {\"a\": 1}", "{\"a\":1}"},
        {"```\nnothing\n``` but {\"a\": 1}", "{\"a\":1}"},
        {"{\"a\": 1", NULL},
        {"{\"a\": \"b", NULL},
        {"{\"a\": \"\\", NULL},
        {"no value", NULL},
        {"```", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cJSON *value = sl__answer_json(rows[i].answer, strlen(rows[i].answer));
        char *text = value ? cJSON_PrintUnformatted(value) : NULL;
        if (!rows[i].value != !text || (text && strcmp(text, rows[i].value) != 0))
            fail_msg("«%s»: «%s»", rows[i].answer, text ? text : "nothing");
        cJSON_free(text);
        cJSON_Delete(value);
    }
}

/* Each costs time in proportion to its length, or the test does not end. */
static void hostile_brackets_end_soon(void **state)
{
    static const char *const patterns[] = {"[",      "{",  "[\"",  "[[[]",      "\"",
                                           "[{\"\\", "{]", "[}{}", "\"[\\\" \""};
    enum { LENGTH = 1 << 20 };
    (void)state;
    char *text = malloc(LENGTH);
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        size_t width = strlen(patterns[i]);
        for (size_t at = 0; at < LENGTH; at++)
            text[at] = patterns[i][at % width];
        cJSON *value = sl__answer_json(text, LENGTH);
        cJSON_Delete(value);
    }
    free(text);
}

static void a_value_within_the_last_byte_is_found(void **state)
{
    static const char text[] = "say [1]";
    (void)state;
    char *exact = malloc(sizeof text - 1); /* no NUL: a read past the end is seen */
    memcpy(exact, text, sizeof text - 1);
    for (size_t len = 0; len < sizeof text; len++) {
        cJSON *value = sl__answer_json(exact, len);
        assert_int_equal(value != NULL, len == sizeof text - 1);
        cJSON_Delete(value);
    }
    free(exact);
}

static const char schema_text[] =
    "{\"type\": \"object\", \"required\": [\"name\", \"items\"], \"additionalProperties\": false,"
    " \"properties\": {"
    "  \"name\": {\"type\": [\"string\", \"null\"]},"
    "  \"kind\": {\"enum\": [\"bar\", \"line\", 3]},"
    "  \"free\": {},"
    "  \"items\": {\"type\": \"array\", \"minItems\": 1, \"maxItems\": 2, \"items\": {"
    "   \"type\": \"object\", \"properties\": {"
    "    \"amount\": {\"type\": [\"number\", \"null\"], \"minimum\": 0, \"maximum\": 1.5},"
    "    \"count\": {\"type\": \"integer\"}, \"done\": {\"type\": \"boolean\"}}}}}}";

static void values_are_checked(void **state)
{
    static const struct {
        const char *value, *sentence; /* NULL: it is good */
    } rows[] = {
        {"{\"name\": null, \"items\": [{}]}", NULL},
        {"{\"name\": \"x\", \"items\": [{\"amount\": 1.5, \"count\": 2, \"done\": true}]}", NULL},
        {"{\"name\": \"x\", \"items\": [{\"amount\": null, \"other\": 1}], \"kind\": 3}", NULL},
        {"{\"name\": \"x\", \"items\": [{}], \"free\": [[{}]]}", NULL},
        {"[]", "the answer must be an object"},
        {"{\"name\": \"x\"}", "the answer must have “items”"},
        {"{\"name\": 1, \"items\": [{}]}", "name must be a string or null"},
        {"{\"Name\": \"x\", \"items\": [{}]}", "the answer must have “name”"},
        {"{\"name\": null, \"items\": [{}], \"x\": 1}", "the answer must not have “x”"},
        {"{\"name\": null, \"items\": {}}", "items must be an array"},
        {"{\"name\": null, \"items\": []}", "items must have at least 1 items"},
        {"{\"name\": null, \"items\": [{}, {}, {}]}", "items must have at most 2 items"},
        {"{\"name\": null, \"items\": [{}, 1]}", "items[1] must be an object"},
        {"{\"name\": null, \"items\": [{}, {\"amount\": \"1\"}]}",
         "items[1].amount must be a number or null"},
        {"{\"name\": null, \"items\": [{\"amount\": -1}]}", "items[0].amount must be at least 0"},
        {"{\"name\": null, \"items\": [{\"amount\": 2}]}", "items[0].amount must be at most 1.5"},
        {"{\"name\": null, \"items\": [{\"count\": 0.5}]}", "items[0].count must be an integer"},
        {"{\"name\": null, \"items\": [{\"done\": 0}]}", "items[0].done must be true or false"},
        {"{\"name\": null, \"items\": [{}], \"kind\": \"pie\"}",
         "kind must be one of \"bar\", \"line\", 3"},
    };
    (void)state;
    cJSON *schema = cJSON_Parse(schema_text);
    assert_non_null(schema);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sl_error error = SL_ERROR_INIT;
        cJSON *value = cJSON_Parse(rows[i].value);
        int code = sl__schema_check(schema, value, &error);
        if (code != (rows[i].sentence ? SL_E_FORMAT : 0) ||
            strcmp(error.message, rows[i].sentence ? rows[i].sentence : "") != 0)
            fail_msg("%s: %d «%s»", rows[i].value, code, error.message);
        cJSON_Delete(value);
    }
    cJSON_Delete(schema);
}

/* What schemas have that a library wrote. */
static const char composed_text[] =
    "{\"$defs\": {\"item\": {\"type\": \"object\", \"required\": [\"n\"], \"properties\": {"
    "   \"n\": {\"type\": \"integer\", \"exclusiveMinimum\": 0, \"exclusiveMaximum\": 10},"
    "   \"of\": {\"type\": \"array\", \"items\": {\"$ref\": \"#/$defs/item\"}}}},"
    "  \"a/b~c\": {\"const\": {\"x\": [1]}}},"
    " \"type\": \"object\", \"minProperties\": 1, \"maxProperties\": 3,"
    " \"additionalProperties\": {\"type\": \"boolean\"}, \"properties\": {"
    "  \"item\": {\"$ref\": \"#/$defs/item\"}, \"fixed\": {\"$ref\": \"#/$defs/a~1b~0c\"},"
    "  \"lost\": {\"$ref\": \"#/$defs/none\"}, \"far\": {\"$ref\": \"https://a.test/s.json\"},"
    "  \"word\": {\"minLength\": 2, \"maxLength\": 3}, \"no\": false, \"yes\": true,"
    "  \"any\": {\"anyOf\": [{\"type\": \"null\"}, {\"type\": \"string\", \"maxLength\": 1}]},"
    "  \"one\": {\"oneOf\": [{\"minimum\": 5}, {\"maximum\": 6}]},"
    "  \"all\": {\"allOf\": [{\"minimum\": 5}, {\"maximum\": 6}]},"
    "  \"not\": {\"not\": {\"type\": \"string\"}}}}";

static void composed_schemas_are_checked(void **state)
{
    static const struct {
        const char *value, *sentence; /* NULL: it is good */
    } rows[] = {
        {"{\"item\": {\"n\": 9, \"of\": [{\"n\": 1, \"of\": []}]}}", NULL},
        {"{\"item\": {\"n\": 0}}", "item.n must be over 0"},
        {"{\"item\": {\"n\": 1, \"of\": [{\"n\": 10}]}}", "item.of[0].n must be under 10"},
        {"{\"item\": {\"n\": 1, \"of\": [{}]}}", "item.of[0] must have “n”"},
        {"{\"fixed\": {\"x\": [1]}}", NULL},
        {"{\"fixed\": 1}", "fixed must be {\"x\":[1]}"},
        {"{\"lost\": 1, \"far\": 2}", NULL},
        {"{\"word\": \"\u00e9\u20ac\"}", NULL},
        {"{\"word\": \"\u20ac\"}", "word must have at least 2 characters"},
        {"{\"word\": \"\u20ac\u20ac\u20ac\u20ac\"}", "word must have at most 3 characters"},
        {"{\"yes\": 1}", NULL},
        {"{\"no\": 1}", "no must not be there"},
        {"{\"more\": true}", NULL},
        {"{\"more\": 1}", "more must be true or false"},
        {"{}", "the answer must have at least 1 members"},
        {"{\"a\": true, \"b\": true, \"c\": true, \"d\": true}",
         "the answer must have at most 3 members"},
        {"{\"any\": null}", NULL},
        {"{\"any\": \"x\"}", NULL},
        {"{\"any\": \"xy\"}", "any must fit one of the schemas of “anyOf”"},
        {"{\"one\": 7}", NULL},
        {"{\"one\": 5}", "one must fit exactly one of the schemas of “oneOf”"},
        {"{\"all\": 5}", NULL},
        {"{\"all\": 7}", "all must be at most 6"},
        {"{\"not\": 1}", NULL},
        {"{\"not\": \"x\"}", "not must not fit the schema of “not”"},
    };
    (void)state;
    cJSON *schema = cJSON_Parse(composed_text);
    assert_non_null(schema);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sl_error error = SL_ERROR_INIT;
        cJSON *value = cJSON_Parse(rows[i].value);
        int code = sl__schema_check(schema, value, &error);
        if (code != (rows[i].sentence ? SL_E_FORMAT : 0) ||
            strcmp(error.message, rows[i].sentence ? rows[i].sentence : "") != 0)
            fail_msg("%s: %d «%s»", rows[i].value, code, error.message);
        cJSON_Delete(value);
    }
    cJSON_Delete(schema);
}

/* Each asks for itself twice at every level, which would take for ever. */
static void schemas_without_an_end_come_to_one(void **state)
{
    static const char *const schemas[] = {
        "{\"anyOf\": [{\"$ref\": \"#\"}, {\"$ref\": \"#\"}]}",
        "{\"oneOf\": [{\"$ref\": \"#\"}, {\"$ref\": \"#\"}]}",
        "{\"allOf\": [{\"not\": {\"$ref\": \"#\"}}, {\"$ref\": \"#\"}]}",
        "{\"$ref\": \"#\"}",
    };
    (void)state;
    cJSON *value = cJSON_Parse("[1]");
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++) {
        cJSON *schema = cJSON_Parse(schemas[i]);
        assert_non_null(schema);
        assert_int_equal(sl__schema_check(schema, value, NULL), SL_E_FORMAT);
        cJSON_Delete(schema);
    }
    cJSON_Delete(value);
}

/* A schema of the kind that a person's own task may hold. */
static void odd_schemas_do_no_harm(void **state)
{
    static const char *const schemas[] = {
        "{}",
        "{\"properties\": 1, \"required\": \"x\", \"items\": 2, \"enum\": 3, \"minimum\": \"4\"}",
        "{\"required\": [1, null, {}], \"additionalProperties\": 7, \"items\": [{}]}",
        "{\"pattern\": \"x\", \"oneOf\": []}",
        "{\"$ref\": 1, \"anyOf\": 2, \"oneOf\": {}, \"allOf\": [1], \"not\": 3, \"minLength\": []}",
        "{\"$ref\": \"\", \"anyOf\": [], \"properties\": {\"a\": {\"$ref\": \"#/\"}}}",
        "{\"$ref\": \"#x\", \"properties\": {\"a\": {\"$ref\": \"#/~/~9\"}}}",
    };
    (void)state;
    cJSON *value = cJSON_Parse("{\"a\": [1, \"x\", null]}");
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++) {
        cJSON *schema = cJSON_Parse(schemas[i]);
        assert_non_null(schema);
        int code = sl__schema_check(schema, value, NULL);
        assert_true(code == 0 || code == SL_E_FORMAT);
        assert_int_equal(sl__schema_check(schema, value->child, NULL), code);
        cJSON_Delete(schema);
    }
    cJSON_Delete(value);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    cJSON *schema = cJSON_CreateObject(), *value = cJSON_CreateArray();
    for (int i = 0; i < 500; i++) {
        cJSON *outer = cJSON_CreateObject(), *around = cJSON_CreateArray();
        cJSON_AddItemToObject(outer, "items", schema);
        cJSON_AddItemToArray(around, value);
        schema = outer;
        value = around;
    }
    struct sl_error error = SL_ERROR_INIT;
    assert_int_equal(sl__schema_check(schema, value, &error), SL_E_FORMAT);
    assert_non_null(strstr(error.message, "must be nested less deeply"));
    cJSON_Delete(schema);
    cJSON_Delete(value);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_wherever_they_stand),
        cmocka_unit_test(hostile_brackets_end_soon),
        cmocka_unit_test(a_value_within_the_last_byte_is_found),
        cmocka_unit_test(values_are_checked),
        cmocka_unit_test(composed_schemas_are_checked),
        cmocka_unit_test(schemas_without_an_end_come_to_one),
        cmocka_unit_test(odd_schemas_do_no_harm),
        cmocka_unit_test(depth_is_bounded),
    };
    return run_cases(tests, argc, argv);
}
