/* From a question and settings to a request that runs, for the dialog and for calls without one. */
#ifndef REQUEST_H
#define REQUEST_H

#include <glib.h>
#include <sightline/client.h>

#include "command.h"
#include "reading.h"

/* A client watched by the main loop: events come while the loop runs. */
struct request_line {
    struct sl_client *client;
    guint watch;
};

int request_line_init(struct request_line *line, struct sl_error *error);

/* The same for a dialog in which a key is set by other means than by opening Settings. */
int request_line_init_in(struct request_line *line, const char *setup_hint, struct sl_error *error);

/* Ends what runs, for the server too, without an event. */
void request_line_release(struct request_line *line);

/* One turn of a conversation, or all there is. */
struct question {
    const char *task;
    const char *instruction;              /* or NULL */
    struct pictures *pictures;            /* or NULL for what the conversation has already */
    struct sl_conversation *conversation; /* or NULL */
};

/* What the settings say of a request, without its pictures. Strings are borrowed. */
struct sl_request request_of(const char *task, const char *instruction,
                             const struct settings *settings);

/*
 * Asks, with the language, detail, effort and stack of `settings`. The pictures are held until the
 * request has ended. As sl_client_start.
 */
int request_start(struct request_line *line, const struct question *question,
                  const struct settings *settings, sl_event_fn on_event, void *data, uint64_t *id,
                  struct sl_error *error);

#endif
