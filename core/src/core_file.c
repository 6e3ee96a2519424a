/* What a process leaves behind when it crashes. */
#include <sys/resource.h>

#include <sightline/sightline.h>

/*
 * A limit of 0 is for files alone: a core that is piped to a program is written all the same. Linux
 * takes 1 for neither: too little for a file, and its own mark of a process that is not to be piped
 * (do_coredump in its fs/coredump.c). Elsewhere 0 is what core files obey.
 */
void sl_forbid_core_files(void)
{
#ifdef __linux__
    const struct rlimit none = {1, 1};
#else
    const struct rlimit none = {0, 0};
#endif

    setrlimit(RLIMIT_CORE, &none);
}
