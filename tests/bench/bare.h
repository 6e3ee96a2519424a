/* Requests as a bare libcurl program sends them, the floor of what a request costs. */
#ifndef SIGHTLINE_BENCH_BARE_H
#define SIGHTLINE_BENCH_BARE_H

#include <stdbool.h>
#include <stddef.h>

struct bare;

/*
 * Posts what BODY_FILE holds to BASE/chat/completions, `count` times at once, over connections that
 * are kept from one sending to the next. NULL, and a line on the standard error, where that cannot
 * be. `ca_file` is borrowed.
 */
struct bare *bare_new(const char *base, const char *ca_file, const char *body_file, size_t count);
void bare_free(struct bare *bare);

/* Sends all of them and waits for the last answer's end. */
bool bare_send(struct bare *bare);

#endif
