/* Output modes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "output.h"
#include "request.h"
#include "schema.h"
#include "talk.h"
#include "translate.h"

/* What a filter's results are for. */
struct target {
    struct sl__request *request;
    unsigned alternative;
};

static int send_text(struct sl__request *request, enum sl_event_type type, unsigned alternative,
                     const char *text, size_t len)
{
    struct sl_event event = {.type = type, .alternative = alternative, .text = text, .len = len};
    return len > 0 ? sl__request_event(request, &event) : 0;
}

static int send_buf(const struct target *target, const struct sl__buf *text)
{
    return send_text(target->request, SL_EVENT_TEXT, target->alternative, sl__buf_text(text),
                     text->len);
}

static int send_csv(const struct target *target, const char *text, size_t len)
{
    struct sl__buf harmless = SL__BUF_INIT(SL__MAX_STREAM);
    int code = sl__csv_feed(&target->request->talk->csv[target->alternative], text, len, &harmless);
    if (!code)
        code = send_buf(target, &harmless);
    sl__buf_release(&harmless);
    return code;
}

static int on_text(const char *text, size_t len, void *context)
{
    const struct target *target = context;
    if (target->request->task.output == SL_OUTPUT_CSV)
        return send_csv(target, text, len);
    return send_text(target->request, SL_EVENT_TEXT, target->alternative, text, len);
}

static int on_file(const char *name, const char *language, void *context)
{
    struct target *target = context;
    struct sl_event event = {.type = SL_EVENT_FILE,
                             .alternative = target->alternative,
                             .text = name,
                             .len = strlen(name),
                             .language = language};
    bool code = target->request->task.output == SL_OUTPUT_CODE;
    return code ? sl__request_event(target->request, &event) : 0;
}

/* To the cell in which an earlier part of the answer left off. */
static int resume_csv(struct sl__csv *csv, const struct sl__buf *earlier)
{
    struct sl__buf out = SL__BUF_INIT(SL__MAX_STREAM);
    int code = sl__csv_feed(csv, earlier->data, earlier->len, &out);
    sl__buf_release(&out);
    return code;
}

/* A new filter, brought to where an earlier part of the answer left off. */
static struct sl__filter *new_filter(struct sl__talk *talk, unsigned alternative)
{
    const struct sl__filter_out out = {.file = on_file, .text = on_text};
    struct sl__filter *filter = malloc(sizeof *filter);
    if (!filter)
        return NULL;
    sl__filter_init(filter, &out);
    if (talk->earlier.len == 0 ||
        (sl__filter_resume(filter, talk->earlier.data, talk->earlier.len) == 0 &&
         resume_csv(&talk->csv[alternative], &talk->earlier) == 0))
        return filter;
    sl__filter_release(filter);
    free(filter);
    return NULL;
}

static struct sl__filter *filter_of(struct sl__talk *talk, unsigned alternative)
{
    struct sl__filter **filter = &talk->filters[alternative];
    if (!*filter)
        *filter = new_filter(talk, alternative);
    return *filter;
}

static bool is_filtered(enum sl_output output)
{
    return output == SL_OUTPUT_CODE || output == SL_OUTPUT_CSV;
}

static int feed(struct sl__request *request, const struct sl__part *part)
{
    struct target target = {request, part->alternative};
    struct sl__filter *filter = filter_of(request->talk, part->alternative);
    if (!filter)
        return SL_E_NOMEM;
    filter->out.context = &target;
    return sl__filter_feed(filter, part->text, part->len);
}

int sl__output_part(struct sl__request *request, const struct sl__part *part)
{
    if (part->type == SL_EVENT_NOTE) {
        sl__request_note(request, SL_LEVEL_OK, "%.*s", (int)part->len, part->text);
        return 0;
    }
    if (part->type == SL_EVENT_TEXT && is_filtered(request->task.output))
        return feed(request, part);
    if (part->type == SL_EVENT_TEXT && request->task.output == SL_OUTPUT_JSON)
        return 0; /* until it is known to be valid */
    return send_text(request, part->type, part->alternative, part->text, part->len);
}

static int finish_csv(const struct target *target)
{
    struct sl__buf held = SL__BUF_INIT(SL__MAX_STREAM);
    int code = sl__csv_finish(&target->request->talk->csv[target->alternative], &held);
    if (!code)
        code = send_buf(target, &held);
    sl__buf_release(&held);
    return code;
}

/* What a number becomes that the end of the answer cut, is known with its rest. */
static bool is_cut(enum sl__finish finish)
{
    return finish == SL__FINISH_PAUSE || finish == SL__FINISH_LENGTH;
}

static int finish_filters(struct sl__request *request, const struct sl__answer *answer)
{
    int code = 0;
    for (unsigned i = 0; i < SL__MAX_ALTERNATIVES && !code; i++) {
        struct target target = {request, i};
        struct sl__filter *filter = request->talk->filters[i];
        if (!filter)
            continue;
        filter->out.context = &target;
        code = sl__filter_finish(filter);
        if (!code && !is_cut(answer->choices[i].finish))
            code = finish_csv(&target);
    }
    return code;
}

static int finish_json(struct sl__request *request, const struct sl__answer *answer,
                       struct sl_error *error)
{
    struct sl__buf *whole = &request->talk->earlier;
    if (sl__buf_adds(whole, sl__buf_text(&answer->text)))
        return SL_E_NOMEM;
    cJSON *value = sl__answer_json(whole->data, whole->len);
    whole->len -= answer->text.len;
    if (!value && errno == ENOMEM)
        return SL_E_NOMEM;
    int code = value ? sl__schema_check(request->task.schema, value, error)
                     : sl__error_set_plain(error, SL_E_FORMAT, "the answer holds no JSON");
    sl__json_exact(value);
    char *text = code ? NULL : cJSON_Print(value);
    cJSON_Delete(value);
    if (text)
        code = send_text(request, SL_EVENT_TEXT, 0, text, strlen(text));
    else if (!code)
        code = SL_E_NOMEM;
    cJSON_free(text);
    return code;
}

int sl__output_finish(struct sl__request *request, const struct sl__answer *answer,
                      struct sl_error *error)
{
    int code = 0;
    if (is_filtered(request->task.output))
        code = finish_filters(request, answer);
    else if (request->task.output == SL_OUTPUT_JSON)
        code = finish_json(request, answer, error);
    if (code && code != SL_E_FORMAT)
        sl_error_set(error, code, "there is no memory left for the answer");
    return code;
}

void sl__output_break(struct sl__request *request)
{
    send_text(request, SL_EVENT_TEXT, 0, "\n\n", 2);
}

void sl__output_reset(struct sl__talk *talk)
{
    for (unsigned i = 0; i < SL__MAX_ALTERNATIVES; i++) {
        struct sl__filter *filter = talk->filters[i];
        if (filter)
            sl__filter_release(filter);
        free(filter);
        talk->filters[i] = NULL;
        talk->csv[i] = (struct sl__csv)SL__CSV_INIT;
    }
}
