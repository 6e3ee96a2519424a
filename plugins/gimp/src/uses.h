/* What becomes of an answer: the ways to use it, and the buttons that offer them. */
#ifndef USES_H
#define USES_H

#include <sightline/client.h>
#include <sightline/task.h>

#include "source.h"
#include "toolkit.h"

/* An answer that is to be used. Borrowed for the call. */
struct use {
    GtkWindow *parent; /* for the questions that it takes */
    int image;         /* that was asked about; it may have been closed */
    const char *task;
    enum sl_output output;
    const char *text;        /* as the person has left it */
    const struct area *sent; /* the part of the image that was asked about */

    /* Says what keeps the dialog waiting, before it does. */
    void (*announce)(const char *what, void *data);
    void *data;
};

/* What there is to say afterwards; `sentence` is to be freed with g_free, NULL to say nothing. */
struct said {
    enum sl_level level;
    char *sentence;
};

/* One way. Asks the person for what it needs, and may be called off there. */
typedef struct said (*use_fn)(const struct use *use);

struct said use_copy(const struct use *use);
struct said use_save(const struct use *use);
struct said use_metadata(const struct use *use);
struct said use_write_file(const struct use *use);
struct said use_export(const struct use *use);
struct said use_text_layer(const struct use *use);

struct uses;

/* `on_use` is called when the person has chosen a way. */
typedef void (*on_use_fn)(use_fn way, void *data);

struct uses *uses_new(on_use_fn on_use, void *data);
void uses_free(struct uses *uses);

/* The buttons, to be put beside the answer. */
GtkWidget *uses_widget(const struct uses *uses);

/* Whether there is an answer to copy, and one that may be used in every way. */
void uses_allow(struct uses *uses, bool copy, bool all);

#endif
