/* The list of tasks: the built-in ones and the user's. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "task.h"
#include "translate.h"

enum { MOST_TASKS = 1000 }; /* a folder with more is not one of tasks */

struct sl_task_list {
    struct sl__task *tasks;
    struct sl_task_info *infos;
    size_t count;
    char **warnings;
    size_t warning_count;
};

/* The names of all tasks that there may be. */
struct names {
    char **names;
    size_t count, cap;
};

static void release_names(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->names[i]);
    free(names->names);
}

static int add_name(struct names *names, const char *name, size_t len)
{
    if (names->count == names->cap) {
        size_t cap = names->cap ? 2 * names->cap : 32;
        char **more = realloc(names->names, cap * sizeof *more);
        if (!more)
            return SL_E_NOMEM;
        names->names = more;
        names->cap = cap;
    }
    char *copy = strndup(name, len);
    if (!copy)
        return SL_E_NOMEM;
    names->names[names->count++] = copy;
    return 0;
}

static int add_warning(struct sl_task_list *list, const char *sentence)
{
    char **more = realloc(list->warnings, (list->warning_count + 1) * sizeof *more);
    if (!more)
        return SL_E_NOMEM;
    list->warnings = more;
    more[list->warning_count] = strdup(sentence);
    return more[list->warning_count++] ? 0 : SL_E_NOMEM;
}

static int add_built_in_names(struct names *names)
{
    int code = 0;
    for (const struct sl__built_in_task *row = sl__built_in_tasks; row->name && !code; row++)
        code = add_name(names, row->name, strlen(row->name));
    return code;
}

/* The length of NAME in "NAME.task", or 0 for another file. */
static size_t task_name(const char *file)
{
    static const char ending[] = ".task";
    size_t len = strlen(file), ending_len = sizeof ending - 1;
    bool is_task = len > ending_len && *file != '.' && strcmp(file + len - ending_len, ending) == 0;
    return is_task ? len - ending_len : 0;
}

static int read_folder(struct sl_task_list *list, const char *path, DIR *folder,
                       struct names *names)
{
    struct sl_error warning;
    const struct dirent *entry;
    int code = 0;
    while (!code && (entry = readdir(folder))) {
        size_t len = task_name(entry->d_name);
        if (len > 0 && names->count == MOST_TASKS) {
            sl_error_set(&warning, SL_E_TOO_LARGE,
                         "%s: there are over %d tasks, and the rest is left out; name a folder "
                         "of tasks alone in tasks_dir",
                         path, MOST_TASKS);
            return add_warning(list, warning.message);
        }
        if (len > 0)
            code = add_name(names, entry->d_name, len);
    }
    return code;
}

/* A folder that is not there has no tasks. */
static int add_own_names(struct sl_task_list *list, const char *path, struct names *names)
{
    DIR *folder = path ? opendir(path) : NULL;
    if (!folder && (!path || errno == ENOENT))
        return 0;
    if (!folder) {
        struct sl_error warning;
        sl_error_set(&warning, SL_E_IO, "%s: cannot be read: %s; name a folder in tasks_dir", path,
                     strerror(errno));
        return add_warning(list, warning.message);
    }
    int code = read_folder(list, path, folder, names);
    closedir(folder);
    return code;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void describe(struct sl_task_info *info, const struct sl__task *task)
{
    *info = (struct sl_task_info){
        .name = task->name,
        .title = task->title ? sl__tr(task->title) : task->name,
        .output = task->output,
        .min_media = task->min_media,
        .max_media = task->max_media,
        .images = task->images,
        .videos = task->videos,
        .own = task->own,
    };
}

/* Adds a task; one that cannot be read becomes a warning. */
static int add_task(struct sl_task_list *list, const struct sl_config *config, const char *name)
{
    struct sl_error error = SL_ERROR_INIT;
    struct sl__task *task = &list->tasks[list->count];
    int code = sl__task_load(task, config, name, &error);
    if (code)
        return code == SL_E_NOMEM ? code : add_warning(list, error.message);
    describe(&list->infos[list->count++], task);
    return 0;
}

static int add_tasks(struct sl_task_list *list, const struct sl_config *config,
                     const struct names *names)
{
    list->tasks = calloc(names->count + 1, sizeof *list->tasks);
    list->infos = calloc(names->count + 1, sizeof *list->infos);
    int code = list->tasks && list->infos ? 0 : SL_E_NOMEM;
    for (size_t i = 0; i < names->count && !code; i++) {
        if (i == 0 || strcmp(names->names[i - 1], names->names[i]) != 0)
            code = add_task(list, config, names->names[i]);
    }
    return code;
}

int sl_task_list_load(struct sl_task_list **list, const struct sl_config *config,
                      struct sl_error *error)
{
    struct names names = {0};
    struct sl_task_list *loaded = calloc(1, sizeof *loaded);
    int code = loaded ? add_built_in_names(&names) : SL_E_NOMEM;
    if (!code)
        code = add_own_names(loaded, config->tasks_dir, &names);
    if (!code) {
        qsort(names.names, names.count, sizeof *names.names, compare_names);
        code = add_tasks(loaded, config, &names);
    }
    release_names(&names);
    if (code) {
        sl_task_list_free(loaded);
        return sl_error_set(error, SL_E_NOMEM, "there is no memory left");
    }
    *list = loaded;
    return 0;
}

void sl_task_list_free(struct sl_task_list *list)
{
    if (!list)
        return;
    for (size_t i = 0; i < list->count; i++)
        sl__task_release(&list->tasks[i]);
    for (size_t i = 0; i < list->warning_count; i++)
        free(list->warnings[i]);
    free(list->tasks);
    free(list->infos);
    free(list->warnings);
    free(list);
}

const struct sl_task_info *sl_task_list_at(const struct sl_task_list *list, size_t index)
{
    return index < list->count ? &list->infos[index] : NULL;
}

const char *sl_task_list_warning(const struct sl_task_list *list, size_t index)
{
    return index < list->warning_count ? list->warnings[index] : NULL;
}

const char *sl_output_name(enum sl_output output)
{
    static const char *const names[] = {"", "text", "code", "json", "csv", "same"};
    bool known = output >= SL_OUTPUT_TEXT && output <= SL_OUTPUT_SAME;
    return names[known ? output : 0];
}
