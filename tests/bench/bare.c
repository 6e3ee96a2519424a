#include "bare.h"

#include <stdio.h>
#include <stdlib.h>

#include <curl/curl.h>

struct bare {
    CURLM *multi;
    CURL **requests;
    size_t count;
    struct curl_slist *headers;
    char *body;
    long body_len;
};

static size_t ignore(char *bytes, size_t size, size_t count, void *data)
{
    (void)bytes, (void)data;
    return size * count;
}

static CURL *request_of(const struct bare *bare, const char *url, const char *ca_file)
{
    CURL *request = curl_easy_init();
    curl_easy_setopt(request, CURLOPT_URL, url);
    curl_easy_setopt(request, CURLOPT_PROXY, "");
    curl_easy_setopt(request, CURLOPT_CAINFO, ca_file);
    curl_easy_setopt(request, CURLOPT_HTTPHEADER, bare->headers);
    curl_easy_setopt(request, CURLOPT_POSTFIELDS, bare->body);
    curl_easy_setopt(request, CURLOPT_POSTFIELDSIZE, bare->body_len);
    curl_easy_setopt(request, CURLOPT_WRITEFUNCTION, ignore);
    return request;
}

static bool read_body(struct bare *bare, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        return false;
    bare->body_len = ftell(file);
    rewind(file);
    bare->body = malloc((size_t)bare->body_len);
    bool good =
        bare->body && fread(bare->body, 1, (size_t)bare->body_len, file) == (size_t)bare->body_len;
    fclose(file);
    return good;
}

struct bare *bare_new(const char *base, const char *ca_file, const char *body_file, size_t count)
{
    char url[512];
    struct bare *bare = calloc(1, sizeof *bare);
    if (!bare || !read_body(bare, body_file) || !(bare->requests = calloc(count, sizeof(CURL *)))) {
        perror(body_file);
        bare_free(bare);
        return NULL;
    }
    snprintf(url, sizeof url, "%s/chat/completions", base);
    bare->multi = curl_multi_init();
    bare->headers = curl_slist_append(NULL, "Content-Type: application/json");
    bare->headers = curl_slist_append(bare->headers, "Expect:");
    for (; bare->count < count; bare->count++)
        bare->requests[bare->count] = request_of(bare, url, ca_file);
    return bare;
}

void bare_free(struct bare *bare)
{
    if (!bare)
        return;
    for (size_t i = 0; i < bare->count; i++)
        curl_easy_cleanup(bare->requests[i]);
    curl_multi_cleanup(bare->multi);
    curl_slist_free_all(bare->headers);
    free(bare->requests);
    free(bare->body);
    free(bare);
}

static bool take_ended(struct bare *bare)
{
    bool good = true;
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(bare->multi, &left)) != NULL;) {
        CURLcode result = message->data.result;
        if (result != CURLE_OK)
            fprintf(stderr, "bare libcurl: %s\n", curl_easy_strerror(result));
        good = good && result == CURLE_OK;
        curl_multi_remove_handle(bare->multi, message->easy_handle);
    }
    return good;
}

bool bare_send(struct bare *bare)
{
    int running = 0;
    for (size_t i = 0; i < bare->count; i++)
        curl_multi_add_handle(bare->multi, bare->requests[i]);
    do {
        if (curl_multi_perform(bare->multi, &running) != CURLM_OK)
            return false;
        if (running > 0)
            curl_multi_poll(bare->multi, NULL, 0, 1000, NULL);
    } while (running > 0);
    return take_ended(bare);
}
