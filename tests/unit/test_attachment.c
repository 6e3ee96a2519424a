/* Media of every kind on their way to the model, and what is said of those that cannot go. */
#include <fcntl.h>
#include <unistd.h>

#include "body.h"
#include "pictures.h"
#include "place.h"
#include "videos.h"

/* The type comes after other elements, and may be padded. */
#define MATROSKA "\x1a\x45\xdf\xa3\x96\x42\x86\x81\1\xec\x40\x02xx\x42\x82\x8amatroska\0\0\x18S"
#define WEBM "\x1a\x45\xdf\xa3\x8b\x42\x86\x81\1\x42\x82\x84webm\x18S"

static struct sl__attachment *prepare_with(const struct sl_media *media,
                                           const struct sl_image_options *options, unsigned *done)
{
    struct sl__attachment *attachment = NULL;
    struct sl_error error = SL_ERROR_INIT;
    if (sl__attachment_prepare(&attachment, media, options, done, &error))
        fail_msg("%s", error.message);
    assert_int_equal(atomic_load(&attachment->references), 1);
    return attachment;
}

static struct sl__attachment *attach(const struct sl_media *media)
{
    const struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    unsigned done;
    return prepare_with(media, &options, &done);
}

/* Expects a failure whose sentence begins with the name. */
static void refuse_it(const struct sl_media *media, int code, const char *name, const char *words)
{
    const struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl__attachment *attachment = NULL;
    struct sl_error error = SL_ERROR_INIT;
    unsigned done;
    int is = sl__attachment_prepare(&attachment, media, &options, &done, &error);
    assert_string_equal(sl_code_name(is), sl_code_name(code));
    assert_null(attachment);
    if (!strstr(error.message, words) || !strstr(error.message, "; "))
        fail_msg("\"%s\" does not say \"%s\" and a remedy", error.message, words);
    if (strncmp(error.message, name, strlen(name)) != 0)
        fail_msg("\"%s\" does not begin with \"%s\"", error.message, name);
}

static struct sl_media file(const char *path)
{
    return (struct sl_media){.kind = SL_MEDIA_FILE, .path = path};
}

static struct sl_media address(const char *url)
{
    return (struct sl_media){.kind = SL_MEDIA_URL, .url = url};
}

static void put_bytes(const char *name, const void *bytes, size_t len)
{
    FILE *out = fopen(in_place(name), "w");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, len, out), len);
    assert_int_equal(fclose(out), 0);
}

static void a_picture_in_a_file(void **state)
{
    (void)state;
    OWNED(raw) raw = make_raw(900, 300, 3);
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){0});
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    char old[4096];
    unsigned done;
    add_exif(&jpeg, 6, true);
    put_bytes("beach.jpg", jpeg.data, jpeg.len);
    assert_non_null(getcwd(old, sizeof old));
    assert_int_equal(chdir(place), 0);
    struct sl_media media = file("./beach.jpg");
    struct sl__attachment *picture = prepare_with(&media, &options, &done);
    assert_int_equal(chdir(old), 0);
    assert_int_equal(picture->kind, SL__ATTACHED_BYTES);
    assert_false(picture->video);
    assert_string_equal(picture->name, "beach.jpg");
    assert_string_equal(picture->path, in_place("beach.jpg"));
    assert_string_equal(picture->mime, "image/jpeg");
    assert_string_equal(picture->detail, "low");
    assert_int_equal(picture->width, 243);
    assert_int_equal(picture->height, 728);
    assert_int_equal(picture->source_width, 300);
    assert_int_equal(picture->source_height, 900);
    assert_int_equal(picture->fd, -1);
    assert_null(picture->url);
    assert_int_equal(done, SL_IMAGE_SCALED | SL_IMAGE_TURNED | SL_IMAGE_STRIPPED);
    OWNED(raw) read = read_jpeg(picture->data, (size_t)picture->len);
    assert_int_equal(read.width, 243);
    sl__attachment_drop(picture);
}

static void pictures_in_memory(void **state)
{
    (void)state;
    OWNED(raw) raw = make_raw(80, 60, 3);
    OWNED(coded) png = make_png(&raw, (struct png_kind){0});
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl_media bytes = media_of(&png), pixels = media_of_raw(&raw);
    unsigned done;
    bytes.name = NULL;
    options.detail = SL_DETAIL_HIGH;
    options.crop = (struct sl_rect){60, 0, 50, 20};
    struct sl__attachment *one = attach(&bytes), *two = prepare_with(&pixels, &options, &done);
    assert_string_equal(one->name, "picture");
    assert_string_equal(one->mime, "image/png");
    assert_int_equal(one->len, png.len);
    assert_null(one->path);
    assert_string_equal(two->name, "it.bin");
    assert_string_equal(two->detail, "high");
    assert_int_equal(two->width, 20);
    assert_int_equal(two->height, 20);
    assert_int_equal(two->source_width, 80);
    assert_int_equal(done, 0);
    sl__attachment_drop(one);
    sl__attachment_drop(two);
}

/* What is told to the server is what was found out. */
static void detail_is_found_out(void **state)
{
    (void)state;
    OWNED(raw) raw = make_raw(1600, 900, 3);
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl_media pixels = media_of_raw(&raw);
    struct sl_media address = {.kind = SL_MEDIA_URL, .url = "https://example.com/a.jpg"};
    unsigned done;
    options.detail = SL_DETAIL_AUTO;
    struct sl__attachment *plain = prepare_with(&pixels, &options, &done);
    for (size_t i = 0; i < 1600u * 100 * 3; i++)
        raw.data[i] = i / 3 % 5 < 2 ? 0 : 255;
    struct sl__attachment *fine = prepare_with(&pixels, &options, &done);
    struct sl__attachment *unseen = prepare_with(&address, &options, &done);
    assert_string_equal(plain->detail, "low");
    assert_int_equal(plain->width, 728);
    assert_string_equal(fine->detail, "high");
    assert_int_equal(fine->width, 1512);
    assert_string_equal(unseen->detail, "high");
    sl__attachment_drop(plain);
    sl__attachment_drop(fine);
    sl__attachment_drop(unseen);
}

static size_t put_clip(const char *name, const char *brand, uint64_t seconds)
{
    struct boxes boxes = {0};
    put_video(&boxes, brand, seconds, false);
    put_bytes(name, boxes.data, boxes.len);
    return boxes.len;
}

/* What can go as it is, and what has to be made ready. The content tells, not the name. */
static void videos_are_left_in_their_files(void **state)
{
    static const struct {
        const char *name, *brand;
        unsigned seconds;
        const char *mime;
        bool foreign;
    } rows[] = {
        {"clip.mp4", "isom", 300, "video/mp4", false},
        {"clip.jpg", "mp42", 12, "video/mp4", false},
        {"long.mp4", "isom", 301, "video/mp4", true},
        {"live.mp4", "isom", 0, "video/mp4", true},
        {"clip.mov", "qt  ", 12, "video/quicktime", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char bytes[8];
        size_t len = put_clip(rows[i].name, rows[i].brand, rows[i].seconds);
        struct sl_media media = file(in_place(rows[i].name));
        struct sl__attachment *video = attach(&media);
        assert_int_equal(video->kind, SL__ATTACHED_FILE);
        assert_true(video->video);
        assert_int_equal(video->foreign, rows[i].foreign);
        assert_true(video->seconds == rows[i].seconds);
        assert_string_equal(video->name, rows[i].name);
        assert_string_equal(video->path, in_place(rows[i].name));
        assert_string_equal(video->mime, rows[i].mime);
        assert_int_equal(video->len, len);
        assert_int_equal(video->width, 0);
        assert_null(video->data);
        assert_int_equal(fcntl(video->fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
        assert_int_equal(pread(video->fd, bytes, sizeof bytes, 0), sizeof bytes);
        assert_memory_equal(bytes + 4, "ftyp", 4);
        sl__attachment_drop(video);
    }
}

static void videos_of_every_other_kind(void **state)
{
    static char stream[188 * 5], blue[4096], cut[2048];
    static const struct {
        const char *name, *bytes;
        size_t len;
        const char *mime;
    } rows[] = {
        {"a.mkv", MATROSKA, sizeof MATROSKA - 1, "video/x-matroska"},
        {"a.webm", WEBM, sizeof WEBM - 1, "video/webm"},
        {"b.mkv", "\x1a\x45\xdf\xa3\x80", 5, "video/webm"},
        {"c.mkv", "\x1a\x45\xdf\xa3\x8c\x42\x82\x89matroskas", 17, "video/webm"},
        {"d.mkv", "\x1a\x45\xdf\xa3\x42\x82", 6, "video/webm"},
        {"a.avi", "RIFF\0\0\0\0AVI LIST", 16, "video/x-msvideo"},
        {"a.flv", "FLV\1\5\0\0\0\x09", 9, "video/x-flv"},
        {"a.wmv", "\x30\x26\xb2\x75\x8e\x66\xcf\x11", 8, "video/x-ms-wmv"},
        {"a.ts", stream, sizeof stream, "video/mp2t"},
        {"a.m2ts", blue, sizeof blue, "video/mp2t"},
        {"b.ts", cut, sizeof cut, "video/mp2t"},
        {"a.mpg", "\0\0\1\xba\x44", 5, "video/mpeg"},
        {"a.m2v", "\0\0\1\xb3\x14", 5, "video/mpeg"},
        {"a.ogv", "OggS\0\2", 6, "video/ogg"},
        {"a.rm", ".RMF\0", 5, "application/vnd.rn-realmedia"},
        {"a.mxf", "\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01", 12, "application/mxf"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof stream; i += 188)
        stream[i] = 0x47;
    for (size_t i = 4; i < sizeof blue; i += 192) /* a disc has a time before each packet */
        blue[i] = 0x47;
    for (size_t i = 100; i < sizeof cut; i += 188) /* a recording begins anywhere */
        cut[i] = 0x47;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        put_bytes(rows[i].name, rows[i].bytes, rows[i].len);
        struct sl_media media = file(in_place(rows[i].name));
        struct sl__attachment *video = attach(&media);
        assert_true(video->video && video->foreign);
        assert_string_equal(video->mime, rows[i].mime);
        sl__attachment_drop(video);
    }
}

static void a_video_in_a_body(void **state)
{
    (void)state;
    struct sl__body body = SL__BODY_INIT;
    char text[16];
    size_t copied;
    size_t len = put_clip("clip.mp4", "isom", 12);
    struct sl_media media = file(in_place("clip.mp4"));
    struct sl__attachment *video = attach(&media);
    assert_int_equal(sl__body_attachment(&body, video), 0);
    sl__attachment_drop(video);
    assert_int_equal(body.len, (len + 2) / 3 * 4);
    assert_int_equal(unlink(in_place("clip.mp4")), 0);
    assert_int_equal(sl__body_read(&body, 0, text, sizeof text, &copied, NULL), 0);
    assert_int_equal(copied, 16);
    assert_memory_equal(text, "AAAAEGZ0eXBpc29t", 16);
    sl__body_release(&body);
}

/* All but its end has left by then: no server takes that for a video. */
static void a_video_that_grows_does_not_leave_whole(void **state)
{
    (void)state;
    struct sl__body body = SL__BODY_INIT;
    struct sl_error error = SL_ERROR_INIT;
    char text[8192];
    size_t copied;
    put_clip("clip.mp4", "isom", 12);
    struct sl_media media = file(in_place("clip.mp4"));
    struct sl__attachment *video = attach(&media);
    assert_int_equal(sl__body_attachment(&body, video), 0);
    assert_int_equal(sl__body_read(&body, 0, text, (size_t)body.len, &copied, NULL), 0);
    assert_int_equal(truncate(media.path, (off_t)video->len + 1), 0);
    assert_int_equal(sl__body_read(&body, 0, text, (size_t)body.len - 8, &copied, &error), 0);
    assert_int_equal(sl__body_read(&body, body.len - 8, text, 8, &copied, &error), SL_E_IO);
    assert_non_null(strstr(error.message, "clip.mp4: the file was changed while it was sent; "));
    sl__attachment_drop(video);
    sl__body_release(&body);
}

static void a_video_of_128_mb_is_no_whole_one(void **state)
{
    (void)state;
    size_t len = put_clip("clip.mp4", "isom", 12);
    unsigned char head[] = {0, 0, 0, 0, 'm', 'd', 'a', 't'}; /* all that follows */
    FILE *out = fopen(in_place("clip.mp4"), "a");
    assert_int_equal(fwrite(head, 1, sizeof head, out), sizeof head);
    assert_int_equal(fclose(out), 0);
    struct sl_media media = file(in_place("clip.mp4"));
    for (int over = 0; over < 2; over++) {
        assert_true(len < 128000000);
        assert_int_equal(truncate(media.path, 127999999l + over), 0);
        struct sl__attachment *video = attach(&media);
        assert_int_equal(video->foreign, over);
        sl__attachment_drop(video);
    }
}

static void a_refused_video_is_closed(void **state)
{
    (void)state;
    size_t len = put_clip("clip.mp4", "isom", 12);
    struct sl_media media = file(in_place("clip.mp4"));
    assert_int_equal(truncate(media.path, (off_t)len - 1), 0);
    int before = dup(0);
    close(before);
    refuse_it(&media, SL_E_CORRUPT, "clip.mp4", "cut short, or still being written");
    int after = dup(0);
    close(after);
    assert_int_equal(after, before);
}

static void files_that_cannot_be_sent(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t len;
        const char *words;
    } rows[] = {
        {"a.heic",
         "\0\0\0\x18"
         "ftypcrx \0\0\0\0mif1heic",
         24, "Canon CR3; convert it to JPEG"},
        {"a.txt", "Dear diary", 10, "not a picture"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        put_bytes(rows[i].name, rows[i].bytes, rows[i].len);
        struct sl_media media = file(in_place(rows[i].name));
        refuse_it(&media, SL_E_UNSUPPORTED, rows[i].name, rows[i].words);
    }
    assert_int_equal(mkfifo(in_place("pipe.mp4"), 0600), 0);
    struct sl_media pipe = file(in_place("pipe.mp4")), missing = file("/nonexistent/clip.mp4");
    struct sl_media folder = file(place), nothing = file(NULL);
    refuse_it(&pipe, SL_E_IO, "pipe.mp4", "pipe");
    refuse_it(&missing, SL_E_IO, "clip.mp4", "no such file");
    refuse_it(&folder, SL_E_IO, strrchr(place, '/') + 1, "directory");
    refuse_it(&nothing, SL_E_INVALID, "picture", "no path");
}

static void addresses(void **state)
{
    static const struct {
        const char *url, *name;
        bool video;
    } rows[] = {
        {"https://example.com/a/beach.jpg", "beach.jpg", false},
        {"http://example.com/a/beach.jpg?token=secret", "beach.jpg", false},
        {"HTTPS://example.com/clip.mp4#t=10", "clip.mp4", true},
        {"https://example.com/Clip.MOV?x=/y.jpg", "Clip.MOV", true},
        {"https://example.com/clip.mkv", "clip.mkv", true},
        {"https://example.com/get?file=clip.mp4", "get", false},
        {"https://example.com/", "example.com", false},
        {"https://example.com/b\xc3\xa9.png", "b\xc3\xa9.png", false},
        {"stepfile://file-abc123", "file-abc123", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sl_media media = address(rows[i].url);
        struct sl__attachment *it = attach(&media);
        assert_int_equal(it->kind, SL__ATTACHED_URL);
        assert_string_equal(it->url, rows[i].url);
        assert_string_equal(it->name, rows[i].name);
        assert_int_equal(it->video, rows[i].video);
        assert_null(it->mime);
        assert_null(it->path);
        assert_int_equal(it->fd, -1);
        sl__attachment_drop(it);
    }
}

static void an_address_may_be_called_a_video(void **state)
{
    (void)state;
    struct sl_media media = {
        .kind = SL_MEDIA_URL, .url = "stepfile://f1", .name = "the match", .video = true};
    struct sl__attachment *it = attach(&media);
    assert_true(it->video);
    assert_string_equal(it->name, "the match");
    sl__attachment_drop(it);
}

static void addresses_that_are_none(void **state)
{
    static const struct {
        const char *url;
        int code;
        const char *name, *words;
    } rows[] = {
        {"ftp://example.com/a.png", SL_E_UNSUPPORTED, "a.png", "none of https"},
        {"file:///etc/passwd", SL_E_UNSUPPORTED, "passwd", "none of https"},
        {"data:image/png;base64,AAAA", SL_E_UNSUPPORTED, "png;", "none of https"},
        {"javascript:alert(1)", SL_E_UNSUPPORTED, "javascript", "none of https"},
        {"example.com/a.png", SL_E_UNSUPPORTED, "a.png", "none of https"},
        {"https:/example.com", SL_E_UNSUPPORTED, "example.com", "none of https"},
        {"", SL_E_UNSUPPORTED, "picture", "none of https"},
        {NULL, SL_E_UNSUPPORTED, "picture", "none of https"},
        {"https://", SL_E_INVALID, "https:", "leads nowhere"},
        {"https:///a.png", SL_E_INVALID, "a.png", "leads nowhere"},
        {"stepfile://?x", SL_E_INVALID, "stepfile:", "leads nowhere"},
        {"https://example.com/my beach.png", SL_E_INVALID, "my beach.png", "%20"},
        {"https://example.com/a.png\n", SL_E_INVALID, "a.png", "%20"},
        {"https://example.com/\x1b[31m", SL_E_INVALID, "", "%20"},
        {"https://example.com/\x7f", SL_E_INVALID, "", "%20"},
        {"https://example.com/\xc2\x85", SL_E_INVALID, "", "%20"},
        {"https://example.com/\xe2\x80\xa8", SL_E_INVALID, "", "%20"},
        {"https://example.com/\xff.png", SL_E_INVALID, "", "%20"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sl_media media = address(rows[i].url);
        refuse_it(&media, rows[i].code, rows[i].name, rows[i].words);
    }
}

static void an_address_has_at_most_8_kb(void **state)
{
    (void)state;
    char url[8194];
    memset(url, 'a', sizeof url - 1);
    memcpy(url, "https://example.com/", 20);
    url[8192] = '\0';
    struct sl_media media = address(url);
    struct sl__attachment *it = attach(&media);
    assert_int_equal(strlen(it->url), 8192);
    assert_int_equal(strlen(it->name), 255);
    sl__attachment_drop(it);
    url[8192] = 'a';
    url[8193] = '\0';
    refuse_it(&media, SL_E_TOO_LARGE, "aaaa", "8 KB");
}

static void preparing_can_be_stopped(void **state)
{
    (void)state;
    OWNED(raw) raw = make_raw(80, 60, 3);
    struct sl_media media = media_of_raw(&raw);
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl__attachment *attachment = NULL;
    atomic_bool stop = true;
    unsigned done;
    options.cancel = &stop;
    assert_int_equal(sl__attachment_prepare(&attachment, &media, &options, &done, NULL),
                     SL_E_CANCELLED);
    assert_null(attachment);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_picture_in_a_file, make_place, remove_place),
        cmocka_unit_test(pictures_in_memory),
        cmocka_unit_test(detail_is_found_out),
        cmocka_unit_test_setup_teardown(videos_are_left_in_their_files, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_video_in_a_body, make_place, remove_place),
        cmocka_unit_test_setup_teardown(videos_of_every_other_kind, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_video_that_grows_does_not_leave_whole, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_video_of_128_mb_is_no_whole_one, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_refused_video_is_closed, make_place, remove_place),
        cmocka_unit_test_setup_teardown(files_that_cannot_be_sent, make_place, remove_place),
        cmocka_unit_test(addresses),
        cmocka_unit_test(an_address_may_be_called_a_video),
        cmocka_unit_test(addresses_that_are_none),
        cmocka_unit_test(an_address_has_at_most_8_kb),
        cmocka_unit_test(preparing_can_be_stopped),
    };
    return run_cases(tests, argc, argv);
}
