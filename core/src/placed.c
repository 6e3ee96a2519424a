/* Text with its place in a picture. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sightline/placed.h>

#include "json.h"
#include "schema.h"

enum { MOST_LINES = 2000 };

static const double WHOLE = 1000; /* what the task calls a picture's side */

struct sl_placed {
    cJSON *json; /* holds the texts */
    struct sl_placed_line *lines;
    size_t count;
};

/* NAN where there is none. */
static double side(const cJSON *line, const char *name)
{
    const cJSON *value = sl__json_member(line, name);
    return cJSON_IsNumber(value) ? fmin(fmax(value->valuedouble / WHOLE, 0), 1) : NAN;
}

/* Without blanks around it, and line ends as spaces. */
static const char *tidy(char *text)
{
    for (char *at = text; *at; at++)
        *at = strchr("\n\r\t", *at) ? ' ' : *at;
    for (size_t len = strlen(text); len > 0 && text[len - 1] == ' '; len--)
        text[len - 1] = '\0';
    return text + strspn(text, " ");
}

static void take(struct sl_placed *placed, const cJSON *item)
{
    const cJSON *text = sl__json_member(item, "text");
    struct sl_placed_line line = {
        .left = side(item, "left"),
        .top = side(item, "top"),
        .right = side(item, "right"),
        .bottom = side(item, "bottom"),
    };
    if (!cJSON_IsString(text) || !(line.left < line.right && line.top < line.bottom))
        return;
    line.text = tidy(text->valuestring);
    if (*line.text && placed->count < MOST_LINES)
        placed->lines[placed->count++] = line;
}

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left for the lines of text");
}

int sl_placed_parse(struct sl_placed **placed, const char *answer, size_t len,
                    struct sl_error *error)
{
    cJSON *json = sl__answer_json(answer, len);
    const cJSON *lines = sl__json_array(json, "lines"), *item;
    if (!json && errno == ENOMEM)
        return no_memory(error);
    if (!lines) {
        cJSON_Delete(json);
        return sl_error_set(error, SL_E_FORMAT,
                            "the answer does not say where its lines are; ask again, or take the "
                            "text as one");
    }
    struct sl_placed *parsed = calloc(1, sizeof *parsed);
    if (parsed)
        parsed->lines = calloc(MOST_LINES, sizeof *parsed->lines);
    if (!parsed || !parsed->lines) {
        cJSON_Delete(json);
        free(parsed);
        return no_memory(error);
    }
    parsed->json = json;
    cJSON_ArrayForEach(item, lines) take(parsed, item);
    *placed = parsed;
    return 0;
}

void sl_placed_free(struct sl_placed *placed)
{
    if (!placed)
        return;
    cJSON_Delete(placed->json);
    free(placed->lines);
    free(placed);
}

const struct sl_placed_line *sl_placed_at(const struct sl_placed *placed, size_t index)
{
    return index < placed->count ? &placed->lines[index] : NULL;
}
