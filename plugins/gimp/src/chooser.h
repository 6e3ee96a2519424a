/* Asking for a file. */
#ifndef CHOOSER_H
#define CHOOSER_H

#include "toolkit.h"

/*
 * A path to save to, which the person has agreed to replace where it exists; or one of a file that
 * is there. `name` is what is proposed: a path, or a name for the folder used last. To be freed
 * with g_free; NULL when the person calls it off.
 */
char *choose_new_file(GtkWindow *parent, const char *title, const char *name, const char *accept);
char *choose_file(GtkWindow *parent, const char *title, const char *name, const char *accept);

/* The name of an image without its ending, with another one; to be freed with g_free. */
char *name_with_ending(const char *name, const char *ending);

#endif
