/* The answer is kept beside what streams to the editor, and brought to its form in the end. */
#include "writing.h"

#include <stdlib.h>

#include "bytes.h"

/* What is longer is no alt text, as the library says of it. */
enum { ANSWER_MAX = 2 * SL_ALT_MAX };

struct writing {
    cJSON *dict; /* what the strings of `form` belong to */
    struct sl_alt_form form;
    struct bytes answer;
};

static const char *text_of(const cJSON *dict, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(dict, name));
}

static int read_form(struct writing *writing, struct sl_error *error)
{
    const cJSON *style = cJSON_GetObjectItemCaseSensitive(writing->dict, "style");

    writing->form = (struct sl_alt_form){
        .style = cJSON_IsNumber(style) ? (enum sl_alt_style)style->valueint : 0,
        .before = text_of(writing->dict, "before"),
        .after = text_of(writing->dict, "after"),
        .decorative = text_of(writing->dict, "decorative"),
    };
    if (!writing->form.before || !writing->form.after || !writing->form.decorative)
        return sl_error_set(error, SL_E_INVALID, "start: alt must be the form of a picture");
    return 0;
}

int writing_new(struct writing **made, const cJSON *message, struct sl_error *error)
{
    const cJSON *dict = cJSON_GetObjectItemCaseSensitive(message, "alt");
    struct writing *writing;

    if (!dict)
        return 0;
    writing = calloc(1, sizeof *writing);
    if (!writing || !(writing->dict = cJSON_Duplicate(dict, true))) {
        writing_free(writing);
        return sl_error_set(error, SL_E_NOMEM, "out of memory");
    }
    writing->answer.max = ANSWER_MAX;
    if (read_form(writing, error)) {
        writing_free(writing);
        return error->code;
    }
    *made = writing;
    return 0;
}

void writing_free(struct writing *writing)
{
    if (!writing)
        return;
    cJSON_Delete(writing->dict);
    bytes_release(&writing->answer);
    free(writing);
}

void writing_add(struct writing *writing, const char *text, size_t len)
{
    size_t room = ANSWER_MAX - writing->answer.len;

    bytes_append(&writing->answer, text, len < room ? len : room);
}

int writing_finish(const struct writing *writing, struct sl_alt *alt, struct sl_error *error)
{
    char answer[ANSWER_MAX + 1];

    for (size_t i = 0; i < writing->answer.len; i++)
        answer[i] = writing->answer.data[i];
    answer[writing->answer.len] = '\0';
    return sl_alt_write(&writing->form, answer, alt, error);
}
