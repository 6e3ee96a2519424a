/*
 * The journal: one JSON object per line, flushed at once, so that a test can read what happened and
 * when while it happens. A NULL journal takes everything and writes nothing.
 */
#ifndef SIMULATOR_JOURNAL_H
#define SIMULATOR_JOURNAL_H

#include <cjson/cJSON.h>

struct journal;

/* NULL when the file cannot be written; errno says why. */
struct journal *journal_new(const char *path);
void journal_free(struct journal *journal);

/* Adds the time and writes the event. Takes the object. Any thread. */
void journal_write(struct journal *journal, cJSON *event);

/* An object with its "event" and the number it belongs to, under `key` ("id" or "connection"). */
cJSON *journal_event(const char *event, const char *key, long number);

/* CLOCK_MONOTONIC in milliseconds. */
double now_ms(void);

#endif
