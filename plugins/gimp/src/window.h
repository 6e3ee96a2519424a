/*
 * The widgets of the dialog. Compiles unchanged with GTK 2 and GTK 3; knows nothing of requests.
 * What it shows is plain text, never markup: a model and file names decide what is in it.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include <sightline/client.h>

#include "command.h"

struct window;

enum window_action { WINDOW_SEND, WINDOW_STOP, WINDOW_CLOSE };

typedef void (*window_action_fn)(enum window_action action, void *data);

/* Builds and shows it. `on_action` is called for what the person does, never from within here. */
struct window *window_new(const struct command *command, const struct settings *settings,
                          window_action_fn on_action, void *data);
void window_free(struct window *window);

/* What stands in the settings now. */
void window_settings(const struct window *window, struct settings *settings);

/* While something runs it can be stopped; otherwise it can be sent. */
void window_set_busy(struct window *window, bool busy);

/* What is being done, in words; a negative fraction moves the bar to and fro. */
void window_set_status(struct window *window, const char *text, double fraction);

/* A sentence that the person should read, or none when NULL. */
void window_set_message(struct window *window, enum sl_level level, const char *sentence);

/* The answer. New text is scrolled into view unless the person has scrolled away from the end. */
void window_clear_answer(struct window *window);
void window_append_answer(struct window *window, const char *text, size_t len);

#endif
