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

int request_line_init_in(struct request_line *line, const char *setup_hint, struct sl_error *error)
{
    struct sl_client_options options = {
        .setup_hint = setup_hint,
    };
    int code = sl_client_new(&line->client, &options, error);

    if (code == 0)
        line->watch = g_unix_fd_add(sl_client_fd(line->client), G_IO_IN, dispatch, line->client);
    return code;
}

int request_line_init(struct request_line *line, struct sl_error *error)
{
    return request_line_init_in(line, _("choose Filters > Sightline > Settings"), error);
}

void request_line_release(struct request_line *line)
{
    if (line->watch)
        g_source_remove(line->watch);
    sl_client_free(line->client);
    *line = (struct request_line){0};
}

static void drop(void *pictures)
{
    pictures_drop(pictures);
}

/* A list of its own, in which each medium holds them all. To be freed with g_free. */
static struct sl_media *hold_media(struct pictures *pictures)
{
    size_t count = pictures_count(pictures);
    struct sl_media *media = g_memdup2(pictures_media(pictures), count * sizeof *media);

    for (size_t i = 0; i < count; i++) {
        media[i].release = drop;
        media[i].release_data = pictures_hold(pictures);
    }
    return media;
}

struct sl_request request_of(const char *task, const char *instruction,
                             const struct settings *settings)
{
    return (struct sl_request){
        .task = task,
        .instruction = instruction,
        .language = settings_chosen(settings, SETTING_LANGUAGE),
        .detail = settings_chosen(settings, SETTING_DETAIL),
        .effort = settings_chosen(settings, SETTING_EFFORT),
        .stack = settings_chosen(settings, SETTING_STACK),
    };
}

int request_start(struct request_line *line, const struct question *question,
                  const struct settings *settings, sl_event_fn on_event, void *data, uint64_t *id,
                  struct sl_error *error)
{
    struct sl_request request = request_of(question->task, question->instruction, settings);
    struct sl_media *media = question->pictures ? hold_media(question->pictures) : NULL;

    request.media = media;
    request.media_count = media ? pictures_count(question->pictures) : 0;
    request.conversation = question->conversation;
    int code = sl_client_start(line->client, &request, on_event, data, id, error);

    g_free(media);
    return code;
}
