/* Translations, and catalogues that are wrong or hostile. */
#include <stdlib.h>

#include <sightline/sightline.h>

#include "harness.h"
#include "marked.h"
#include "task.h"
#include "translate.h"

static void conversions_are_compared(void **state)
{
    (void)state;
    static const struct {
        const char *text, *other;
        bool same;
    } rows[] = {
        {"nothing", "rien", true},
        {"", "", true},
        {"%s: %d", "%s：%d", true},
        {"100%% of %s", "%s 的全部", true},
        {"%s is 5%%", "%s", true},
        /* In another order, each with its number. */
        {"%s has %d", "%2$d hat %1$s", true},
        {"%.200s at %zu", "%2$zu, %1$.200s", true},
        {"%s or %s", "%2$s, %1$s", true},
        {"%s twice", "%1$s, %1$s", true},
        {"%.*s of %s", "%.*s: %s", true},
        {"%5.2f%%", "%5.2f %%", true},
        /* Number, order and types. */
        {"%s: %d", "%d: %s", false},
        {"%s", "%d", false},
        {"%s", "%n", false},
        {"%s", "%s%n", false},
        {"nothing", "%s", false},
        {"%s", "nothing", false},
        {"%s %s", "%s", false},
        {"%s", "%s %s", false},
        {"%d", "%ld", false},
        {"%zu", "%u", false},
        {"%u", "%d", false},
        {"%.3g", "%.3f", false},
        {"%lld", "%Lf", false},
        {"%s", "%ls", false},
        {"%c", "%s", false},
        /* What is not the same in width or precision may read or write more. */
        {"%.80s", "%s", false},
        {"%s", "%.80s", false},
        {"%d", "%999999999d", false},
        {"%f", "%.999999999f", false},
        {"%d", "%*d", false},
        {"%.*s", "%s", false},
        {"%.*s", "%.*s%.*s", false},
        {"%.*s of %s", "%2$s: %1$.*s", false},
        {"%.*s", "%2$.*1$s", false},
        /* Numbers. */
        {"%s %s", "%1$s %s", false},
        {"%s %s", "%s %2$s", false},
        {"%s %s", "%1$s", false},
        {"%s %s", "%2$s", false},
        {"%s", "%0$s", false},
        {"%s", "%2$s", false},
        {"%s", "%17$s", false},
        {"%s", "%4294967297$s", false},
        {"%s", "%99999999999999999999$s", false},
        {"%s and %d", "%1$s and %1$d", false},
        {"%s", "%1$", false},
        {"%s", "%1$$s", false},
        {"%s", "%1$%s", false},
        /* What printf does not know. */
        {"%s", "%", false},
        {"%s", "%s %", false},
        {"%s", "%s % ", false},
        {"%s", "%s %q", false},
        {"%s", "%s %m", false},
        {"%s", "%-", false},
        {"%s", "%l", false},
        {"%y", "%y", false},
        {"%1$s", "%1$s", false},
        {"%d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d",
         "%d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (sl__same_conversions(rows[i].text, rows[i].other) != rows[i].same)
            fail_msg("“%s” and “%s”", rows[i].text, rows[i].other);
}

/* Whatever is let through can be filled in: of texts that are nearly the original, some are. */
static void what_is_let_through_can_be_filled_in(void **state)
{
    (void)state;
    static const char original[] = "%.8s: %zu of %u, %5.2f%% in %s";
    static const char pieces[] = "%$.*s0123456789dulzLhnfgxc -+#I'%%$";
    size_t let_through = 0;
    srand(7);
    for (int round = 0; round < 200000; round++) {
        char other[sizeof original], filled[256];
        memcpy(other, original, sizeof other);
        for (int edits = 1 + rand() % 3; edits > 0; edits--)
            other[rand() % (sizeof other - 1)] = pieces[rand() % (sizeof pieces - 1)];
        if (!sl__same_conversions(original, other))
            continue;
        let_through++;
        assert_true(snprintf(filled, sizeof filled, other, "12345678 and more", (size_t)2, 3u, 4.5,
                             "six") < 120);
    }
    assert_true(let_through >= 1000 && let_through <= 100000);
}

/* Appends the text in quotes of a line of a catalogue. */
static void add_quoted(char *to, size_t room, const char *line)
{
    size_t len = strlen(to);
    for (line = strchr(line, '"') + 1; *line && *line != '"' && len + 1 < room; line++) {
        if (*line == '\\' && line[1])
            line++;
        to[len++] = *line;
    }
    to[len] = '\0';
}

/* What msgfmt lets through and this library does not would be shown in English. */
static void the_catalogue_is_taken(void **state)
{
    (void)state;
    char path[4096], line[8192], text[2][4096] = {"", ""};
    size_t count = 0;
    bool format = false, other = false;
    snprintf(path, sizeof path, "%s/plugins/gimp/po/zh_CN.po", getenv("SOURCE_DIR"));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        if (line[0] == '#') {
            format = format || strstr(line, "c-format");
        } else if (line[0] == '\n') {
            count += format;
            if (format && !sl__same_conversions(text[0], text[1]))
                fail_msg("“%s” and “%s”", text[0], text[1]);
            text[0][0] = text[1][0] = '\0';
            format = other = false;
        } else {
            other = other || strncmp(line, "msgstr", 6) == 0;
            if (strncmp(line, "msgid_plural", 12) == 0)
                text[0][0] = '\0';
            add_quoted(text[other], sizeof text[other], line);
        }
    }
    fclose(file);
    assert_true(count > 300);
}

static const char *from(const char *text, void *context)
{
    const char *const *pairs = context;
    for (; *pairs; pairs += 2)
        if (strcmp(pairs[0], text) == 0)
            return pairs[1];
    return text;
}

static int speak_english(void **state)
{
    (void)state;
    sl_translate_with(NULL, NULL);
    return 0;
}

static void a_sentence_is_translated_before_it_is_filled_in(void **state)
{
    (void)state;
    static const char *pairs[] = {"%s has %d", "%2$d für %1$s", NULL};
    struct sl_error error = SL_ERROR_INIT;
    sl_translate_with(from, pairs);
    assert_int_equal(sl_error_set(&error, SL_E_IO, "%s has %d", "a.png", 7), SL_E_IO);
    assert_string_equal(error.message, "7 für a.png");
    sl_error_set(&error, SL_E_IO, "%s had %d", "a.png", 7);
    assert_string_equal(error.message, "a.png had 7");
    sl__error_set_plain(&error, SL_E_IO, "%s has %d", "a.png", 7);
    assert_string_equal(error.message, "a.png has 7");
    sl_translate_with(NULL, NULL);
    sl_error_set(&error, SL_E_IO, "%s has %d", "a.png", 7);
    assert_string_equal(error.message, "a.png has 7");
}

static void a_hostile_catalogue_is_not_believed(void **state)
{
    (void)state;
    static const char *const others[] = {
        "%n%n%n%n", "%s%s%s%s%s%s%s%s", "%d has %s", "%1000000000s", "%s has %d %s", "", "%"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const char *pairs[] = {"%s has %d", others[i], NULL};
        struct sl_error error = SL_ERROR_INIT;
        sl_translate_with(from, pairs);
        sl_error_set(&error, SL_E_IO, "%s has %d", "a.png", 7);
        assert_string_equal(error.message, "a.png has 7");
    }
    /* And one that is believed is made harmless, as all sentences are. */
    static const char *pairs[] = {"%s has %d", "\x1b[31m%s\n\xff%d", NULL};
    struct sl_error error = SL_ERROR_INIT;
    sl_translate_with(from, pairs);
    sl_error_set(&error, SL_E_IO, "%s has %d", "a.png", 7);
    assert_string_equal(error.message, " [31ma.png ?7");
}

static const char *nothing(const char *text, void *context)
{
    (void)text, (void)context;
    return NULL;
}

static void no_translation_is_english(void **state)
{
    (void)state;
    struct sl_error error = SL_ERROR_INIT;
    sl_translate_with(nothing, NULL);
    sl_error_set(&error, SL_E_IO, "%s has %d", "a.png", 7);
    assert_string_equal(error.message, "a.png has 7");
}

/* Names that programs and logs rely on, and the user's own words, are as they were. */
static void what_is_no_sentence_stays(void **state)
{
    (void)state;
    int count = 0;
    sl_translate_with(marked, &count);
    assert_string_equal(sl_code_name(SL_E_NETWORK), "network");
    assert_string_equal(sl_phase_name(SL_PHASE_WAITING), "waiting");
    assert_int_equal(count, 0);
}

static void pictures_are_refused_in_the_language(void **state)
{
    (void)state;
    struct sl_media media = {.kind = SL_MEDIA_BYTES, .bytes = "nothing", .len = 7, .name = "a.png"};
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl_image image;
    struct sl_error error = SL_ERROR_INIT;
    int count = 0;
    sl_translate_with(marked, &count);
    assert_true(sl_image_prepare(&image, &media, &options, &error) < 0);
    assert_true(strncmp(error.message, MARKED "a.png: ", strlen(MARKED "a.png: ")) == 0);
    assert_true(count > 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conversions_are_compared),
        cmocka_unit_test(what_is_let_through_can_be_filled_in),
        cmocka_unit_test(the_catalogue_is_taken),
        cmocka_unit_test_teardown(a_sentence_is_translated_before_it_is_filled_in, speak_english),
        cmocka_unit_test_teardown(a_hostile_catalogue_is_not_believed, speak_english),
        cmocka_unit_test_teardown(no_translation_is_english, speak_english),
        cmocka_unit_test_teardown(what_is_no_sentence_stays, speak_english),
        cmocka_unit_test_teardown(pictures_are_refused_in_the_language, speak_english),
    };
    return run_cases(tests, argc, argv);
}
