/* An answer into the metadata of the image, or of a file on disk. See uses.h. */
#include <string.h>

#include "aside.h"
#include "chooser.h"
#include "host.h"
#include "i18n.h"
#include "metadata_dialog.h"
#include "uses.h"
#include "uses_metadata.h"

struct said said_error(const struct sl_error *error)
{
    return (struct said){SL_LEVEL_ERROR, g_strdup(error->message)};
}

struct proposal proposal_of(const struct use *use)
{
    return (struct proposal){use->text, strcmp(use->task, "alt") == 0};
}

static struct said not_open(void)
{
    return (struct said){
        SL_LEVEL_ERROR,
        g_strdup(_("the image is no longer open in GIMP; open it again, or write the text into "
                   "its file"))};
}

static char *saved_sentence(void)
{
    char *sentence = g_strdup(_("Saved in the image's metadata, as one step to undo."));

    if (!host_export_hint)
        return sentence;
    char *whole = g_strjoin(" ", sentence, _(host_export_hint), NULL);
    g_free(sentence);
    return whole;
}

static struct said save_texts(int image, const struct metadata *texts)
{
    struct sl_error error = SL_ERROR_INIT;

    if (metadata_write(image, texts, &error) != 0)
        return said_error(&error);
    return (struct said){SL_LEVEL_OK, saved_sentence()};
}

struct said use_metadata(const struct use *use)
{
    struct proposal proposal = proposal_of(use);
    struct said said = {SL_LEVEL_OK, NULL};
    struct metadata now, chosen;

    if (!host_image_valid(use->image))
        return not_open();
    metadata_read(use->image, &now);
    char *name = host_image_name(use->image);
    char *where = g_strdup_printf(_("Into the metadata of %s, as it is open in GIMP:"), name);
    if (metadata_ask(use->parent, where, _("_Save"), &now, &proposal, &chosen))
        said = save_texts(use->image, &chosen);
    metadata_release(&chosen);
    metadata_release(&now);
    g_free(where);
    g_free(name);
    return said;
}

/* A file that is written or read aside. */
struct file_work {
    const char *path;
    const struct metadata *texts;
    struct metadata found;
    int code;
    struct sl_error error;
};

static void write_aside(void *data)
{
    struct file_work *work = data;

    work->code = metadata_file_write(work->path, work->texts, &work->error);
}

static void read_aside(void *data)
{
    struct file_work *work = data;

    work->code = metadata_file_read(work->path, &work->found, &work->error);
}

int write_file_aside(const char *path, const struct metadata *texts, struct sl_error *error)
{
    struct file_work work = {.path = path, .texts = texts};

    run_aside(write_aside, &work);
    *error = work.error;
    return work.code;
}

static struct said write_texts(const char *path, const struct metadata *texts)
{
    struct sl_error error = SL_ERROR_INIT;

    if (write_file_aside(path, texts, &error) != 0)
        return said_error(&error);
    return (struct said){SL_LEVEL_OK,
                         g_strdup_printf(_("Written into %s; its pixels are as they were."), path)};
}

static struct said ask_and_write(const struct use *use, const char *path)
{
    struct proposal proposal = proposal_of(use);
    struct file_work reading = {.path = path};
    struct said said = {SL_LEVEL_OK, NULL};
    struct metadata chosen;

    run_aside(read_aside, &reading);
    if (reading.code != 0)
        return said_error(&reading.error);
    char *where = g_strdup_printf(_("Into the file %s:"), path);
    if (metadata_ask(use->parent, where, _("_Write"), &reading.found, &proposal, &chosen))
        said = write_texts(path, &chosen);
    metadata_release(&chosen);
    metadata_release(&reading.found);
    g_free(where);
    return said;
}

struct said use_write_file(const struct use *use)
{
    char *proposed = host_image_valid(use->image) ? host_image_path(use->image) : NULL;
    char *path = choose_file(use->parent, _("Write Into File on Disk"), proposed ? proposed : "",
                             _("_Open"));
    struct said said = {SL_LEVEL_OK, NULL};

    if (path)
        said = ask_and_write(use, path);
    g_free(path);
    g_free(proposed);
    return said;
}
