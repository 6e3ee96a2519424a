/* Stacks: what code can be written with. */
#include <string.h>

#include "task.h"

size_t sl_stack_count(void)
{
    size_t count = 0;
    while (sl__stacks[count].info.name)
        count++;
    return count;
}

const struct sl_stack_info *sl_stack_at(size_t index)
{
    return index < sl_stack_count() ? &sl__stacks[index].info : NULL;
}

const char *sl__stack_phrase(const char *name)
{
    const struct sl__stack *stack = sl__stacks;
    while (name && stack->info.name && strcmp(stack->info.name, name) != 0)
        stack++;
    return name && stack->info.name ? stack->phrase : name;
}
