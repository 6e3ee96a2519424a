/* An output whose largest size is known before it is written. */
#include <stdlib.h>
#include <string.h>

#include "picture.h"

int sl__bytes_init(struct sl__bytes *out, const struct sl__input *input, size_t room)
{
    out->len = 0;
    out->data = malloc(room);
    return out->data ? 0 : sl__fail_memory(input);
}

void sl__bytes_add(struct sl__bytes *out, const void *data, size_t len)
{
    memcpy(out->data + out->len, data, len);
    out->len += len;
}
