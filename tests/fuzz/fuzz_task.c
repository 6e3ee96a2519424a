/* Fuzzes task files, and the prompts that they make. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "task.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    const struct sl__task_values values = {.language = "French",
                                           .instruction = "{{instruction}}",
                                           .selection = "a\nb",
                                           .stack = "html"};
    struct sl__buf prompt = SL__BUF_INIT(SL__MAX_PROMPT);
    struct sl__task task = {0};
    struct sl_error error = SL_ERROR_INIT;
    char *text = strndup((const char *)data, len);
    if (!text)
        return 0;
    if (sl__task_parse(&task, "fuzz", "fuzz.task", text, &error) == 0) {
        sl__task_prompt(&task, &values, &prompt);
        sl__task_release(&task);
    } else if (!error.message[0]) {
        abort();
    }
    sl__buf_release(&prompt);
    free(text);
    return 0;
}
