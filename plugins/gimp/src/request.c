/* Starting a request. See request.h. */
#include "request.h"

#include <glib-unix.h>
#include <string.h>

static gboolean dispatch(int fd, GIOCondition condition, void *client)
{
    (void)fd;
    (void)condition;
    sl_client_dispatch(client);
    return G_SOURCE_CONTINUE;
}

int request_line_init(struct request_line *line, struct sl_error *error)
{
    struct sl_client_options options = {
        .setup_hint = "run :Sight setup in Vim or Neovim",
    };
    int code = sl_client_new(&line->client, &options, error);

    if (code == 0)
        line->watch = g_unix_fd_add(sl_client_fd(line->client), G_IO_IN, dispatch, line->client);
    return code;
}

void request_line_release(struct request_line *line)
{
    if (line->watch)
        g_source_remove(line->watch);
    sl_client_free(line->client);
    *line = (struct request_line){0};
}

/* The core takes NULL for "as the task or the configuration says". */
static const char *chosen(const struct settings *settings, enum setting which)
{
    const char *value = settings->value[which];

    return strcmp(value, setting_info[which].fallback) == 0 ? NULL : value;
}

int request_start(struct request_line *line, const struct command *command,
                  const struct settings *settings, struct picture *picture, sl_event_fn on_event,
                  void *data, uint64_t *id, struct sl_error *error)
{
    struct sl_media media;

    picture_take(picture, &media);
    struct sl_request request = {
        .task = command->task,
        .media = &media,
        .media_count = 1,
        .instruction = chosen(settings, SETTING_INSTRUCTION),
        .language = chosen(settings, SETTING_LANGUAGE),
        .detail = chosen(settings, SETTING_DETAIL),
    };
    int code = sl_client_start(line->client, &request, on_event, data, id, error);

    g_free((char *)media.name);
    return code;
}

const char *request_phase(enum sl_phase phase)
{
    static const char *const words[] = {
        [SL_PHASE_PREPARING] = "Preparing the picture",
        [SL_PHASE_UPLOADING] = "Uploading",
        [SL_PHASE_CHECKING] = "The server checks the picture",
        [SL_PHASE_THINKING] = "Thinking",
        [SL_PHASE_ANSWERING] = "Answering",
    };

    return (size_t)phase < G_N_ELEMENTS(words) && words[phase] ? words[phase] : "Working";
}

double request_fraction(const struct sl_event *event)
{
    if (event->phase != SL_PHASE_UPLOADING || event->total == 0)
        return -1;
    return (double)event->sent / (double)event->total;
}
