/* Gathering an answer. See answer.h. */
#include "answer.h"

#include "i18n.h"

/* Core and provider allow fewer. */
#define MAX_ALTERNATIVES 32

struct alternative {
    GString *text;
    char *first_file; /* its name waits here until a second file shows that names are needed */
    unsigned files;
    size_t kept;
};

struct answer {
    struct alternative alternatives[MAX_ALTERNATIVES];
    unsigned count; /* one past the highest that has come */
    char *joined;
};

struct answer *answer_new(void)
{
    return g_new0(struct answer, 1);
}

void answer_free(struct answer *answer)
{
    for (unsigned i = 0; i < answer->count; i++) {
        if (answer->alternatives[i].text)
            g_string_free(answer->alternatives[i].text, TRUE);
        g_free(answer->alternatives[i].first_file);
    }
    g_free(answer->joined);
    g_free(answer);
}

static char *heading(const char *name)
{
    return g_strdup_printf("==> %s <==\n", *name ? name : "next file");
}

/* Returns whether a heading was written. */
static bool begin_file(struct alternative *alternative, const char *name)
{
    if (alternative->files++ == 0) {
        alternative->first_file = g_strdup(name);
        return false;
    }
    if (alternative->files == 2) {
        char *first = heading(alternative->first_file);

        g_string_prepend(alternative->text, first);
        g_free(first);
    }
    char *next = heading(name);

    if (!g_str_has_suffix(alternative->text->str, "\n"))
        g_string_append_c(alternative->text, '\n');
    g_string_append_printf(alternative->text, "\n%s", next);
    g_free(next);
    return true;
}

bool answer_take(struct answer *answer, const struct sl_event *event)
{
    unsigned number = MIN(event->alternative, MAX_ALTERNATIVES - 1);
    struct alternative *alternative = &answer->alternatives[number];

    if (!alternative->text)
        alternative->text = g_string_new(NULL);
    answer->count = MAX(answer->count, number + 1);
    if (event->type == SL_EVENT_FILE)
        return !begin_file(alternative, event->text);
    g_string_append_len(alternative->text, event->text, (gssize)event->len);
    return answer->count == 1;
}

static void append_heading(GString *joined, unsigned number)
{
    g_string_append(joined, number > 0 ? "\n\n" : "");
    g_string_append_printf(joined, _("Answer %u:"), number + 1);
    g_string_append(joined, "\n\n");
}

static void append_alternative(GString *joined, const struct answer *answer, unsigned number)
{
    if (answer->count > 1)
        append_heading(joined, number);
    if (answer->alternatives[number].text)
        g_string_append(joined, answer->alternatives[number].text->str);
}

const char *answer_text(struct answer *answer)
{
    GString *joined = g_string_new(NULL);

    for (unsigned i = 0; i < answer->count; i++)
        append_alternative(joined, answer, i);
    g_free(answer->joined);
    answer->joined = g_string_free(joined, FALSE);
    return answer->joined;
}

void answer_keep(struct answer *answer)
{
    for (unsigned i = 0; i < answer->count; i++) {
        if (answer->alternatives[i].text)
            answer->alternatives[i].kept = answer->alternatives[i].text->len;
    }
}

void answer_restore(struct answer *answer)
{
    for (unsigned i = 0; i < answer->count; i++) {
        if (answer->alternatives[i].text)
            g_string_truncate(answer->alternatives[i].text, answer->alternatives[i].kept);
    }
}
