/* Opens the modules that read pictures. */
#include <pthread.h>
#include <string.h>

#include "optional.h"
#include "pictures/module.h"
#include "translate.h"

static struct optional {
    const char *file, *needs;
    const char *run, *build; /* Debian's packages */
    bool tried;
    const struct sl__picture_module *module;
    char reason[SL__MODULE_REASON];
} all[] = {
    [SL__TIFF_MODULE] = {.file = "sightline-tiff.so",
                         .needs = "libtiff",
                         .run = "libtiff6",
                         .build = "libtiff-dev"},
    [SL__HEIF_MODULE] = {.file = "sightline-heif.so",
                         .needs = "libheif",
                         .run = "libheif1",
                         .build = "libheif-dev"},
    [SL__SVG_MODULE] = {.file = "sightline-svg.so",
                        .needs = "librsvg",
                        .run = "librsvg2-2",
                        .build = "librsvg2-dev"},
};

static const struct optional *opened(enum sl__optional which)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    struct optional *optional = &all[which];

    pthread_mutex_lock(&mutex);
    if (!optional->tried)
        optional->module = (const struct sl__picture_module *)sl__module_open(
            optional->file, SL__PICTURE_MODULE_SYMBOL, optional->reason);
    optional->tried = true;
    pthread_mutex_unlock(&mutex);
    return optional;
}

static int fail(const struct optional *optional, const char *format, const struct sl__input *input)
{
    if (!*optional->reason)
        return sl_error_set(input->error, SL_E_UNSUPPORTED,
                            "%s: this build cannot read %s; install %s (Debian: %s) and build "
                            "again, or convert it to JPEG or PNG",
                            input->name, format, optional->needs, optional->build);
    /* The loader names the library that is missing. */
    if (strstr(optional->reason, optional->needs))
        return sl_error_set(input->error, SL_E_UNSUPPORTED,
                            "%s: this machine has no %s; install %s, or convert it to JPEG or PNG",
                            input->name, optional->needs, optional->run);
    return sl_error_set(input->error, SL_E_UNSUPPORTED,
                        "%s: what reads %s here cannot be used (%s); build Sightline again, or "
                        "convert it to JPEG or PNG",
                        input->name, format, optional->reason);
}

const struct sl__codec *sl__optional_codec(enum sl__optional which, const char *format,
                                           const struct sl__input *input, int *code)
{
    const struct optional *optional = opened(which);

    if (optional->module)
        return &optional->module->codec;
    *code = fail(optional, format, input);
    return NULL;
}

int sl__optional_check(enum sl__optional which, const char *format, struct sl_error *error)
{
    const struct sl__input input = {.name = sl__tr("pictures"), .error = error};
    int code = 0;

    sl__optional_codec(which, format, &input, &code);
    return code;
}
