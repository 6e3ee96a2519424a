/* Opens the modules that read pictures. */
#include <string.h>

#include "optional.h"
#include "pictures/module.h"
#include "translate.h"

static struct optional {
    const char *needs;
    const char *run, *build; /* Debian's packages */
    struct sl__module_slot slot;
} all[] = {
#define SLOT(name)                                                                                 \
    {                                                                                              \
        .file = name, .symbol = SL__PICTURE_MODULE_SYMBOL                                          \
    }
    [SL__TIFF_MODULE] = {"libtiff", "libtiff6", "libtiff-dev", SLOT("sightline-tiff.so")},
    [SL__HEIF_MODULE] = {"libheif", "libheif1", "libheif-dev", SLOT("sightline-heif.so")},
    [SL__SVG_MODULE] = {"librsvg", "librsvg2-2", "librsvg2-dev", SLOT("sightline-svg.so")},
#undef SLOT
};

static int fail(const struct optional *optional, const char *format, const struct sl__input *input)
{
    if (!*optional->slot.reason)
        return sl_error_set(input->error, SL_E_UNSUPPORTED,
                            "%s: this build cannot read %s; install %s (Debian: %s) and build "
                            "again, or convert it to JPEG or PNG",
                            input->name, format, optional->needs, optional->build);
    /* The loader names the library that is missing. */
    if (strstr(optional->slot.reason, optional->needs))
        return sl_error_set(input->error, SL_E_UNSUPPORTED,
                            "%s: this machine has no %s; install %s, or convert it to JPEG or PNG",
                            input->name, optional->needs, optional->run);
    return sl_error_set(input->error, SL_E_UNSUPPORTED,
                        "%s: what reads %s here cannot be used (%s); build Sightline again, or "
                        "convert it to JPEG or PNG",
                        input->name, format, optional->slot.reason);
}

const struct sl__codec *sl__optional_codec(enum sl__optional which, const char *format,
                                           const struct sl__input *input, int *code)
{
    struct optional *optional = &all[which];
    const struct sl__module *module = sl__module_open(&optional->slot);

    if (module)
        return &((const struct sl__picture_module *)module)->codec;
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
