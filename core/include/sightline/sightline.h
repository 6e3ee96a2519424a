/*
 * libsightline: a vision model for programs in which pictures and text are made.
 *
 * Start with client.h. The other headers are the manual of what it uses:
 *
 *   error.h    codes and sentences
 *   translate.h  sentences in another language than English
 *   media.h    preparing pictures; usable alone, as libsightline-media
 *   config.h   the configuration that all hosts share
 *   task.h     the named things that can be asked
 *   placed.h   text with its place in a picture
 *   csv.h      fields of tables
 *   client.h   requests and their events
 *   files.h    files stored with a provider
 *   conversation.h   the turns so far
 *   usage.h    what requests have used and cost
 *   markup.h   pictures in documents, and their alt texts
 *
 * Pictures are read by the module sightline-prepare.so, which is libsightline-media, and what is
 * cut or converted of videos by sightline-video.so. Each is opened when the first such file comes,
 * from the folder of the program or the library folder. Who calls sl_image_prepare links
 * libsightline-media.
 *
 * A whole program:
 *
 *     static void on_event(const struct sl_event *event, void *running)
 *     {
 *         if (event->type == SL_EVENT_TEXT)
 *             fputs(event->text, stdout);
 *         if (event->type == SL_EVENT_FAILED)
 *             fputs(event->error->message, stderr);
 *         if (event->type >= SL_EVENT_DONE)
 *             *(bool *)running = false;
 *     }
 *
 *     struct sl_media photo = {.kind = SL_MEDIA_FILE, .path = "photo.jpg"};
 *     struct sl_request request = {.task = "describe", .media = &photo, .media_count = 1};
 *     bool running = true;
 *     …
 *     sl_client_new(&client, NULL, &error);
 *     if (sl_client_start(client, &request, on_event, &running, &id, &error))
 *         …
 *     struct pollfd ready = {.fd = sl_client_fd(client), .events = POLLIN};
 *     while (running && poll(&ready, 1, -1) >= 0)
 *         sl_client_dispatch(client);
 *     sl_client_free(client);
 */
#ifndef SIGHTLINE_SIGHTLINE_H
#define SIGHTLINE_SIGHTLINE_H

#include <sightline/client.h>
#include <sightline/config.h>
#include <sightline/csv.h>
#include <sightline/error.h>
#include <sightline/files.h>
#include <sightline/markup.h>
#include <sightline/media.h>
#include <sightline/placed.h>
#include <sightline/task.h>
#include <sightline/translate.h>
#include <sightline/usage.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SL_VERSION "0.1.0"

/* The version of the library that runs, which need not be the one compiled against. Static. */
SL_API const char *sl_version(void);

/*
 * Lets this process, and those that it starts, leave no core file when they crash, nor hand one to
 * a program of the system: a key may be in it. For programs of which the caller owns the whole
 * process; it cannot be taken back. A debugger still reads everything. Any thread.
 */
SL_API void sl_forbid_core_files(void);

#ifdef __cplusplus
}
#endif

#endif
