/*
 * One main for all unit tests: `test_area` runs every case, `test_area case` runs one. Descriptors
 * and threads that are left at the end fail it.
 */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "leaks.h"

#define run_cases(tests, argc, argv)                                                               \
    (cmocka_set_test_filter((argc) > 1 ? (argv)[1] : NULL), leaks_open(leaks_before),              \
     leaks_add(cmocka_run_group_tests((tests), NULL, NULL)))

#endif
