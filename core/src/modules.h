/*
 * Shared objects of our own, each linked to libraries that only some files need, and opened when
 * one of those comes: start-up does not pay for them, nor, but for what reads pictures, a machine
 * without such a library.
 */
#ifndef SL_MODULE_H
#define SL_MODULE_H

#include <stdbool.h>

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

/* A module and what became of it; but for the names all of it is sl__module_open's. */
struct sl__module_slot {
    const char *file, *symbol;
    bool tried;
    const struct sl__module *module;
    char reason[SL__MODULE_REASON];
};

/*
 * Opens the module at the first call, from the folder of the program or the library folder that the
 * build was configured with, and finds its table. It stays open. NULL where it is not there, with
 * the slot's `reason` "", or where it cannot be used, with a reason. Any thread.
 */
const struct sl__module *sl__module_open(struct sl__module_slot *slot);

#endif
