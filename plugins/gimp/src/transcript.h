/*
 * What has been asked and answered: a text that grows at its end, and above it, folded away, what
 * the model thought on the way to its last answer. Plain text, never markup: the model decides what
 * is in it.
 */
#ifndef TRANSCRIPT_H
#define TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "toolkit.h"

struct transcript;

struct transcript *transcript_new(void);
void transcript_free(struct transcript *transcript);

/*
 * All of it, to be put into a dialog; the line above the text, in which there is room at its end
 * for what can be done with the answer; and the text alone, which a change of it is heard from.
 */
GtkWidget *transcript_widget(const struct transcript *transcript);
GtkWidget *transcript_heading(const struct transcript *transcript);
GtkTextBuffer *transcript_buffer(const struct transcript *transcript);

/* The last answer as it stands there, edited or not, to be freed with g_free. */
char *transcript_answer(const struct transcript *transcript);

/* Whether the person can change the last answer. What is above it stays as it was said. */
void transcript_set_editable(struct transcript *transcript, bool editable);

/*
 * Whether the answer stands in for the picture on a page: then it says that a machine has written
 * it, and counts its characters.
 */
void transcript_set_alt(struct transcript *transcript, bool alt);

/* Empties it. */
void transcript_clear(struct transcript *transcript);

/* A question of the person's, after what is there. */
void transcript_question(struct transcript *transcript, const char *question);

/* Begins an answer after what is there. Code is shown in columns and does not wrap. */
void transcript_begin(struct transcript *transcript, bool code);

/* Continues the answer. New text is scrolled into view unless the person has scrolled away. */
void transcript_append(struct transcript *transcript, const char *text, size_t len);

/* Shows the answer anew. */
void transcript_replace(struct transcript *transcript, const char *text);

/* What the model thinks, which appears folded away; and forgets it. */
void transcript_reason(struct transcript *transcript, const char *text, size_t len);
void transcript_forget_reasoning(struct transcript *transcript);

#endif
