/*
 * Sentences in the language of the person who reads them.
 *
 * The library speaks English and carries no other language: a program that has a catalogue lends it
 * a function that looks texts up. The English text is the key.
 */
#ifndef SIGHTLINE_TRANSLATE_H
#define SIGHTLINE_TRANSLATE_H

#include <sightline/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Returns the translation of `text`, a static string, or `text` itself where there is none. What is
 * returned must stay valid and unchanged as long as the library is used, as gettext's does. It is
 * called from any thread, several at once, and must not call the library.
 */
typedef const char *(*sl_translate_fn)(const char *text, void *context);

/*
 * Has every sentence that is meant for a person looked up before it is filled in: errors, notes,
 * the question for consent, the titles of the tasks that come with the library. To be called once,
 * before anything else of the library; NULL is English. Not translated are what a model is told,
 * sl_code_name(), names of settings and what is stored or logged.
 *
 * Sentences are printf formats, and a catalogue is data: a translation counts only where each of
 * its conversions is written as in the original, flags, width and precision included, and all of
 * them are there: in the same order, or each numbered (`%2$s`), which a format with `*` in it
 * cannot have. Of any other the English text is used.
 */
SL_API void sl_translate_with(sl_translate_fn translate, void *context);

#ifdef __cplusplus
}
#endif

#endif
