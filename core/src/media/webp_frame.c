/* Finds the first frame of a WebP and decodes it with libwebp. */
#include "thread.h"
#include "webp.h"

#define STEP 65536 /* bytes given to the decoder at a time: it can be stopped in between */

int sl__webp_demux(const struct sl__input *input, WebPDemuxer **opened)
{
    WebPData data = {input->bytes, input->len};
    WebPDemuxState state = WEBP_DEMUX_PARSE_ERROR;

    *opened = WebPDemuxPartial(&data, &state);
    if (*opened && state == WEBP_DEMUX_DONE)
        return 0;
    WebPDemuxDelete(*opened);
    *opened = NULL;
    return state == WEBP_DEMUX_PARSE_ERROR ? sl__fail_damaged(input) : sl__fail_cut_short(input);
}

static int explain(const struct sl__input *input, VP8StatusCode status)
{
    if (status == VP8_STATUS_OUT_OF_MEMORY)
        return sl__fail_memory(input);
    if (status == VP8_STATUS_SUSPENDED || status == VP8_STATUS_NOT_ENOUGH_DATA)
        return sl__fail_cut_short(input);
    return sl__fail_damaged(input);
}

int sl__webp_begin(struct sl__webp_frame *f, const struct sl__input *input)
{
    VP8StatusCode status;
    int rc;

    if (!WebPInitDecoderConfig(&f->config))
        return sl__fail_memory(input);
    f->config.options.use_threads = 1;
    rc = sl__webp_demux(input, &f->demux);
    if (rc != 0)
        return rc;
    if (!WebPDemuxGetFrame(f->demux, 1, &f->frame))
        return sl__fail_damaged(input);
    status = WebPGetFeatures(f->frame.fragment.bytes, f->frame.fragment.size, &f->config.input);
    return status == VP8_STATUS_OK ? 0 : explain(input, status);
}

/* At the first rows libwebp starts a thread for a part of the work, which is to get no signals. */
static VP8StatusCode update(WebPIDecoder *decoder, const WebPData *data, size_t given)
{
    sigset_t before;
    VP8StatusCode status;

    sl__signals_block(&before);
    status = WebPIUpdate(decoder, data->bytes, given);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status;
}

int sl__webp_decode(struct sl__webp_frame *f, const struct sl__input *input)
{
    const WebPData *data = &f->frame.fragment;
    WebPIDecoder *decoder = WebPIDecode(NULL, 0, &f->config);
    VP8StatusCode status = VP8_STATUS_SUSPENDED;
    size_t given = 0;

    if (!decoder)
        return sl__fail_memory(input);
    while (status == VP8_STATUS_SUSPENDED && given < data->size && !sl__cancelled(input)) {
        given = data->size - given > STEP ? given + STEP : data->size;
        status = update(decoder, data, given);
    }
    WebPIDelete(decoder);
    if (sl__cancelled(input))
        return sl__fail_cancelled(input);
    return status == VP8_STATUS_OK ? 0 : explain(input, status);
}

bool sl__webp_covers(const struct sl__webp_frame *f, const struct sl__picture *picture)
{
    return f->frame.x_offset == 0 && f->frame.y_offset == 0 &&
           (uint32_t)f->frame.width == picture->width &&
           (uint32_t)f->frame.height == picture->height;
}

void sl__webp_end(struct sl__webp_frame *f)
{
    WebPFreeDecBuffer(&f->config.output);
    WebPDemuxReleaseIterator(&f->frame);
    WebPDemuxDelete(f->demux);
}
