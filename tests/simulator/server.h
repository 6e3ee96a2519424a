/* The server: one thread for each connection, on the loopback address only. */
#ifndef SIMULATOR_SERVER_H
#define SIMULATOR_SERVER_H

#include "settings.h"

/*
 * Listens, prints the line that says where, and serves until `stop_fd` is readable; then every
 * connection ends and every thread has ended when it returns. 0, or 1 after a line on stderr.
 */
int server_run(const struct settings *settings, int stop_fd);

#endif
