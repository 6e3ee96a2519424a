/* Prefixes by their hashes. */
#include "cache.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define SLOTS 65536

struct cache {
    pthread_mutex_t lock;
    uint64_t seen[SLOTS]; /* a hash stands where its low bits say; 0: none */
};

struct cache *cache_new(void)
{
    struct cache *cache = must_alloc(sizeof *cache);
    memset(cache->seen, 0, sizeof cache->seen);
    pthread_mutex_init(&cache->lock, NULL);
    return cache;
}

void cache_free(struct cache *cache)
{
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

/* FNV-1a */
static uint64_t mix(uint64_t hash, const void *data, size_t len)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ bytes[i]) * 1099511628211u;
    return hash;
}

static uint64_t mix_string(uint64_t hash, const char *string)
{
    return string ? mix(hash, string, strlen(string) + 1) : hash;
}

static uint64_t mix_value(uint64_t hash, const cJSON *value)
{
    const cJSON *child;
    int type = value ? value->type & 0xff : 0;
    hash = mix(hash, &type, sizeof type);
    if (!value)
        return hash;
    hash = mix_string(mix_string(hash, value->string), value->valuestring);
    if (cJSON_IsNumber(value))
        hash = mix(hash, &value->valuedouble, sizeof value->valuedouble);
    cJSON_ArrayForEach(child, value)
    {
        hash = mix_value(hash, child);
    }
    return mix(hash, "", 1); /* the end of it */
}

void prefixes_init(struct prefixes *prefixes)
{
    *prefixes = (struct prefixes){.hash = 14695981039346656037u};
}

void prefixes_release(struct prefixes *prefixes)
{
    free(prefixes->all);
}

void prefixes_mix(struct prefixes *prefixes, const cJSON *value)
{
    prefixes->hash = mix_value(prefixes->hash, value);
}

void prefixes_mark(struct prefixes *prefixes, long tokens)
{
    if (prefixes->count == prefixes->room) {
        size_t room = prefixes->room * 2 + 8;
        struct prefix *all = must_alloc(room * sizeof *all);
        if (prefixes->count)
            memcpy(all, prefixes->all, prefixes->count * sizeof *all);
        free(prefixes->all);
        prefixes->all = all;
        prefixes->room = room;
    }
    prefixes->all[prefixes->count++] = (struct prefix){prefixes->hash, tokens};
}

static bool is_seen(struct cache *cache, uint64_t hash)
{
    return cache->seen[hash % SLOTS] == hash;
}

long cache_tokens(struct cache *cache, const struct prefixes *prefixes)
{
    long tokens = 0;
    pthread_mutex_lock(&cache->lock);
    for (size_t i = 0; i < prefixes->count && is_seen(cache, prefixes->all[i].hash); i++)
        tokens = prefixes->all[i].tokens;
    for (size_t i = 0; i < prefixes->count; i++)
        cache->seen[prefixes->all[i].hash % SLOTS] = prefixes->all[i].hash;
    pthread_mutex_unlock(&cache->lock);
    return tokens;
}
