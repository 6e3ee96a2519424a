/* The parts of the WebP codec. */
#ifndef SL__WEBP_H
#define SL__WEBP_H

#include <webp/decode.h>
#include <webp/demux.h>

#include "planes.h"

/* webp_frame.c: the first frame, of zeros before it begins. Each function but the last returns 0 or
 * a code. */
struct sl__webp_frame {
    WebPDemuxer *demux;
    WebPIterator frame;
    WebPDecoderConfig config;
};

/* Takes the container apart; the caller deletes what is opened. */
int sl__webp_demux(const struct sl__input *input, WebPDemuxer **opened);
/* Up to where the output can be chosen. */
int sl__webp_begin(struct sl__webp_frame *frame, const struct sl__input *input);
int sl__webp_decode(struct sl__webp_frame *frame, const struct sl__input *input);
/* Whether nothing of the canvas lies beside it. */
bool sl__webp_covers(const struct sl__webp_frame *frame, const struct sl__picture *picture);
/* Also of one whose beginning failed. */
void sl__webp_end(struct sl__webp_frame *frame);

/* webp_planes.c */
int sl__webp_open_planes(struct sl__planes **planes, const struct sl__input *input,
                         const struct sl__picture *picture, uint32_t width, uint32_t height);

#endif
