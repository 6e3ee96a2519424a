/*
 * What there is to tell the editor, as messages; wire.h lists them. A new message is the caller's,
 * and NULL when memory did not suffice.
 */
#ifndef EDITOR_EVENTS_H
#define EDITOR_EVENTS_H

#include <cjson/cJSON.h>
#include <sightline/sightline.h>

/* `number` is the editor's number of the request. */

/* An event of the client's that is not text, reasoning or failure. */
cJSON *event_of_client(double number, const struct sl_event *source);

/* SL_EVENT_TEXT or SL_EVENT_REASONING, with `len` bytes of text. */
cJSON *event_of_text(double number, enum sl_event_type type, unsigned alternative, const char *text,
                     size_t len);

/* A part of what was said in a conversation that was opened; `index` counts from 1. */
cJSON *event_of_turn(double number, enum sl_speaker speaker, unsigned index, const char *text,
                     size_t len);

cJSON *event_of_note(double number, enum sl_level level, const char *text);

/* Lists go in parts of so many, which a message holds whatever they are called. */
enum { EVENT_LIST_MAX = 12 };

cJSON *event_of_tasks(double number, const struct sl_task_list *tasks, size_t first);
cJSON *event_of_stacks(double number, size_t first);

cJSON *event_of_provider(double number, const char *name, bool current);
cJSON *event_of_usage(double number, const struct sl_usage_sum *sum);

/* A picture, with the lines and bytes at which its spans in `text` are. */
struct picture_place {
    size_t line, byte;
};
cJSON *event_of_picture(double number, const struct sl_picture *picture,
                        const struct picture_place markup[2], const struct picture_place alt[2]);

/* The end of the pictures of a document, of which a request each is estimated at `cost`. */
cJSON *event_of_document(double number, const struct sl_markup *markup, const char *looks,
                         const struct sl_cost *cost);

cJSON *event_of_alt(double number, const struct sl_alt *alt);

/* The end of what the client had no part in. */
cJSON *event_of_end(double number, const char *text);
cJSON *event_of_failure(double number, const struct sl_error *error);
cJSON *event_of_configuration(double number, const struct sl_config *config);
cJSON *event_of_budget(double number, const struct sl_budget *budget, bool cut);
cJSON *event_of_readiness(void);

/* A message of the editor's means nothing; the sentence says why. */
cJSON *event_of_refusal(const char *sentence);

#endif
