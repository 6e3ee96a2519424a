/* Reads JPEG, smaller by halves where less is wanted. */
#include <stdlib.h>

#include "jpeg.h"

/* Real progressive files have about ten scans; each costs as much as the whole picture. */
#define MAX_SCANS 200

/* How much larger than wanted a picture is at least decoded: with less, detail is lost. */
#define OVERSIZE 1.4

struct jpeg_rows {
    struct sl__rows rows;
    struct jpeg_decompress_struct info;
    struct sl__jpeg_failure failure;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    bool inverted; /* Adobe writes CMYK the other way round */
};

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

static void set_source(struct jpeg_rows *r)
{
    r->source = (struct jpeg_source_mgr){
        .next_input_byte = r->rows.input->bytes,
        .bytes_in_buffer = r->rows.input->len,
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
static unsigned shrink_for(const struct sl__picture *picture, uint32_t width, uint32_t height)
{
    unsigned shrink = 8;

    while (shrink > 1 && (picture->width < OVERSIZE * width * shrink ||
                          picture->height < OVERSIZE * height * shrink))
        shrink /= 2;
    return shrink;
}

static void choose_output(struct jpeg_rows *r, unsigned shrink)
{
    struct jpeg_decompress_struct *info = &r->info;

    info->scale_num = 1;
    info->scale_denom = shrink;
    if (info->num_components == 1)
        info->out_color_space = JCS_GRAYSCALE;
    else if (info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK)
        info->out_color_space = JCS_CMYK;
    else
        info->out_color_space = JCS_RGB;
    r->inverted = info->out_color_space == JCS_CMYK && info->saw_Adobe_marker;
}

/* An end that is missing is harmless where all pixels came before it, and only there. */
static int finish(struct jpeg_rows *r)
{
    bool must_end = jpeg_has_multiple_scans(&r->info) || r->info.arith_code;

    jpeg_finish_decompress(&r->info);
    r->rows.untidy = r->failure.untidy;
    return r->failure.ended && must_end ? sl__fail_cut_short(r->rows.input) : 0;
}

static int next(struct sl__rows *rows, unsigned char *row)
{
    struct jpeg_rows *r = (struct jpeg_rows *)rows;

    if (setjmp(r->failure.jump))
        return r->failure.code;
    jpeg_read_scanlines(&r->info, &row, 1);
    if (r->inverted)
        for (size_t i = 0; i < (size_t)rows->width * 4; i++)
            row[i] ^= 255;
    return r->info.output_scanline == rows->height ? finish(r) : 0;
}

static void close_rows(struct sl__rows *rows)
{
    struct jpeg_rows *r = (struct jpeg_rows *)rows;

    jpeg_destroy_decompress(&r->info);
    free(r);
}

static int start(struct jpeg_rows *r, const struct sl__picture *picture, unsigned shrink)
{
    if (setjmp(r->failure.jump))
        return r->failure.code;
    jpeg_create_decompress(&r->info);
    set_source(r);
    jpeg_read_header(&r->info, TRUE);
    if (r->info.image_width != picture->width || r->info.image_height != picture->height)
        return sl__fail_damaged(r->rows.input);
    choose_output(r, shrink);
    jpeg_start_decompress(&r->info);
    return 0;
}

static int open_rows(struct sl__rows **rows, const struct sl__input *input,
                     struct sl__picture *picture, uint32_t width, uint32_t height)
{
    unsigned shrink = shrink_for(picture, width, height);
    struct jpeg_rows *r = calloc(1, sizeof *r);
    int rc;

    if (!r)
        return sl__fail_memory(input);
    r->rows.input = input;
    r->info.err = sl__jpeg_failure_init(&r->failure, input);
    rc = start(r, picture, shrink);
    if (rc != 0) {
        close_rows(&r->rows);
        return rc;
    }
    if (r->info.output_width == picture->width)
        shrink = 1; /* lossless JPEG, where it is read at all, is never shrunk */
    r->rows = (struct sl__rows){
        .input = input,
        .width = r->info.output_width,
        .height = r->info.output_height,
        .extent_x = (double)picture->width / shrink,
        .extent_y = (double)picture->height / shrink,
        .space = (enum sl__space)r->info.output_components,
        .next = next,
        .close = close_rows,
    };
    *rows = &r->rows;
    return 0;
}

const struct sl__codec sl__jpeg = {"image/jpeg", true, sl__jpeg_probe, open_rows, sl__jpeg_strip};
