/* sightline-editor: the process that Vim or Neovim starts to reach the model. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <sightline/sightline.h>

#include "loop.h"

static const char USAGE[] =
    "usage: sightline-editor --nvim | --vim | --version | --help\n"
    "\n"
    "The helper of the Sightline plug-in, which starts it; see :help sightline in the editor.\n"
    "  --nvim     speak MessagePack-RPC on the standard streams\n"
    "  --vim      speak Vim's JSON channel on the standard streams\n";

static const struct {
    const char *option;
    const struct wire *wire;
} WIRES[] = {
    {"--nvim", &wire_nvim},
    {"--vim", &wire_vim},
};

static int serve(const struct wire *wire)
{
    const struct rlimit none = {0, 0};
    struct sl_error error = SL_ERROR_INIT;

    setrlimit(RLIMIT_CORE, &none); /* a key in memory is not to land in a file */
    signal(SIGPIPE, SIG_IGN);
    if (loop_run(wire, STDIN_FILENO, STDOUT_FILENO, &error) == 0)
        return EXIT_SUCCESS;
    fprintf(stderr, "sightline-editor: %s\n", error.message);
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    const char *option = argc == 2 ? argv[1] : "";

    for (size_t i = 0; i < sizeof WIRES / sizeof *WIRES; i++)
        if (strcmp(option, WIRES[i].option) == 0)
            return serve(WIRES[i].wire);
    if (strcmp(option, "--version") == 0)
        return printf("sightline-editor %s\n", sl_version()) < 0;
    if (strcmp(option, "--help") == 0)
        return fputs(USAGE, stdout) < 0;
    fputs(USAGE, stderr);
    return 2;
}
