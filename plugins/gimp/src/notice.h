/* Sentences that a person should read, below each other, with the icon of the worst of them. */
#ifndef NOTICE_H
#define NOTICE_H

#include <sightline/client.h>

#include "toolkit.h"

struct notice;

struct notice *notice_new(void);
void notice_free(struct notice *notice);

/* All of it, to be put into a dialog. It stays hidden while there is nothing to say. */
GtkWidget *notice_widget(const struct notice *notice);

/* A sentence that was said last is not said again; the oldest make room for new ones. */
void notice_add(struct notice *notice, enum sl_level level, const char *sentence);
void notice_clear(struct notice *notice);

#endif
