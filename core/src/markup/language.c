/* The names of languages by what documents call them: tags of BCP 47, and options of babel. */
#include <string.h>
#include <strings.h>

#include "finder.h"

static const struct {
    const char *tag, *words;
} languages[] = {
    {"ar", "Arabic"},
    {"bg", "Bulgarian"},
    {"bn", "Bengali"},
    {"ca", "Catalan"},
    {"cs", "Czech"},
    {"da", "Danish"},
    {"de", "German"},
    {"el", "Greek"},
    {"en", "English"},
    {"eo", "Esperanto"},
    {"es", "Spanish"},
    {"et", "Estonian"},
    {"eu", "Basque"},
    {"fa", "Persian"},
    {"fi", "Finnish"},
    {"fr", "French"},
    {"ga", "Irish"},
    {"gl", "Galician"},
    {"he", "Hebrew"},
    {"hi", "Hindi"},
    {"hr", "Croatian"},
    {"hu", "Hungarian"},
    {"id", "Indonesian"},
    {"is", "Icelandic"},
    {"it", "Italian"},
    {"ja", "Japanese"},
    {"ko", "Korean"},
    {"lt", "Lithuanian"},
    {"lv", "Latvian"},
    {"ms", "Malay"},
    {"nb", "Norwegian"},
    {"nl", "Dutch"},
    {"nn", "Nynorsk"},
    {"no", "Norwegian"},
    {"pl", "Polish"},
    {"pt", "Portuguese"},
    {"ro", "Romanian"},
    {"ru", "Russian"},
    {"sk", "Slovak"},
    {"sl", "Slovenian"},
    {"sr", "Serbian"},
    {"sv", "Swedish"},
    {"ta", "Tamil"},
    {"th", "Thai"},
    {"tr", "Turkish"},
    {"uk", "Ukrainian"},
    {"ur", "Urdu"},
    {"vi", "Vietnamese"},
    {"zh", "Chinese"},
    {"pt-br", "Brazilian Portuguese"},
    {"en-gb", "British English"},
    {"zh-cn", "Simplified Chinese"},
    {"zh-hans", "Simplified Chinese"},
    {"zh-tw", "Traditional Chinese"},
    {"zh-hant", "Traditional Chinese"},
    {"ngerman", "German"},
    {"naustrian", "German"},
    {"nswissgerman", "German"},
    {"american", "American English"},
    {"usenglish", "American English"},
    {"british", "British English"},
    {"ukenglish", "British English"},
    {"brazil", "Brazilian Portuguese"},
    {"brazilian", "Brazilian Portuguese"},
    {"portuges", "Portuguese"},
    {"francais", "French"},
    {"magyar", "Hungarian"},
};

static const char *find(const char *tag, size_t len)
{
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        if (strlen(languages[i].tag) == len && strncasecmp(languages[i].tag, tag, len) == 0)
            return languages[i].words;
    }
    return NULL;
}

const char *sl__language_words(const char *tag)
{
    char whole[65] = "";
    size_t len = strlen(tag) < sizeof whole - 1 ? strlen(tag) : sizeof whole - 1;
    for (size_t i = 0; i < len; i++)
        whole[i] = (char)(tag[i] == '_' ? '-' : tag[i]);
    const char *words = find(whole, len);
    return words ? words : find(whole, strcspn(whole, "-."));
}
