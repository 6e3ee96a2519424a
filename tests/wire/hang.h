/*
 * Names as a test wants them: this program has a getaddrinfo of its own, which libcurl finds first.
 * `hang.test` is not answered until told, `missing.test` is not there, `rebound.example.com` is a
 * name of the public internet that its owner lets lead to this machine, and any other is left to
 * the system.
 */
#ifndef TESTS_HANG_H
#define TESTS_HANG_H

/* Waits until this many lookups hang. */
void hang_await(int count);

/* Lets all lookups go, with no answer, and waits until they have gone. */
void hang_end(void);

#endif
