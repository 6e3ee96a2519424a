/* Changing single members of a JSON text. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "json.h"
#include "json_edit.h"

/* Offsets into a text: a member of an object with what surrounds it. */
struct span {
    size_t before;     /* right behind the brace or comma in front of it */
    size_t name;       /* its quote */
    size_t value, end; /* of its value */
};

/* As cJSON sees it, which reads the file otherwise: any control character. */
static bool is_space(char c)
{
    return c != '\0' && (unsigned char)c <= ' ';
}

static size_t skip_space(const char *text, size_t at)
{
    while (is_space(text[at]))
        at++;
    return at;
}

static size_t skip_word(const char *text, size_t at)
{
    while (text[at] && !is_space(text[at]) && !strchr(",]}", text[at]))
        at++;
    return at;
}

static size_t skip_string(const char *text, size_t at)
{
    return (size_t)(sl__json_string_end(text + at) - text);
}

/* Behind the value that starts at `at`. */
static size_t skip_value(const char *text, size_t at)
{
    size_t depth = 0;
    if (text[at] != '"' && text[at] != '{' && text[at] != '[')
        return skip_word(text, at);
    do {
        if (text[at] == '"') {
            at = skip_string(text, at);
            continue;
        }
        depth += text[at] == '{' || text[at] == '[';
        depth -= text[at] == '}' || text[at] == ']';
        at += text[at] != '\0';
    } while (depth > 0 && text[at]);
    return at;
}

/* The member that begins behind a brace or comma; false where the object ends there. */
static bool read_member(const char *text, size_t before, struct span *member)
{
    member->before = before;
    member->name = skip_space(text, before);
    if (text[member->name] != '"')
        return false;
    size_t colon = skip_space(text, skip_string(text, member->name));
    member->value = skip_space(text, colon + (text[colon] == ':'));
    member->end = skip_value(text, member->value);
    return true;
}

static int compare_name(const char *text, const struct span *member, const char *name, bool *same)
{
    size_t len = skip_string(text, member->name) - member->name;
    cJSON *string = sl__json_parse(text + member->name, len, NULL);
    int code = !string && errno == ENOMEM ? SL_E_NOMEM : 0;
    *same = cJSON_IsString(string) && strcmp(string->valuestring, name) == 0;
    cJSON_Delete(string);
    return code;
}

/* What find_member found. */
struct found {
    struct span member; /* the one that was looked for, or else the last, if `any` */
    bool it, any;
};

static int find_member(const char *text, size_t object, const char *name, struct found *found)
{
    struct span member;
    size_t before = object + 1;
    *found = (struct found){.any = false};
    while (!found->it && read_member(text, before, &member)) {
        found->member = member;
        found->any = true;
        int code = compare_name(text, &member, name, &found->it);
        before = skip_space(text, member.end);
        if (code || text[before] != ',')
            return code;
        before++;
    }
    return 0;
}

/* Puts `len` bytes in the place of those from `from` up to `to`. */
static int replace(struct sl__buf *text, size_t from, size_t to, const char *with, size_t len)
{
    struct sl__buf next = SL__BUF_SECRET(text->max);
    int code = sl__buf_add(&next, text->data, from);
    if (!code)
        code = sl__buf_add(&next, with, len);
    if (!code)
        code = sl__buf_add(&next, text->data + to, text->len - to);
    if (code) {
        sl__buf_wipe(&next);
        return code;
    }
    sl__buf_wipe(text);
    *text = next;
    return 0;
}

/* With the comma that the member leaves over. */
static int take_out(struct sl__buf *text, const struct span *member)
{
    size_t after = skip_space(text->data, member->end);
    bool first = text->data[member->before - 1] == '{';
    if (text->data[after] == ',')
        return replace(text, member->before, after + 1, "", 0);
    return replace(text, member->before - !first, member->end, "", 0);
}

/* Behind the last member, on a line of its own where that is on one. */
static int add_behind(struct sl__buf *text, const struct span *last, const char *member)
{
    struct sl__buf added = SL__BUF_SECRET(SL__MAX_CONFIG);
    int code = sl__buf_adds(&added, ",");
    if (!code)
        code = sl__buf_add(&added, text->data + last->before, last->name - last->before);
    if (!code)
        code = sl__buf_adds(&added, member);
    if (!code)
        code = replace(text, last->end, last->end, added.data, added.len);
    sl__buf_wipe(&added);
    return code;
}

/* Into an object without any: the top one gets lines, one below stays on its line. */
static int add_first(struct sl__buf *text, size_t object, const char *member)
{
    const char *around = object == skip_space(text->data, 0) ? "\n" : " ";
    const char *indent = *around == '\n' ? "  " : "";
    struct sl__buf inside = SL__BUF_SECRET(SL__MAX_CONFIG);
    size_t close = skip_space(text->data, object + 1);
    int code = sl__buf_addf(&inside, "%s%s%s%s", around, indent, member, around);
    if (!code)
        code = replace(text, object + 1, close, inside.data, inside.len);
    sl__buf_wipe(&inside);
    return code;
}

/* "name": value, with the objects that `path` names around the value. */
static int compose(struct sl__buf *member, const char *const *path, const char *value)
{
    int code = sl__json_quote(member, path[0]);
    if (!code)
        code = sl__buf_adds(member, path[1] ? ": { " : ": ");
    if (!code)
        code = path[1] ? compose(member, path + 1, value) : sl__buf_adds(member, value);
    return code || !path[1] ? code : sl__buf_adds(member, " }");
}

static int add(struct sl__buf *text, size_t object, const struct span *last,
               const char *const *path, const char *value)
{
    struct sl__buf member = SL__BUF_SECRET(SL__MAX_CONFIG);
    int code = compose(&member, path, value);
    if (!code && last)
        code = add_behind(text, last, member.data);
    else if (!code)
        code = add_first(text, object, member.data);
    sl__buf_wipe(&member);
    return code;
}

int sl__json_edit(struct sl__buf *text, const char *const *path, const char *value)
{
    const char *const *rest = path;
    struct found found;
    size_t object = skip_space(sl__buf_text(text), 0);
    int code;
    if (strlen(sl__buf_text(text)) != text->len)
        return SL_E_INVALID;
    for (;; rest++, object = found.member.value) {
        if (sl__buf_text(text)[object] != '{')
            return SL_E_INVALID;
        code = find_member(text->data, object, rest[0], &found);
        if (code)
            return code;
        if (!found.it)
            return value ? add(text, object, found.any ? &found.member : NULL, rest, value) : 0;
        if (!rest[1])
            break;
    }
    if (value)
        return replace(text, found.member.value, found.member.end, value, strlen(value));
    code = take_out(text, &found.member);
    return code ? code : sl__json_edit(text, path, NULL); /* it may stand there twice */
}

int sl__json_quote(struct sl__buf *to, const char *text)
{
    cJSON *string = cJSON_CreateString(text);
    char *quoted = string ? cJSON_PrintUnformatted(string) : NULL;
    int code = quoted ? sl__buf_adds(to, quoted) : SL_E_NOMEM;
    cJSON_free(quoted);
    cJSON_Delete(string);
    return code;
}
