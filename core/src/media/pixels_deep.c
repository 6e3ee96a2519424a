/* Samples of 16 bits and of floating point, linear or not, as samples of 8 bits. */
#include <string.h>

#include "pixels_deep.h"

struct sl__pixel_layout sl__pixel_layout(enum sl_pixel_format format)
{
    /* Both in the order that the formats are numbered in. */
    static const struct {
        enum sl__space space;
        bool alpha;
    } channels[] = {{SL__RGB, false}, {SL__RGB, true}, {SL__GREY, false}, {SL__GREY, true}};
    static const struct {
        enum sl__sample sample;
        unsigned char bytes;
        bool linear;
    } samples[] = {{SL__SAMPLE_8, 1, false},
                   {SL__SAMPLE_16, 2, false},
                   {SL__SAMPLE_16, 2, true},
                   {SL__SAMPLE_FLOAT, 4, false},
                   {SL__SAMPLE_FLOAT, 4, true}};
    unsigned at = (unsigned)format - 1, kind = at / 4, layout = at % 4;

    if (kind >= sizeof samples / sizeof *samples)
        return (struct sl__pixel_layout){0};
    return (struct sl__pixel_layout){
        .bytes = samples[kind].bytes * (channels[layout].space + (channels[layout].alpha ? 1u : 0)),
        .sample = samples[kind].sample,
        .linear = samples[kind].linear,
        .space = channels[layout].space,
        .alpha = channels[layout].alpha,
    };
}

/* What is no number is 0. */
static float unit(const unsigned char *p)
{
    float value;

    memcpy(&value, p, sizeof value);
    return value >= 1 ? 1 : value > 0 ? value : 0;
}

static unsigned sixteen(const unsigned char *p)
{
    uint16_t value;

    memcpy(&value, p, sizeof value);
    return value;
}

static unsigned char encoded(const unsigned char *p, enum sl__sample sample)
{
    if (sample == SL__SAMPLE_FLOAT)
        return (unsigned char)(unit(p) * 255 + 0.5F);
    return (unsigned char)((sixteen(p) + 128) / 257);
}

static unsigned char toned(const unsigned char *p, enum sl__sample sample,
                           const unsigned char *curve)
{
    if (sample == SL__SAMPLE_FLOAT)
        return curve[(unsigned)(unit(p) * (SL__TONE_STEPS - 1) + 0.5F)];
    return curve[sixteen(p)];
}

void sl__pixels_flatten(unsigned char *to, const unsigned char *from, uint32_t pixels,
                        const struct sl__pixel_layout *layout, const struct sl__tones *tones)
{
    size_t bytes = layout->sample == SL__SAMPLE_FLOAT ? 4 : 2;
    unsigned first = layout->space == SL__GREY ? 1 : 0;

    for (; pixels > 0; pixels--) {
        for (unsigned c = 0; c < (unsigned)layout->space; c++, from += bytes)
            *to++ = tones ? toned(from, layout->sample, tones->curve[first + c])
                          : encoded(from, layout->sample);
        if (!layout->alpha)
            continue;
        *to++ = encoded(from, layout->sample);
        from += bytes;
    }
}

static void unmultiply(unsigned char *p, enum sl__sample sample, const unsigned char *alpha)
{
    if (sample == SL__SAMPLE_FLOAT) {
        float value = unit(p) / unit(alpha);

        memcpy(p, &value, sizeof value);
    } else {
        unsigned value = (sixteen(p) * 65535u + sixteen(alpha) / 2) / sixteen(alpha);
        uint16_t most = (uint16_t)(value < 65535 ? value : 65535);

        memcpy(p, &most, sizeof most);
    }
}

void sl__pixels_unmultiply(unsigned char *row, uint32_t pixels,
                           const struct sl__pixel_layout *layout)
{
    size_t bytes = layout->sample == SL__SAMPLE_FLOAT ? 4 : 2;

    for (; pixels > 0; pixels--, row += bytes * (layout->space + 1u)) {
        const unsigned char *alpha = row + bytes * layout->space;

        if (encoded(alpha, layout->sample) == 0)
            continue;
        for (unsigned c = 0; c < (unsigned)layout->space; c++)
            unmultiply(row + bytes * c, layout->sample, alpha);
    }
}
