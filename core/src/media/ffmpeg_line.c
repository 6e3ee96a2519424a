/* The line for ffmpeg that mends what cannot be sent. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "video.h"

enum { NAME = 180, WORD = 200 };

static bool is_plain(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "._-+,@%/";
    return name[strspn(name, letters)] == '\0';
}

/* One word of a shell's: in single quotes where it needs them. */
static void write_word(char *to, size_t room, const char *name)
{
    const char *const end = to + room - 6;
    if (is_plain(name)) {
        snprintf(to, room, "%s", name);
        return;
    }
    *to++ = '\'';
    for (; *name && to < end; name++) {
        if (*name == '\'')
            to += sprintf(to, "'\\'");
        *to++ = *name;
    }
    strcpy(to, "'");
}

void sl__ffmpeg_line(char line[SL__FFMPEG_LINE], const char *name, const char *options)
{
    char from[NAME], to[NAME], quoted_from[WORD], quoted_to[WORD];
    const char *dot = strrchr(name, '.');
    size_t stem = dot && dot > name ? (size_t)(dot - name) : strlen(name);
    /* What looks like an option or an address is a file all the same. */
    const char *lead = *name == '-' || strchr(name, ':') ? "./" : "";
    const char *tail = dot && strcasecmp(dot, ".mp4") == 0 ? "-new.mp4" : ".mp4";
    snprintf(from, sizeof from, "%s%s", lead, name);
    snprintf(to, sizeof to, "%s%.*s%s", lead, (int)stem, name, tail);
    write_word(quoted_from, sizeof quoted_from, from);
    write_word(quoted_to, sizeof quoted_to, to);
    snprintf(line, SL__FFMPEG_LINE, "ffmpeg -i %s %s %s", quoted_from, options, quoted_to);
}
