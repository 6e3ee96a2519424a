/* The right to store a content. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "claim.h"

enum { TRIES = 16 };

static char *path_of(const char *folder, const struct sl__account *account,
                     const unsigned char *digest)
{
    struct sl__buf path = SL__BUF_INIT(8192);
    char text[65];
    sl__sha256_text(digest, text);
    if (sl__buf_addf(&path, "%s/storing-%.16s-%.32s", folder, account->digest, text))
        sl__buf_release(&path);
    return sl__buf_take(&path);
}

/* Whether the locked file is the one at the path: its last owner may have removed it meanwhile. */
static bool is_current(const struct sl__claim *claim)
{
    struct stat locked, named;
    return fstat(claim->fd, &locked) == 0 && stat(claim->path, &named) == 0 &&
           locked.st_ino == named.st_ino && locked.st_dev == named.st_dev;
}

static void forget(struct sl__claim *claim)
{
    if (claim->fd >= 0)
        close(claim->fd);
    free(claim->path);
    *claim = (struct sl__claim)SL__CLAIM_INIT;
}

bool sl__claim_take(struct sl__claim *claim, const char *folder, const struct sl__account *account,
                    const unsigned char digest[SL__SHA256_BYTES])
{
    bool mine = true;
    for (int i = 0; i < TRIES; i++) {
        forget(claim);
        claim->path = path_of(folder, account, digest);
        claim->fd = claim->path ? open(claim->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
        if (claim->fd < 0)
            break;
        mine = flock(claim->fd, LOCK_EX | LOCK_NB) == 0;
        if (!mine || is_current(claim))
            break;
    }
    if (!mine || claim->fd < 0)
        forget(claim);
    return mine;
}

void sl__claim_release(struct sl__claim *claim)
{
    if (claim->fd >= 0)
        unlink(claim->path);
    forget(claim);
}
