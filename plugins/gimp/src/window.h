/*
 * The dialog: form, transcript, status and buttons. Compiles unchanged with GTK 2 and GTK 3; knows
 * nothing of requests.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include <stdbool.h>

#include <sightline/client.h>

#include "form.h"
#include "transcript.h"

struct window;

enum window_action { WINDOW_SEND, WINDOW_FOLLOW_UP, WINDOW_CONTINUE, WINDOW_STOP, WINDOW_CLOSE };

typedef void (*window_action_fn)(enum window_action action, void *data);

/* Builds and shows it. `on_action` is called for what the person does, never from within here. */
struct window *window_new(const struct command *command, const struct settings *settings,
                          const struct task_menu *menu, window_action_fn on_action, void *data);
void window_free(struct window *window);

/* The parts that are filled and read from outside. */
struct form *window_form(const struct window *window);
struct transcript *window_transcript(const struct window *window);

/* What can be done while nothing runs; sending always can. */
enum window_offer {
    WINDOW_OFFER_FOLLOW_UP = 1 << 0, /* there is an answer to ask about */
    WINDOW_OFFER_CONTINUE = 1 << 1,  /* the answer was cut */
};

/* Something runs and can be stopped. A next question can be written meanwhile. */
void window_set_busy(struct window *window);
void window_set_idle(struct window *window, unsigned offers);

/* The question in the follow-up entry, to be freed with g_free, which is empty then. */
char *window_take_question(struct window *window);

/* Asks a question in front of the dialog, and waits. Whether the answer is the button `yes`. */
bool window_ask(const struct window *window, const char *question, const char *yes);

/* What is being done, in words; a negative fraction moves the bar to and fro. */
void window_set_status(struct window *window, const char *text, double fraction);

/* Sentences that the person should read, below each other; and none. */
void window_add_message(struct window *window, enum sl_level level, const char *sentence);
void window_clear_messages(struct window *window);

#endif
