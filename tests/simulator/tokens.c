/* What the input costs, as StepFun's documentation and its open image processor count it. */
#include "query.h"

#define GLOBAL_VIEW 171 /* tokens of the whole picture with its two markers */
#define CROP_VIEW 83    /* of one crop of 504×504 with its two */
#define LOW_DETAIL 169
#define VIDEO_SECOND 376 /* as two documented videos cost */
#define CROP_SIDE 504
#define GLOBAL_SIDE 728
#define MAX_SIDE 3024

static double window_of(double longer, double shorter)
{
    double ratio = longer / shorter;
    if (longer <= GLOBAL_SIDE)
        return ratio <= 1.5 ? 0 : shorter;
    return ratio > 4 && shorter < CROP_SIDE ? shorter : CROP_SIDE;
}

/* How many windows cover a side: one more only where more than a fifth of a window is left. */
static long windows(double side, double window)
{
    if (side < window)
        return 1;
    long whole = (long)(side / window);
    return whole + (side - (double)whole * window > window * 0.2);
}

static long high_detail_tokens(const struct picture *picture)
{
    double width = picture->width, height = picture->height;
    double longer = width > height ? width : height, shorter = width > height ? height : width;
    if (shorter < 32 && longer / shorter > 4)
        width = height = shorter = longer;
    if (longer > MAX_SIDE) {
        width *= MAX_SIDE / longer;
        height *= MAX_SIDE / longer;
        shorter *= MAX_SIDE / longer;
        longer = MAX_SIDE;
    }
    double window = window_of(longer, shorter);
    if (!(window > 0))
        return GLOBAL_VIEW;
    long columns = windows(width, window), rows = windows(height, window);
    return GLOBAL_VIEW + CROP_VIEW * columns * rows + rows - 1;
}

long query_prompt_tokens(const struct query *query)
{
    long tokens = (long)(query->text_bytes + 3) / 4;
    for (size_t i = 0; i < query->picture_count; i++) {
        const struct shown *shown = &query->pictures[i];
        bool low = shown->url || !shown->picture.high_detail;
        tokens += low ? LOW_DETAIL : high_detail_tokens(&shown->picture);
    }
    return tokens + (long)(query->video.seconds * VIDEO_SECOND);
}
