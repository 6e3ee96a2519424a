/* Pictures that are shared, and how they are read. See reading.h. */
#include "reading.h"

#include "i18n.h"
#include "picture.h"
#include "source.h"

struct pictures {
    gint references;
    size_t count;
    struct sl_media media[];
};

enum stage { STAGE_WARM_UP, STAGE_OPEN, STAGE_TUNE, STAGE_READ };

struct reading {
    GArray *shots;
    enum stage stage;        /* the next step */
    guint at;                /* the shot that is read */
    struct picture *picture; /* of it, or NULL before it was opened */
    struct pictures *pictures;
};

static struct pictures *pictures_new(size_t count)
{
    struct pictures *pictures = g_malloc0(sizeof *pictures + count * sizeof pictures->media[0]);

    pictures->references = 1;
    return pictures;
}

struct pictures *pictures_hold(struct pictures *pictures)
{
    g_atomic_int_inc(&pictures->references);
    return pictures;
}

void pictures_drop(struct pictures *pictures)
{
    if (!pictures || !g_atomic_int_dec_and_test(&pictures->references))
        return;
    for (size_t i = 0; i < pictures->count; i++) {
        g_free((char *)pictures->media[i].name);
        g_free((void *)pictures->media[i].pixels.data);
    }
    g_free(pictures);
}

size_t pictures_count(const struct pictures *pictures)
{
    return pictures->count;
}

const struct sl_media *pictures_media(const struct pictures *pictures)
{
    return pictures->media;
}

struct reading *reading_new(int image, const char *source, struct sl_error *error)
{
    GArray *shots = source_shots(image, source, error);

    if (!shots)
        return NULL;
    struct reading *reading = g_new0(struct reading, 1);
    reading->shots = shots;
    reading->pictures = pictures_new(shots->len);
    return reading;
}

static const struct shot *shot_of(const struct reading *reading)
{
    return &g_array_index(reading->shots, struct shot, reading->at);
}

static enum reading_state open_picture(struct reading *reading, struct sl_error *error)
{
    reading->picture = picture_open(shot_of(reading), error);
    reading->stage = STAGE_TUNE;
    return reading->picture ? READING_ASIDE : READING_FAILED;
}

static enum reading_state finish_picture(struct reading *reading)
{
    struct pictures *pictures = reading->pictures;

    picture_take(g_steal_pointer(&reading->picture), &pictures->media[pictures->count++]);
    reading->stage = STAGE_OPEN;
    return ++reading->at < reading->shots->len ? READING_OPENS : READING_DONE;
}

enum reading_state reading_step(struct reading *reading, struct sl_error *error)
{
    switch (reading->stage) {
    case STAGE_WARM_UP:
        picture_warm_up();
        reading->stage = STAGE_OPEN;
        return READING_OPENS;
    case STAGE_OPEN:
        return open_picture(reading, error);
    case STAGE_TUNE:
        picture_tune(reading->picture);
        reading->stage = STAGE_READ;
        return READING_GOES_ON;
    case STAGE_READ:
        return picture_read(reading->picture) ? READING_GOES_ON : finish_picture(reading);
    }
    return READING_FAILED;
}

const char *reading_request(const struct reading *reading)
{
    return shot_of(reading)->layer < 0 ? _("Asking GIMP for the visible image")
                                       : _("Asking GIMP for the layer");
}

double reading_fraction(const struct reading *reading)
{
    double part = reading->picture ? picture_fraction(reading->picture) : 0;

    return (reading->at + part) / reading->shots->len;
}

struct pictures *reading_take(struct reading *reading)
{
    return g_steal_pointer(&reading->pictures);
}

void reading_free(struct reading *reading)
{
    if (!reading)
        return;
    picture_free(reading->picture);
    pictures_drop(reading->pictures);
    g_array_unref(reading->shots);
    g_free(reading);
}
