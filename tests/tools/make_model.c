/*
 * sightline-test-model: writes tiny.gguf and mmproj.gguf, a language model and the eye that goes
 * with it, of random weights: small enough to be made for a test, and real enough for llama-server,
 * which decodes the pictures that it is sent, streams and counts. What it says are random bytes.
 *
 * The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
    CONTEXT = 8192,
    EMBED = 64,
    FEED = 128,
    LAYERS = 2,
    HEADS = 4,
    HEAD_EMBED = EMBED / HEADS,
    SPECIAL = 3, /* unknown, begin, end; a token for each byte follows */
    VOCABULARY = SPECIAL + 256,
    IMAGE = 56,
    PATCH = 14,
    PATCHES = (IMAGE / PATCH) * (IMAGE / PATCH),
    EYE_EMBED = 32,
    EYE_FEED = 64,
    EYE_LAYERS = 2,
    EYE_HEADS = 2,
    ALIGNMENT = 32,
};

/* The numbers of the format. */
enum type {
    TYPE_INT32 = 5,
    TYPE_UINT32 = 4,
    TYPE_FLOAT = 6,
    TYPE_BOOL = 7,
    TYPE_STRING = 8,
    TYPE_ARRAY = 9
};
enum { GGUF_VERSION = 3, TENSOR_FLOAT = 0, TOKEN_UNKNOWN = 2, TOKEN_CONTROL = 3, TOKEN_BYTE = 6 };

struct key {
    const char *name;
    enum type type;
    double number;
    const char *text;
    void (*array)(FILE *file);
};

/* Every value is base plus a random number of this spread; the first dimension is the innermost. */
struct tensor {
    const char *name;
    uint32_t dimensions[4];
    float base, spread;
};

struct model {
    const char *file;
    const struct key *keys;
    size_t key_count;
    const struct tensor *tensors;
    size_t tensor_count;
    const char *layer_prefix; /* the tensors of a layer are there once for each */
    const struct tensor *layer_tensors;
    size_t layer_tensor_count;
    size_t layers;
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void put_number(FILE *file, uint64_t number, int bytes)
{
    for (; bytes > 0; bytes--, number >>= 8)
        putc((int)(number & 0xff), file);
}

static void put_float(FILE *file, float number)
{
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    put_number(file, bits, 4);
}

static void put_string(FILE *file, const char *text)
{
    put_number(file, strlen(text), 8);
    fputs(text, file);
}

static void begin_array(FILE *file, enum type type, uint64_t count)
{
    put_number(file, type, 4);
    put_number(file, count, 8);
}

static void put_tokens(FILE *file)
{
    static const char *const special[SPECIAL] = {"<unk>", "<s>", "</s>"};
    begin_array(file, TYPE_STRING, VOCABULARY);
    for (unsigned i = 0; i < VOCABULARY; i++) {
        char byte[8];
        snprintf(byte, sizeof byte, "<0x%02X>", (i - SPECIAL) & 0xff);
        put_string(file, i < SPECIAL ? special[i] : byte);
    }
}

static void put_scores(FILE *file)
{
    begin_array(file, TYPE_FLOAT, VOCABULARY);
    for (unsigned i = 0; i < VOCABULARY; i++)
        put_float(file, 0);
}

static void put_token_types(FILE *file)
{
    static const uint32_t special[SPECIAL] = {TOKEN_UNKNOWN, TOKEN_CONTROL, TOKEN_CONTROL};
    begin_array(file, TYPE_INT32, VOCABULARY);
    for (unsigned i = 0; i < VOCABULARY; i++)
        put_number(file, i < SPECIAL ? special[i] : TOKEN_BYTE, 4);
}

static void put_middle_grey(FILE *file)
{
    begin_array(file, TYPE_FLOAT, 3);
    for (int i = 0; i < 3; i++)
        put_float(file, 0.5f);
}

#define TEXT(name, text)                                                                           \
    {                                                                                              \
        name, TYPE_STRING, 0, text, NULL                                                           \
    }
#define NUMBER(name, number)                                                                       \
    {                                                                                              \
        name, TYPE_UINT32, number, NULL, NULL                                                      \
    }
#define FRACTION(name, number)                                                                     \
    {                                                                                              \
        name, TYPE_FLOAT, number, NULL, NULL                                                       \
    }
#define YES(name)                                                                                  \
    {                                                                                              \
        name, TYPE_BOOL, 1, NULL, NULL                                                             \
    }
#define ARRAY(name, put)                                                                           \
    {                                                                                              \
        name, TYPE_ARRAY, 0, NULL, put                                                             \
    }

static const struct key language_keys[] = {
    TEXT("general.architecture", "llama"),
    TEXT("general.name", "tiny-random"),
    NUMBER("general.file_type", 0),
    NUMBER("llama.context_length", CONTEXT),
    NUMBER("llama.embedding_length", EMBED),
    NUMBER("llama.block_count", LAYERS),
    NUMBER("llama.feed_forward_length", FEED),
    NUMBER("llama.attention.head_count", HEADS),
    NUMBER("llama.attention.head_count_kv", HEADS),
    FRACTION("llama.attention.layer_norm_rms_epsilon", 1e-5),
    NUMBER("llama.rope.dimension_count", HEAD_EMBED),
    NUMBER("llama.vocab_size", VOCABULARY),
    TEXT("tokenizer.ggml.model", "llama"),
    ARRAY("tokenizer.ggml.tokens", put_tokens),
    ARRAY("tokenizer.ggml.scores", put_scores),
    ARRAY("tokenizer.ggml.token_type", put_token_types),
    NUMBER("tokenizer.ggml.unknown_token_id", 0),
    NUMBER("tokenizer.ggml.bos_token_id", 1),
    NUMBER("tokenizer.ggml.eos_token_id", 2),
    TEXT("tokenizer.chat_template", "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n"
                                    "{% endfor %}assistant: "),
};

static const struct tensor language_tensors[] = {
    {"token_embd.weight", {EMBED, VOCABULARY}, 0, 0.05f},
    {"output.weight", {EMBED, VOCABULARY}, 0, 0.5f},
    {"output_norm.weight", {EMBED}, 1, 0},
};

static const struct tensor language_layer[] = {
    {"attn_norm.weight", {EMBED}, 1, 0},
    {"attn_q.weight", {EMBED, EMBED}, 0, 0.05f},
    {"attn_k.weight", {EMBED, EMBED}, 0, 0.05f},
    {"attn_v.weight", {EMBED, EMBED}, 0, 0.05f},
    {"attn_output.weight", {EMBED, EMBED}, 0, 0.05f},
    {"ffn_norm.weight", {EMBED}, 1, 0},
    {"ffn_gate.weight", {EMBED, FEED}, 0, 0.05f},
    {"ffn_up.weight", {EMBED, FEED}, 0, 0.05f},
    {"ffn_down.weight", {FEED, EMBED}, 0, 0.05f},
};

static const struct key eye_keys[] = {
    TEXT("general.architecture", "clip"),
    TEXT("general.type", "mmproj"),
    TEXT("general.name", "tiny-random-eye"),
    NUMBER("general.file_type", 0),
    YES("clip.has_vision_encoder"),
    TEXT("clip.projector_type", "mlp"),
    YES("clip.use_gelu"),
    NUMBER("clip.vision.image_size", IMAGE),
    NUMBER("clip.vision.patch_size", PATCH),
    NUMBER("clip.vision.embedding_length", EYE_EMBED),
    NUMBER("clip.vision.feed_forward_length", EYE_FEED),
    NUMBER("clip.vision.projection_dim", EMBED),
    NUMBER("clip.vision.block_count", EYE_LAYERS),
    NUMBER("clip.vision.attention.head_count", EYE_HEADS),
    FRACTION("clip.vision.attention.layer_norm_epsilon", 1e-5),
    ARRAY("clip.vision.image_mean", put_middle_grey),
    ARRAY("clip.vision.image_std", put_middle_grey),
};

static const struct tensor eye_tensors[] = {
    {"v.patch_embd.weight", {PATCH, PATCH, 3, EYE_EMBED}, 0, 0.05f},
    {"v.class_embd", {EYE_EMBED}, 0, 0.05f},
    {"v.position_embd.weight", {EYE_EMBED, PATCHES + 1}, 0, 0.05f},
    {"v.pre_ln.weight", {EYE_EMBED}, 1, 0},
    {"v.pre_ln.bias", {EYE_EMBED}, 0, 0},
    {"mm.0.weight", {EYE_EMBED, EMBED}, 0, 0.05f},
    {"mm.0.bias", {EMBED}, 0, 0},
    {"mm.2.weight", {EMBED, EMBED}, 0, 0.05f},
    {"mm.2.bias", {EMBED}, 0, 0},
};

static const struct tensor eye_layer[] = {
    {"ln1.weight", {EYE_EMBED}, 1, 0},
    {"ln1.bias", {EYE_EMBED}, 0, 0},
    {"attn_q.weight", {EYE_EMBED, EYE_EMBED}, 0, 0.05f},
    {"attn_q.bias", {EYE_EMBED}, 0, 0},
    {"attn_k.weight", {EYE_EMBED, EYE_EMBED}, 0, 0.05f},
    {"attn_k.bias", {EYE_EMBED}, 0, 0},
    {"attn_v.weight", {EYE_EMBED, EYE_EMBED}, 0, 0.05f},
    {"attn_v.bias", {EYE_EMBED}, 0, 0},
    {"attn_out.weight", {EYE_EMBED, EYE_EMBED}, 0, 0.05f},
    {"attn_out.bias", {EYE_EMBED}, 0, 0},
    {"ln2.weight", {EYE_EMBED}, 1, 0},
    {"ln2.bias", {EYE_EMBED}, 0, 0},
    {"ffn_up.weight", {EYE_EMBED, EYE_FEED}, 0, 0.05f},
    {"ffn_up.bias", {EYE_FEED}, 0, 0},
    {"ffn_down.weight", {EYE_FEED, EYE_EMBED}, 0, 0.05f},
    {"ffn_down.bias", {EYE_EMBED}, 0, 0},
};

static const struct model models[] = {
    {"tiny.gguf", language_keys, COUNT(language_keys), language_tensors, COUNT(language_tensors),
     "blk", language_layer, COUNT(language_layer), LAYERS},
    {"mmproj.gguf", eye_keys, COUNT(eye_keys), eye_tensors, COUNT(eye_tensors), "v.blk", eye_layer,
     COUNT(eye_layer), EYE_LAYERS},
};

static void put_key(FILE *file, const struct key *key)
{
    put_string(file, key->name);
    put_number(file, key->type, 4);
    switch (key->type) {
    case TYPE_STRING:
        put_string(file, key->text);
        break;
    case TYPE_ARRAY:
        key->array(file);
        break;
    case TYPE_FLOAT:
        put_float(file, (float)key->number);
        break;
    default:
        put_number(file, (uint64_t)key->number, key->type == TYPE_BOOL ? 1 : 4);
    }
}

static size_t tensor_total(const struct model *model)
{
    return model->tensor_count + model->layers * model->layer_tensor_count;
}

/* The tensor of this number, and its whole name. */
static const struct tensor *tensor_at(const struct model *model, size_t index, char name[64])
{
    if (index < model->tensor_count) {
        snprintf(name, 64, "%s", model->tensors[index].name);
        return &model->tensors[index];
    }
    index -= model->tensor_count;
    const struct tensor *tensor = &model->layer_tensors[index % model->layer_tensor_count];
    snprintf(name, 64, "%s.%zu.%s", model->layer_prefix, index / model->layer_tensor_count,
             tensor->name);
    return tensor;
}

static size_t element_count(const struct tensor *tensor)
{
    size_t count = 1;
    for (int i = 0; i < 4 && tensor->dimensions[i]; i++)
        count *= tensor->dimensions[i];
    return count;
}

static uint64_t aligned(uint64_t size)
{
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* Writes what says where a tensor is; the offset of the next. */
static uint64_t put_tensor_place(FILE *file, const struct tensor *tensor, const char *name,
                                 uint64_t offset)
{
    uint32_t dimensions = 0;
    while (dimensions < 4 && tensor->dimensions[dimensions])
        dimensions++;
    put_string(file, name);
    put_number(file, dimensions, 4);
    for (uint32_t i = 0; i < dimensions; i++)
        put_number(file, tensor->dimensions[i], 8);
    put_number(file, TENSOR_FLOAT, 4);
    put_number(file, offset, 8);
    return offset + aligned(element_count(tensor) * 4);
}

static void pad(FILE *file)
{
    for (uint64_t at = (uint64_t)ftell(file); at % ALIGNMENT != 0; at++)
        putc(0, file);
}

/* Between -2 and 2, and mostly near 0: four even numbers added. */
static float random_number(uint32_t *state)
{
    float sum = -2;
    for (int i = 0; i < 4; i++) {
        *state = *state * 1664525u + 1013904223u;
        sum += (float)(*state >> 8) / (1 << 24);
    }
    return sum;
}

static void put_tensor(FILE *file, const struct tensor *tensor, uint32_t *state)
{
    /* Four even numbers added have a standard deviation of 0.577. */
    float spread = tensor->spread / 0.577f;
    size_t count = element_count(tensor);
    for (size_t i = 0; i < count; i++)
        put_float(file, tensor->base + spread * random_number(state));
    pad(file);
}

static void put_model(FILE *file, const struct model *model)
{
    char name[64];
    uint64_t offset = 0;
    uint32_t state = 1;
    fputs("GGUF", file);
    put_number(file, GGUF_VERSION, 4);
    put_number(file, tensor_total(model), 8);
    put_number(file, model->key_count, 8);
    for (size_t i = 0; i < model->key_count; i++)
        put_key(file, &model->keys[i]);
    for (size_t i = 0; i < tensor_total(model); i++) {
        const struct tensor *tensor = tensor_at(model, i, name);
        offset = put_tensor_place(file, tensor, name, offset);
    }
    pad(file);
    for (size_t i = 0; i < tensor_total(model); i++)
        put_tensor(file, tensor_at(model, i, name), &state);
}

static bool write_model(const char *folder, const struct model *model)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, model->file);
    FILE *file = fopen(path, "wb");
    if (file)
        put_model(file, model);
    bool good = file && !ferror(file);
    if ((file && fclose(file) != 0) || !good) {
        perror(path);
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: sightline-test-model FOLDER\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < COUNT(models); i++) {
        if (!write_model(argv[1], &models[i]))
            return 1;
    }
    return 0;
}
