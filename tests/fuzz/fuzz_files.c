/* Fuzzes what a provider says of the files that it stores: a list of them, and a single one. */
#include <stdlib.h>
#include <string.h>

#include "files_api.h"
#include "fuzz.h"
#include "utf8.h"

/* An id becomes part of a path, and a name a line that a person reads. */
static void check(const struct sl__remote_file *file)
{
    size_t id = strnlen(file->id, sizeof file->id), name = strnlen(file->name, sizeof file->name);
    if (id == 0 || id == sizeof file->id || name == sizeof file->name ||
        !sl__file_id_is_valid(file->id) || strchr(file->id, '/') || file->created_at < 0 ||
        !sl__utf8_is_valid(file->name, name))
        abort();
    for (size_t i = 0; i < name; i++) {
        if ((unsigned char)file->name[i] < ' ' || file->name[i] == 0x7f)
            abort();
    }
}

/* Goes on until as many files were told as the last byte says. */
static int count(const struct sl__remote_file *file, void *data)
{
    size_t *left = data;
    check(file);
    if (*left == 0)
        return SL_E_CANCELLED;
    --*left;
    return 0;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    struct sl__reply reply = {.status = 200, .body = (const char *)data, .body_len = len};
    struct sl__remote_file file;
    size_t left = len > 0 ? data[len - 1] : 0;
    if (sl__files_read(&reply, &file) == 0)
        check(&file);
    int code = sl__files_read_list(&reply, count, &left);
    if (code != 0 && code != SL_E_PROTOCOL && code != SL_E_CANCELLED)
        abort();
    return 0;
}
