/*
 * Shared objects of our own, each linked to a library that only some files need, and opened when
 * one of those comes: neither start-up nor machines without that library pay for it.
 */
#ifndef SL_MODULE_H
#define SL_MODULE_H

#include "translate.h"

#define SL__MODULE_REASON 256

/* What the table that a module exports begins with. */
struct sl__module {
    const char *version; /* of the core that it was built with: another one does not fit */
    /* Of its own, and not what a program that exports its symbols would put in its place. */
    void (*translate_with)(sl_translate_fn translate, void *context);
};

#define SL__MODULE                                                                                 \
    {                                                                                              \
        .version = SL_VERSION, .translate_with = sl__tr_with                                       \
    }

/*
 * Opens a module, from the folder of the program or the library folder that the build was
 * configured with, and finds its table. It stays open. NULL where it is not there, with `reason`
 * "", or where it cannot be used, with a reason. To be called by one thread at a time.
 */
const struct sl__module *sl__module_open(const char *file, const char *symbol,
                                         char reason[SL__MODULE_REASON]);

#endif
