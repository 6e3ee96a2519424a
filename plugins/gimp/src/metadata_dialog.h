/* Asking which texts are written, with what they replace in view. */
#ifndef METADATA_DIALOG_H
#define METADATA_DIALOG_H

#include "metadata.h"
#include "toolkit.h"

/* What is proposed: an answer, for the alt text or else for the description. */
struct proposal {
    const char *text;
    bool alt;
};

/*
 * Shows what is there `now` beside what is proposed, which can be changed. `where` says what is
 * written to, `accept` is the button. On true `chosen` has the texts to write, to be freed with
 * metadata_release: a description is the comment as well. False: the person calls it off.
 */
bool metadata_ask(GtkWindow *parent, const char *where, const char *accept,
                  const struct metadata *now, const struct proposal *proposal,
                  struct metadata *chosen);

#endif
