/* Tasks: from the text of a file to a prompt. */
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "task.h"
#include "words.h"

static const char *const media_words[] = {"none", "image", "image+", "video", "any", NULL};
static const char *const output_words[] = {"text", "code", "json", "csv", NULL};

/* How many media each of the words means. */
static const struct {
    unsigned least, most;
} media_counts[] = {{0, 0}, {1, 1}, {1, UINT_MAX}, {1, 1}, {0, UINT_MAX}};

/* What may stand in the header, and where it goes. */
static const struct header {
    const char *name;
    size_t to;                /* offset of a char * in struct sl__task, or 0 */
    const char *const *words; /* NULL: any text */
} headers[] = {
    {"title", offsetof(struct sl__task, title), NULL},
    {"media", 0, media_words},
    {"output", 0, output_words},
    {"detail", offsetof(struct sl__task, detail), sl__detail_words},
    {"effort", offsetof(struct sl__task, effort), sl__effort_words},
};

struct parsing {
    struct sl__task *task;
    const char *origin;
    size_t line;
    struct sl_error *error;
};

static int refuse(struct parsing *parsing, const char *what, const char *remedy)
{
    return sl_error_set(parsing->error, SL_E_CONFIG, "%s:%zu: %s; %s", parsing->origin,
                        parsing->line, what, remedy);
}

static void set_media(struct sl__task *task, const char *word)
{
    size_t row = 0;
    while (strcmp(media_words[row], word) != 0)
        row++;
    task->min_media = media_counts[row].least;
    task->max_media = media_counts[row].most;
    task->has_media = true;
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

static int take_header(struct parsing *parsing, const char *name, const char *value)
{
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        const struct header *header = &headers[i];
        if (strcmp(header->name, name) != 0)
            continue;
        if (header->words && !sl__words_have(header->words, value))
            return refuse_value(parsing, header, value);
        if (header->words == media_words)
            set_media(parsing->task, value);
        if (header->to == 0)
            return 0;
        char **to = (char **)((char *)parsing->task + header->to);
        free(*to);
        *to = strdup(value);
        return *to ? 0 : sl_error_set(parsing->error, SL_E_NOMEM, "there is no memory left");
    }
    return refuse(parsing, "this header is not known",
                  "write one of title, media, output, detail, effort");
}

/* Splits "name: value" in place. */
static int parse_header(struct parsing *parsing, char *line)
{
    char *colon = strchr(line, ':');
    if (!colon)
        return refuse(parsing, "a header line has no colon",
                      "write “name: value”, and an empty line before the prompt");
    *colon = '\0';
    char *value = colon + 1 + strspn(colon + 1, " \t");
    size_t len = strlen(value);
    while (len > 0 && strchr(" \t\r", value[len - 1]))
        value[--len] = '\0';
    return take_header(parsing, line, value);
}

static int check_placeholders(struct parsing *parsing, const char *prompt)
{
    parsing->line++;
    for (const char *p = prompt; *p; p++) {
        parsing->line += *p == '\n';
        if (strncmp(p, "{{", 2) == 0 && strncmp(p, "{{language}}", 12) != 0 &&
            strncmp(p, "{{instruction}}", 15) != 0)
            return refuse(parsing, "this placeholder is not known",
                          "write {{language}} or {{instruction}}");
    }
    return 0;
}

int sl__task_parse(struct sl__task *task, const char *name, const char *origin, const char *text,
                   struct sl_error *error)
{
    struct parsing parsing = {.task = task, .origin = origin, .error = error};
    char *copy = strdup(text), *rest = copy;
    int code = copy ? 0 : sl_error_set(error, SL_E_NOMEM, "there is no memory left");
    *task = (struct sl__task){.name = strdup(name), .max_media = UINT_MAX};
    while (!code) {
        parsing.line++;
        char *line = rest, *end = strchr(rest, '\n');
        rest = end ? end + 1 : rest + strlen(rest);
        if (end)
            *end = '\0';
        if (line[strspn(line, " \t\r")] == '\0')
            break;
        code = parse_header(&parsing, line);
    }
    if (!code && rest[strspn(rest, " \t\r\n")] == '\0')
        code = refuse(&parsing, "there is no prompt", "write one after an empty line");
    if (!code)
        code = check_placeholders(&parsing, rest);
    if (!code) {
        task->prompt = strdup(rest);
        if (!task->prompt || !task->name)
            code = sl_error_set(error, SL_E_NOMEM, "there is no memory left");
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
    *task = (struct sl__task){0};
}

/* Names become file names: nothing that leads out of the folder. */
static bool is_name(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t len = strlen(name);
    return len > 0 && len <= 64 && strspn(name, allowed) == len;
}

static int load_own(struct sl__task *task, const struct sl_config *config, const char *name,
                    bool *found, struct sl_error *error)
{
    struct sl__buf path = SL__BUF_INIT(8192), text = SL__BUF_INIT(SL__MAX_TASK);
    *found = false;
    int code = config->tasks_dir ? sl__buf_addf(&path, "%s/%s.task", config->tasks_dir, name) : 0;
    if (!code && path.len > 0)
        code = sl__file_read(path.data, &text, found, NULL, error);
    if (!code && *found)
        code = sl__task_parse(task, name, path.data, sl__buf_text(&text), error);
    sl__buf_release(&path);
    sl__buf_release(&text);
    return code;
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
    if (!task->has_media) {
        task->min_media = base.min_media;
        task->max_media = base.max_media;
    }
    sl__task_release(&base);
    return 0;
}

int sl__task_load(struct sl__task *task, const struct sl_config *config, const char *name,
                  struct sl_error *error)
{
    if (!is_name(name))
        return sl_error_set(error, SL_E_INVALID,
                            "“%s” cannot be a task: names have lower-case letters, digits, - and _",
                            name);
    const struct sl__built_in_task *built_in = sl__built_in_tasks;
    while (built_in->name && strcmp(built_in->name, name) != 0)
        built_in++;
    bool found;
    int code = load_own(task, config, name, &found, error);
    if (code)
        return code;
    if (found)
        return built_in->name ? inherit(task, built_in->text, error) : 0;
    if (built_in->name)
        return sl__task_parse(task, name, name, built_in->text, error);
    return sl_error_set(
        error, SL_E_INVALID,
        "there is no task “%s”; check the name, or set tasks_dir in the configuration and "
        "write %s.task there",
        name, name);
}

/* Appends a line with its values, or nothing when one of them is empty. */
static int add_line(const char *line, size_t len, const struct sl__task_values *values,
                    struct sl__buf *prompt)
{
    const struct {
        const char *name, *value;
    } known[] = {{"{{language}}", values->language}, {"{{instruction}}", values->instruction}};
    size_t before = prompt->len;
    int code = 0;
    while (len > 0 && !code) {
        size_t take = 1;
        const char *text = line;
        size_t text_len = 1;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
            size_t name_len = strlen(known[i].name);
            if (name_len > len || memcmp(line, known[i].name, name_len) != 0)
                continue;
            if (!known[i].value || !*known[i].value) {
                prompt->len = before;
                return 0;
            }
            text = known[i].value;
            text_len = strlen(text);
            take = name_len;
        }
        code = sl__buf_add(prompt, text, text_len);
        line += take;
        len -= take;
    }
    return code;
}

int sl__task_prompt(const struct sl__task *task, const struct sl__task_values *values,
                    struct sl__buf *prompt)
{
    int code = 0;
    for (const char *line = task->prompt; *line && !code;) {
        size_t len = strcspn(line, "\n");
        len += line[len] == '\n';
        code = add_line(line, len, values, prompt);
        line += len;
    }
    while (prompt->len > 0 && prompt->data[prompt->len - 1] == '\n')
        prompt->len--;
    return code ? code : sl__buf_adds(prompt, "");
}
