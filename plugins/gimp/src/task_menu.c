/* The tasks of the dialog. See task_menu.h. */
#include "task_menu.h"

#include <string.h>

static gint by_title(gconstpointer one, gconstpointer other)
{
    const struct sl_task_info *a = *(const struct sl_task_info *const *)one;
    const struct sl_task_info *b = *(const struct sl_task_info *const *)other;

    return g_utf8_collate(a->title, b->title);
}

static void collect(struct task_menu *menu)
{
    const struct sl_task_info *task;

    for (size_t i = 0; (task = sl_task_list_at(menu->list, i)); i++) {
        if (task->images)
            g_ptr_array_add(menu->tasks, (gpointer)task);
    }
    g_ptr_array_sort(menu->tasks, by_title);
}

int task_menu_init(struct task_menu *menu, struct sl_error *error)
{
    *menu = (struct task_menu){.tasks = g_ptr_array_new()};
    int code = sl_config_load(&menu->config, error);

    if (code == 0)
        code = sl_task_list_load(&menu->list, menu->config, error);
    if (code == 0)
        collect(menu);
    return code;
}

void task_menu_release(struct task_menu *menu)
{
    g_ptr_array_free(menu->tasks, TRUE);
    sl_task_list_free(menu->list);
    sl_config_free(menu->config);
}

const struct sl_task_info *task_menu_find(const struct task_menu *menu, const char *name)
{
    for (guint i = 0; i < menu->tasks->len; i++) {
        const struct sl_task_info *task = menu->tasks->pdata[i];

        if (strcmp(task->name, name) == 0)
            return task;
    }
    return NULL;
}

const char *task_menu_warning(const struct task_menu *menu, size_t index)
{
    return menu->list ? sl_task_list_warning(menu->list, index) : NULL;
}
