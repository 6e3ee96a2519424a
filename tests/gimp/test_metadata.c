/* Texts in the metadata of files on disk. */
#include <gexiv2/gexiv2.h>

#include "metadata.h"
#include "pictures.h"
#include "place.h"

#define ALT "A <red> boat & \"waves\""
enum { WIDTH = 60, HEIGHT = 40 };

#define DESCRIPTION "Ein rotes Boot fährt über blaue Wellen.\nZweite Zeile."

/* A TIFF of one strip. */
static struct coded make_tiff(const struct raw *raw)
{
    enum { HEADER = 8, ENTRIES = 9, BITS = HEADER + 2 + 12 * ENTRIES + 4, PIXELS = BITS + 6 };
    uint32_t size = raw->width * raw->height * raw->channels;
    const uint32_t entries[ENTRIES][4] = {
        {256, 4, 1, raw->width}, {257, 4, 1, raw->height}, {258, 3, 3, BITS},
        {259, 3, 1, 1},          {262, 3, 1, 2},           {273, 4, 1, PIXELS},
        {277, 3, 1, 3},          {278, 4, 1, raw->height}, {279, 4, 1, size},
    };
    const uint16_t bits[3] = {8, 8, 8}, count = ENTRIES;
    const uint32_t first = HEADER, next = 0;
    struct coded tiff = {0};

    append(&tiff, "II*\0", 4);
    append(&tiff, &first, 4);
    append(&tiff, &count, 2);
    for (int i = 0; i < ENTRIES; i++) {
        const uint16_t tag_and_type[2] = {(uint16_t)entries[i][0], (uint16_t)entries[i][1]};

        append(&tiff, tag_and_type, 4);
        append(&tiff, &entries[i][2], 8);
    }
    append(&tiff, &next, 4);
    append(&tiff, bits, sizeof bits);
    append(&tiff, raw->data, size);
    return tiff;
}

static const char *const names[] = {"a.jpg", "b.png", "c.webp", "d.tif"};

enum { FORMATS = sizeof names / sizeof *names };

static void put_picture(const char *name, const struct coded *coded, mode_t mode)
{
    FILE *file = fopen(in_place(name), "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(coded->data, 1, coded->len, file), coded->len);
    fclose(file);
    chmod(in_place(name), mode);
}

static void put_pictures(void)
{
    OWNED(raw) raw = make_raw(WIDTH, HEIGHT, 3);
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){0});
    OWNED(coded) png = make_png(&raw, (struct png_kind){0});
    OWNED(coded) webp = make_webp(&raw, true);
    OWNED(coded) tiff = make_tiff(&raw);
    const struct coded *pictures[FORMATS] = {&jpeg, &png, &webp, &tiff};

    for (int i = 0; i < FORMATS; i++)
        put_picture(names[i], pictures[i], 0640);
}

/* What a file would be sent as, which holds its coded pixels and nothing else; of TIFF the strip.
 */
static struct coded pixels_of(const char *name)
{
    struct sl_media media = {.kind = SL_MEDIA_FILE, .path = in_place(name)};
    struct coded pixels = {0};
    OWNED(sl_image) image = SL_IMAGE_INIT;
    char *content;
    gsize len;

    assert_true(g_file_get_contents(in_place(name), &content, &len, NULL));
    if (memcmp(content, "II*", 3) == 0) {
        OWNED(raw) raw = make_raw(WIDTH, HEIGHT, 3);
        const unsigned char *strip =
            find((const unsigned char *)content, len, raw.data, (size_t)WIDTH * HEIGHT * 3);

        assert_non_null(strip);
        append(&pixels, strip, (size_t)WIDTH * HEIGHT * 3);
    } else {
        image = prepare_media(&media, SL_DETAIL_HIGH);
        append(&pixels, image.data, image.len);
    }
    g_free(content);
    return pixels;
}

static void write_texts(const char *name, struct metadata texts)
{
    struct sl_error error = SL_ERROR_INIT;

    if (metadata_file_write(in_place(name), &texts, &error) != 0)
        fail_msg("%s", error.message);
}

static void assert_texts(const char *name, const char *alt, const char *description)
{
    struct metadata texts;
    struct sl_error error = SL_ERROR_INIT;

    if (metadata_file_read(in_place(name), &texts, &error) != 0)
        fail_msg("%s", error.message);
    if (alt)
        assert_string_equal(texts.alt, alt);
    else
        assert_null(texts.alt);
    if (description)
        assert_string_equal(texts.description, description);
    else
        assert_null(texts.description);
    metadata_release(&texts);
}

static GExiv2Metadata *tags_of(const char *name)
{
    GExiv2Metadata *tags = gexiv2_metadata_new();

    assert_true(gexiv2_metadata_open_path(tags, in_place(name), NULL));
    return tags;
}

static void pixels_and_mode_stay(void **state)
{
    (void)state;
    put_pictures();
    for (int i = 0; i < FORMATS; i++) {
        OWNED(coded) before = pixels_of(names[i]);
        write_texts(names[i], (struct metadata){ALT, DESCRIPTION, "A comment"});
        OWNED(coded) after = pixels_of(names[i]);
        struct stat status;

        assert_int_equal(after.len, before.len);
        assert_memory_equal(after.data, before.data, before.len);
        assert_int_equal(stat(in_place(names[i]), &status), 0);
        assert_int_equal(status.st_mode & 07777, 0640);
        assert_texts(names[i], ALT, DESCRIPTION);
    }
}

/* The standard wants alt text by language, also from an exiv2 that has never heard of it. */
static void alt_text_has_a_language(void **state)
{
    (void)state;
    put_pictures();
    for (int i = 0; i < FORMATS; i++) {
        write_texts(names[i], (struct metadata){.alt = "A boat"});
        GExiv2Metadata *tags = tags_of(names[i]);
        char *packet = gexiv2_metadata_try_get_xmp_packet(tags, NULL);

        assert_non_null(strstr(packet, "AltTextAccessibility>"));
        assert_non_null(strstr(packet, "<rdf:Alt>"));
        assert_non_null(strstr(packet, "<rdf:li xml:lang=\"x-default\">A boat</rdf:li>"));
        g_free(packet);
        g_object_unref(tags);
        write_texts(names[i], (struct metadata){.alt = "A ship"});
        assert_texts(names[i], "A ship", NULL);
    }
}

static void add_french(const char *name)
{
    static const char tag[] = "Xmp.iptc.AltTextAccessibility";
    GExiv2Metadata *tags = tags_of(name);
    const char *type = gexiv2_metadata_try_get_tag_type(tag, NULL);

    /* exiv2 before 0.28 does not know that it has languages. */
    if (g_strcmp0(type, "LangAlt") == 0) {
        assert_true(gexiv2_metadata_try_set_tag_string(tags, tag, "lang=\"fr\" Un bateau", NULL));
    } else {
        gexiv2_metadata_try_set_tag_string(tags, "Xmp.iptc.AltTextAccessibility[2]", "Un bateau",
                                           NULL);
        assert_true(gexiv2_metadata_try_set_tag_string(
            tags, "Xmp.iptc.AltTextAccessibility[2]/?xml:lang", "fr", NULL));
    }
    assert_true(gexiv2_metadata_save_file(tags, in_place(name), NULL));
    g_object_unref(tags);
}

static void other_languages_stay(void **state)
{
    (void)state;
    put_pictures();
    write_texts("a.jpg", (struct metadata){.alt = "A boat"});
    add_french("a.jpg");
    write_texts("a.jpg", (struct metadata){.alt = "A ship"});
    assert_texts("a.jpg", "A ship", NULL);
    GExiv2Metadata *tags = tags_of("a.jpg");
    char *packet = gexiv2_metadata_try_get_xmp_packet(tags, NULL);

    assert_non_null(strstr(packet, "<rdf:li xml:lang=\"fr\">Un bateau</rdf:li>"));
    g_free(packet);
    g_object_unref(tags);
}

static void what_is_not_given_stays(void **state)
{
    (void)state;
    put_pictures();
    write_texts("b.png", (struct metadata){"One", "Two", NULL});
    write_texts("b.png", (struct metadata){.alt = "Three"});
    assert_texts("b.png", "Three", "Two");
    write_texts("b.png", (struct metadata){.comment = "Four"});
    assert_texts("b.png", "Three", "Two");
    write_texts("b.png", (struct metadata){.description = "Five"});
    assert_texts("b.png", "Three", "Five");
}

static char *tag_of(const char *name, const char *tag)
{
    GExiv2Metadata *tags = tags_of(name);
    char *value = gexiv2_metadata_try_get_tag_string(tags, tag, NULL);

    g_object_unref(tags);
    return value;
}

/* An old caption is brought up to date, with its coding told; where there is none, none comes. */
static void captions_are_not_invented(void **state)
{
    (void)state;
    put_pictures();
    write_texts("a.jpg", (struct metadata){ALT, DESCRIPTION, DESCRIPTION});
    assert_null(tag_of("a.jpg", "Iptc.Application2.Caption"));
    assert_null(tag_of("a.jpg", "Exif.Image.XPComment"));

    GExiv2Metadata *tags = tags_of("a.jpg");
    gexiv2_metadata_try_set_tag_string(tags, "Iptc.Application2.Caption", "Old", NULL);
    assert_true(gexiv2_metadata_save_file(tags, in_place("a.jpg"), NULL));
    g_object_unref(tags);
    write_texts("a.jpg", (struct metadata){.description = DESCRIPTION, .comment = DESCRIPTION});
    char *caption = tag_of("a.jpg", "Iptc.Application2.Caption");
    char *characters = tag_of("a.jpg", "Iptc.Envelope.CharacterSet");
    assert_string_equal(caption, DESCRIPTION);
    assert_string_equal(characters, "\033%G");
    g_free(caption);
    g_free(characters);
}

static void refuse_file(const char *name, int code, const char *words)
{
    struct sl_error error = SL_ERROR_INIT;
    struct metadata texts = {.alt = "A boat"};

    assert_int_equal(metadata_file_write(in_place(name), &texts, &error), code);
    assert_non_null(strstr(error.message, name));
    assert_non_null(strstr(error.message, words));
}

static void refused_files_stay(void **state)
{
    const GifColorType palette[4] = {{0, 0, 0}, {255, 0, 0}, {0, 255, 0}, {0, 0, 255}};
    OWNED(raw) raw = make_flat(20, 10, 1, (const unsigned char[]){1});
    OWNED(coded) gif = make_gif(&raw, palette, (struct gif_kind){0});
    char *content;

    (void)state;
    put_picture("e.gif", &gif, 0600);
    put_file("f.jpg", "no picture", 0600);
    refuse_file("e.gif", SL_E_UNSUPPORTED, "JPEG, PNG, WebP and TIFF");
    refuse_file("f.jpg", SL_E_UNSUPPORTED, "JPEG, PNG");
    refuse_file("missing.jpg", SL_E_IO, "cannot be opened");
    assert_true(g_file_get_contents(in_place("f.jpg"), &content, NULL, NULL));
    assert_string_equal(content, "no picture");
    g_free(content);
}

static unsigned count_files(void)
{
    GDir *folder = g_dir_open(place, 0, NULL);
    unsigned count = 0;

    while (g_dir_read_name(folder))
        count++;
    g_dir_close(folder);
    return count;
}

static void nothing_is_left_behind(void **state)
{
    (void)state;
    put_pictures();
    put_file("f.png", "\x89PNG\r\n but no more", 0600);
    refuse_file("f.png", SL_E_CORRUPT, "cannot be read");
    write_texts("a.jpg", (struct metadata){.alt = "A boat"});
    assert_int_equal(count_files(), FORMATS + 1);
}

static void links_are_followed(void **state)
{
    struct stat status;

    (void)state;
    put_pictures();
    assert_int_equal(symlink("a.jpg", in_place("link.jpg")), 0);
    write_texts("link.jpg", (struct metadata){.alt = "A boat"});
    assert_int_equal(lstat(in_place("link.jpg"), &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_texts("a.jpg", "A boat", NULL);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pixels_and_mode_stay, make_place, remove_place),
        cmocka_unit_test_setup_teardown(alt_text_has_a_language, make_place, remove_place),
        cmocka_unit_test_setup_teardown(other_languages_stay, make_place, remove_place),
        cmocka_unit_test_setup_teardown(what_is_not_given_stays, make_place, remove_place),
        cmocka_unit_test_setup_teardown(captions_are_not_invented, make_place, remove_place),
        cmocka_unit_test_setup_teardown(refused_files_stay, make_place, remove_place),
        cmocka_unit_test_setup_teardown(nothing_is_left_behind, make_place, remove_place),
        cmocka_unit_test_setup_teardown(links_are_followed, make_place, remove_place),
    };

    return run_cases(tests, argc, argv);
}
