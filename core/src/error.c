/* Codes and sentences. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <sightline/error.h>

#include "translate.h"
#include "utf8.h"

/* Copies as one line that a terminal, a label or a log shows as it is. */
static void copy_line(char *to, size_t room, const char *from)
{
    size_t left = strlen(from), used = 0;
    while (left > 0) {
        struct sl__utf8 next = sl__utf8_next(from, left);
        bool control = next.code < 0x20 || next.code == 0x7f || sl__utf8_is_line_end(next.code) ||
                       sl__utf8_is_deceptive(next.code);
        bool plain = next.kind == SL__UTF8_VALID && !control;
        size_t width = plain ? next.length : 1;
        if (used + width >= room)
            break;
        if (plain)
            memcpy(to + used, from, width);
        else
            to[used] = next.kind == SL__UTF8_VALID ? ' ' : '?';
        used += width;
        from += next.length;
        left -= next.length;
    }
    to[used] = '\0';
}

static void fill(struct sl_error *error, int code, const char *format, va_list args)
    SL_PRINTF(3, 0);

static void fill(struct sl_error *error, int code, const char *format, va_list args)
{
    char line[2 * SL_ERROR_MESSAGE_MAX];
    if (vsnprintf(line, sizeof line, format, args) < 0)
        line[0] = '\0';
    error->code = code;
    error->http_status = 0;
    copy_line(error->message, sizeof error->message, line);
}

int sl_error_set(struct sl_error *error, int code, const char *format, ...)
{
    if (!error)
        return code;
    va_list args;
    va_start(args, format);
    fill(error, code, sl__tr(format), args);
    va_end(args);
    return code;
}

int sl__error_set_plain(struct sl_error *error, int code, const char *format, ...)
{
    if (!error)
        return code;
    va_list args;
    va_start(args, format);
    fill(error, code, format, args);
    va_end(args);
    return code;
}

const char *sl_code_name(int code)
{
    static const char *const names[] = {
        [-SL_OK] = "ok",
        [-SL_E_NOMEM] = "no memory",
        [-SL_E_INVALID] = "invalid",
        [-SL_E_IO] = "file",
        [-SL_E_UNSUPPORTED] = "unsupported",
        [-SL_E_CORRUPT] = "corrupt",
        [-SL_E_TOO_LARGE] = "too large",
        [-SL_E_CONFIG] = "configuration",
        [-SL_E_NO_KEY] = "no key",
        [-SL_E_AUTH] = "key refused",
        [-SL_E_NETWORK] = "network",
        [-SL_E_TLS] = "certificate",
        [-SL_E_TIMEOUT] = "timeout",
        [-SL_E_HTTP] = "http",
        [-SL_E_PROTOCOL] = "protocol",
        [-SL_E_CANCELLED] = "cancelled",
        [-SL_E_INCOMPLETE] = "incomplete",
        [-SL_E_LENGTH] = "length",
        [-SL_E_BALANCE] = "balance",
        [-SL_E_RATE] = "rate",
        [-SL_E_MODERATION] = "moderation",
        [-SL_E_MODEL] = "model",
        [-SL_E_SERVER] = "server",
        [-SL_E_REFUSED] = "refused",
        [-SL_E_FORMAT] = "format",
        [-SL_E_BUDGET] = "budget",
        [-SL_E_CONSENT] = "consent",
    };
    size_t index = code <= 0 ? (size_t) - (long)code : sizeof names;
    return index < sizeof names / sizeof *names ? names[index] : "unknown";
}
