/*
 * Neovim's MessagePack-RPC.
 *
 * The editor notifies with [2, "sightline", [message]]. Events go back as notifications that call
 * the function sightline#client#receive; Neovim reports one that it could not carry out with
 * [2, "nvim_error_event", [number, text]].
 *
 * msgpack-c reserves memory for as many elements as a header claims. So a message is measured
 * first, header by header, and handed over when all its bytes are there.
 */
#include "wire.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <msgpack.h>

enum {
    RPC_NOTIFICATION = 2,
    TEXT_MAX = 65536,
    OBJECTS_MAX = 65536, /* in one message; a pattern that names this many files is a mistake */
    DEPTH_MAX = 16,
};

/* The head of a MessagePack object: how long it is, and how much follows it. */
struct head {
    size_t len;       /* of the head with its length field, bytes */
    uint64_t bytes;   /* that follow the head */
    uint64_t objects; /* that follow the head, after `bytes` */
};

/*
 * The types from 0xc0 to 0xdf: bytes of the length field, bytes that follow beside the length, and
 * objects for each one that the length field counts. 0xc1 is no type.
 */
static const struct {
    uint8_t length, bytes, objects;
} HEADS[32] = {
    [0x04] = {1, 0, 0}, [0x05] = {2, 0, 0},  [0x06] = {4, 0, 0}, /* bin */
    [0x07] = {1, 1, 0}, [0x08] = {2, 1, 0},  [0x09] = {4, 1, 0}, /* ext */
    [0x0a] = {0, 4, 0}, [0x0b] = {0, 8, 0},                      /* float */
    [0x0c] = {0, 1, 0}, [0x0d] = {0, 2, 0},  [0x0e] = {0, 4, 0}, /* uint */
    [0x0f] = {0, 8, 0}, [0x10] = {0, 1, 0},  [0x11] = {0, 2, 0}, /* uint, int */
    [0x12] = {0, 4, 0}, [0x13] = {0, 8, 0},                      /* int */
    [0x14] = {0, 2, 0}, [0x15] = {0, 3, 0},  [0x16] = {0, 5, 0}, /* fixext */
    [0x17] = {0, 9, 0}, [0x18] = {0, 17, 0},                     /* fixext */
    [0x19] = {1, 0, 0}, [0x1a] = {2, 0, 0},  [0x1b] = {4, 0, 0}, /* str */
    [0x1c] = {2, 0, 1}, [0x1d] = {4, 0, 1},                      /* array */
    [0x1e] = {2, 0, 2}, [0x1f] = {4, 0, 2},                      /* map */
};

static uint64_t big_endian(const unsigned char *data, size_t len)
{
    uint64_t value = 0;

    while (len--)
        value = value << 8 | *data++;
    return value;
}

/* 1 with *head filled, 0 when the head is not whole, -1 when there is no such type. */
static int read_head(const unsigned char *data, size_t len, struct head *head)
{
    unsigned char type;
    uint64_t length;
    size_t kind;

    *head = (struct head){.len = 1};
    if (!len)
        return 0;
    type = data[0];
    if (type < 0x80 || type >= 0xe0) /* a small number */
        return 1;
    if (type < 0xc0) {
        if (type >= 0xa0)
            head->bytes = type & 0x1f; /* short text */
        else
            head->objects = type >= 0x90 ? type & 0x0f : 2 * (type & 0x0f); /* array, map */
        return 1;
    }
    if (type == 0xc1)
        return -1;
    kind = type & 0x1f;
    head->len += HEADS[kind].length;
    if (len < head->len)
        return 0;
    length = big_endian(data + 1, HEADS[kind].length);
    head->objects = HEADS[kind].objects * length;
    head->bytes = HEADS[kind].bytes + (HEADS[kind].objects ? 0 : length);
    return 1;
}

/* The length of the first message, 0 when it is not whole, or -1 when it cannot be one. */
static int64_t measure(const unsigned char *data, size_t len, struct sl_error *error)
{
    uint64_t left[DEPTH_MAX] = {1}; /* objects that are still to come, for each depth */
    size_t at = 0, depth = 0, objects = 0;
    struct head head;
    int whole;

    for (;;) {
        while (!left[depth])
            if (!depth--)
                return (int64_t)at;
        whole = read_head(data + at, len - at, &head);
        if (whole < 0)
            return sl_error_set(error, SL_E_INVALID,
                                "the editor sent bytes that are no MessagePack");
        if (whole == 0)
            return 0;
        left[depth]--;
        if (++objects + head.objects > OBJECTS_MAX || (head.objects && ++depth == DEPTH_MAX))
            return sl_error_set(error, SL_E_TOO_LARGE,
                                "the editor sent a message of too many or too deep parts");
        if (head.objects)
            left[depth] = head.objects;
        at += head.len;
        if (head.bytes > len - at)
            return 0;
        at += head.bytes;
    }
}

static cJSON *to_json(const msgpack_object *object);

/* cJSON strings end at a NUL, and no path or text that is meant holds one. */
static char *copy_text(const msgpack_object *object)
{
    const msgpack_object_str *text = &object->via.str;
    char *copy;

    if (object->type != MSGPACK_OBJECT_STR || (text->size && memchr(text->ptr, 0, text->size)))
        return NULL;
    copy = cJSON_malloc((size_t)text->size + 1);
    if (!copy)
        return NULL;
    if (text->size)
        memcpy(copy, text->ptr, text->size);
    copy[text->size] = '\0';
    return copy;
}

static cJSON *text_to_json(const msgpack_object *object)
{
    char *text = copy_text(object);
    cJSON *item = text ? cJSON_CreateString("") : NULL;

    if (!item) {
        cJSON_free(text);
        return NULL;
    }
    cJSON_free(item->valuestring);
    item->valuestring = text;
    return item;
}

static cJSON *array_to_json(const msgpack_object_array *array)
{
    cJSON *list = cJSON_CreateArray();

    for (uint32_t i = 0; list && i < array->size; i++) {
        cJSON *item = to_json(&array->ptr[i]);

        if (!item || !cJSON_AddItemToArray(list, item)) {
            cJSON_Delete(item);
            cJSON_Delete(list);
            return NULL;
        }
    }
    return list;
}

static cJSON *map_to_json(const msgpack_object_map *map)
{
    cJSON *dict = cJSON_CreateObject();

    for (uint32_t i = 0; dict && i < map->size; i++) {
        char *key = copy_text(&map->ptr[i].key);
        cJSON *item = key ? to_json(&map->ptr[i].val) : NULL;
        bool added = item && cJSON_AddItemToObject(dict, key, item);

        cJSON_free(key);
        if (!added) {
            cJSON_Delete(item);
            cJSON_Delete(dict);
            return NULL;
        }
    }
    return dict;
}

/* NULL when there is no such thing in JSON: binary, ext, a NUL in a text, a key that is no text. */
static cJSON *to_json(const msgpack_object *object)
{
    switch (object->type) {
    case MSGPACK_OBJECT_NIL:
        return cJSON_CreateNull();
    case MSGPACK_OBJECT_BOOLEAN:
        return cJSON_CreateBool(object->via.boolean);
    case MSGPACK_OBJECT_POSITIVE_INTEGER:
        return cJSON_CreateNumber((double)object->via.u64);
    case MSGPACK_OBJECT_NEGATIVE_INTEGER:
        return cJSON_CreateNumber((double)object->via.i64);
    case MSGPACK_OBJECT_FLOAT32:
    case MSGPACK_OBJECT_FLOAT64:
        return cJSON_CreateNumber(object->via.f64);
    case MSGPACK_OBJECT_STR:
        return text_to_json(object);
    case MSGPACK_OBJECT_ARRAY:
        return array_to_json(&object->via.array);
    case MSGPACK_OBJECT_MAP:
        return map_to_json(&object->via.map);
    default:
        return NULL;
    }
}

static bool text_is(const msgpack_object *object, const char *word)
{
    return object->type == MSGPACK_OBJECT_STR && object->via.str.size == strlen(word) &&
           memcmp(object->via.str.ptr, word, strlen(word)) == 0;
}

static cJSON *editor_error(const msgpack_object_array *arguments)
{
    cJSON *message = cJSON_CreateObject();
    cJSON *text = arguments->size == 2 ? to_json(&arguments->ptr[1]) : NULL;

    if (!text || !cJSON_AddStringToObject(message, "method", "editor_error") ||
        !cJSON_AddItemToObject(message, "text", text)) {
        cJSON_Delete(text);
        cJSON_Delete(message);
        return NULL;
    }
    return message;
}

static cJSON *notification(const msgpack_object *rpc)
{
    const msgpack_object *part = rpc->via.array.ptr;
    const msgpack_object_array *arguments;

    if (rpc->type != MSGPACK_OBJECT_ARRAY || rpc->via.array.size != 3 ||
        part[0].type != MSGPACK_OBJECT_POSITIVE_INTEGER || part[0].via.u64 != RPC_NOTIFICATION ||
        part[2].type != MSGPACK_OBJECT_ARRAY)
        return NULL;
    arguments = &part[2].via.array;
    if (text_is(&part[1], "nvim_error_event"))
        return editor_error(arguments);
    return text_is(&part[1], "sightline") && arguments->size == 1 ? to_json(arguments->ptr) : NULL;
}

static enum wire_result read_message(const char *data, size_t len, size_t *used, cJSON **message,
                                     struct sl_error *error)
{
    int64_t measured = measure((const unsigned char *)data, len, error);
    msgpack_unpacked unpacked;
    size_t end = 0;

    if (measured <= 0)
        return measured ? WIRE_BROKEN : WIRE_MORE;
    *used = (size_t)measured;
    msgpack_unpacked_init(&unpacked);
    if (msgpack_unpack_next(&unpacked, data, *used, &end) == MSGPACK_UNPACK_SUCCESS)
        *message = notification(&unpacked.data);
    msgpack_unpacked_destroy(&unpacked);
    if (*message)
        return WIRE_MESSAGE;
    sl_error_set(error, SL_E_INVALID, "a message from Neovim is not [2, \"sightline\", [message]]");
    return WIRE_REFUSED;
}

static void pack_text(msgpack_packer *packer, const char *text)
{
    size_t len = strlen(text);

    msgpack_pack_str(packer, len);
    msgpack_pack_str_body(packer, text, len);
}

static void pack_number(msgpack_packer *packer, double number)
{
    if (number == floor(number) && fabs(number) < 9007199254740992.0)
        msgpack_pack_int64(packer, (int64_t)number);
    else
        msgpack_pack_double(packer, number);
}

/* Failures are kept by write_bytes; the packer's own results repeat them. */
static void pack(msgpack_packer *packer, const cJSON *item)
{
    const cJSON *child;

    if (cJSON_IsObject(item) || cJSON_IsArray(item)) {
        size_t count = (size_t)cJSON_GetArraySize(item);

        if (cJSON_IsObject(item))
            msgpack_pack_map(packer, count);
        else
            msgpack_pack_array(packer, count);
        cJSON_ArrayForEach(child, item)
        {
            if (cJSON_IsObject(item))
                pack_text(packer, child->string);
            pack(packer, child);
        }
    } else if (cJSON_IsString(item)) {
        pack_text(packer, item->valuestring);
    } else if (cJSON_IsNumber(item)) {
        pack_number(packer, item->valuedouble);
    } else if (cJSON_IsTrue(item)) {
        msgpack_pack_true(packer);
    } else if (cJSON_IsFalse(item)) {
        msgpack_pack_false(packer);
    } else {
        msgpack_pack_nil(packer);
    }
}

struct sink {
    struct bytes *out;
    int failed;
};

static int write_bytes(void *data, const char *bytes, size_t len)
{
    struct sink *sink = data;

    sink->failed = sink->failed || bytes_append(sink->out, bytes, len);
    return sink->failed ? -1 : 0;
}

/* [2, "nvim_call_function", ["sightline#client#receive", [event]]] */
static int write_event(struct bytes *out, const cJSON *event)
{
    struct sink sink = {.out = out};
    size_t before = out->len;
    msgpack_packer packer;

    msgpack_packer_init(&packer, &sink, write_bytes);
    msgpack_pack_array(&packer, 3);
    msgpack_pack_int(&packer, RPC_NOTIFICATION);
    pack_text(&packer, "nvim_call_function");
    msgpack_pack_array(&packer, 2);
    pack_text(&packer, "sightline#client#receive");
    msgpack_pack_array(&packer, 1);
    pack(&packer, event);
    if (sink.failed)
        out->len = before;
    return sink.failed ? -1 : 0;
}

const struct wire wire_nvim = {
    .text_max = TEXT_MAX,
    .read = read_message,
    .write = write_event,
};
