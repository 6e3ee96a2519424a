/* Where the pictures of the editor's text are, by lines and bytes. */
#include "pictures.h"

#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "running.h"

enum { ANY_CONTEXT = 4096 }; /* bytes that commonly go along with a picture */

/* A place in a text that mostly goes on, so that lines are counted once. */
struct walk {
    const char *text;
    size_t at, line, start; /* `line` counts from 1 and begins at `start` */
};

static struct picture_place place_of(struct walk *walk, size_t at)
{
    while (at < walk->start) {
        walk->line--;
        for (walk->start--; walk->start && walk->text[walk->start - 1] != '\n';)
            walk->start--;
    }
    if (at < walk->at)
        walk->at = at;
    for (; walk->at < at; walk->at++) {
        if (walk->text[walk->at] == '\n') {
            walk->line++;
            walk->start = walk->at + 1;
        }
    }
    return (struct picture_place){walk->line, at - walk->start};
}

static void emit_pictures(struct commands *commands, double number, const struct sl_markup *markup,
                          const char *text, const double lines[2])
{
    struct walk walk = {.text = text, .line = 1};
    const struct sl_picture *picture;

    for (size_t i = 0; (picture = sl_markup_picture(markup, i)); i++) {
        const struct picture_place of_markup[] = {place_of(&walk, picture->markup.start),
                                                  place_of(&walk, picture->markup.end)};
        const struct picture_place of_alt[] = {place_of(&walk, picture->alt.start),
                                               place_of(&walk, picture->alt.end)};

        if ((double)of_markup[0].line <= lines[1] && (double)of_markup[1].line >= lines[0])
            running_emit(commands, event_of_picture(number, picture, of_markup, of_alt));
    }
}

/* Of "markdown.pandoc" the first type that can be read, else all of it. */
static char *known_type(const char *filetype)
{
    for (const char *part = filetype; *part;
         part += strcspn(part, ".") + (part[strcspn(part, ".")] == '.')) {
        char *type = strndup(part, strcspn(part, "."));

        if (!type || sl_markup_knows(type))
            return type;
        free(type);
    }
    return strdup(filetype);
}

static const char *text_of(const cJSON *message, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, name));
}

static int find(struct commands *commands, double number, const cJSON *message,
                struct sl_error *error)
{
    const char *text = text_of(message, "text"), *filetype = text_of(message, "filetype");
    const cJSON *first = cJSON_GetObjectItemCaseSensitive(message, "first");
    const cJSON *last = cJSON_GetObjectItemCaseSensitive(message, "last");
    struct sl_cost cost = SL_COST_INIT;
    struct sl_markup *markup = NULL;
    char *type;
    int code;

    if (!text || !filetype || !cJSON_IsNumber(first) || !cJSON_IsNumber(last))
        return sl_error_set(error, SL_E_INVALID,
                            "pictures: a text, its type and lines must be given");
    type = known_type(filetype);
    if (!type)
        return sl_error_set(error, SL_E_NOMEM, "out of memory");
    code = sl_markup_read(&markup, text, strlen(text), type, error);
    if (!code) {
        const double lines[] = {first->valuedouble, last->valuedouble};

        sl_task_estimate("alt", 1, ANY_CONTEXT, &cost, NULL);
        emit_pictures(commands, number, markup, text, lines);
        running_emit(commands, event_of_document(number, markup, sl_markup_looks(type), &cost));
    }
    sl_markup_free(markup);
    free(type);
    return code;
}

void pictures_find(struct commands *commands, double number, cJSON *message)
{
    struct sl_error error = SL_ERROR_INIT;

    if (find(commands, number, message, &error))
        running_emit(commands, event_of_failure(number, &error));
}
