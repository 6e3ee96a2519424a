/* Changing the configuration file. See config.h. */
#include <string.h>

#include "buf.h"
#include "config.h"
#include "file.h"
#include "json_edit.h"
#include "utf8.h"
#include "words.h"

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left to change the configuration");
}

/* A provider or address that is to be used has to be one. */
static int load_changed(struct sl_config **config, const struct sl_config_change *change,
                        struct sl_error *error)
{
    const char *provider = change->provider && *change->provider ? change->provider : NULL;
    struct sl__pick pick = {(char *)provider, NULL};
    struct sl__url url = SL__URL_INIT;
    int code = 0;
    if (change->base_url && *change->base_url)
        code = sl__url_parse(&url, change->base_url, error);
    sl__url_release(&url);
    return code ? code : sl__config_load(config, &pick, error);
}

static int check_word(const char *name, const char *value, const char *const words[],
                      struct sl_error *error)
{
    struct sl__buf list = SL__BUF_INIT(256);
    int code = 0;
    if (value && *value && !sl__words_have(words, value))
        code = sl_error_set(error, SL_E_CONFIG, "“%s” is no %s; it is one of %s", value, name,
                            sl__words_list(words, &list));
    sl__buf_release(&list);
    return code;
}

static int check(const struct sl_config_change *change, struct sl_error *error)
{
    const char *const texts[] = {change->provider, change->base_url, change->model,
                                 change->detail,   change->effort,   change->language};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i] && !sl__utf8_is_valid(texts[i], strlen(texts[i])))
            return sl_error_set(error, SL_E_INVALID,
                                "a text for the configuration is not UTF-8; type it again");
    }
    int code = check_word("detail", change->detail, sl__detail_words, error);
    return code ? code : check_word("effort", change->effort, sl__effort_words, error);
}

/* One setting, as the struct has it. */
static int edit(struct sl__buf *text, const char *const *path, const char *value)
{
    struct sl__buf quoted = SL__BUF_INIT(SL__MAX_CONFIG);
    int code = 0;
    if (!value)
        return 0;
    if (*value)
        code = sl__json_quote(&quoted, value);
    if (!code)
        code = sl__json_edit(text, path, *value ? quoted.data : NULL);
    sl__buf_release(&quoted);
    return code;
}

static int edit_all(struct sl__buf *text, const char *provider,
                    const struct sl_config_change *change)
{
    const struct {
        const char *path[4], *value;
    } edits[] = {
        {{"provider"}, change->provider},
        {{"providers", provider, "base_url"}, change->base_url},
        {{"providers", provider, "model"}, change->model},
        {{"detail"}, change->detail},
        {{"effort"}, change->effort},
        {{"language"}, change->language},
    };
    int code = 0;
    for (size_t i = 0; !code && i < sizeof edits / sizeof *edits; i++)
        code = edit(text, edits[i].path, edits[i].value);
    return code;
}

static int write_changed(const struct sl_config *config, const struct sl_config_change *change,
                         struct sl_error *error)
{
    struct sl__buf text = SL__BUF_SECRET(SL__MAX_CONFIG);
    bool found;
    int code = sl__file_read(config->path, &text, &found, NULL, error);
    if (!code && !found && sl__buf_adds(&text, "{}\n"))
        code = no_memory(error);
    if (!code) {
        code = edit_all(&text, config->provider, change);
        if (code == SL_E_TOO_LARGE)
            sl_error_set(error, code, "%s: it would be over %u KB; write shorter texts",
                         config->path, SL__MAX_CONFIG >> 10);
        else if (code == SL_E_INVALID)
            code = sl_error_set(error, SL_E_CONFIG,
                                "%s: it holds bytes that belong into no JSON text; mend it or move "
                                "the file away",
                                config->path);
        else if (code)
            code = no_memory(error);
    }
    if (!code)
        code = sl__file_write_private(config->path, text.data, text.len, error);
    sl__buf_wipe(&text);
    return code;
}

int sl_config_write(const struct sl_config_change *change, struct sl_error *error)
{
    struct sl_config *config = NULL;
    int code = check(change, error);
    if (!code)
        code = load_changed(&config, change, error);
    if (!code)
        code = write_changed(config, change, error);
    sl_config_free(config);
    return code;
}
