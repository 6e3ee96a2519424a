/* Each call of the public headers that answers at once, with each of its allocations failing. */
#include <stdlib.h>
#include <string.h>

#include <sightline/sightline.h>

#include "failing.h"
#include "harness.h"
#include "place.h"

#define SAMPLE(name) SAMPLE_DIRECTORY "/" name

static int load_config(struct sl_error *error)
{
    struct sl_config *config = NULL;
    int code = sl_config_load(&config, error);
    sl_config_free(config);
    return code;
}

static int agree(struct sl_error *error)
{
    struct sl_config *config = NULL;
    int code = sl_config_load(&config, error);
    if (code == 0)
        code = sl_config_agree(config, error);
    remove(in_place(".config/sightline/consent.json"));
    sl_config_free(config);
    return code;
}

/* The file that a person wrote is changed or left whole; it ends as it began. */
static int write_config(struct sl_error *error)
{
    static const struct sl_config_change changes[] = {
        {.provider = "local", .base_url = "http://127.0.0.1:2/v1", .model = "m", .detail = "high"},
        {.provider = "a", .base_url = "http://127.0.0.1:1/v1", .model = "m", .detail = ""},
    };
    int code = 0;
    for (size_t i = 0; i < 2 && code == 0; i++)
        code = sl_config_write(&changes[i], error);
    return code;
}

static int list_tasks(struct sl_error *error)
{
    struct sl_config *config = NULL;
    struct sl_task_list *list = NULL;
    int code = sl_config_load(&config, error);
    if (code == 0)
        code = sl_task_list_load(&list, config, error);
    sl_task_list_free(list);
    sl_config_free(config);
    return code;
}

static int sum_usage(struct sl_error *error)
{
    struct sl_config *config = NULL;
    struct sl_usage_sums *sums = NULL;
    int code = sl_config_load(&config, error);
    if (code == 0)
        code = sl_usage_sums_load(&sums, config, error);
    sl_usage_sums_free(sums);
    sl_config_free(config);
    return code;
}

static int estimate(struct sl_error *error)
{
    struct sl_cost cost = SL_COST_INIT;
    return sl_task_estimate("describe", 2, 100, &cost, error);
}

static int choose(struct sl_error *error)
{
    struct sl_client_options options = {.setup_hint = "run the set-up"};
    struct sl_client *client = NULL;
    struct sl_config *config = NULL;
    int code = sl_client_new(&client, &options, error);
    if (code == 0)
        code = sl_client_choose(client, "local", "m", error);
    if (code == 0)
        code = sl_client_config(client, &config, error);
    sl_config_free(config);
    sl_client_free(client);
    return code;
}

static int place_lines(struct sl_error *error)
{
    static const char answer[] = "```json\n{\"lines\":[{\"text\":\"a b\",\"box\":[0,0,500,500]},"
                                 "{\"text\":\"c\",\"box\":[0,500,999,999]}]}\n```\n";
    struct sl_placed *placed = NULL;
    int code = sl_placed_parse(&placed, answer, strlen(answer), error);
    sl_placed_free(placed);
    return code;
}

static int quote_field(struct sl_error *error)
{
    char *field = NULL;
    int code = sl_csv_field(&field, "=\"1\", -2.50 and more than a few bytes", error);
    free(field);
    return code;
}

static void on_said(enum sl_speaker speaker, const char *text, size_t len, void *data)
{
    size_t *said = data;
    (void)text;
    *said += speaker == SL_SPEAKER_MODEL ? len : 0;
}

static int converse(struct sl_error *error)
{
    struct sl_conversation *conversation = NULL;
    size_t said = 0;
    int code = sl_conversation_open(&conversation, SAMPLE("conversation/all.json"), error);
    if (code == 0)
        code = sl_conversation_read(conversation, on_said, &said, error);
    if (code == 0)
        code = sl_conversation_save(conversation, in_place("saved.json"), error);
    sl_conversation_free(conversation);
    return code;
}

static int begin_conversation(struct sl_error *error)
{
    struct sl_conversation *conversation = NULL;
    int code = sl_conversation_new(&conversation, error);
    sl_conversation_free(conversation);
    return code;
}

static size_t read_file(const char *path, char *bytes, size_t room)
{
    FILE *file = fopen(path, "r");
    size_t len = file ? fread(bytes, 1, room, file) : 0;
    if (file)
        fclose(file);
    return len;
}

/* All pictures of a document, each given an alt text. */
static int mark_up(const char *name, const char *filetype, struct sl_error *error)
{
    static char text[1 << 16];
    size_t len = read_file(name, text, sizeof text);
    struct sl_markup *markup = NULL;
    int code = sl_markup_read(&markup, text, len, filetype, error);
    const struct sl_picture *picture;
    for (size_t i = 0; code == 0 && (picture = sl_markup_picture(markup, i)); i++) {
        struct sl_alt alt = {0};
        if (!picture->fixed)
            code =
                sl_alt_write(&picture->form, i % 2 ? "decorative" : "“A [b] & \"c\"”", &alt, error);
        sl_alt_release(&alt);
    }
    sl_markup_free(markup);
    return code;
}

static int mark_up_all(struct sl_error *error)
{
    static const char *const rows[][2] = {
        {SAMPLE("markup/asciidoc.txt"), "asciidoc"},
        {SAMPLE("markup/html.txt"), "html"},
        {SAMPLE("markup/markdown.txt"), "markdown"},
        {SAMPLE("markup/org.txt"), "org"},
        {SAMPLE("markup/rst.txt"), "rst"},
        {SAMPLE("markup/svelte.txt"), "svelte"},
        {SAMPLE("markup/tex.txt"), "tex"},
        {SAMPLE("markup/typescriptreact.txt"), "typescriptreact"},
        {SAMPLE("markup/vue.txt"), "vue"},
    };
    int code = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && code == 0; i++)
        code = mark_up(rows[i][0], rows[i][1], error);
    return code;
}

static int prepare(const struct sl_media *media, const struct sl_image_options *options,
                   struct sl_error *error)
{
    struct sl_image image = SL_IMAGE_INIT;
    int code = sl_image_prepare(&image, media, options, error);
    sl_image_release(&image);
    return code;
}

enum { WAYS = 5 };

/* A picture in the first `most` of the ways in which it can be wanted. */
static int prepare_each(const struct sl_media *media, size_t most, struct sl_error *error)
{
    static const struct sl_image_sizes small = {
        .low_side = 4, .high_step = 3, .high_max = 6, .max_side = 8};
    struct sl_image_options rows[WAYS] = {
        SL_IMAGE_OPTIONS_INIT,
        {.detail = SL_DETAIL_LOW, .sizes = small},
        {.detail = SL_DETAIL_AUTO, .sizes = small},
        {.detail = SL_DETAIL_HIGH, .sizes = SL_IMAGE_SIZES_DEFAULT, .crop = {1, 1, 3, 3}},
        {.detail = SL_DETAIL_HIGH, .sizes = SL_IMAGE_SIZES_DEFAULT, .jpeg_and_png = true},
    };
    int code = 0;
    for (size_t i = 0; i < most && code == 0; i++)
        code = prepare(media, &rows[i], error);
    return code;
}

static unsigned format;

static int prepare_pixels(struct sl_error *error)
{
    static const unsigned char samples[16 * 16 * 16];
    struct sl_media media = {.kind = SL_MEDIA_PIXELS,
                             .pixels = {.data = samples,
                                        .width = 16,
                                        .height = 16,
                                        .stride = sizeof samples / 16,
                                        .format = (enum sl_pixel_format)format,
                                        .orientation = 1 + format % 8}};
    return prepare_each(&media, WAYS, error);
}

static const char *picture;
static size_t ways; /* one that another library decodes takes long */

static int prepare_picture(struct sl_error *error)
{
    struct sl_media media = {.kind = SL_MEDIA_FILE, .path = picture};
    return prepare_each(&media, ways, error);
}

static int preview(struct sl_error *error)
{
    struct sl_media media[] = {{.kind = SL_MEDIA_FILE, .path = SAMPLE("image/a.jpg")},
                               {.kind = SL_MEDIA_FILE, .path = SAMPLE("image/a.png")}};
    struct sl_request request = {.task = "describe", .media = media, .media_count = 2};
    struct sl_preview made = SL_PREVIEW_INIT;
    struct sl_config *config = NULL;
    int code = sl_config_load(&config, error);
    if (code == 0)
        code = sl_preview_make(&made, config, &request, NULL, error);
    sl_preview_release(&made);
    sl_config_free(config);
    return code;
}

static int make_home(void **state)
{
    static char text[4096];
    if (make_place(state) != 0)
        return -1;
    text[read_file(SAMPLE("config/all.json"), text, sizeof text - 1)] = '\0';
    put_file(".config/sightline/config.json", text, 0600);
    put_file(".config/sightline/tasks/mine.task", "media: image\n\nLook. {{instruction}}\n", 0644);
    put_file(".config/sightline/tasks/broken.task", "media: nothing\n\n", 0644);
    put_file(".local/state/sightline/usage.jsonl",
             "{\"time\":\"2099-01-01T00:00:00+0000\",\"provider\":\"a\",\"model\":\"m\","
             "\"input_tokens\":1,\"output_tokens\":2,\"cost\":0.5,\"currency\":\"USD\"}\n",
             0600);
    return 0;
}

static void configuration(void **state)
{
    (void)state;
    failing_each(load_config, FAILING_NOMEM);
    failing_each_json(load_config, FAILING_NOMEM);
}

static void consent(void **state)
{
    (void)state;
    setenv("SIGHTLINE_BASE_URL", "https://elsewhere.example.com/v1", 1);
    failing_each(agree, FAILING_NOMEM);
    failing_each_json(agree, FAILING_NOMEM);
}

static void changed_configuration(void **state)
{
    (void)state;
    failing_each(write_config, FAILING_NOMEM);
    failing_each_json(write_config, FAILING_NOMEM);
}

static void tasks(void **state)
{
    (void)state;
    failing_each(list_tasks, FAILING_NOMEM);
    failing_each_json(list_tasks, FAILING_NOMEM);
}

static void usage(void **state)
{
    (void)state;
    failing_each(sum_usage, FAILING_NOMEM);
    failing_each_json(sum_usage, FAILING_NOMEM);
}

static void price(void **state)
{
    (void)state;
    failing_each(estimate, FAILING_NOMEM);
    failing_each_json(estimate, FAILING_NOMEM);
}

static void choice(void **state)
{
    (void)state;
    failing_each(choose, FAILING_NOMEM);
    failing_each_json(choose, FAILING_NOMEM);
}

static void fields(void **state)
{
    (void)state;
    failing_each(quote_field, FAILING_NOMEM);
}

static void placed(void **state)
{
    (void)state;
    failing_each(place_lines, FAILING_NOMEM);
    failing_each_json(place_lines, FAILING_NOMEM);
}

static void conversations(void **state)
{
    (void)state;
    failing_each(begin_conversation, FAILING_NOMEM);
    failing_each(converse, FAILING_NOMEM);
    failing_each_json(converse, FAILING_NOMEM);
}

static void markup(void **state)
{
    (void)state;
    failing_each(mark_up_all, FAILING_NOMEM);
}

static void pixels(void **state)
{
    (void)state;
    for (format = SL_PIXELS_RGB8; format <= SL_PIXELS_GRAYA_FLOAT_LINEAR; format++)
        failing_each(prepare_pixels, FAILING_NOMEM);
}

static void pictures(void **state)
{
    static const char *const rows[] = {
        SAMPLE("image/a.gif"),    SAMPLE("image/a.jpg"),     SAMPLE("image/a.png"),
        SAMPLE("image/a.webp"),   SAMPLE("image/anim.gif"),  SAMPLE("image/b.webp"),
        SAMPLE("image/deep.png"), SAMPLE("image/light.png"), SAMPLE("image/palette.bmp"),
        SAMPLE("image/prog.jpg"), SAMPLE("image/rle.bmp"),   SAMPLE("image/true.bmp"),
        SAMPLE("image/v5.bmp"),
    };
    (void)state;
    ways = WAYS;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        printf("%s\n", rows[i]);
        picture = rows[i];
        failing_each(prepare_picture, FAILING_NOMEM);
    }
}

static void pictures_of_modules(void **state)
{
    static const char *const rows[] = {
        SAMPLE("image/a.avif"),     SAMPLE("image/a.heic"),    SAMPLE("image/a.svg"),
        SAMPLE("image/a.svgz"),     SAMPLE("image/a.tif"),     SAMPLE("image/cmyk.tif"),
        SAMPLE("image/double.tif"), SAMPLE("image/float.tif"), SAMPLE("image/ftile.tif"),
        SAMPLE("image/g4.tif"),     SAMPLE("image/half.tif"),  SAMPLE("image/tile.tif"),
    };
    (void)state;
    ways = 2;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sl_error error = SL_ERROR_INIT;
        printf("%s\n", rows[i]);
        picture = rows[i];
        if (prepare_picture(&error) != 0 && strstr(error.message, "this build"))
            printf("SKIPPED: %s\n", error.message);
        else
            failing_each(prepare_picture, FAILING_NOMEM);
    }
}

static void previews(void **state)
{
    (void)state;
    failing_each(preview, FAILING_NOMEM);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(configuration, make_home, remove_place),
        cmocka_unit_test_setup_teardown(consent, make_home, remove_place),
        cmocka_unit_test_setup_teardown(changed_configuration, make_home, remove_place),
        cmocka_unit_test_setup_teardown(tasks, make_home, remove_place),
        cmocka_unit_test_setup_teardown(usage, make_home, remove_place),
        cmocka_unit_test_setup_teardown(price, make_home, remove_place),
        cmocka_unit_test_setup_teardown(choice, make_home, remove_place),
        cmocka_unit_test_setup_teardown(fields, make_home, remove_place),
        cmocka_unit_test_setup_teardown(placed, make_home, remove_place),
        cmocka_unit_test_setup_teardown(conversations, make_home, remove_place),
        cmocka_unit_test(markup),
        cmocka_unit_test(pixels),
        cmocka_unit_test(pictures),
        cmocka_unit_test(pictures_of_modules),
        cmocka_unit_test_setup_teardown(previews, make_home, remove_place),
    };
    return run_cases(tests, argc, argv);
}
