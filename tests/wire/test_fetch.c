/* Getting something by its address: where names lead that promise something else, and the end of
 * it.
 */
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "config.h"
#include "fetch.h"
#include "hang.h"
#include "harness.h"
#include "host.h"
#include "place.h"
#include "worker.h"

static struct sl_config *load(void)
{
    struct sl_config *config = NULL;
    setenv("SIGHTLINE_PROVIDER", "simulator", 1);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    assert_int_equal(sl_config_load(&config, NULL), 0);
    return config;
}

/* Gets http://HOST:PORT/a; the code, and in `text` what came. */
static int get(const struct peer *peer, const char *host, bool typed, atomic_bool *cancel,
               char text[64], struct sl_error *error)
{
    char url[128];
    struct sl_config *config = load();
    struct sl__fetch fetch = {
        .url = url, .name = "a", .typed = typed, .config = config, .cancel = cancel};
    int fd = -1;
    snprintf(url, sizeof url, "http://%s:%d/a", host, peer->port);
    int code = sl__fetch(&fetch, &fd, error);
    ssize_t len = code ? 0 : pread(fd, text, 63, 0);
    text[len > 0 ? len : 0] = '\0';
    if (fd >= 0)
        close(fd);
    sl_config_free(config);
    return code;
}

static const struct peer_script content = {
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello", PEER_CLOSE, 0};

static void what_an_address_leads_to(void **state)
{
    (void)state;
    struct peer peer;
    struct sl_error error = SL_ERROR_INIT;
    atomic_bool cancel = false;
    char text[64];
    peer_start(&peer, &content, 1);
    assert_int_equal(get(&peer, "127.0.0.1", true, &cancel, text, &error), 0);
    assert_string_equal(text, "hello");
    peer_stop(&peer);
    const char *head = sl__buf_text(&peer.requests[0].bytes);
    assert_null(strstr(head, "Authorization"));
    assert_null(strstr(head, "Cookie"));
    assert_null(strstr(head, "Referer"));
    peer_release(&peer);
}

/* Also when the person wrote it: a public name may not lead here, whatever it resolves to. */
static void a_public_name_does_not_lead_here(void **state)
{
    (void)state;
    for (int typed = 0; typed < 2; typed++) {
        struct peer peer;
        struct sl_error error = SL_ERROR_INIT;
        atomic_bool cancel = false;
        char text[64];
        peer_start(&peer, &content, 1);
        assert_int_equal(get(&peer, "rebound.example.com", typed, &cancel, text, &error),
                         SL_E_INVALID);
        assert_non_null(strstr(error.message, "it leads into a private network"));
        peer_stop(&peer);
        assert_int_equal(peer.request_count, 0);
        assert_int_equal(peer.connections, 0);
        peer_release(&peer);
    }
}

static void a_redirect_to_such_a_name_leads_nowhere(void **state)
{
    (void)state;
    char answer[256];
    struct peer target, peer;
    struct sl_error error = SL_ERROR_INIT;
    atomic_bool cancel = false;
    char text[64];
    peer_start(&target, &content, 1);
    snprintf(answer, sizeof answer,
             "HTTP/1.1 302 Found\r\nLocation: http://rebound.example.com:%d/a\r\n"
             "Content-Length: 0\r\nConnection: close\r\n\r\n",
             target.port);
    struct peer_script script = {answer, PEER_CLOSE, 0};
    peer_start(&peer, &script, 1);
    assert_int_equal(get(&peer, "127.0.0.1", true, &cancel, text, &error), SL_E_INVALID);
    peer_stop(&target);
    peer_stop(&peer);
    assert_int_equal(target.connections, 0);
    peer_release(&target);
    peer_release(&peer);
}

static void nothing_leaves_a_machine_that_keeps_to_itself(void **state)
{
    (void)state;
    struct sl_config *config = load();
    struct sl_error error = SL_ERROR_INIT;
    atomic_bool cancel = false;
    struct sl__fetch fetch = {.url = "http://192.0.2.1/a",
                              .name = "a",
                              .typed = true,
                              .config = config,
                              .cancel = &cancel};
    int fd;
    setenv("SIGHTLINE_LOOPBACK_ONLY", "1", 1);
    assert_int_equal(sl__fetch(&fetch, &fd, &error), SL_E_CONFIG);
    assert_non_null(strstr(error.message, "SIGHTLINE_LOOPBACK_ONLY is set"));
    unsetenv("SIGHTLINE_LOOPBACK_ONLY");
    sl_config_free(config);
}

static void endless_headers_are_cut_off(void **state)
{
    (void)state;
    enum { LINE = 1024, LINES = 280 };
    static const char status[] = "HTTP/1.1 200 OK\r\n";
    static char answer[sizeof status + LINE * LINES];
    struct peer peer;
    struct sl_error error = SL_ERROR_INIT;
    atomic_bool cancel = false;
    char text[64];
    memcpy(answer, status, sizeof status);
    for (size_t i = 0; i < LINES; i++)
        snprintf(answer + strlen(answer), LINE + 1, "X: %0*d\r\n", LINE - 5, 0);
    const struct peer_script script = {answer, PEER_HOLD, 0};
    peer_start(&peer, &script, 1);
    assert_int_equal(get(&peer, "127.0.0.1", true, &cancel, text, &error), SL_E_TOO_LARGE);
    assert_non_null(
        strstr(error.message, "the headers of what the address leads to are over 256 KB"));
    peer_stop(&peer);
    peer_release(&peer);
}

static void cancel_it(uint64_t got, uint64_t total, void *context)
{
    (void)got, (void)total;
    atomic_store((atomic_bool *)context, true);
}

static void a_cancel_ends_it(void **state)
{
    (void)state;
    static const struct peer_script script = {"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello",
                                              PEER_HOLD, 0};
    struct peer peer;
    struct sl_config *config = load();
    atomic_bool cancel = false;
    char url[64];
    int fd;
    peer_start(&peer, &script, 1);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/a", peer.port);
    struct sl__fetch fetch = {.url = url,
                              .name = "a",
                              .typed = true,
                              .config = config,
                              .cancel = &cancel,
                              .progress = cancel_it,
                              .context = &cancel};
    assert_int_equal(sl__fetch(&fetch, &fd, NULL), SL_E_CANCELLED);
    peer_stop(&peer);
    peer_release(&peer);
    sl_config_free(config);
}

static void *get_what_hangs(void *argument)
{
    const struct sl__fetch *fetch = argument;
    int fd;
    assert_int_equal(sl__fetch(fetch, &fd, NULL), SL_E_CANCELLED);
    return NULL;
}

/* Nobody waits for a resolver that does not answer: neither a cancel nor who quits. */
static void a_cancel_ends_a_lookup_that_hangs(void **state)
{
    (void)state;
    struct sl_config *config = load();
    atomic_bool cancel = false;
    pthread_t thread;
    unsetenv("SIGHTLINE_LOOPBACK_ONLY");
    unsetenv("https_proxy");
    struct sl__fetch fetch = {
        .url = "https://hang.test/a", .name = "a", .config = config, .cancel = &cancel};
    assert_int_equal(pthread_create(&thread, NULL, get_what_hangs, &fetch), 0);
    hang_await(1);
    int64_t asked = sl__now_ms();
    atomic_store(&cancel, true);
    pthread_join(thread, NULL); /* would wait for ever, since the lookup is let go below */
    assert_true(sl__now_ms() - asked <= 1000);
    hang_end();
    sl_config_free(config);
}

/* More requests than there are workers hang, and another is answered all the same. */
static void lookups_that_hang_hold_up_nobody(void **state)
{
    (void)state;
    enum { HUNG = SL__MAX_WORKERS + 1 };
    static const struct peer_script script = {CLOSING DELTA("yes") STOP DONE, PEER_CLOSE, 0};
    const struct sl_media media = {.kind = SL_MEDIA_URL, .url = "https://hang.test/a.png"};
    const struct sl_request request = {.task = "describe", .media = &media, .media_count = 1};
    struct seen hung[HUNG], seen;
    struct pair pair;
    uint64_t id;
    unsetenv("SIGHTLINE_LOOPBACK_ONLY");
    pair_start(&pair, &script, 1, "simulator");
    unsetenv("https_proxy");
    unsetenv("all_proxy");
    for (int i = 0; i < HUNG; i++) {
        seen_init(&hung[i]);
        assert_int_equal(sl_client_start(pair.client, &request, on_event, &hung[i], &id, NULL), 0);
        hang_await(i + 1);
    }
    ask(pair.client, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    int64_t asked = sl__now_ms();
    pair_stop(&pair);
    assert_true(sl__now_ms() - asked <= 1000);
    for (int i = 0; i < HUNG; i++) {
        assert_int_equal(hung[i].terminals, 0);
        seen_release(&hung[i]);
    }
    hang_end();
    seen_release(&seen);
    peer_release(&pair.peer);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_an_address_leads_to, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_public_name_does_not_lead_here, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_redirect_to_such_a_name_leads_nowhere, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(nothing_leaves_a_machine_that_keeps_to_itself, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(endless_headers_are_cut_off, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_cancel_ends_it, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_cancel_ends_a_lookup_that_hangs, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(lookups_that_hang_hold_up_nobody, make_place, remove_place),
    };
    return run_cases(tests, argc, argv);
}
