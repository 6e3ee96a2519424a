/* One main for all unit tests: `test_area` runs every case, `test_area case` runs one. */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define run_cases(tests, argc, argv)                                                               \
    (cmocka_set_test_filter((argc) > 1 ? (argv)[1] : NULL),                                        \
     cmocka_run_group_tests((tests), NULL, NULL))

#endif
