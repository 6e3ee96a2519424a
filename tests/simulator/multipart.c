/* multipart/form-data (RFC 7578). */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem, strcasestr */
#endif
#include "multipart.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "text.h"

/* The delimiter: CR LF, two hyphens and what the content-type says. */
static bool find_delimiter(const char *type, char *delimiter, size_t room, struct failure *failure)
{
    static const char kind[] = "multipart/form-data", parameter[] = "boundary=";
    const char *at =
        type && !strncasecmp(type, kind, sizeof kind - 1) ? strcasestr(type, parameter) : NULL;
    if (!at)
        return refuse(failure, "The content-type must be multipart/form-data with a boundary.");
    at += sizeof parameter - 1;
    bool quoted = *at == '"';
    size_t len = strcspn(at + quoted, quoted ? "\"" : "; ");
    if (!len || len > 70)
        return refuse(failure, "The boundary must have 1 to 70 characters.");
    snprintf(delimiter, room, "\r\n--%.*s", (int)len, at + quoted);
    return true;
}

/* name="…" of a Content-Disposition line; the percent signs of browsers are left as they are. */
static void take_parameter(const char *line, const char *name, char *value, size_t room)
{
    char wanted[32];
    snprintf(wanted, sizeof wanted, "; %s=\"", name);
    const char *at = strcasestr(line, wanted);
    *value = 0;
    if (!at)
        return;
    at += strlen(wanted);
    size_t len = 0;
    for (; *at && *at != '"' && len + 1 < room; at++) {
        at += *at == '\\' && at[1];
        value[len++] = *at;
    }
    value[len] = 0;
    if (len && *at != '"') /* too long: cut between two characters */
        value[text_boundary(value, len - 1)] = 0;
}

static bool read_part_head(struct part *part, const char *head, size_t len, struct failure *failure)
{
    struct text lines = {0};
    text_add(&lines, head, len);
    const char *line = strcasestr(lines.data, "content-disposition: form-data");
    if (line) {
        take_parameter(line, "name", part->name, sizeof part->name);
        take_parameter(line, "filename", part->filename, sizeof part->filename);
    }
    text_release(&lines);
    return (line && part->name[0]) ||
           refuse(failure, "A part of the form has no content-disposition with a name.");
}

static bool read_part(struct multipart *multipart, const char **at, const char *end,
                      const char *delimiter, struct failure *failure)
{
    const char *blank = memmem(*at, (size_t)(end - *at), "\r\n\r\n", 4);
    const char *data = blank ? blank + 4 : end;
    const char *next = memmem(data, (size_t)(end - data), delimiter, strlen(delimiter));
    if (!blank || !next)
        return refuse(failure, "A part of the form does not end.");
    if (multipart->count == MULTIPART_MAX_PARTS)
        return refuse(failure, "The form has more than %d parts.", MULTIPART_MAX_PARTS);
    struct part *part = &multipart->parts[multipart->count++];
    part->data = data;
    part->len = (size_t)(next - data);
    if (!read_part_head(part, *at, (size_t)(blank - *at), failure))
        return false;
    *at = next + strlen(delimiter);
    return true;
}

static bool starts(const char *at, const char *end, const char *with)
{
    size_t len = strlen(with);
    return (size_t)(end - at) >= len && !memcmp(at, with, len);
}

bool multipart_read(struct multipart *multipart, const struct request *request,
                    struct failure *failure)
{
    char delimiter[80];
    multipart->count = 0;
    if (!find_delimiter(request_header(request, "content-type"), delimiter, sizeof delimiter,
                        failure))
        return false;
    const char *at = request->body ? request->body : "", *end = at + request->body_len;
    if (!starts(at, end, delimiter + 2)) /* the first has no line end before it */
        return refuse(failure, "The body does not begin with the boundary.");
    for (at += strlen(delimiter) - 2; !starts(at, end, "--");) {
        if (!starts(at, end, "\r\n"))
            return refuse(failure, "The form does not end with the boundary and two hyphens.");
        if (!read_part(multipart, &at, end, delimiter, failure))
            return false;
    }
    return true;
}

const struct part *multipart_part(const struct multipart *multipart, const char *name)
{
    for (size_t i = 0; i < multipart->count; i++) {
        if (!strcmp(multipart->parts[i].name, name))
            return &multipart->parts[i];
    }
    return NULL;
}
