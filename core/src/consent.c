/* Whether anything may leave this machine for a server, as far as the person is concerned. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "consent.h"
#include "file.h"

enum { MAX_RECORD = 256 << 10 };

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left to look for the consent");
}

static char *record_path(const struct sl_config *config)
{
    struct sl__buf path = SL__BUF_INIT(8192);
    if (sl__buf_addf(&path, "%s/consent", config->state_dir))
        sl__buf_release(&path);
    return sl__buf_take(&path);
}

static bool has_line(const char *text, const char *line)
{
    size_t wanted = strlen(line);
    while (*text) {
        size_t len = strcspn(text, "\n");
        if (len == wanted && memcmp(text, line, len) == 0)
            return true;
        text += len + (text[len] == '\n');
    }
    return false;
}

/* A record that cannot be read is one without this origin. */
static int find_record(const struct sl_config *config, bool *recorded)
{
    struct sl__buf text = SL__BUF_INIT(MAX_RECORD);
    char *path = record_path(config);
    bool found = false;
    int code = path ? sl__file_read(path, &text, &found, NULL, NULL) : SL_E_NOMEM;
    *recorded = found && has_line(sl__buf_text(&text), config->url.origin);
    sl__buf_release(&text);
    free(path);
    return code == SL_E_NOMEM ? code : 0;
}

/* The environment decides where it says anything. */
static bool is_agreed_beforehand(const cJSON *setting)
{
    const char *said = sl__env("SIGHTLINE_CONSENT");
    return said ? strcmp(said, "yes") == 0 || strcmp(said, "1") == 0 : cJSON_IsTrue(setting);
}

int sl__consent_load(struct sl_config *config, const cJSON *setting, struct sl_error *error)
{
    bool recorded;
    if (config->url.loopback || is_agreed_beforehand(setting))
        return 0;
    if (find_record(config, &recorded))
        return no_memory(error);
    if (recorded)
        return 0;
    struct sl_error question = SL_ERROR_INIT;
    sl_error_set(&question, 0,
                 "%s has not been asked anything yet. Pictures and videos that you name, texts "
                 "that you select with the lines around them, and your instructions leave this "
                 "machine for it, with the provider's key. You are asked this once.",
                 config->url.host);
    config->question = strdup(question.message);
    return config->question ? 0 : no_memory(error);
}

int sl__consent_check(const struct sl_config *config, struct sl_error *error)
{
    if (!config->question)
        return 0;
    return sl_error_set(
        error, SL_E_CONSENT,
        "nothing was sent: pictures and texts would leave this machine for %s, and "
        "nobody has agreed to that yet; agree when you are asked, or beforehand set "
        "“consent” to true in %s, or SIGHTLINE_CONSENT=yes",
        config->url.host, config->path);
}

const char *sl_config_consent_question(const struct sl_config *config)
{
    return config->question;
}

int sl_config_agree(const struct sl_config *config, struct sl_error *error)
{
    if (!config->question)
        return 0;
    char *path = record_path(config);
    int code = path ? sl__file_append_private(path, config->url.origin, error) : no_memory(error);
    free(path);
    return code;
}
