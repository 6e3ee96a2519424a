/* Starting a request. See request.h. */
#include "request.h"

#include <glib-unix.h>

#include "i18n.h"

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
        .setup_hint = _("run :Sight setup in Vim or Neovim"),
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

int request_start(struct request_line *line, const struct question *question,
                  const struct settings *settings, sl_event_fn on_event, void *data, uint64_t *id,
                  struct sl_error *error)
{
    struct sl_media media = {0};

    if (question->picture)
        picture_take(question->picture, &media);
    struct sl_request request = {
        .task = question->task,
        .media = &media,
        .media_count = question->picture ? 1 : 0,
        .instruction = question->instruction,
        .conversation = question->conversation,
        .language = settings_chosen(settings, SETTING_LANGUAGE),
        .detail = settings_chosen(settings, SETTING_DETAIL),
        .stack = settings_chosen(settings, SETTING_STACK),
    };
    int code = sl_client_start(line->client, &request, on_event, data, id, error);

    g_free((char *)media.name);
    return code;
}
