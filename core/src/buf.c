/* A growing byte buffer with a maximum. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

/* realloc would leave the old bytes behind. */
static char *grow_secret(struct sl__buf *buf, size_t cap)
{
    char *data = malloc(cap);
    if (!data)
        return NULL;
    if (buf->data) {
        memcpy(data, buf->data, buf->len + 1);
        sl__wipe(buf->data, buf->cap);
    }
    free(buf->data);
    return data;
}

static int reserve(struct sl__buf *buf, size_t extra)
{
    if (extra > buf->max || buf->len > buf->max - extra)
        return SL_E_TOO_LARGE;
    size_t need = buf->len + extra + 1;
    if (need <= buf->cap)
        return 0;
    size_t cap = buf->cap < 64 ? 64 : buf->cap;
    while (cap < need)
        cap *= 2;
    char *data = buf->secret ? grow_secret(buf, cap) : realloc(buf->data, cap);
    buf->dry = buf->dry || !data;
    if (!data)
        return SL_E_NOMEM;
    buf->data = data;
    buf->cap = cap;
    return 0;
}

int sl__buf_add(struct sl__buf *buf, const void *data, size_t len)
{
    int code = reserve(buf, len);
    if (code)
        return code;
    if (len > 0)
        memcpy(buf->data + buf->len, data, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
    return 0;
}

int sl__buf_adds(struct sl__buf *buf, const char *text)
{
    return sl__buf_add(buf, text, strlen(text));
}

int sl__buf_addf(struct sl__buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    int code = len < 0 ? SL_E_INVALID : reserve(buf, (size_t)len);
    if (!code) {
        vsnprintf(buf->data + buf->len, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
    return code;
}

const char *sl__buf_text(const struct sl__buf *buf)
{
    return buf->data ? buf->data : "";
}

void sl__buf_reset(struct sl__buf *buf)
{
    buf->len = 0;
    buf->dry = false;
    if (buf->data)
        buf->data[0] = '\0';
}

char *sl__buf_take(struct sl__buf *buf)
{
    char *data = buf->data;
    buf->data = NULL;
    buf->len = buf->cap = 0;
    buf->dry = false;
    return data;
}

void sl__buf_release(struct sl__buf *buf)
{
    free(sl__buf_take(buf));
}

void sl__buf_wipe(struct sl__buf *buf)
{
    if (buf->data)
        sl__wipe(buf->data, buf->cap);
    sl__buf_release(buf);
}

bool sl__copy_string(char **to, const char *from)
{
    *to = from ? strdup(from) : NULL;
    return !from || *to;
}

void sl__wipe(void *memory, size_t len)
{
    volatile unsigned char *byte = memory;
    while (len-- > 0)
        *byte++ = 0;
}
