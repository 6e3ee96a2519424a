/* Tasks: from the text of a file to a prompt. */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "json.h"
#include "parameter.h"
#include "task.h"
#include "translate.h"
#include "utf8.h"
#include "words.h"

static const char *const output_words[] = {"text", "code", "json", "csv", "same", NULL};
static const char *const tool_words[] = {"none", "look", NULL};

/* What each of the words for media means. */
static const char *const media_words[] = {"none", "image", "image+", "video", "any", NULL};
static const struct {
    unsigned least, most;
    bool images, videos;
} media_rows[] = {
    {0, 0, false, false},       /* none */
    {1, 1, true, false},        /* image */
    {1, UINT_MAX, true, false}, /* image+ */
    {1, 1, false, true},        /* video */
    {0, UINT_MAX, true, true},  /* any */
};

struct parsing {
    struct sl__task *task;
    const char *origin;
    size_t line;
    struct sl_error *error;
};

/* What may stand in the header beside the settings of parameter.h. */
struct header {
    const char *name;
    int (*take)(struct parsing *parsing, const struct header *header, const char *value);
    const char *const *words; /* NULL: any text */
    size_t to;                /* of take_text: the offset of a char * in struct sl__task */
};

static int no_memory(struct parsing *parsing)
{
    return sl_error_set(parsing->error, SL_E_NOMEM, "there is no memory left");
}

static int refuse(struct parsing *parsing, const char *what, const char *remedy)
{
    return sl_error_set(parsing->error, SL_E_CONFIG, "%s:%zu: %s; %s", parsing->origin,
                        parsing->line, what, remedy);
}

static int refuse_word(struct parsing *parsing, const char *what, const char *words)
{
    return sl_error_set(parsing->error, SL_E_CONFIG, "%s:%zu: %s; write one of %s", parsing->origin,
                        parsing->line, what, words);
}

static int refuse_value(struct parsing *parsing, const struct header *header, const char *value)
{
    struct sl__buf list = SL__BUF_INIT(256);
    int code = sl_error_set(
        parsing->error, SL_E_CONFIG, "%s:%zu: %s “%s” is not known; write one of %s",
        parsing->origin, parsing->line, header->name, value, sl__words_list(header->words, &list));
    sl__buf_release(&list);
    return code;
}

/* The row of a word in its list, or -1. */
static int find_word(const char *const words[], const char *word)
{
    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], word) == 0)
            return i;
    }
    return -1;
}

/* A text of several lines becomes one. */
static void join_lines(char *text)
{
    char *to = text;
    for (const char *from = text; *from; to++) {
        bool line_end = *from == '\n';
        *to = line_end ? ' ' : *from;
        from += line_end ? 1 + strspn(from + 1, " \t") : 1;
    }
    *to = '\0';
}

static int take_text(struct parsing *parsing, const struct header *header, const char *value)
{
    if (header->words && find_word(header->words, value) < 0)
        return refuse_value(parsing, header, value);
    char **to = (char **)((char *)parsing->task + header->to);
    free(*to);
    *to = strdup(value);
    if (!*to)
        return no_memory(parsing);
    join_lines(*to);
    return 0;
}

static void allow_media(struct sl__task *task, int row)
{
    if (media_rows[row].least < task->min_media)
        task->min_media = media_rows[row].least;
    if (media_rows[row].most > task->max_media)
        task->max_media = media_rows[row].most;
    task->images |= media_rows[row].images;
    task->videos |= media_rows[row].videos;
}

/* One word, or several with commas: what any of them allows is allowed. */
static int take_media(struct parsing *parsing, const struct header *header, const char *value)
{
    static const char space[] = " \t\n";
    struct sl__task *task = parsing->task;
    task->min_media = UINT_MAX;
    task->max_media = 0;
    task->images = task->videos = false;
    task->has_media = true;
    for (const char *rest = value;;) {
        char word[8] = "";
        size_t len = strcspn(rest, ", \t\n");
        memcpy(word, rest, len < sizeof word ? len : 0);
        int row = find_word(header->words, word);
        if (row < 0)
            return refuse_value(parsing, header, value);
        allow_media(task, row);
        rest += len + strspn(rest + len, space);
        if (*rest == '\0')
            return 0;
        if (*rest != ',')
            return refuse_value(parsing, header, value);
        rest += 1 + strspn(rest + 1, space);
    }
}

static int take_output(struct parsing *parsing, const struct header *header, const char *value)
{
    int row = find_word(header->words, value);
    if (row < 0)
        return refuse_value(parsing, header, value);
    parsing->task->output = (enum sl_output)(SL_OUTPUT_TEXT + row);
    parsing->task->has_output = true;
    return 0;
}

static int take_tools(struct parsing *parsing, const struct header *header, const char *value)
{
    int row = find_word(header->words, value);
    if (row < 0)
        return refuse_value(parsing, header, value);
    parsing->task->look = row > 0;
    parsing->task->has_tools = true;
    return 0;
}

static int read_json(struct parsing *parsing, const char *name, const char *value, cJSON **json)
{
    size_t at;
    *json = sl__json_parse(value, strlen(value), &at);
    if (*json)
        return 0;
    if (errno == ENOMEM)
        return no_memory(parsing);
    struct sl__place place = sl__json_place(value, at);
    return sl_error_set(parsing->error, SL_E_CONFIG,
                        "%s:%zu: %s is not JSON; write a number, true, false, a text in double "
                        "quotes, […] or {…}",
                        parsing->origin, parsing->line + place.line - 1, name);
}

static int take_schema(struct parsing *parsing, const struct header *header, const char *value)
{
    cJSON *schema;
    int code = read_json(parsing, header->name, value, &schema);
    if (code)
        return code;
    cJSON_Delete(parsing->task->schema);
    parsing->task->schema = schema;
    return cJSON_IsObject(schema) ? 0
                                  : refuse(parsing, sl__tr("a schema is an object"),
                                           sl__tr("write {\"type\": \"object\", …}"));
}

static int take_setting(struct parsing *parsing, const char *name, const char *value)
{
    struct sl__buf where = SL__BUF_INIT(8192);
    struct sl__task *task = parsing->task;
    cJSON *json;
    int code = read_json(parsing, name, value, &json);
    if (code)
        return code;
    code = sl__buf_addf(&where, "%s:%zu", parsing->origin, parsing->line);
    if (!code)
        code = sl__parameter_check(name, json, where.data, parsing->error);
    sl__buf_release(&where);
    if (!code && !task->settings)
        task->settings = cJSON_CreateObject();
    cJSON_DeleteItemFromObjectCaseSensitive(task->settings, name);
    if (!code && cJSON_AddItemToObject(task->settings, name, json))
        return 0;
    cJSON_Delete(json);
    return code ? code : no_memory(parsing);
}

static const struct header headers[] = {
    {"title", take_text, NULL, offsetof(struct sl__task, title)},
    {"media", take_media, media_words, 0},
    {"output", take_output, output_words, 0},
    {"detail", take_text, sl__detail_words, offsetof(struct sl__task, detail)},
    {"effort", take_text, sl__effort_words, offsetof(struct sl__task, effort)},
    {"tools", take_tools, tool_words, 0},
    {"schema", take_schema, NULL, 0},
};
enum { HEADERS = sizeof headers / sizeof *headers };

static int refuse_header(struct parsing *parsing)
{
    struct sl__buf names = SL__BUF_INIT(512);
    for (size_t i = 0; i < HEADERS; i++)
        sl__buf_addf(&names, "%s, ", headers[i].name);
    for (int i = 0; i < SL__PARAMETERS; i++)
        sl__buf_addf(&names, "%s%s", i > 0 ? ", " : "", sl__parameter_at(i)->name);
    int code = refuse_word(parsing, sl__tr("this header is not known"), sl__buf_text(&names));
    sl__buf_release(&names);
    return code;
}

static int take_header(struct parsing *parsing, const char *name, const char *value)
{
    for (size_t i = 0; i < HEADERS; i++) {
        if (strcmp(headers[i].name, name) == 0)
            return headers[i].take(parsing, &headers[i], value);
    }
    return sl__parameter_find(name) >= 0 ? take_setting(parsing, name, value)
                                         : refuse_header(parsing);
}

/* Splits "name: value" in place. */
static int parse_header(struct parsing *parsing, char *header)
{
    char *colon = strchr(header, ':');
    if (!colon || (size_t)(colon - header) > strcspn(header, "\n"))
        return refuse(parsing, sl__tr("a header line has no colon"),
                      sl__tr("write “name: value”, and an empty line before the prompt"));
    *colon = '\0';
    char *value = colon + 1 + strspn(colon + 1, " \t");
    size_t len = strlen(value);
    while (len > 0 && strchr(" \t\n", value[len - 1]))
        value[--len] = '\0';
    return take_header(parsing, header, value);
}

static bool is_blank(const char *line)
{
    line += strspn(line, " \t");
    return *line == '\n' || *line == '\0';
}

/* The start of the line after this one. */
static char *next_line(char *line)
{
    line += strcspn(line, "\n");
    return line + (*line == '\n');
}

/* Reads the headers, and leaves `*rest` at the prompt. */
static int parse_headers(struct parsing *parsing, char **rest)
{
    int code = 0;
    while (!code && !is_blank(*rest)) {
        char *header = *rest;
        size_t lines = 0;
        do {
            *rest = next_line(*rest);
            lines++;
        } while ((**rest == ' ' || **rest == '\t') && !is_blank(*rest));
        if ((*rest)[-1] == '\n')
            (*rest)[-1] = '\0';
        code = parse_header(parsing, header);
        parsing->line += lines;
    }
    *rest = next_line(*rest);
    return code;
}

/* What a prompt may name, and which of the values it is. */
static const struct placeholder {
    const char *name;
    size_t from;
} placeholders[] = {
    {"{{language}}", offsetof(struct sl__task_values, language)},
    {"{{instruction}}", offsetof(struct sl__task_values, instruction)},
    {"{{selection}}", offsetof(struct sl__task_values, selection)},
    {"{{context}}", offsetof(struct sl__task_values, context)},
    {"{{filetype}}", offsetof(struct sl__task_values, filetype)},
    {"{{stack}}", offsetof(struct sl__task_values, stack)},
};
enum { PLACEHOLDERS = sizeof placeholders / sizeof *placeholders };

static const struct placeholder *find_placeholder(const char *text)
{
    for (size_t i = 0; i < PLACEHOLDERS; i++) {
        if (strncmp(text, placeholders[i].name, strlen(placeholders[i].name)) == 0)
            return &placeholders[i];
    }
    return NULL;
}

static int check_prompt(struct parsing *parsing, const char *prompt)
{
    struct sl__buf names = SL__BUF_INIT(256);
    if (prompt[strspn(prompt, " \t\n")] == '\0')
        return refuse(parsing, sl__tr("there is no prompt"),
                      sl__tr("write one after an empty line"));
    const char *open = prompt;
    while ((open = strstr(open, "{{")) && find_placeholder(open))
        open += 2;
    if (!open)
        return 0;
    parsing->line += sl__json_place(prompt, (size_t)(open - prompt)).line;
    for (size_t i = 0; i < PLACEHOLDERS; i++)
        sl__buf_addf(&names, "%s%s", i > 0 ? ", " : "", placeholders[i].name);
    int code = refuse_word(parsing, sl__tr("this placeholder is not known"), sl__buf_text(&names));
    sl__buf_release(&names);
    return code;
}

/* Latin-1 in a prompt would make JSON that no server reads, and in a title lists that no host does.
 */
static int check_utf8(struct parsing *parsing, const char *text)
{
    for (size_t left = strlen(text); left > 0;) {
        struct sl__utf8 next = sl__utf8_next(text, left);
        if (next.kind != SL__UTF8_VALID)
            return refuse(parsing, sl__tr("this line is not UTF-8"),
                          sl__tr("save the file as UTF-8"));
        parsing->line += next.code == '\n';
        text += next.length;
        left -= next.length;
    }
    parsing->line = 1;
    return 0;
}

/* A copy whose line ends are single newlines. */
static char *copy_lines(const char *text)
{
    char *copy = malloc(strlen(text) + 1), *to = copy;
    for (; copy && *text; text++) {
        if (text[0] != '\r' || text[1] != '\n')
            *to++ = *text;
    }
    if (copy)
        *to = '\0';
    return copy;
}

int sl__task_parse(struct sl__task *task, const char *name, const char *origin, const char *text,
                   struct sl_error *error)
{
    struct parsing parsing = {.task = task, .origin = origin, .line = 1, .error = error};
    char *copy = copy_lines(text), *rest = copy;
    *task = (struct sl__task){.name = strdup(name),
                              .max_media = UINT_MAX,
                              .images = true,
                              .videos = true,
                              .output = SL_OUTPUT_TEXT};
    int code = copy && task->name ? check_utf8(&parsing, copy) : no_memory(&parsing);
    if (!code)
        code = parse_headers(&parsing, &rest);
    if (!code)
        code = check_prompt(&parsing, rest);
    if (!code) {
        task->prompt = strdup(rest);
        code = task->prompt ? 0 : no_memory(&parsing);
    }
    free(copy);
    if (code)
        sl__task_release(task);
    return code;
}

void sl__task_release(struct sl__task *task)
{
    char *strings[] = {task->name, task->title, task->detail, task->effort, task->prompt};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        free(strings[i]);
    cJSON_Delete(task->schema);
    cJSON_Delete(task->settings);
    *task = (struct sl__task){0};
}

/* Names become file names: nothing that leads out of the folder. */
static bool is_name(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t len = strlen(name);
    return len > 0 && len <= 64 && strspn(name, allowed) == len;
}

static void inherit_media(struct sl__task *task, const struct sl__task *base)
{
    if (task->has_media)
        return;
    task->has_media = base->has_media;
    task->min_media = base->min_media;
    task->max_media = base->max_media;
    task->images = base->images;
    task->videos = base->videos;
}

static void inherit_output(struct sl__task *task, struct sl__task *base)
{
    if (!task->has_output) {
        task->has_output = base->has_output;
        task->output = base->output;
    }
    if (!task->schema && task->output == SL_OUTPUT_JSON) {
        task->schema = base->schema;
        base->schema = NULL;
    }
}

/* The task's own settings win over those of the base. */
static int inherit_settings(struct sl__task *task, struct sl__task *base)
{
    int code = base->settings ? sl__settings_merge(base->settings, task->settings) : 0;
    if (code || !base->settings)
        return code;
    cJSON_Delete(task->settings);
    task->settings = base->settings;
    base->settings = NULL;
    return 0;
}

/* What the user's file leaves open is as in the built-in task of that name. */
static int inherit(struct sl__task *task, const char *text, struct sl_error *error)
{
    struct sl__task base;
    int code = sl__task_parse(&base, task->name, task->name, text, error);
    if (code)
        return code;
    char **own[] = {&task->title, &task->detail, &task->effort};
    char **from[] = {&base.title, &base.detail, &base.effort};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (!*own[i]) {
            *own[i] = *from[i];
            *from[i] = NULL;
        }
    }
    inherit_media(task, &base);
    inherit_output(task, &base);
    task->look = task->has_tools ? task->look : base.look;
    code = inherit_settings(task, &base);
    sl__task_release(&base);
    return code ? sl_error_set(error, code, "there is no memory left") : 0;
}

/* Reads the user's file at `path`, where there is one. */
static int read_own(struct sl__task *task, const char *path, const char *name, const char *base,
                    bool *found, struct sl_error *error)
{
    struct sl__buf text = SL__BUF_INIT(SL__MAX_TASK);
    int code = sl__file_read(path, &text, found, NULL, error);
    if (!code && !sl__utf8_is_valid(sl__buf_text(&text), text.len))
        code = sl_error_set(error, SL_E_CONFIG, "%s: the file is not UTF-8; convert it", path);
    if (!code && *found)
        code = sl__task_parse(task, name, path, sl__buf_text(&text), error);
    sl__buf_release(&text);
    if (code || !*found)
        return code;
    task->own = true;
    code = base ? inherit(task, base, error) : 0;
    if (!code && task->schema && task->output != SL_OUTPUT_JSON)
        code = sl_error_set(error, SL_E_CONFIG,
                            "%s: a schema is for an answer in JSON; write “output: json”", path);
    if (code)
        sl__task_release(task);
    return code;
}

int sl__task_load(struct sl__task *task, const struct sl_config *config, const char *name,
                  struct sl_error *error)
{
    struct sl__buf path = SL__BUF_INIT(8192);
    bool found = false;
    if (!is_name(name))
        return sl_error_set(error, SL_E_INVALID,
                            "“%s” cannot be a task: names have lower-case letters, digits, - and _",
                            name);
    const struct sl__built_in_task *built_in = sl__built_in_tasks;
    while (built_in->name && strcmp(built_in->name, name) != 0)
        built_in++;
    int code = config->tasks_dir ? sl__buf_addf(&path, "%s/%s.task", config->tasks_dir, name) : 0;
    if (code)
        sl_error_set(error, code, "%s: tasks_dir is too long", config->tasks_dir);
    else if (path.len > 0)
        code = read_own(task, path.data, name, built_in->text, &found, error);
    sl__buf_release(&path);
    if (code || found)
        return code;
    if (built_in->name)
        return sl__task_parse(task, name, name, built_in->text, error);
    return sl_error_set(
        error, SL_E_INVALID,
        "there is no task “%s”; check the name, or set tasks_dir in the configuration and "
        "write %s.task there",
        name, name);
}

static const char *value_of(const struct placeholder *placeholder,
                            const struct sl__task_values *values)
{
    const char *value = *(const char *const *)((const char *)values + placeholder->from);
    if (placeholder->from == offsetof(struct sl__task_values, stack))
        value = sl__stack_phrase(value);
    return value ? value : "";
}

/* The next placeholder before `end`, or `end`. */
static const char *next_placeholder(const char *text, const char *end)
{
    while (text < end && (*text != '{' || !find_placeholder(text)))
        text++;
    return text;
}

/* Appends a line with its values, or nothing when one of them is empty. */
static int add_line(const char *line, const char *end, const struct sl__task_values *values,
                    struct sl__buf *prompt)
{
    size_t before = prompt->len;
    for (;;) {
        const char *at = next_placeholder(line, end);
        int code = sl__buf_add(prompt, line, (size_t)(at - line));
        if (code || at == end)
            return code;
        const struct placeholder *placeholder = find_placeholder(at);
        const char *value = value_of(placeholder, values);
        if (*value == '\0') {
            prompt->len = before;
            return 0;
        }
        code = sl__buf_adds(prompt, value);
        if (code)
            return code;
        line = at + strlen(placeholder->name);
    }
}

int sl__task_prompt(const struct sl__task *task, const struct sl__task_values *values,
                    struct sl__buf *prompt)
{
    int code = 0;
    for (const char *line = task->prompt; *line && !code;) {
        size_t len = strcspn(line, "\n");
        const char *end = line + len + (line[len] == '\n');
        code = add_line(line, end, values, prompt);
        line = end;
    }
    while (prompt->len > 0 && prompt->data[prompt->len - 1] == '\n')
        prompt->len--;
    return code ? code : sl__buf_adds(prompt, "");
}

const char *sl__task_detail(const struct sl__task *task, const struct sl_config *config,
                            const char *asked)
{
    return asked ? asked : task->detail ? task->detail : config->detail ? config->detail : "low";
}
