/*
 * sightline-bench-helper BASE CA_FILE BODY: what no plug-in with a process of its own can be faster
 * than. For each line that comes in it sends a request with bare libcurl on a kept connection, and
 * when the answer has ended writes a line.
 */
#include <stdio.h>

#include "bare.h"

int main(int argc, char **argv)
{
    struct bare *bare = argc == 4 ? bare_new(argv[1], argv[2], argv[3], 1) : NULL;
    char line[256];
    bool good = bare != NULL;
    while (good && fgets(line, sizeof line, stdin)) {
        good = bare_send(bare) && puts("ended") >= 0;
        fflush(stdout);
    }
    bare_free(bare);
    return good ? 0 : 1;
}
