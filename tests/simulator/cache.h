/*
 * Which prefixes of conversations were seen: what StepFun's prompt cache would hold. Here nothing
 * is too short for it, and what was seen stays until much else was.
 */
#ifndef SIMULATOR_CACHE_H
#define SIMULATOR_CACHE_H

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

struct cache;

struct cache *cache_new(void);
void cache_free(struct cache *cache);

/* The prefixes of one request: a hash after each message, and what the input cost up to there. */
struct prefixes {
    uint64_t hash;
    struct prefix {
        uint64_t hash;
        long tokens;
    } * all;
    size_t count, room;
};

void prefixes_init(struct prefixes *prefixes);
void prefixes_release(struct prefixes *prefixes);
/* NULL counts too. */
void prefixes_mix(struct prefixes *prefixes, const cJSON *value);
void prefixes_mark(struct prefixes *prefixes, long tokens);

/* The tokens of the longest prefix seen before; from now on all of them are. Any thread. */
long cache_tokens(struct cache *cache, const struct prefixes *prefixes);

#endif
