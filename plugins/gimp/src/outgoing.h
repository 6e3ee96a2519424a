/*
 * The pictures that are about to go out: read from GIMP between other events, prepared in a thread
 * as the request will prepare them, and shown.
 */
#ifndef OUTGOING_H
#define OUTGOING_H

#include <sightline/client.h>

#include "command.h"
#include "preview.h"
#include "reading.h"

struct outgoing;

/* `settings` and `client` are borrowed, and looked at whenever something is read or prepared. */
struct outgoing *outgoing_new(int image, const struct settings *settings,
                              const struct sl_client *client, struct preview *preview);

/* Ends what runs, and waits for the thread to notice: some tens of milliseconds. */
void outgoing_free(struct outgoing *outgoing);

/* Reads the source anew: it is another one, or the image may have been edited. */
void outgoing_read(struct outgoing *outgoing);

/* Prepares what was read anew: the settings have changed. */
void outgoing_prepare(struct outgoing *outgoing);

/*
 * Calls `then` when the source has been read: later, never from within here. `pictures` are
 * borrowed for the call; NULL when they cannot be read, and `error` says why. What could not be
 * read before is tried once more.
 */
typedef void (*outgoing_fn)(struct pictures *pictures, const struct sl_error *error, void *data);
void outgoing_wait(struct outgoing *outgoing, outgoing_fn then, void *data);

/* Forgets that call. */
void outgoing_stop_waiting(struct outgoing *outgoing);

/* How much has been read, from 0 to 1; negative while that is not known. */
double outgoing_fraction(const struct outgoing *outgoing);

#endif
