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

/* All of it, to be put into a dialog; and the text alone, which a change of it is heard from. */
GtkWidget *transcript_widget(const struct transcript *transcript);
GtkTextBuffer *transcript_buffer(const struct transcript *transcript);

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
