/*
 * Tasks: the named things that can be asked, as data.
 *
 * A task is a text file NAME.task: header lines "name: value", an empty line, the prompt. Built-in
 * tasks come with the library. A file in the configuration's `tasks_dir` replaces the built-in task
 * of its name, or adds one that every host then offers.
 *
 *     title:  Alt text for this picture
 *     media:  image
 *     output: text
 *     effort: low
 *
 *     Write alt text for this picture. {{instruction}}
 *
 * Headers: title; media (none, image, image+, video, any, or several of them with commas); output
 * (text, code, json, csv); detail; effort; tools (look, none); schema (a JSON schema for an answer
 * of output json); and the settings of a request: temperature, top_p, top_k, max_tokens, stop,
 * seed, n, frequency_penalty, presence_penalty, logprobs, top_logprobs, tool_choice,
 * parallel_tool_calls, reasoning_max_tokens, reasoning_exclude, extra (an object that is sent as it
 * is). Values of settings are JSON; a value goes on in the lines after it that begin with a space
 * or tab. What a file leaves open is as in the built-in task of its name.
 *
 * In the prompt {{instruction}}, {{language}}, {{selection}}, {{context}}, {{filetype}} and
 * {{stack}} stand for what the request says. A line that names one that is empty is left out. What
 * is put in is never looked at again, whatever it holds.
 */
#ifndef SIGHTLINE_TASK_H
#define SIGHTLINE_TASK_H

#include <stdbool.h>
#include <stddef.h>

#include <sightline/config.h>
#include <sightline/error.h>

#ifdef __cplusplus
extern "C" {
#endif

enum sl_output {
    SL_OUTPUT_TEXT = 1,
    SL_OUTPUT_CODE = 2,
    SL_OUTPUT_JSON = 3,
    SL_OUTPUT_CSV = 4,  /* what a spreadsheet would take for a formula has ' before it */
    SL_OUTPUT_SAME = 5, /* goes on with the last answer of a conversation, in its form */
};

/* What a host shows of a task. Strings belong to the list. */
struct sl_task_info {
    const char *name;  /* "describe" */
    const char *title; /* "Describe this picture", see translate.h; the name without one */
    enum sl_output output;
    unsigned min_media, max_media; /* UINT_MAX where only the model sets a limit */
    bool images, videos;           /* what it takes */
    bool own;                      /* it is the user's, or the user's version of a built-in one */
};

struct sl_task_list;

/*
 * Lists the tasks by name. A file that cannot be read as a task is left out and has a sentence in
 * the list's warnings. On success `*list` is the caller's. Errors: SL_E_NOMEM.
 */
SL_API int sl_task_list_load(struct sl_task_list **list, const struct sl_config *config,
                             struct sl_error *error);
SL_API void sl_task_list_free(struct sl_task_list *list);

/* NULL when `index` is past the last. */
SL_API const struct sl_task_info *sl_task_list_at(const struct sl_task_list *list, size_t index);
SL_API const char *sl_task_list_warning(const struct sl_task_list *list, size_t index);

/* A static word for an output: "text", "code", "json", "csv", "same". */
SL_API const char *sl_output_name(enum sl_output output);

/*
 * The stacks that {{stack}} knows: each is a name for what code is to be written with. A name that
 * is none of them stands in the prompt as it is.
 */
struct sl_stack_info {
    const char *name;     /* "react-tailwind" */
    const char *title;    /* "React with Tailwind CSS" */
    const char *filetype; /* of the code, as Vim calls it: "typescriptreact" */
};

SL_API size_t sl_stack_count(void);

/* NULL when `index` is past the last. They are static. */
SL_API const struct sl_stack_info *sl_stack_at(size_t index);

#ifdef __cplusplus
}
#endif

#endif
