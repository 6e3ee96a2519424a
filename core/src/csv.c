/* Cells that begin like formulas. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sightline/csv.h>

#include "csv.h"
#include "utf8.h"

#define SEPARATORS ",;\t\r\n"

static bool is_one_of(unsigned code, const char *characters)
{
    return code > 0 && code < 0x80 && strchr(characters, (int)code);
}

static bool begins_formula(unsigned code)
{
    return is_one_of(code, "=+-@") || code == 0xff1d || code == 0xff0b || code == 0xff0d ||
           code == 0xff20;
}

/* Puts out the held sign and what followed it; `ends`: the cell held nothing else. */
static int put_number(struct sl__csv *csv, bool ends, struct sl__buf *out)
{
    int code = ends || csv->number_len == 0 ? 0 : sl__buf_add(out, "'", 1);
    if (!code)
        code = sl__buf_add(out, csv->number, csv->number_len);
    csv->number_len = 0;
    return code;
}

/* Of a quotation mark it is known with the next character whether it ends the cell. */
static bool is_of_number(const struct sl__csv *csv, unsigned code)
{
    size_t len = csv->number_len;
    if (len == 0 || len == sizeof csv->number || csv->number[len - 1] == '"')
        return false;
    return is_one_of(code, "0123456789.% ") || (code == '"' && csv->quoted);
}

static void move(struct sl__csv *csv, unsigned code)
{
    if (is_one_of(code, SEPARATORS))
        csv->place = csv->quoted ? SL__CSV_MAY_BEGIN : SL__CSV_BEGINS;
    else if (code == '"')
        csv->quoted = !csv->quoted;
    else if (code != ' ' || csv->place == SL__CSV_MAY_BEGIN)
        csv->place = SL__CSV_GOES_ON;
}

static int add_character(struct sl__csv *csv, const char *bytes, struct sl__utf8 next,
                         struct sl__buf *out)
{
    bool held = csv->number_len > 0,
         formula = csv->place != SL__CSV_GOES_ON && begins_formula(next.code);
    bool sign = !held && formula && is_one_of(next.code, "+-");
    bool number = is_of_number(csv, next.code);
    int code = held && !number ? put_number(csv, is_one_of(next.code, SEPARATORS), out) : 0;
    move(csv, next.code);
    if (sign || number) {
        csv->number[csv->number_len++] = *bytes;
        return 0;
    }
    if (!code && formula)
        code = sl__buf_add(out, "'", 1);
    return code ? code : sl__buf_add(out, bytes, next.length);
}

int sl__csv_feed(struct sl__csv *csv, const char *text, size_t len, struct sl__buf *out)
{
    int code = 0;
    while (len > 0 && !code) {
        struct sl__utf8 next = sl__utf8_next(text, len);
        code = add_character(csv, text, next, out);
        text += next.length;
        len -= next.length;
    }
    return code;
}

int sl__csv_finish(struct sl__csv *csv, struct sl__buf *out)
{
    return put_number(csv, true, out);
}

static int quote(const char *text, struct sl__buf *quoted)
{
    int code = sl__buf_add(quoted, "\"", 1);
    for (; *text && !code; text++)
        code = *text == '"' ? sl__buf_add(quoted, "\"\"", 2) : sl__buf_add(quoted, text, 1);
    return code ? code : sl__buf_add(quoted, "\"", 1);
}

int sl_csv_field(char **field, const char *text, struct sl_error *error)
{
    struct sl__buf quoted = SL__BUF_INIT(SIZE_MAX / 2), harmless = SL__BUF_INIT(SIZE_MAX / 2);
    struct sl__csv csv = SL__CSV_INIT;
    int code = quote(text, &quoted);
    if (!code)
        code = sl__csv_feed(&csv, quoted.data, quoted.len, &harmless);
    if (!code)
        code = sl__csv_finish(&csv, &harmless);
    sl__buf_release(&quoted);
    *field = sl__buf_take(&harmless);
    if (!code)
        return 0;
    free(*field);
    *field = NULL;
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left for the table");
}
