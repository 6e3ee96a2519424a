/* Media on their way to the model. */
#include <stdlib.h>
#include <unistd.h>

#include "message.h"

struct sl__attachment *sl__attachment_new(void)
{
    struct sl__attachment *attachment = calloc(1, sizeof *attachment);
    if (!attachment)
        return NULL;
    atomic_init(&attachment->references, 1);
    attachment->fd = -1;
    return attachment;
}

struct sl__attachment *sl__attachment_hold(struct sl__attachment *attachment)
{
    atomic_fetch_add_explicit(&attachment->references, 1, memory_order_relaxed);
    return attachment;
}

void sl__attachment_drop(struct sl__attachment *attachment)
{
    if (!attachment ||
        atomic_fetch_sub_explicit(&attachment->references, 1, memory_order_acq_rel) > 1)
        return;
    if (attachment->fd >= 0)
        close(attachment->fd);
    free(attachment->name);
    free(attachment->data);
    free(attachment->url);
    free(attachment->path);
    free(attachment);
}
