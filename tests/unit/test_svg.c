/* SVG, by value: what is drawn, how large, and what is not loaded. */
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <libdeflate.h>

#include "marked.h"
#include "pictures.h"

static struct sl_media media_of_text(const char *text)
{
    return (struct sl_media){
        .kind = SL_MEDIA_BYTES, .name = "it.bin", .bytes = text, .len = strlen(text)};
}

static struct sl_image prepare_text(const char *text, enum sl_detail detail)
{
    struct sl_media media = media_of_text(text);

    return prepare_media(&media, detail);
}

static void refuse_text(const char *text, int code, const char *words)
{
    struct sl_media media = media_of_text(text);

    refuse_media(&media, code, words);
}

#define SVG(attributes, content)                                                                   \
    "<svg xmlns='http://www.w3.org/2000/svg' "                                                     \
    "xmlns:xlink='http://www.w3.org/1999/xlink' " attributes ">" content "</svg>"
#define RED "<rect width='100%' height='100%' fill='#c81414'/>"

static const unsigned char red[3] = {200, 20, 20}, white[3] = {255, 255, 255};

static void sizes(void **state)
{
    static const struct {
        const char *text;
        uint32_t low[2], high[2];
    } rows[] = {
        {SVG("width='1200' height='800'", RED), {728, 485}, {1008, 672}},
        {SVG("width='24' height='12'", RED), {728, 364}, {728, 364}},
        {SVG("width='24mm' height='24mm'", RED), {728, 728}, {728, 728}},
        {SVG("viewBox='0 0 50 100'", RED), {364, 728}, {364, 728}},
        {SVG("width='100%' height='100%' viewBox='0 0 3000 1500'", RED), {728, 364}, {2520, 1260}},
        {SVG("width='90000' height='90000'", RED), {728, 728}, {3024, 3024}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        OWNED(sl_image) low = prepare_text(rows[i].text, SL_DETAIL_LOW);
        OWNED(sl_image) high = prepare_text(rows[i].text, SL_DETAIL_HIGH);

        assert_int_equal(low.width, rows[i].low[0]);
        assert_int_equal(low.height, rows[i].low[1]);
        assert_int_equal(high.width, rows[i].high[0]);
        assert_int_equal(high.height, rows[i].high[1]);
        assert_middle(&low, red, 3, 3);
        assert_middle(&high, red, 3, 3);
    }
}

/* Drawn at the size that is wanted, an edge is as sharp as can be. */
static void drawn_and_not_scaled(void **state)
{
    OWNED(sl_image)
    image = prepare_text(
        SVG("width='3640' height='3640'", "<rect x='1820' width='1820' height='3640'/>"),
        SL_DETAIL_LOW);
    OWNED(raw) read = read_jpeg(image.data, image.len);

    (void)state;
    assert_true(pixel(&read, 362, 300)[0] > 245);
    assert_true(pixel(&read, 365, 300)[0] < 10);
}

static void on_white(void **state)
{
    static const unsigned char half[3] = {227, 137, 137};
    OWNED(sl_image)
    image = prepare_text(SVG("width='100' height='100'",
                             "<rect width='100' height='50' fill='#c81414' opacity='.5'/>"),
                         SL_DETAIL_LOW);
    OWNED(raw) read = read_jpeg(image.data, image.len);

    (void)state;
    assert_true(image.done & SL_IMAGE_FLATTENED);
    assert_near(pixel(&read, 364, 100), half, 3, 4);
    assert_near(pixel(&read, 364, 600), white, 3, 3);
}

static void a_part_of_it(void **state)
{
    const char *text =
        SVG("width='1000' height='1000'", "<rect width='500' height='500' fill='#c81414'/>");
    struct sl_media media = media_of_text(text);
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    OWNED(sl_image) image = {0};

    (void)state;
    options.crop = (struct sl_rect){400, 400, 200, 200};
    assert_int_equal(sl_image_prepare(&image, &media, &options, NULL), 0);
    OWNED(raw) read = read_jpeg(image.data, image.len);
    assert_int_equal(read.width, 200);
    assert_near(pixel(&read, 50, 50), red, 3, 4);
    assert_near(pixel(&read, 150, 150), white, 3, 3);
}

/* What the document refers to lies there, and stays there. */
static void nothing_is_loaded(void **state)
{
    static const char *const ways[] = {
        "<image xlink:href='%s' width='100' height='100'/>",
        "<image xlink:href='file://%s' width='100' height='100'/>",
        "<image href='file://%s' width='100' height='100'/>",
        "<style>@import url('file://%s');</style>",
        "<use xlink:href='file://%s#it'/>",
    };
    OWNED(raw) raw = make_flat(50, 50, 3, red);
    OWNED(coded) png = make_png(&raw, (struct png_kind){0});
    char path[] = "/tmp/sightline-svg-XXXXXX";
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0 && write(fd, png.data, png.len) == (ssize_t)png.len);
    close(fd);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        char content[256], text[1024];
        snprintf(content, sizeof content, ways[i], path);
        snprintf(text, sizeof text, SVG("width='100' height='100'", "%s"), content);
        OWNED(sl_image) image = prepare_text(text, SL_DETAIL_LOW);
        OWNED(raw) read = read_jpeg(image.data, image.len);

        assert_near(pixel(&read, 200, 200), white, 3, 3);
    }
    remove(path);
}

static void entities_are_not_loaded(void **state)
{
    const char *text =
        "<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
        "<svg xmlns='http://www.w3.org/2000/svg' width='100' height='100'>"
        "<text y='50'>&e;</text></svg>";
    struct sl_media media = media_of_text(text);
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    OWNED(sl_image) image = {0};
    struct sl_error error = SL_ERROR_INIT;

    (void)state;
    if (sl_image_prepare(&image, &media, &options, &error) != 0) {
        assert_int_equal(error.code, SL_E_CORRUPT);
        return;
    }
    OWNED(raw) read = read_jpeg(image.data, image.len);
    for (uint32_t y = 0; y < read.height; y += 8)
        for (uint32_t x = 0; x < read.width; x += 8)
            assert_near(pixel(&read, x, y), white, 3, 3);
}

static void broken(void **state)
{
    (void)state;
    refuse_text("<svg xmlns='http://www.w3.org/2000/svg'><rect", SL_E_CORRUPT, "this SVG");
    refuse_text("<svg><unclosed></svg>", SL_E_CORRUPT, "this SVG");
    refuse_text(SVG("width='0' height='0'", RED), SL_E_CORRUPT, "nothing to see");
    refuse_text("<html><svg></svg></html>", SL_E_CORRUPT, "this SVG");
}

/* Each level shows the one below ten times: hours of drawing, which a cancel ends, or the limit. */
static void bomb_of_references(void **state)
{
    char text[8192];
    size_t len = (size_t)snprintf(text, sizeof text,
                                  "<svg xmlns='http://www.w3.org/2000/svg' "
                                  "xmlns:xlink='http://www.w3.org/1999/xlink' "
                                  "width='9' height='9'><defs>"
                                  "<rect id='a0' width='9' height='9'/>");
    struct timespec from, to;
    atomic_bool cancelled = true;
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl_image image = SL_IMAGE_INIT;
    struct sl_media media = media_of_text(text);

    (void)state;
    for (unsigned i = 1; i < 12; i++) {
        len += (size_t)snprintf(text + len, sizeof text - len, "<g id='a%u'>", i);
        for (unsigned k = 0; k < 10; k++)
            len +=
                (size_t)snprintf(text + len, sizeof text - len, "<use xlink:href='#a%u'/>", i - 1);
        len += (size_t)snprintf(text + len, sizeof text - len, "</g>");
    }
    snprintf(text + len, sizeof text - len, "</defs><use xlink:href='#a11'/></svg>");
    media.len = strlen(text);
    clock_gettime(CLOCK_MONOTONIC, &from);
    refuse_text(text, SL_E_TOO_LARGE, "to draw");
    clock_gettime(CLOCK_MONOTONIC, &to);
    assert_true(to.tv_sec - from.tv_sec < 30);
    options.cancel = &cancelled;
    assert_int_equal(sl_image_prepare(&image, &media, &options, NULL), SL_E_CANCELLED);
}

/* Each step keeps a picture of its own: 3 GB of them. */
static void bomb_of_memory(void **state)
{
    enum { STEPS = 1450, MOST = 2048 << 10 /* in KB */ };
    static char text[64 * STEPS];
    struct rusage usage;

    (void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip(); /* they reserve more than any limit */
#endif
    size_t len = (size_t)snprintf(text, sizeof text,
                                  "<svg xmlns='http://www.w3.org/2000/svg' width='728' "
                                  "height='728'><filter id='f' x='0' y='0' width='1' height='1'>");
    for (unsigned i = 0; i < STEPS; i++)
        len +=
            (size_t)snprintf(text + len, sizeof text - len, "<feOffset dx='1' result='r%u'/>", i);
    snprintf(text + len, sizeof text - len,
             "</filter><rect width='728' height='728' filter='url(#f)'/></svg>");
    struct sl_media media = media_of_text(text);
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    OWNED(sl_image) image = SL_IMAGE_INIT;
    int code = sl_image_prepare(&image, &media, &options, NULL);
    assert_true(code == SL_E_CORRUPT || code == SL_E_TOO_LARGE);
    getrusage(RUSAGE_CHILDREN, &usage);
#ifdef __linux__
    assert_true(usage.ru_maxrss < MOST);
#endif
}

static void too_long_a_document(void **state)
{
    size_t len = (33u << 20);
    char *text = malloc(len + 1);
    struct sl_media media;

    (void)state;
    memset(text, ' ', len);
    text[len] = '\0';
    memcpy(text, "<svg>", 5);
    media = media_of_text(text);
    refuse_media(&media, SL_E_TOO_LARGE, "export it as PNG");
    free(text);
}

/* A module has its own copy of what looks sentences up. */
static void refused_in_the_language(void **state)
{
    static const char *const beginnings[] = {MARKED "it.bin: ", "it.bin: "};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct sl_media media = media_of_text("<svg xmlns='http://www.w3.org/2000/svg'><rect");
        struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
        OWNED(sl_image) image = {0};
        struct sl_error error = SL_ERROR_INIT;

        sl_translate_with(i == 0 ? marked : NULL, NULL);
        assert_int_equal(sl_image_prepare(&image, &media, &options, &error), SL_E_CORRUPT);
        assert_ptr_equal(strstr(error.message, beginnings[i]), error.message);
        assert_non_null(strstr(error.message, "librsvg"));
    }
}

static struct coded gzipped(const char *text, size_t len)
{
    struct libdeflate_compressor *deflater = libdeflate_alloc_compressor(9);
    size_t room = libdeflate_gzip_compress_bound(deflater, len);
    struct coded coded = {malloc(room), 0};

    coded.len = libdeflate_gzip_compress(deflater, text, len, coded.data, room);
    libdeflate_free_compressor(deflater);
    assert_true(coded.len > 0);
    return coded;
}

/* Behind gzip, short and longer than what is looked at; and what else may be behind it. */
static void behind_gzip(void **state)
{
    const char *text = SVG("width='100' height='50'", RED);
    OWNED(coded) it = gzipped(text, strlen(text));
    OWNED(sl_image) image = prepare(&it);
    size_t len = 100000;
    char *longer = malloc(len + 1);

    (void)state;
    assert_middle(&image, red, 3, 3);
    memset(longer, '\n', len);
    lay_bytes(longer, text, strlen(text) - 6);
    memcpy(longer + len - 6, "</svg>", 7);
    OWNED(coded) long_one = gzipped(longer, len);
    OWNED(sl_image) other = prepare(&long_one);
    assert_middle(&other, red, 3, 3);
    free(longer);
    OWNED(coded) no_svg = gzipped("<html>", 6);
    refuse(&no_svg, SL_E_UNSUPPORTED, "not a picture");
    for (size_t cut = 0; cut < it.len; cut++) {
        struct coded some = {it.data, cut};
        struct sl_media media = media_of(&some);
        struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
        struct sl_image none = SL_IMAGE_INIT;
        assert_int_not_equal(sl_image_prepare(&none, &media, &options, NULL), 0);
    }
}

/* Some kilobytes that would be three gigabytes: ended by the limits of the child. */
static void bomb_behind_gzip(void **state)
{
    size_t len = 64u << 20;
    char *text = malloc(len);
    struct coded bomb = {0};
    struct timespec from, to;

    (void)state;
    memset(text, ' ', len);
    OWNED(coded) piece = gzipped(text, len);
    lay_bytes(text, "<svg width='9'><!--", 19);
    OWNED(coded) first = gzipped(text, len);
    free(text);
    append(&bomb, first.data, first.len);
    for (unsigned i = 0; i < 47; i++)
        append(&bomb, piece.data, piece.len);
    clock_gettime(CLOCK_MONOTONIC, &from);
    struct sl_media media = media_of(&bomb);
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl_image none = SL_IMAGE_INIT;
    struct sl_error error = SL_ERROR_INIT;
    int code = sl_image_prepare(&none, &media, &options, &error);
    clock_gettime(CLOCK_MONOTONIC, &to);
    assert_true(code == SL_E_TOO_LARGE || code == SL_E_CORRUPT);
    assert_true(to.tv_sec - from.tv_sec < 30);
    free(bomb.data);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes),
        cmocka_unit_test(drawn_and_not_scaled),
        cmocka_unit_test(on_white),
        cmocka_unit_test(a_part_of_it),
        cmocka_unit_test(nothing_is_loaded),
        cmocka_unit_test(entities_are_not_loaded),
        cmocka_unit_test(broken),
        cmocka_unit_test(bomb_of_references),
        cmocka_unit_test(bomb_of_memory),
        cmocka_unit_test(too_long_a_document),
        cmocka_unit_test(refused_in_the_language),
        cmocka_unit_test(behind_gzip),
        cmocka_unit_test(bomb_behind_gzip),
    };

    return run_cases(tests, argc, argv);
}
