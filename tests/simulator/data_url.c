/* Data URLs and strict base64. */
#include "data_url.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

static int value_of(char c)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

/* Padding where it belongs and nothing else, no white space, no bits left over. */
static bool decode(const char *text, size_t len, unsigned char *out, size_t *out_len)
{
    size_t padding = 0;
    unsigned bits = 0;
    *out_len = 0;
    if (!len || len % 4)
        return false;
    while (padding < 2 && text[len - 1 - padding] == '=')
        padding++;
    for (size_t i = 0; i < len - padding; i++) {
        int value = value_of(text[i]);
        if (value < 0)
            return false;
        bits = bits << 6 | (unsigned)value;
        if (i % 4)
            out[(*out_len)++] = (unsigned char)(bits >> (6 - 2 * (i % 4)));
    }
    return !padding || !(bits & ((1u << 2 * padding) - 1));
}

bool base64_decode(const char *base64, struct bytes *bytes, const char *name,
                   struct failure *failure)
{
    size_t len = strlen(base64);
    bytes->data = must_alloc(len / 4 * 3 + 3);
    return decode(base64, len, bytes->data, &bytes->len) ||
           refuse(failure, "%s: the base64 is not valid", name);
}

bool data_url_decode(const char *url, char mime[MIME_ROOM], struct bytes *bytes, const char *name,
                     struct failure *failure)
{
    static const char prefix[] = "data:", coding[] = ";base64";
    const char *comma = strchr(url, ',');
    size_t before = sizeof prefix - 1, after = sizeof coding - 1;
    size_t len = comma ? (size_t)(comma - url) : 0;
    if (len <= before + after || len - before - after >= MIME_ROOM ||
        memcmp(url, prefix, before) != 0 || memcmp(comma - after, coding, after) != 0)
        return refuse(
            failure, "%s must be a URL: http://…, https://…, stepfile://… or data:image/…;base64,…",
            name);
    memcpy(mime, url + before, len - before - after);
    mime[len - before - after] = 0;
    return base64_decode(comma + 1, bytes, name, failure);
}
