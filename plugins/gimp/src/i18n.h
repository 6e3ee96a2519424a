/* _() for a text that is shown, N_() for one that is translated where it is used. */
#ifndef I18N_H
#define I18N_H

#include <glib/gi18n.h>

/* The name of the catalogue, and the folder beside the program where the languages are. */
#define TEXT_DOMAIN "sightline"
#define LOCALE_FOLDER "locale"

/* The folder beside the program where each language has its help pages, and what GIMP calls it. */
#define HELP_FOLDER "help"
#define HELP_DOMAIN "sightline"

/* Has the sentences of the core looked up in the same catalogue. To be called before the core is.
 */
void i18n_init(void);

#endif
