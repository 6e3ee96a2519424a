/* Lends the catalogue to the core. See i18n.h. */
#include "i18n.h"

#include <sightline/translate.h>

/* The translation of no text is what a catalogue says of itself. */
static const char *look_up(const char *text, void *context)
{
    (void)context;
    return *text ? _(text) : text;
}

void i18n_init(void)
{
    sl_translate_with(look_up, NULL);
}
