/*
 * A server in a process of its own, which allocates nothing of the test's. What it answers is
 * chosen by the path that is asked for, and by whether the request holds a given word.
 */
#ifndef TESTS_SERVER_H
#define TESTS_SERVER_H

struct server_row {
    const char *path; /* the request's begins with it */
    const char *word; /* it holds this; NULL: whatever it holds */
    const char *answer;
};

/* Starts it for the time of the program, with rows of which the first that fits counts. Returns the
 * port. */
int server_start(const struct server_row *rows, int count);

#endif
