/* What becomes of the texts of a batch. See batch_write.h. */
#include "batch_write.h"

#include <stdlib.h>
#include <string.h>

#include <sightline/csv.h>

#include "batch_find.h"
#include "i18n.h"
#include "metadata.h"

const struct choice batch_outputs[] = {
    {"metadata", N_("The metadata of each picture")},
    {"sidecar", N_("A text file beside each picture")},
    {"csv", N_("One CSV file")},
    {"json", N_("One JSON file")},
    {NULL, NULL},
};

enum batch_output batch_output_of(const char *name)
{
    for (int i = 0; batch_outputs[i].value; i++) {
        if (strcmp(batch_outputs[i].value, name) == 0)
            return (enum batch_output)i;
    }
    return BATCH_METADATA;
}

static bool is_chosen(const struct batch_item *item)
{
    return item->chosen && item->text &&
           (item->state == BATCH_DONE || item->state == BATCH_WRITTEN);
}

static int append_field(GString *csv, const char *text, struct sl_error *error)
{
    char *field = NULL;
    int code = sl_csv_field(&field, text, error);

    if (!code)
        g_string_append(csv, field);
    free(field);
    return code;
}

static int append_row(GString *csv, const struct batch_item *item, struct sl_error *error)
{
    int code = append_field(csv, item->name, error);

    g_string_append_c(csv, ',');
    if (!code)
        code = append_field(csv, item->text, error);
    g_string_append(csv, "\r\n");
    return code;
}

static int append_csv(GString *csv, struct batch *batch, const char *task, struct sl_error *error)
{
    int code = 0;

    g_string_append_printf(csv, "file,%s\r\n", task);
    for (int i = 0; i < batch_count(batch) && !code; i++) {
        if (is_chosen(batch_at(batch, i)))
            code = append_row(csv, batch_at(batch, i), error);
    }
    return code;
}

static void append_string(GString *json, const char *text)
{
    g_string_append_c(json, '"');
    for (; *text; text++) {
        if ((unsigned char)*text < ' ')
            g_string_append_printf(json, "\\u%04x", (unsigned)*text);
        else if (*text == '"' || *text == '\\')
            g_string_append_printf(json, "\\%c", *text);
        else
            g_string_append_c(json, *text);
    }
    g_string_append_c(json, '"');
}

static void append_json(GString *json, struct batch *batch, const char *task)
{
    bool some = false;

    g_string_append_c(json, '[');
    for (int i = 0; i < batch_count(batch); i++) {
        const struct batch_item *item = batch_at(batch, i);

        if (!is_chosen(item))
            continue;
        g_string_append(json, some ? ",\n  {\"file\": " : "\n  {\"file\": ");
        append_string(json, item->name);
        g_string_append_printf(json, ", \"%s\": ", task);
        append_string(json, item->text);
        g_string_append_c(json, '}');
        some = true;
    }
    g_string_append(json, "\n]\n");
}

/* Whole or not at all. */
static int write_file(const char *path, const char *text, struct sl_error *error)
{
    GError *reason = NULL;

    if (g_file_set_contents(path, text, -1, &reason))
        return 0;
    sl_error_set(error, SL_E_IO, _("%s: cannot be written: %s"), path, reason->message);
    g_error_free(reason);
    return SL_E_IO;
}

static int write_sidecar(const struct batch_item *item, struct sl_error *error)
{
    if (!item->path)
        return sl_error_set(error, SL_E_INVALID,
                            _("%s: it has no file that a text could stand beside; save it first"),
                            item->name);
    char *path = batch_sidecar(item->path);
    char *line = g_strconcat(item->text, "\n", NULL);
    int code = write_file(path, line, error);

    g_free(line);
    g_free(path);
    return code;
}

static int write_metadata(const struct batch_item *item, const char *task, struct sl_error *error)
{
    bool alt = strcmp(task, "alt") == 0;
    const struct metadata metadata = {
        .alt = alt ? item->text : NULL,
        .description = alt ? NULL : item->text,
        .comment = alt ? NULL : item->text,
    };

    if (item->image >= 0)
        return metadata_write(item->image, &metadata, error);
    return metadata_file_write(item->path, &metadata, error);
}

static bool write_one(struct batch_item *item, enum batch_output output, const char *task)
{
    struct sl_error error = SL_ERROR_INIT;
    int code =
        output == BATCH_SIDECAR ? write_sidecar(item, &error) : write_metadata(item, task, &error);

    item->state = code == 0 ? BATCH_WRITTEN : BATCH_DONE;
    g_free(item->problem);
    item->problem = code == 0 ? NULL : g_strdup(error.message);
    return code == 0;
}

static int write_each(struct batch *batch, enum batch_output output, const char *task)
{
    int count = 0;

    for (int i = 0; i < batch_count(batch); i++) {
        struct batch_item *item = batch_at(batch, i);

        if (is_chosen(item))
            count += write_one(item, output, task);
    }
    return count;
}

static int write_all(struct batch *batch, enum batch_output output, const char *task,
                     const char *file, struct sl_error *error)
{
    GString *text = g_string_new(NULL);
    int code = 0, count = 0;

    if (output == BATCH_CSV)
        code = append_csv(text, batch, task, error);
    else
        append_json(text, batch, task);
    if (code == 0)
        code = write_file(file, text->str, error);
    g_string_free(text, TRUE);
    for (int i = 0; code == 0 && i < batch_count(batch); i++) {
        if (!is_chosen(batch_at(batch, i)))
            continue;
        batch_at(batch, i)->state = BATCH_WRITTEN;
        count++;
    }
    return count;
}

int batch_write(struct batch *batch, enum batch_output output, const char *task, const char *file,
                struct sl_error *error)
{
    if (output == BATCH_CSV || output == BATCH_JSON)
        return write_all(batch, output, task, file, error);
    return write_each(batch, output, task);
}
