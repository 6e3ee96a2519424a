/* Turns libjpeg's messages into sentences, and its worse warnings into errors. */
#include <stdlib.h>

#include "jpeg.h"

#include <jerror.h>

_Noreturn void sl__jpeg_leave(struct sl__jpeg_failure *failure, int code)
{
    failure->code = code;
    longjmp(failure->jump, 1);
}

static int explain(const struct sl__jpeg_failure *failure)
{
    switch (failure->base.msg_code) {
    case JERR_OUT_OF_MEMORY:
        return sl__fail_memory(failure->input);
    case JERR_BAD_PRECISION:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_SOF_UNSUPPORTED:
        return sl_error_set(failure->input->error, SL_E_UNSUPPORTED,
                            "%s: this build cannot read this kind of JPEG (lossless, 12 bits or "
                            "odd colours); convert it to PNG or to ordinary JPEG",
                            failure->input->name);
    default:
        return failure->ended ? sl__fail_cut_short(failure->input)
                              : sl__fail_damaged(failure->input);
    }
}

static void fail(j_common_ptr info)
{
    struct sl__jpeg_failure *failure = (struct sl__jpeg_failure *)info->err;

    sl__jpeg_leave(failure, explain(failure));
}

/* Cameras and editors write files with these; the pixels are right all the same. */
static bool harmless(int message)
{
    return message == JWRN_EXTRANEOUS_DATA || message == JWRN_NOT_SEQUENTIAL ||
           message == JWRN_ADOBE_XFORM || message == JWRN_JFIF_MAJOR || message == JWRN_BOGUS_ICC;
}

static void judge(j_common_ptr info, int level)
{
    struct sl__jpeg_failure *failure = (struct sl__jpeg_failure *)info->err;

    if (level >= 0)
        return;
    if (!harmless(info->err->msg_code))
        fail(info);
    failure->untidy = true;
}

static void say_nothing(j_common_ptr info)
{
    (void)info;
}

struct jpeg_error_mgr *sl__jpeg_failure_init(struct sl__jpeg_failure *failure,
                                             const struct sl__input *input)
{
    failure->input = input;
    jpeg_std_error(&failure->base);
    failure->base.error_exit = fail;
    failure->base.emit_message = judge;
    failure->base.output_message = say_nothing;
    return &failure->base;
}
