/* Alt text and description as tags. See metadata_tags.h. */
#include "metadata_tags.h"

#include <string.h>

#define TAG_ALT "Xmp.iptc.AltTextAccessibility"
#define TAG_DESCRIPTION "Xmp.dc.description"
#define TAG_EXIF_DESCRIPTION "Exif.Image.ImageDescription"
#define TAG_CAPTION "Iptc.Application2.Caption"
#define TAG_CHARACTERS "Iptc.Envelope.CharacterSet"

#define UTF8_ESCAPE "\033%G"

/* As exiv2 writes a text with its language: several of them with commas in between. */
#define LANGUAGE "lang=\""
#define NEXT_LANGUAGE ", " LANGUAGE
#define DEFAULT_LANGUAGE "x-default"

void metadata_release(struct metadata *metadata)
{
    g_free(metadata->alt);
    g_free(metadata->description);
    g_free(metadata->comment);
    *metadata = (struct metadata){0};
}

/* Takes one text out of `lang="x-default" A boat, lang="de" Ein Boot`. */
static char *take_text(const char **at, char **language)
{
    const char *text = *at + strlen(LANGUAGE);
    const char *quote = strchr(text, '"');

    if (!g_str_has_prefix(*at, LANGUAGE) || !quote) {
        text = *at;
        *at = "";
        *language = g_strdup(DEFAULT_LANGUAGE);
        return g_strdup(text);
    }
    *language = g_strndup(text, (gsize)(quote - text));
    text = quote + 1 + (quote[1] == ' ');
    const char *next = strstr(text, NEXT_LANGUAGE);
    *at = next ? next + strlen(", ") : "";
    return next ? g_strndup(text, (gsize)(next - text)) : g_strdup(text);
}

static char *value_of(GExiv2Metadata *tags, const char *tag)
{
    char *value = gexiv2_metadata_try_get_tag_string(tags, tag, NULL);

    if (value && !*value)
        g_clear_pointer(&value, g_free);
    return value;
}

/* The default text, which exiv2 puts first. */
static char *text_of(GExiv2Metadata *tags, const char *tag)
{
    char *value = value_of(tags, tag);
    const char *at = value;
    char *language = NULL;
    char *text = value ? take_text(&at, &language) : NULL;

    g_free(language);
    g_free(value);
    return text;
}

void metadata_tags_read(GExiv2Metadata *tags, struct metadata *metadata)
{
    *metadata = (struct metadata){
        .alt = text_of(tags, TAG_ALT),
        .description = text_of(tags, TAG_DESCRIPTION),
    };
    if (!metadata->description)
        metadata->description = value_of(tags, TAG_EXIF_DESCRIPTION);
}

static bool set_default(GExiv2Metadata *tags, const char *tag, const char *text, GError **error)
{
    char *value = g_strdup_printf(LANGUAGE DEFAULT_LANGUAGE "\" %s", text);
    bool set = gexiv2_metadata_try_set_tag_string(tags, tag, value, error);

    g_free(value);
    return set;
}

static bool add_language(GExiv2Metadata *tags, const char *tag, int number, const char *language,
                         const char *text, GError **error)
{
    char *item = g_strdup_printf("%s[%d]", tag, number);
    char *qualifier = g_strdup_printf("%s/?xml:lang", item);
    bool set = gexiv2_metadata_try_set_tag_string(tags, item, text, error) &&
               gexiv2_metadata_try_set_tag_string(tags, qualifier, language, error);

    g_free(qualifier);
    g_free(item);
    return set;
}

/*
 * exiv2 before 0.28 does not know that alt text has languages and would write it without, which
 * readers that follow the standard do not find. So it is put together from its parts, the other
 * languages that were there included.
 */
static bool set_languages(GExiv2Metadata *tags, const char *tag, const char *text, GError **error)
{
    char *old = gexiv2_metadata_try_get_tag_string(tags, tag, NULL);
    const char *at = old ? old : "";
    int number = 1;

    gexiv2_metadata_try_register_xmp_namespace("http://www.w3.org/XML/1998/namespace", "xml", NULL);
    gexiv2_metadata_try_clear_tag(tags, tag, NULL);
    bool set = gexiv2_metadata_try_set_xmp_tag_struct(tags, tag, GEXIV2_STRUCTURE_XA_ALT, error) &&
               add_language(tags, tag, number++, DEFAULT_LANGUAGE, text, error);
    while (set && *at) {
        char *language;
        char *kept = take_text(&at, &language);

        if (strcmp(language, DEFAULT_LANGUAGE) != 0)
            set = add_language(tags, tag, number++, language, kept, error);
        g_free(kept);
        g_free(language);
    }
    g_free(old);
    return set;
}

static bool set_alt(GExiv2Metadata *tags, const char *text, bool file, GError **error)
{
    const char *type = gexiv2_metadata_try_get_tag_type(TAG_ALT, NULL);

    if (g_strcmp0(type, "LangAlt") == 0)
        return set_default(tags, TAG_ALT, text, error);
    if (file)
        return set_languages(tags, TAG_ALT, text, error);
    return gexiv2_metadata_try_set_tag_string(tags, TAG_ALT, text, error);
}

/* Whether nothing in the old IPTC block becomes wrong when it is said to be UTF-8. */
static bool caption_can_be_utf8(GExiv2Metadata *tags)
{
    char **names = gexiv2_metadata_get_iptc_tags(tags);
    bool good = true;

    for (int i = 0; names && names[i] && good; i++) {
        char *value = gexiv2_metadata_try_get_tag_string(tags, names[i], NULL);

        good = strcmp(names[i], TAG_CAPTION) == 0 || !value || g_utf8_validate(value, -1, NULL);
        g_free(value);
    }
    g_strfreev(names);
    return good;
}

static bool set_caption(GExiv2Metadata *tags, const char *text, GError **error)
{
    if (!gexiv2_metadata_try_has_tag(tags, TAG_CAPTION, NULL) || !caption_can_be_utf8(tags))
        return true;
    return gexiv2_metadata_try_set_tag_string(tags, TAG_CHARACTERS, UTF8_ESCAPE, error) &&
           gexiv2_metadata_try_set_tag_string(tags, TAG_CAPTION, text, error);
}

/* Programs that know only Exif, or only IPTC, are to read the same. */
static bool set_description(GExiv2Metadata *tags, const char *text, GError **error)
{
    return set_default(tags, TAG_DESCRIPTION, text, error) &&
           gexiv2_metadata_try_set_tag_string(tags, TAG_EXIF_DESCRIPTION, text, error) &&
           set_caption(tags, text, error);
}

bool metadata_tags_write(GExiv2Metadata *tags, const struct metadata *metadata, bool file,
                         GError **error)
{
    return (!metadata->alt || set_alt(tags, metadata->alt, file, error)) &&
           (!metadata->description || set_description(tags, metadata->description, error));
}
