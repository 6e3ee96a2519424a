/*
 * The dialog: form, preview, transcript, status and buttons. Compiles unchanged with GTK 2 and
 * GTK 3; knows nothing of requests.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include <stdbool.h>

#include <sightline/client.h>

#include "form.h"
#include "preview.h"
#include "transcript.h"
#include "uses.h"

struct window;

enum window_action {
    WINDOW_SHOWN,    /* for the first time */
    WINDOW_CHANGED,  /* something in the form */
    WINDOW_RETURNED, /* the person comes back, perhaps from editing the image */
    WINDOW_SEND,
    WINDOW_FOLLOW_UP,
    WINDOW_LOOK_AGAIN,
    WINDOW_CONTINUE,
    WINDOW_STOP,
    WINDOW_CLOSE
};

struct window_handlers {
    void (*on_action)(enum window_action action, void *data);
    on_use_fn on_use;
    void *data;
};

/* Builds and shows it. The handlers are called later, never from within here. */
struct window *window_new(const struct command *command, const struct settings *settings,
                          const struct task_menu *menu, const struct window_handlers *handlers);
void window_free(struct window *window);

/* The parts that are filled and read from outside. */
struct form *window_form(const struct window *window);
struct preview *window_preview(const struct window *window);
struct transcript *window_transcript(const struct window *window);

/* What questions are asked in front of. */
GtkWindow *window_toplevel(const struct window *window);

/* What can be done while nothing runs; sending always can. */
enum window_offer {
    WINDOW_OFFER_FOLLOW_UP = 1 << 0, /* there is an answer to ask about */
    WINDOW_OFFER_CONTINUE = 1 << 1,  /* the answer was cut */
    WINDOW_OFFER_USES = 1 << 2,      /* there is an answer to use */
};

/* Something runs and can be stopped. A next question can be written meanwhile. */
void window_set_busy(struct window *window);
void window_set_idle(struct window *window, unsigned offers);

/* The question in the follow-up entry, to be freed with g_free, which is empty then. */
char *window_take_question(struct window *window);

/* What is being done, in words; a negative fraction moves the bar to and fro. */
void window_set_status(struct window *window, const char *text, double fraction);

/* Sentences that the person should read, below each other; and none. */
void window_add_message(struct window *window, enum sl_level level, const char *sentence);
void window_clear_messages(struct window *window);

#endif
