/* The table of tools. See tool.h. */
#include "tool.h"

#include <string.h>

#include "batch_tool.h"
#include "preferences.h"

const struct tool *const tools[] = {&batch_tool, &preferences_tool, NULL};

const struct tool *tool_find(const char *procedure)
{
    for (int i = 0; tools[i]; i++) {
        if (strcmp(tools[i]->procedure, procedure) == 0)
            return tools[i];
    }
    return NULL;
}

int tool_argument_count(const struct tool *tool)
{
    int count = 0;

    while (tool->arguments[count].name)
        count++;
    return count;
}
