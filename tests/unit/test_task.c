/* Tasks: the built-in ones, a user's own, and broken ones. */
#include <limits.h>

#include "file.h"
#include "filter.h"
#include "harness.h"
#include "json.h"
#include "marked.h"
#include "place.h"
#include "task.h"

/* A configuration with tasks_dir in the place. */
static struct sl_config *config_of(const char *folder)
{
    static struct sl_config config;
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", place, folder);
    config = (struct sl_config){.tasks_dir = path};
    return &config;
}

static void load(struct sl__task *task, const char *name)
{
    struct sl_error error = SL_ERROR_INIT;
    if (sl__task_load(task, config_of("tasks"), name, &error))
        fail_msg("%s", error.message);
}

static void parse(struct sl__task *task, const char *text)
{
    struct sl_error error = SL_ERROR_INIT;
    if (sl__task_parse(task, "own", "own.task", text, &error))
        fail_msg("%s", error.message);
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* The table of what each built-in task takes and gives. */
static void built_in_tasks_are_as_designed(void **state)
{
    static const struct {
        const char *name;
        unsigned least, most;
        bool images, videos;
        enum sl_output output;
        const char *detail, *effort;
        bool look;
    } rows[] = {
        {"alt", 1, 1, true, false, SL_OUTPUT_TEXT, "low", "low", false},
        {"ask", 0, UINT_MAX, true, true, SL_OUTPUT_TEXT, "low", "medium", true},
        {"chart", 1, 1, true, false, SL_OUTPUT_JSON, "high", "medium", false},
        {"code", 1, UINT_MAX, true, false, SL_OUTPUT_CODE, "high", "high", true},
        {"compare", 1, UINT_MAX, true, false, SL_OUTPUT_TEXT, "high", "medium", false},
        {"continue", 0, 0, false, false, SL_OUTPUT_SAME, NULL, "low", false},
        {"critique", 1, 1, true, false, SL_OUTPUT_TEXT, "low", "medium", false},
        {"describe", 1, UINT_MAX, true, false, SL_OUTPUT_TEXT, "low", "low", false},
        {"diagnose", 1, 1, false, true, SL_OUTPUT_TEXT, NULL, "high", false},
        {"ocr", 1, UINT_MAX, true, false, SL_OUTPUT_TEXT, "high", "low", true},
        {"ocr-lines", 1, 1, true, false, SL_OUTPUT_JSON, "high", "low", false},
        {"plan", 1, 1, true, false, SL_OUTPUT_TEXT, "high", "medium", false},
        {"receipt", 1, 1, true, false, SL_OUTPUT_JSON, "high", "low", false},
        {"receipt-csv", 1, 1, true, false, SL_OUTPUT_CSV, "high", "low", false},
        {"rewrite", 0, UINT_MAX, true, false, SL_OUTPUT_CODE, "high", "low", false},
        {"timeline", 1, 1, false, true, SL_OUTPUT_JSON, NULL, "medium", false},
        {"video", 1, 1, false, true, SL_OUTPUT_TEXT, NULL, "medium", false},
    };
    (void)state;
    size_t count = 0;
    while (sl__built_in_tasks[count].name)
        count++;
    assert_int_equal(count, sizeof rows / sizeof *rows);
    for (size_t i = 0; i < count; i++) {
        struct sl__task task;
        load(&task, rows[i].name);
        bool media = task.min_media == rows[i].least && task.max_media == rows[i].most &&
                     task.images == rows[i].images && task.videos == rows[i].videos;
        if (!task.title || !media || task.output != rows[i].output || task.own ||
            !same_text(task.detail, rows[i].detail) || !same_text(task.effort, rows[i].effort) ||
            task.look != rows[i].look || !task.schema != (task.output != SL_OUTPUT_JSON))
            fail_msg("%s is not as in the table", rows[i].name);
        sl__task_release(&task);
    }
}

/* Everything in a schema of ours is checked, and strict: all members required, no others. */
static void assert_understood(const cJSON *schema)
{
    static const char *const known[] = {"type",       "enum",  "required", "additionalProperties",
                                        "properties", "items", NULL};
    for (const cJSON *keyword = schema->child; keyword; keyword = keyword->next) {
        size_t i = 0;
        while (known[i] && strcmp(known[i], keyword->string) != 0)
            i++;
        if (!known[i])
            fail_msg("%s is not checked", keyword->string);
    }
    const cJSON *items = sl__json_member(schema, "items");
    const cJSON *properties = sl__json_member(schema, "properties");
    if (items)
        assert_understood(items);
    if (!properties)
        return;
    const cJSON *required = sl__json_array(schema, "required");
    assert_true(cJSON_IsFalse(sl__json_member(schema, "additionalProperties")));
    assert_int_equal(cJSON_GetArraySize(required), cJSON_GetArraySize(properties));
    for (const cJSON *name = required->child; name; name = name->next)
        assert_non_null(sl__json_member(properties, name->valuestring));
    for (const cJSON *property = properties->child; property; property = property->next)
        assert_understood(property);
}

static void built_in_schemas_are_strict_and_checked(void **state)
{
    (void)state;
    size_t schemas = 0;
    for (const struct sl__built_in_task *row = sl__built_in_tasks; row->name; row++) {
        struct sl__task task;
        load(&task, row->name);
        if (task.schema) {
            const cJSON *properties = sl__json_object(task.schema, "properties");
            /* Text is marked where it cannot be read. */
            bool marked = strcmp(row->name, "ocr-lines") == 0;
            assert_true(marked || sl__json_object(properties, "uncertain_fields"));
            assert_understood(task.schema);
            schemas++;
        }
        sl__task_release(&task);
    }
    assert_int_equal(schemas, 4);
}

/* What a person or a host says reaches the prompt of each task that has use for it. */
static void built_in_prompts_use_what_is_said(void **state)
{
    static const struct sl__task_values values = {
        .language = "«L»",
        .instruction = "«I»",
        .selection = "«S»",
        .context = "«C»",
        .filetype = "«F»",
        .stack = "«T»",
    };
    static const struct {
        const char *name, *has;
    } rows[] = {
        {"alt", "«F»«C»«S»«I»«L»"},  {"ask", "«F»«C»«S»«L»«I»"},
        {"chart", "«I»«L»"},         {"code", "«T»«F»«C»«S»«I»"},
        {"compare", "«I»«L»"},       {"continue", "«I»"},
        {"critique", "«I»«L»"},      {"describe", "«C»«I»«L»"},
        {"diagnose", "«I»«L»"},      {"ocr", "«I»"},
        {"ocr-lines", "«I»"},        {"plan", "«I»«L»"},
        {"receipt", "«I»«L»"},       {"receipt-csv", "«I»"},
        {"rewrite", "«F»«C»«S»«I»"}, {"timeline", "«I»«L»"},
        {"video", "«I»«L»"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sl__task task;
        struct sl__buf prompt = SL__BUF_INIT(SL__MAX_PROMPT), seen = SL__BUF_INIT(256);
        load(&task, rows[i].name);
        assert_int_equal(sl__task_prompt(&task, &values, &prompt), 0);
        enum { MARK = sizeof "«L»" - 1, QUOTE = sizeof "«" - 1 };
        for (const char *p = prompt.data; (p = strstr(p, "«")); p += QUOTE)
            sl__buf_add(&seen, p, MARK);
        assert_string_equal(sl__buf_text(&seen), rows[i].has);
        sl__buf_release(&seen);
        sl__buf_release(&prompt);
        sl__task_release(&task);
    }
}

static void check_prompt(const struct sl__task *task, struct sl__task_values values,
                         const char *should)
{
    struct sl__buf prompt = SL__BUF_INIT(4096);
    assert_int_equal(sl__task_prompt(task, &values, &prompt), 0);
    assert_string_equal(sl__buf_text(&prompt), should);
    sl__buf_release(&prompt);
}

static void lines_with_empty_values_are_left_out(void **state)
{
    static const struct {
        struct sl__task_values values;
        const char *prompt;
    } rows[] = {
        {{.language = NULL}, "Three"},
        {{.language = "", .instruction = "do"}, "Three"},
        {{.language = "French"}, "One French.\nThree"},
        {{.language = "French", .instruction = "do"}, "One French.\nTwo do French\nThree"},
    };
    (void)state;
    struct sl__task task;
    parse(&task, "title: x\n\nOne {{language}}.\nTwo {{instruction}} {{language}}\nThree\n\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_prompt(&task, rows[i].values, rows[i].prompt);
    sl__task_release(&task);
}

static void values_are_never_looked_at_again(void **state)
{
    (void)state;
    struct sl__task task;
    parse(&task, "title: x\n\n<{{selection}}{{context}}>\n{{filetype}}: {{stack}}.");
    check_prompt(&task,
                 (struct sl__task_values){.selection = "{{context}}\n\n{{language}}\n",
                                          .context = "  {{selection}}{{",
                                          .filetype = "{{stack}}",
                                          .stack = "cobol {{nothing}}"},
                 "<{{context}}\n\n{{language}}\n  {{selection}}{{>\n{{stack}}: cobol {{nothing}}.");
    sl__task_release(&task);
}

static void a_prompt_that_is_too_long_is_refused(void **state)
{
    (void)state;
    struct sl__task task;
    struct sl__buf prompt = SL__BUF_INIT(16);
    parse(&task, "title: x\n\n{{selection}}\n");
    const struct sl__task_values values = {.selection = "seventeen letters"};
    assert_int_equal(sl__task_prompt(&task, &values, &prompt), SL_E_TOO_LARGE);
    sl__buf_release(&prompt);
    sl__task_release(&task);
}

static void known_stacks_are_spelled_out(void **state)
{
    static const char *const names[] = {
        "html",    "html-tailwind",   "react-tailwind",
        "vue",     "svelte",          "bootstrap",
        "swiftui", "flutter",         "react",
        "ionic",   "jetpack-compose", "react-native",
        "qt-qml",  "gtk-ui",          "svg",
        "tikz",    "mermaid",         "plantuml",
    };
    (void)state;
    assert_int_equal(sl_stack_count(), sizeof names / sizeof *names);
    for (size_t i = 0; i < sl_stack_count(); i++) {
        const struct sl_stack_info *stack = sl_stack_at(i);
        assert_string_equal(stack->name, names[i]);
        assert_true(*stack->title && *stack->filetype && !strchr(stack->filetype, ' '));
        assert_true(strlen(sl__stack_phrase(stack->name)) > strlen(stack->title));
    }
    assert_null(sl_stack_at(sl_stack_count()));
    assert_null(sl__stack_phrase(NULL));
    struct sl__task task;
    parse(&task, "title: x\n\nWith {{stack}}.");
    check_prompt(&task, (struct sl__task_values){.stack = "cobol"}, "With cobol.");
    struct sl__buf prompt = SL__BUF_INIT(4096);
    const struct sl__task_values values = {.stack = "html-tailwind"};
    assert_int_equal(sl__task_prompt(&task, &values, &prompt), 0);
    assert_non_null(strstr(prompt.data, "<script src=\"https://"));
    sl__buf_release(&prompt);
    sl__task_release(&task);
}

static void headers_are_read(void **state)
{
    static const char text[] = "title:\tA long\r\n  title \r\nmedia: video , image+\noutput:json\n"
                               "tools: look\ntemperature: 0.25\nstop: [\"a\",\n\t\"b\"]\n"
                               "temperature: 0.5\nschema: {\"type\":\n   \"object\"}\n"
                               "extra: {\"a\": {\"b\": null}}\n \t\n  Go\r\n  on: now\n";
    (void)state;
    struct sl__task task;
    parse(&task, text);
    assert_string_equal(task.title, "A long title");
    assert_int_equal(task.min_media, 1);
    assert_int_equal(task.max_media, UINT_MAX);
    assert_true(task.images && task.videos);
    assert_int_equal(task.output, SL_OUTPUT_JSON);
    assert_true(task.look);
    assert_string_equal(sl__json_string(task.schema, "type"), "object");
    assert_string_equal(task.prompt, "  Go\n  on: now\n");
    char *settings = cJSON_PrintUnformatted(task.settings);
    assert_string_equal(
        settings, "{\"stop\":[\"a\",\"b\"],\"temperature\":0.5,\"extra\":{\"a\":{\"b\":null}}}");
    cJSON_free(settings);
    sl__task_release(&task);
}

static void a_header_alone_needs_little(void **state)
{
    (void)state;
    struct sl__task task;
    parse(&task, "\nGo.");
    assert_string_equal(task.prompt, "Go.");
    assert_true(task.images && task.videos && !task.title && !task.settings && !task.look);
    assert_int_equal(task.output, SL_OUTPUT_TEXT);
    assert_int_equal(task.max_media, UINT_MAX);
    sl__task_release(&task);
}

static void an_own_file_replaces_and_adds(void **state)
{
    (void)state;
    struct sl__task task;
    put_file("tasks/describe.task", "detail: high\n\nMine.\n", 0644);
    put_file("tasks/new-one.task", "media: none\n\nNew.\n", 0644);
    load(&task, "describe");
    assert_string_equal(task.prompt, "Mine.\n");
    assert_string_equal(task.detail, "high");
    assert_string_equal(task.effort, "low"); /* from the built-in one */
    assert_int_equal(task.min_media, 1);
    assert_true(task.images && !task.videos && task.own);
    sl__task_release(&task);
    load(&task, "new-one");
    assert_int_equal(task.max_media, 0);
    assert_true(task.own);
    sl__task_release(&task);
}

static void an_own_file_inherits_what_it_leaves_open(void **state)
{
    (void)state;
    struct sl__task task;
    put_file("tasks/chart.task", "media: video\n\nMine.\n", 0644);
    load(&task, "chart");
    assert_int_equal(task.output, SL_OUTPUT_JSON);
    assert_non_null(task.schema);
    assert_true(task.videos && !task.images);
    sl__task_release(&task);
    put_file("tasks/chart.task", "output: csv\nseed: 1\n\nMine.\n", 0644);
    load(&task, "chart");
    assert_int_equal(task.output, SL_OUTPUT_CSV);
    assert_null(task.schema);
    assert_int_equal(sl__json_count(task.settings, "seed"), 1);
    sl__task_release(&task);
    put_file("tasks/ocr.task", "effort: high\n\nMine.\n", 0644);
    load(&task, "ocr");
    assert_true(task.look);
    sl__task_release(&task);
    put_file("tasks/ocr.task", "tools: none\n\nMine.\n", 0644);
    load(&task, "ocr");
    assert_false(task.look);
    sl__task_release(&task);
}

static void broken_tasks_say_where(void **state)
{
    static const struct {
        const char *text, *sentence;
    } rows[] = {
        {"titel: x\n\nGo.\n", "own.task:1: this header is not known; write one of title, media, "},
        {"titel: x\n\nGo.\n", ", schema, temperature, "},
        {"title: x\nno colon\n\nGo.\n", "own.task:2: a header line has no colon"},
        {"title: x\nno colon\n a: b\n\nGo.\n", "own.task:2: a header line has no colon"},
        {"detail: huge\n\nGo.\n", "own.task:1: detail “huge” is not known; write one of low, high"},
        {"effort: low medium\n\nGo.\n", "own.task:1: effort “low medium” is not known"},
        {"media: image video\n\nGo.\n", "own.task:1: media “image video” is not known"},
        {"media: image, pictures\n\nGo.\n", "own.task:1: media “image, pictures” is not known"},
        {"media:\n\nGo.\n", "own.task:1: media “” is not known"},
        {"output: yaml\n\nGo.\n", "own.task:1: output “yaml” is not known; write one of text, "},
        {"tools: hammer\n\nGo.\n", "own.task:1: tools “hammer” is not known; write one of none, "},
        {"schema: {\n \"a\": [1,\n ]}\n\nGo.\n", "own.task:3: schema is not JSON"},
        {"title: x\nschema: []\n\nGo.\n", "own.task:2: a schema is an object"},
        {"title: x\n y\nstop: END\n\nGo.\n", "own.task:3: stop is not JSON; write a number"},
        {"title: x\ntemperature: \"hot\"\n\nGo.\n", "own.task:2: temperature must be "},
        {"title: x\n\n \n", "own.task:2: there is no prompt"},
        {"", "there is no prompt"},
        {"title: caf\xe9\n\nGo.\n", "own.task:1: this line is not UTF-8; save the file as UTF-8"},
        {"title: x\n\nGo.\n\xc3", "own.task:4: this line is not UTF-8"},
        {"title: x\n\nSay\n{{language}}\n {{this}}\n", "own.task:5: this placeholder is not known"},
        {"title: x\n\n{{{language}}}\n", "own.task:3: this placeholder is not known"},
        {"title: x\n\n{{ language }}\n", "write one of {{language}}, {{instruction}}, "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sl__task task;
        struct sl_error error = SL_ERROR_INIT;
        int code = sl__task_parse(&task, "own", "own.task", rows[i].text, &error);
        assert_int_equal(code, SL_E_CONFIG);
        if (!strstr(error.message, rows[i].sentence))
            fail_msg("«%s» lacks «%s»", error.message, rows[i].sentence);
    }
}

static void a_schema_needs_json(void **state)
{
    (void)state;
    struct sl__task task;
    struct sl_error error = SL_ERROR_INIT;
    put_file("tasks/own.task", "schema: {}\n\nGo.\n", 0644);
    assert_int_equal(sl__task_load(&task, config_of("tasks"), "own", &error), SL_E_CONFIG);
    assert_non_null(strstr(error.message, "write “output: json”"));
}

static void names_do_not_lead_out_of_the_folder(void **state)
{
    static const char *const names[] = {"../secret", "a/b", "", "A", ".", "nothing-of-this-name"};
    (void)state;
    put_file("secret.task", "title: x\n\nSecret.\n", 0644);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct sl__task task;
        assert_int_equal(sl__task_load(&task, config_of("tasks"), names[i], NULL), SL_E_INVALID);
    }
}

static const struct sl_task_info *find(const struct sl_task_list *list, const char *name)
{
    const struct sl_task_info *info = NULL;
    for (size_t i = 0; (info = sl_task_list_at(list, i)) && strcmp(info->name, name) != 0;)
        i++;
    return info;
}

static void the_list_has_all_tasks_by_name(void **state)
{
    (void)state;
    struct sl_task_list *list = NULL;
    put_file("tasks/describe.task", "title: Mine\n\nMine.\n", 0644);
    put_file("tasks/zebra.task", "media: none\noutput: code\n\nNew.\n", 0644);
    put_file("tasks/notes.txt", "no task", 0644);
    put_file("tasks/zebra.task~", "no task", 0644);
    put_file("tasks/.hidden.task", "no task", 0644);
    assert_int_equal(sl_task_list_load(&list, config_of("tasks"), NULL), 0);
    size_t count = 0;
    for (; sl_task_list_at(list, count + 1); count++) {
        const char *name = sl_task_list_at(list, count)->name;
        assert_true(strcmp(name, sl_task_list_at(list, count + 1)->name) < 0);
    }
    assert_int_equal(count + 1, 18);
    assert_null(sl_task_list_warning(list, 0));
    assert_true(find(list, "describe")->own);
    assert_string_equal(find(list, "describe")->title, "Mine");
    assert_string_equal(find(list, "zebra")->title, "zebra");
    assert_string_equal(sl_output_name(find(list, "zebra")->output), "code");
    assert_int_equal(find(list, "zebra")->max_media, 0);
    assert_true(find(list, "video")->videos && !find(list, "video")->images);
    assert_false(find(list, "video")->own);
    sl_task_list_free(list);
}

static void broken_tasks_become_warnings(void **state)
{
    static const struct {
        const char *file, *text, *sentence;
    } rows[] = {
        {"tasks/broken.task", "titel: x\n\nGo.\n", "broken.task:1: this header is not known"},
        {"tasks/describe.task", "title: x\n", "describe.task:2: there is no prompt"},
        {"tasks/My Task.task", "\nGo.\n", "“My Task” cannot be a task"},
        {"tasks/latin.task",
         "\nD\xe9"
         "cris.\n",
         "latin.task: the file is not UTF-8"},
        {"tasks/folder.task/file", "", "folder.task: this is not a file"},
    };
    (void)state;
    struct sl_task_list *list = NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        put_file(rows[i].file, rows[i].text, 0644);
    assert_int_equal(sl_task_list_load(&list, config_of("tasks"), NULL), 0);
    assert_null(find(list, "broken"));
    assert_null(find(list, "describe"));
    assert_non_null(find(list, "alt"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t at = 0;
        const char *warning = NULL;
        while ((warning = sl_task_list_warning(list, at)) && !strstr(warning, rows[i].sentence))
            at++;
        if (!warning)
            fail_msg("no warning has «%s»", rows[i].sentence);
    }
    assert_null(sl_task_list_warning(list, sizeof rows / sizeof *rows));
    sl_task_list_free(list);
}

static void a_missing_folder_is_fine_and_a_file_is_not(void **state)
{
    (void)state;
    struct sl_task_list *list = NULL;
    struct sl_config none = {0};
    assert_int_equal(sl_task_list_load(&list, &none, NULL), 0);
    assert_null(sl_task_list_warning(list, 0));
    sl_task_list_free(list);
    assert_int_equal(sl_task_list_load(&list, config_of("tasks"), NULL), 0);
    assert_null(sl_task_list_warning(list, 0));
    sl_task_list_free(list);
    put_file("tasks", "a file", 0644);
    assert_int_equal(sl_task_list_load(&list, config_of("tasks"), NULL), 0);
    assert_non_null(strstr(sl_task_list_warning(list, 0), "name a folder in tasks_dir"));
    assert_non_null(find(list, "describe"));
    sl_task_list_free(list);
}

static void the_list_is_bounded(void **state)
{
    (void)state;
    struct sl_task_list *list = NULL;
    char name[32];
    size_t count = 0;
    for (int i = 0; i < 1100; i++) {
        snprintf(name, sizeof name, "tasks/own%d.task", i);
        put_file(name, "\nGo.\n", 0644);
    }
    assert_int_equal(sl_task_list_load(&list, config_of("tasks"), NULL), 0);
    while (sl_task_list_at(list, count))
        count++;
    assert_int_equal(count, 1000);
    assert_non_null(strstr(sl_task_list_warning(list, 0), "over 1000 tasks"));
    assert_null(sl_task_list_warning(list, 1));
    sl_task_list_free(list);
}

static int see_file(const char *name, const char *language, void *context)
{
    (void)language, (void)context;
    assert_string_equal(name, "product.task");
    return 0;
}

static int see_text(const char *text, size_t len, void *context)
{
    return sl__buf_add(context, text, len);
}

/* The README's example is a task. */
static void the_example_is_a_task(void **state)
{
    (void)state;
    struct sl__buf readme = SL__BUF_INIT(1 << 20), example = SL__BUF_INIT(4096);
    const struct sl__filter_out out = {see_file, see_text, &example};
    struct sl__filter filter;
    char path[512];
    bool found;
    snprintf(path, sizeof path, "%s/README.md", getenv("SOURCE_DIR"));
    assert_int_equal(sl__file_read(path, &readme, &found, NULL, NULL), 0);
    assert_true(found);
    const char *section = strstr(readme.data, "\n## Your own tasks\n");
    assert_non_null(section);
    const char *end = strstr(section + 1, "\n## ");
    assert_non_null(end);
    sl__filter_init(&filter, &out);
    assert_int_equal(sl__filter_feed(&filter, section, (size_t)(end - section)), 0);
    assert_int_equal(sl__filter_finish(&filter), 0);
    struct sl__task task;
    parse(&task, sl__buf_text(&example));
    assert_string_equal(task.title, "Product text for the shop");
    assert_string_equal(sl__json_array(task.settings, "stop")->child->valuestring, "###");
    sl__task_release(&task);
    sl__filter_release(&filter);
    sl__buf_release(&example);
    sl__buf_release(&readme);
}

static void titles_are_translated(void **state)
{
    (void)state;
    struct sl_task_list *list = NULL;
    sl_translate_with(marked, NULL);
    assert_int_equal(sl_task_list_load(&list, config_of("tasks"), NULL), 0);
    sl_translate_with(NULL, NULL);
    assert_string_equal(find(list, "describe")->title, MARKED "Describe this picture");
    assert_string_equal(find(list, "describe")->name, "describe");
    sl_task_list_free(list);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(built_in_tasks_are_as_designed),
        cmocka_unit_test(built_in_schemas_are_strict_and_checked),
        cmocka_unit_test(built_in_prompts_use_what_is_said),
        cmocka_unit_test(lines_with_empty_values_are_left_out),
        cmocka_unit_test(values_are_never_looked_at_again),
        cmocka_unit_test(a_prompt_that_is_too_long_is_refused),
        cmocka_unit_test(known_stacks_are_spelled_out),
        cmocka_unit_test(headers_are_read),
        cmocka_unit_test(a_header_alone_needs_little),
        cmocka_unit_test_setup_teardown(an_own_file_replaces_and_adds, make_place, remove_place),
        cmocka_unit_test_setup_teardown(an_own_file_inherits_what_it_leaves_open, make_place,
                                        remove_place),
        cmocka_unit_test(broken_tasks_say_where),
        cmocka_unit_test_setup_teardown(a_schema_needs_json, make_place, remove_place),
        cmocka_unit_test_setup_teardown(names_do_not_lead_out_of_the_folder, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(the_list_has_all_tasks_by_name, make_place, remove_place),
        cmocka_unit_test_setup_teardown(broken_tasks_become_warnings, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_missing_folder_is_fine_and_a_file_is_not, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(the_list_is_bounded, make_place, remove_place),
        cmocka_unit_test(the_example_is_a_task),
        cmocka_unit_test_setup_teardown(titles_are_translated, make_place, remove_place),
    };
    return run_cases(tests, argc, argv);
}
