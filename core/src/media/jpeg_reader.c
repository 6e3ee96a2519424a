/* How JPEGs are read, whether rows of pixels are wanted of them or planes. */
#include "jpeg.h"

/* Real progressive files have about ten scans; each costs as much as the whole picture. */
#define MAX_SCANS 200

static void ignore(j_decompress_ptr info)
{
    (void)info;
}

/* At the end of the bytes the decoder is given an end marker, and we remember. */
static boolean give_end(j_decompress_ptr info)
{
    static const JOCTET end[2] = {0xff, JPEG_EOI};

    ((struct sl__jpeg_failure *)info->err)->ended = true;
    info->src->next_input_byte = end;
    info->src->bytes_in_buffer = sizeof end;
    return TRUE;
}

static void skip(j_decompress_ptr info, long count)
{
    if (count <= 0)
        return;
    if ((size_t)count > info->src->bytes_in_buffer) {
        give_end(info);
        return;
    }
    info->src->next_input_byte += count;
    info->src->bytes_in_buffer -= (size_t)count;
}

/* The only place where a progressive picture can be stopped while its scans are read. */
static void watch(j_common_ptr common)
{
    struct sl__jpeg_failure *failure = (struct sl__jpeg_failure *)common->err;

    if (sl__cancelled(failure->input))
        sl__jpeg_leave(failure, sl__fail_cancelled(failure->input));
    if (((j_decompress_ptr)common)->input_scan_number > MAX_SCANS)
        sl__jpeg_leave(failure, sl__fail_damaged(failure->input));
}

static void set_source(struct sl__jpeg_reader *r)
{
    r->source = (struct jpeg_source_mgr){
        .next_input_byte = r->failure.input->bytes,
        .bytes_in_buffer = r->failure.input->len,
        .init_source = ignore,
        .fill_input_buffer = give_end,
        .skip_input_data = skip,
        .resync_to_restart = jpeg_resync_to_restart,
        .term_source = ignore,
    };
    r->info.src = &r->source;
    r->progress.progress_monitor = watch;
    r->info.progress = &r->progress;
}

/*
 * The largest of the shrinking factors that libjpeg is fast at. The others between 1 and 8 are
 * slower than no shrinking at all.
 */
unsigned sl__jpeg_shrink_for(const struct sl__picture *picture, uint32_t width, uint32_t height)
{
    unsigned shrink = 8;

    while (shrink > 1 && (picture->width < SL__OVERSIZE * width * shrink ||
                          picture->height < SL__OVERSIZE * height * shrink))
        shrink /= 2;
    return shrink;
}

void sl__jpeg_reader_init(struct sl__jpeg_reader *r, const struct sl__input *input)
{
    r->info.err = sl__jpeg_failure_init(&r->failure, input);
}

int sl__jpeg_reader_begin(struct sl__jpeg_reader *r, const struct sl__picture *picture,
                          unsigned shrink)
{
    jpeg_create_decompress(&r->info);
    set_source(r);
    jpeg_read_header(&r->info, TRUE);
    if (r->info.image_width != picture->width || r->info.image_height != picture->height)
        return sl__fail_damaged(r->failure.input);
    r->info.scale_num = 1;
    r->info.scale_denom = shrink;
    return 0;
}

/* An end that is missing is harmless where all pixels came before it, and only there. */
int sl__jpeg_reader_finish(struct sl__jpeg_reader *r)
{
    bool must_end = jpeg_has_multiple_scans(&r->info) || r->info.arith_code;

    jpeg_finish_decompress(&r->info);
    return r->failure.ended && must_end ? sl__fail_cut_short(r->failure.input) : 0;
}
