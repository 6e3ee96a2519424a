/* The head of an EBML file, which says what kind of document follows: Matroska, WebM. */
#include <string.h>

#include "picture.h"

enum element { HEAD = 0x1a45dfa3, DOCTYPE = 0x4282 };

struct reader {
    const unsigned char *at, *end;
};

static size_t left(const struct reader *reader)
{
    return (size_t)(reader->end - reader->at);
}

/*
 * A number whose first byte tells its length by the place of its highest bit. An element's name
 * keeps that bit, a size does not.
 */
static bool read_number(struct reader *reader, bool name, uint64_t *number)
{
    unsigned length = 1;

    if (left(reader) == 0 || *reader->at == 0)
        return false;
    while (!(*reader->at & 0x80u >> (length - 1)))
        length++;
    if (left(reader) < length)
        return false;
    *number = name ? *reader->at : *reader->at & 0xffu >> length;
    for (unsigned i = 1; i < length; i++)
        *number = *number << 8 | reader->at[i];
    reader->at += length;
    return true;
}

static bool read_element(struct reader *reader, uint64_t *name, uint64_t *size)
{
    return read_number(reader, true, name) && read_number(reader, false, size);
}

bool sl__ebml_is(const unsigned char *bytes, size_t len, const char *doctype)
{
    struct reader reader = {bytes, bytes + len};
    size_t wanted = strlen(doctype);
    uint64_t name, size;

    if (!read_element(&reader, &name, &size) || name != HEAD)
        return false;
    if (size < left(&reader))
        reader.end = reader.at + size;
    while (read_element(&reader, &name, &size) && size <= left(&reader)) {
        if (name == DOCTYPE) /* padding with zeros is allowed */
            return size >= wanted && memcmp(reader.at, doctype, wanted) == 0 &&
                   (size == wanted || reader.at[wanted] == 0);
        reader.at += size;
    }
    return false;
}
