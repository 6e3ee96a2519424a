/* From a picture and settings to a request that runs, for the dialog and for calls without one. */
#ifndef REQUEST_H
#define REQUEST_H

#include <glib.h>
#include <sightline/client.h>

#include "command.h"
#include "picture.h"

/* A client watched by the main loop: events come while the loop runs. */
struct request_line {
    struct sl_client *client;
    guint watch;
};

int request_line_init(struct request_line *line, struct sl_error *error);

/* Ends what runs, for the server too, without an event. */
void request_line_release(struct request_line *line);

/* Starts `command` on `picture`, which it frees whatever happens. As sl_client_start. */
int request_start(struct request_line *line, const struct command *command,
                  const struct settings *settings, struct picture *picture, sl_event_fn on_event,
                  void *data, uint64_t *id, struct sl_error *error);

/* What a phase is called for a person. */
const char *request_phase(enum sl_phase phase);

/* How much of the upload is done, from 0 to 1, or negative when the event does not say. */
double request_fraction(const struct sl_event *event);

#endif
