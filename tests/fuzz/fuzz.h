/* For targets whose subject reads or writes files. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

/* The path of a regular file that holds these bytes until the next call. */
const char *fuzz_file(const unsigned char *data, size_t len);

/*
 * A folder that is there as long as the program. It is the person's home, too, and nothing else of
 * the environment says who that is or what is configured.
 */
const char *fuzz_place(void);

/* Removes what was kept in that home for the next time. */
void fuzz_forget(void);

#endif
