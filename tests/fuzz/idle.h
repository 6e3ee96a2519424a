/*
 * A client whose requests go nowhere: linked before the library, this takes the place of its
 * threads. What was started waits until it is answered here, so that the same input always does the
 * same.
 */
#ifndef TESTS_FUZZ_IDLE_H
#define TESTS_FUZZ_IDLE_H

#include <stdbool.h>

/*
 * Ends the request of the last client that has waited longest. The bits of `how` say what is told
 * of it first, and how it ends. False when none waits. The events come with the next dispatch.
 */
bool idle_answer(unsigned how);

#endif
