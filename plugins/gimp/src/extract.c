/* From the text in an image to text layers. See extract.h. */
#include "extract.h"

#include <glib.h>

#include "silent.h"
#include "text_layer.h"

/* The task for a model that knows no places. */
#define TASK_PLAIN "ocr"

static struct result ask(int image, struct settings *settings)
{
    struct result result = silent_run(image, settings);

    if (result.outcome != OUTCOME_FAILED || result.code != SL_E_FORMAT)
        return result;
    g_free(result.text);
    settings_set(settings, SETTING_TASK, TASK_PLAIN);
    return silent_run(image, settings);
}

static void insert(int image, const struct area *sent, struct result *result)
{
    struct sl_error error = SL_ERROR_INIT;
    char *plain = text_layer_plain(result->text);

    if (text_layer_insert(image, sent, result->text, NULL, &error) != 0) {
        result->outcome = OUTCOME_FAILED;
        g_free(plain);
        plain = g_strdup(error.message);
    }
    g_free(result->text);
    result->text = plain;
}

struct result extract_run(int image, struct settings *settings)
{
    struct sl_error error = SL_ERROR_INIT;

    if (text_layer_check(image, &error) != 0)
        return (struct result){outcome_of(&error), g_strdup(error.message), error.code};
    struct area sent = source_area(image, settings->value[SETTING_SOURCE]);
    struct result result = ask(image, settings);

    if (result.outcome == OUTCOME_DONE)
        insert(image, &sent, &result);
    return result;
}
