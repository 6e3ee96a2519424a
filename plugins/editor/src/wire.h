/*
 * What an editor and this process say to each other, apart from how it is coded.
 *
 * A message is a cJSON object in memory, whichever editor it came from or goes to. A wire turns
 * bytes into messages and messages into bytes; it reads and writes no descriptor, so that the same
 * bytes always mean the same, however they were cut into reads.
 *
 * From the editor
 * ---------------
 *   {method: "start", id, task, media?: [absolute path or address, …],
 *    typed?: [address that the person wrote, …], instruction?, language?,
 *    text_language?, detail?, effort?, selection?, context?, filetype?, stack?,
 *    options?: {name: value, …}, conversation?, continues?, alt?: the form of a picture}
 *   {method: "check", id}           examines the set-up
 *   {method: "info", id}            what is configured
 *   {method: "agree", id, base_url} the person agrees to send to this server
 *   {method: "set_key", id, key}    stores the provider's key
 *   {method: "tasks", id}           what can be asked
 *   {method: "providers", id}       which there are
 *   {method: "models", id}          what the provider has
 *   {method: "choose", id, provider?, model?}    for what is asked from now on; one at least
 *   {method: "usage", id}           what was used and what it cost
 *   {method: "files", id}           what is stored with the provider
 *   {method: "delete_files", id, files: [id, …]}
 *   {method: "pictures", id, filetype, text, first, last}
 *                                   those that have a line from first to last; lines count from 1
 *   {method: "save", id, conversation, path}
 *   {method: "open", id, conversation, path}
 *   {method: "forget", conversation}
 *   {method: "cancel", id}
 *   {method: "hello"}               answered with {type: "ready", version}
 *   {method: "editor_error", text}  the editor could not take an event
 *
 * `id` is a number that the editor chooses; it is free again after the terminal event.
 * `conversation` is another; the conversation is made by the first message that names it and kept
 * until "forget", or until CONVERSATIONS_MAX others were used after it, which a note tells. With
 * `continues` a start is refused when the conversation is not there.
 *
 * To the editor
 * -------------
 *   {id, type: "progress", phase, sent, total, wait_ms, tokens, part, parts}    as in client.h
 *   {id, type: "note", level: "ok" | "warning" | "error", text}
 *   {id, type: "tool", text}        what the model looks at
 *   {id, type: "reasoning", text, alternative}
 *   {id, type: "text", text, alternative}        of models: the names, a line each
 *   {id, type: "file", name, language, alternative}    the text after it is another file's
 *   {id, type: "tasks", list: [{name, title, output: "text" | "code" | "json" | "csv" | "same",
 *    min_media?, max_media?, images, videos, own}, …]}    in parts
 *   {id, type: "stacks", list: [{name, title, filetype}, …]}    what code can be written with
 *   {id, type: "provider", name, current}
 *   {id, type: "usage", span: "today" | "week" | "month", provider, model, requests, input_tokens,
 *    cached_tokens, output_tokens, currency?, cost?, estimated?}
 *   {id, type: "stored", file, name, bytes, ours, stored_at?, delete_at?}    seconds since 1970
 *   {id, type: "turn", speaker: "person" | "model", index, text}    in parts of the same index
 *   {id, type: "picture", markup: [line, byte, line, byte], alt: [line, byte, line, byte],
 *    state: "missing" | "empty" | "present", address, text, link?, caption?, button, fixed?,
 *    form: {style, before, after, decorative}}    see sightline/markup.h; bytes count from 0
 *   {id, type: "alt", decorative, text}           what is to stand in the place of a picture's alt
 *   {id, type: "done", text, model?, usage?: {input_tokens?, cached_tokens?, output_tokens?,
 *    reasoning_tokens?}, cost?: {amount, currency, estimated},
 *    info?: {provider, base_url, model, console_url?, consent?: what is to be agreed to},
 *    budget?: {currency, spent, day?, request?}, cut?,    of usage
 *    looks?, language?, folders?: [folder, …]}            of pictures
 *   {id, type: "failed", code, text}
 *   {id, type: "cancelled"}
 *   {type: "ready", version}
 *   {type: "error", text}           a message that means nothing
 *
 * Done, failed and cancelled are terminal: every message with an id but "cancel" is answered by
 * exactly one of them, unless it is answered by an error.
 */
#ifndef EDITOR_WIRE_H
#define EDITOR_WIRE_H

#include <stddef.h>

#include <cjson/cJSON.h>
#include <sightline/error.h>

#include "bytes.h"

/*
 * A longer message ends the process: no command needs a tenth of it. What waits for its end is held
 * with the bytes of one more read.
 */
#define WIRE_MESSAGE_MAX (4u << 20)
#define WIRE_READ_MAX (64u << 10)
#define WIRE_INPUT_MAX (WIRE_MESSAGE_MAX + WIRE_READ_MAX)

enum wire_result {
    WIRE_MORE = 0,    /* the message is not whole yet */
    WIRE_MESSAGE = 1, /* *message is the caller's */
    WIRE_REFUSED = 2, /* a whole message that means nothing: `error` says why */
    WIRE_BROKEN = 3,  /* where the next message starts is not known any more: `error` says why */
};

struct wire {
    /* Bytes of text in one event, so that the event's coded form stays within what suits the
     * editor. */
    size_t text_max;

    /* Reads the first message of `data`; *used is its length in bytes unless more is needed. */
    enum wire_result (*read)(const char *data, size_t len, size_t *used, cJSON **message,
                             struct sl_error *error);

    /* Appends an event. 0, or -1: no memory, or `out` is full. */
    int (*write)(struct bytes *out, const cJSON *event);
};

extern const struct wire wire_nvim; /* MessagePack-RPC, notifications both ways */
extern const struct wire wire_vim;  /* JSON channel: one [number, message] a line */

typedef void (*wire_message_fn)(cJSON *message, const struct sl_error *error, void *data);

/*
 * Takes bytes as they were read. `in`, whose maximum is WIRE_INPUT_MAX, keeps what is
 * not whole.
 * Calls on_message for each message, which it may change but not keep, or with NULL and the reason
 * for one that was refused. Returns 0, or `error`'s code when nothing more can be read.
 */
int wire_feed(const struct wire *wire, struct bytes *in, const char *data, size_t len,
              wire_message_fn on_message, void *user, struct sl_error *error);

#endif
