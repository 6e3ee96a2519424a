/* sightline-editor: the process that Vim or Neovim starts to reach the model. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sightline/sightline.h>

#include "loop.h"

static const char USAGE[] =
    "usage: sightline-editor --nvim | --vim | --run PROGRAM [ARGUMENT…] | --version | --help\n"
    "\n"
    "The helper of the Sightline plug-in, which starts it; see :help sightline in the editor.\n"
    "  --nvim     speak MessagePack-RPC on the standard streams\n"
    "  --vim      speak Vim's JSON channel on the standard streams\n"
    "  --run      become this program, with no key in its environment\n";

static const struct {
    const char *option;
    const struct wire *wire;
} WIRES[] = {
    {"--nvim", &wire_nvim},
    {"--vim", &wire_vim},
};

static int serve(const struct wire *wire)
{
    struct sl_error error = SL_ERROR_INIT;

    sl_forbid_core_files();
    signal(SIGPIPE, SIG_IGN);
    if (loop_run(wire, STDIN_FILENO, STDOUT_FILENO, &error) == 0)
        return EXIT_SUCCESS;
    fprintf(stderr, "sightline-editor: %s\n", error.message);
    return EXIT_FAILURE;
}

static int become(char **words)
{
    struct sl_error error = SL_ERROR_INIT;
    struct sl_config *config = NULL;

    if (sl_config_load(&config, &error) == 0) {
        sl_config_hide_keys(config);
        execvp(words[0], words);
        sl_error_set(&error, SL_E_IO, "%s cannot be run: %s", words[0], strerror(errno));
        sl_config_free(config);
    }
    fprintf(stderr, "sightline-editor: %s\n", error.message);
    return 127;
}

int main(int argc, char **argv)
{
    const char *option = argc == 2 ? argv[1] : "";

    for (size_t i = 0; i < sizeof WIRES / sizeof *WIRES; i++)
        if (strcmp(option, WIRES[i].option) == 0)
            return serve(WIRES[i].wire);
    if (argc > 2 && strcmp(argv[1], "--run") == 0)
        return become(argv + 2);
    if (strcmp(option, "--version") == 0)
        return printf("sightline-editor %s\n", sl_version()) < 0;
    if (strcmp(option, "--help") == 0)
        return fputs(USAGE, stdout) < 0;
    fputs(USAGE, stderr);
    return 2;
}
