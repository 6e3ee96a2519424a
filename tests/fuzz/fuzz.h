/* For targets whose subject reads a file: the input as one, in memory. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

/* The path of a regular file that holds these bytes until the next call. */
const char *fuzz_file(const unsigned char *data, size_t len);

#endif
