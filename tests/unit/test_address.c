/* Which addresses are public. */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "address.h"
#include "harness.h"

static bool is_public(const char *text)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
        return sl__address_is_public((const struct sockaddr *)&four);
    assert_int_equal(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
    return sl__address_is_public((const struct sockaddr *)&six);
}

static void public_addresses(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "1.1.1.1",         "8.8.8.8",         "9.255.255.255", "11.0.0.0",       "100.63.255.255",
        "100.128.0.0",     "126.255.255.255", "128.0.0.1",     "169.253.1.1",    "172.15.255.1",
        "172.32.0.1",      "192.167.1.1",     "192.169.1.1",   "198.17.1.1",     "198.20.1.1",
        "223.255.255.254", "2606:4700::1",    "2a00::1",       "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
        "2002:808:808::"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!is_public(rows[i]))
            fail_msg("%s is public", rows[i]);
    }
}

static void addresses_of_the_own_network(void **state)
{
    (void)state;
    static const char *const rows[] = {"0.0.0.0",
                                       "10.1.2.3",
                                       "100.64.0.1",
                                       "100.127.255.255",
                                       "127.0.0.1",
                                       "127.255.255.255",
                                       "169.254.169.254",
                                       "172.16.0.1",
                                       "172.31.255.255",
                                       "192.0.0.1",
                                       "192.0.2.1",
                                       "192.168.1.1",
                                       "198.18.0.1",
                                       "198.19.255.255",
                                       "198.51.100.1",
                                       "203.0.113.1",
                                       "224.0.0.1",
                                       "240.0.0.1",
                                       "255.255.255.255",
                                       "::",
                                       "::1",
                                       "fe80::1",
                                       "febf::1",
                                       "fc00::1",
                                       "fd12::1",
                                       "ff02::1",
                                       "::ffff:127.0.0.1",
                                       "::ffff:10.0.0.1",
                                       "::10.0.0.1",
                                       "64:ff9b::192.168.1.1",
                                       "64:ff9b:1::8.8.8.8",
                                       "2002:a00:1::",
                                       "2001::1",
                                       "2001:db8::1",
                                       "100::1"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (is_public(rows[i]))
            fail_msg("%s is not public", rows[i]);
    }
    struct sockaddr local = {.sa_family = AF_UNIX};
    assert_false(sl__address_is_public(&local));
}

static void hosts_that_say_where_they_are(void **state)
{
    (void)state;
    static const char *const near[] = {"localhost", "LOCALHOST.", "nas",        "a.localhost",
                                       "nas.local", "nas.LAN.",   "x.internal", "x.home.arpa",
                                       "127.0.0.1", "10.0.0.1",   "[::1]",      "[fe80::1%25eth0]"};
    static const char *const far[] = {"example.com",
                                      "local.example.com",
                                      "notlocal.com",
                                      "8.8.8.8",
                                      "[2606:4700::1]",
                                      "mylan.org",
                                      ""};
    for (size_t i = 0; i < sizeof near / sizeof *near; i++) {
        if (!sl__host_is_near(near[i]))
            fail_msg("%s is near", near[i]);
    }
    for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
        if (sl__host_is_near(far[i]))
            fail_msg("%s is far", far[i]);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(public_addresses),
        cmocka_unit_test(addresses_of_the_own_network),
        cmocka_unit_test(hosts_that_say_where_they_are),
    };
    return run_cases(tests, argc, argv);
}
