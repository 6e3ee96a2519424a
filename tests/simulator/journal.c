/* The journal of what was received and answered. */
#include "journal.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "text.h"

struct journal {
    FILE *file;
    pthread_mutex_t lock;
};

double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

struct journal *journal_new(const char *path)
{
    FILE *file = fopen(path, "w");
    if (!file)
        return NULL;
    struct journal *journal = must_alloc(sizeof *journal);
    journal->file = file;
    pthread_mutex_init(&journal->lock, NULL);
    return journal;
}

void journal_free(struct journal *journal)
{
    if (!journal)
        return;
    fclose(journal->file);
    pthread_mutex_destroy(&journal->lock);
    free(journal);
}

void journal_write(struct journal *journal, cJSON *event)
{
    if (journal) {
        cJSON_AddNumberToObject(event, "time_ms", now_ms());
        char *line = cJSON_PrintUnformatted(event);
        pthread_mutex_lock(&journal->lock);
        fprintf(journal->file, "%s\n", line);
        fflush(journal->file);
        pthread_mutex_unlock(&journal->lock);
        cJSON_free(line);
    }
    cJSON_Delete(event);
}

cJSON *journal_event(const char *event, const char *key, long number)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "event", event);
    cJSON_AddNumberToObject(object, key, (double)number);
    return object;
}
