/* The stored files. */
#include "store.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "text.h"
#include "token.h"

struct file {
    struct file *next; /* by `start`, so that gaps are found */
    cJSON *object;
    off_t start;
    size_t len;
};

struct store {
    pthread_mutex_t lock;
    FILE *heap;
    struct file *files;
    size_t count;
};

struct store *store_new(void)
{
    FILE *heap = tmpfile();
    if (!heap)
        return NULL;
    struct store *store = must_alloc(sizeof *store);
    *store = (struct store){.heap = heap};
    pthread_mutex_init(&store->lock, NULL);
    return store;
}

static void file_free(struct file *file)
{
    cJSON_Delete(file->object);
    free(file);
}

void store_free(struct store *store)
{
    while (store->files) {
        struct file *file = store->files;
        store->files = file->next;
        file_free(file);
    }
    fclose(store->heap);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

static cJSON *object_new(const char *filename, const char *purpose, const char *status, size_t len)
{
    char token[33], id[40];
    token_new(token);
    snprintf(id, sizeof id, "file-%s", token);
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "id", id);
    cJSON_AddStringToObject(object, "object", "file");
    cJSON_AddNumberToObject(object, "bytes", (double)len);
    cJSON_AddNumberToObject(object, "created_at", (double)time(NULL));
    cJSON_AddStringToObject(object, "filename", filename);
    cJSON_AddStringToObject(object, "purpose", purpose);
    cJSON_AddStringToObject(object, "status", status);
    return object;
}

static const char *id_of(const struct file *file)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(file->object, "id"));
}

static bool write_at(int fd, const char *data, size_t len, off_t start)
{
    while (len) {
        ssize_t done = pwrite(fd, data, len, start);
        if (done <= 0)
            return false;
        data += done;
        len -= (size_t)done;
        start += done;
    }
    return true;
}

/* Where the first gap of `len` bytes begins: the place in the list and in the heap. */
static struct file **find_gap(struct store *store, size_t len, off_t *start)
{
    struct file **at = &store->files;
    *start = 0;
    while (*at && (*at)->start - *start < (off_t)len) {
        *start = (*at)->start + (off_t)(*at)->len;
        at = &(*at)->next;
    }
    return at;
}

static cJSON *add(struct store *store, struct file *file, const char *data, struct failure *failure)
{
    if (store->count >= STORE_MAX_FILES) {
        refuse(failure, "There are %d files already; delete some first", STORE_MAX_FILES);
        return NULL;
    }
    struct file **at = find_gap(store, file->len, &file->start);
    if (!write_at(fileno(store->heap), data, file->len, file->start)) {
        refuse_with(failure, 500, "The simulator cannot keep the file.");
        return NULL;
    }
    file->next = *at;
    *at = file;
    store->count++;
    return cJSON_Duplicate(file->object, true);
}

cJSON *store_add(struct store *store, const char *filename, const char *purpose, const char *status,
                 const char *data, size_t len, struct failure *failure)
{
    struct file *file = must_alloc(sizeof *file);
    *file = (struct file){.object = object_new(filename, purpose, status, len), .len = len};
    pthread_mutex_lock(&store->lock);
    cJSON *object = add(store, file, data, failure);
    pthread_mutex_unlock(&store->lock);
    if (!object)
        file_free(file);
    return object;
}

static struct file **find(struct store *store, const char *id)
{
    struct file **at = &store->files;
    while (*at && strcmp(id_of(*at), id) != 0)
        at = &(*at)->next;
    return at;
}

cJSON *store_find(struct store *store, const char *id)
{
    pthread_mutex_lock(&store->lock);
    const struct file *file = *find(store, id);
    cJSON *object = file ? cJSON_Duplicate(file->object, true) : NULL;
    pthread_mutex_unlock(&store->lock);
    return object;
}

cJSON *store_list(struct store *store)
{
    cJSON *list = cJSON_CreateArray();
    pthread_mutex_lock(&store->lock);
    for (const struct file *file = store->files; file; file = file->next)
        cJSON_AddItemToArray(list, cJSON_Duplicate(file->object, true));
    pthread_mutex_unlock(&store->lock);
    return list;
}

bool store_remove(struct store *store, const char *id)
{
    pthread_mutex_lock(&store->lock);
    struct file **at = find(store, id), *file = *at;
    if (file) {
        *at = file->next;
        store->count--;
        file_free(file);
    }
    pthread_mutex_unlock(&store->lock);
    return file != NULL;
}

static bool read_all(int fd, unsigned char *data, size_t len, off_t start)
{
    while (len) {
        ssize_t done = pread(fd, data, len, start);
        if (done <= 0)
            return false;
        data += done;
        len -= (size_t)done;
        start += done;
    }
    return true;
}

bool store_read(struct store *store, const char *id, struct bytes *bytes)
{
    pthread_mutex_lock(&store->lock);
    const struct file *file = *find(store, id);
    bool good = false;
    if (file) {
        bytes->len = file->len;
        bytes->data = must_alloc(file->len);
        good = read_all(fileno(store->heap), bytes->data, file->len, file->start);
    }
    pthread_mutex_unlock(&store->lock);
    return good;
}
