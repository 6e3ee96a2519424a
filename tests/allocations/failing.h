/*
 * Allocations that fail on demand. The linker puts the functions here in place of malloc, calloc,
 * realloc, strdup, strndup, realpath, posix_memalign and free in all that is linked into the
 * program and in the modules beside it; what shared libraries allocate is left alone.
 */
#ifndef TESTS_FAILING_H
#define TESTS_FAILING_H

#include <sightline/error.h>

/*
 * Something that is done from its begin to its end: 0, or a code and its sentence. What it has got
 * by then is freed.
 */
typedef int (*failing_fn)(struct sl_error *error);

/* What a run in which an allocation failed may come to. */
enum failing_end {
    FAILING_NOMEM = 1, /* SL_E_NOMEM and nothing else */
    FAILING_ANY = 2,   /* success as well: it does without what is no part of its promise */
};

/*
 * Runs it once, then with the first allocation failing, then with the second, and so on, until none
 * is left to fail; the last run must succeed again. The test fails where a run does not come to
 * what it may, or leaves memory behind. With ALLOCATION=n in the environment only the n-th fails.
 */
void failing_each(failing_fn run, enum failing_end end);

/* The same, with the allocations of cJSON among them. */
void failing_each_json(failing_fn run, enum failing_end end);

#endif
