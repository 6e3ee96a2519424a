/* Reading a source while a dialog stays alive. From the main thread only. */
#ifndef READER_H
#define READER_H

#include "reading.h"

/* Called later, never from within a call of the reader. */
struct reader_handlers {
    /* Before each call into GIMP that cannot be divided: what it is for. Once that is drawn, the
     * call is made. NULL: nobody looks. */
    void (*on_request)(const char *what, void *data);
    /* The end. `pictures` are the receiver's; NULL when they cannot be read, and `error` says why.
     */
    void (*on_end)(struct pictures *pictures, const struct sl_error *error, void *data);
};

struct reader;

/* Begins to read a source as GIMP has it when the main loop comes to it. */
struct reader *reader_new(int image, const char *source, const struct reader_handlers *handlers,
                          void *data);

/* How much has been read, from 0 to 1; negative while that is not known. */
double reader_fraction(const struct reader *reader);

/* Reads no further; waits for a step that a thread does. NULL is fine. */
void reader_free(struct reader *reader);

#endif
