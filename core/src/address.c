/* Which addresses are public. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "address.h"

struct range {
    unsigned char begin[16];
    unsigned bits;
};

static const struct range special4[] = {
    {{0}, 8},
    {{10}, 8},
    {{100, 64}, 10},
    {{127}, 8},
    {{169, 254}, 16},
    {{172, 16}, 12},
    {{192, 0, 0}, 24},
    {{192, 0, 2}, 24},
    {{192, 88, 99}, 24},
    {{192, 168}, 16},
    {{198, 18}, 15},
    {{198, 51, 100}, 24},
    {{203, 0, 113}, 24},
    {{224}, 4},
    {{240}, 4},
};

/* Global addresses are in 2000::/3; of them these are not, or embed what only they know. */
static const struct range special6[] = {
    {{0x20, 0x01, 0x00}, 23},       /* protocols of the IETF, Teredo among them */
    {{0x20, 0x01, 0x0d, 0xb8}, 32}, /* documentation */
    {{0x3f, 0xff}, 20},             /* the same */
};

/* Addresses of IPv4 in those of IPv6, and at which byte. */
static const struct {
    struct range range;
    size_t at;
} embedded[] = {
    {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96}, 12}, /* mapped */
    {{{0x00, 0x64, 0xff, 0x9b}, 96}, 12},                   /* translated */
    {{{0x20, 0x02}, 16}, 2},                                /* 6to4 */
};

static bool is_in(const struct range *range, const unsigned char *address)
{
    size_t bytes = range->bits / 8, rest = range->bits % 8;
    unsigned mask = 0xffu << (8 - rest) & 0xffu;
    return memcmp(range->begin, address, bytes) == 0 &&
           (rest == 0 || (address[bytes] & mask) == range->begin[bytes]);
}

static bool is_in_any(const struct range *ranges, size_t count, const unsigned char *address)
{
    bool found = false;
    for (size_t i = 0; i < count; i++)
        found = found || is_in(&ranges[i], address);
    return found;
}

static bool is_public4(const unsigned char *address)
{
    return !is_in_any(special4, sizeof special4 / sizeof *special4, address);
}

static bool is_public6(const unsigned char *address)
{
    static const struct range global = {{0x20}, 3};
    for (size_t i = 0; i < sizeof embedded / sizeof *embedded; i++) {
        if (is_in(&embedded[i].range, address))
            return is_public4(address + embedded[i].at);
    }
    return is_in(&global, address) &&
           !is_in_any(special6, sizeof special6 / sizeof *special6, address);
}

/* The bytes of an address; NULL for another family. */
static const unsigned char *bytes_of(const struct sockaddr *address, bool *six)
{
    *six = address->sa_family == AF_INET6;
    if (*six)
        return ((const struct sockaddr_in6 *)(const void *)address)->sin6_addr.s6_addr;
    if (address->sa_family == AF_INET)
        return (const void *)&((const struct sockaddr_in *)(const void *)address)->sin_addr;
    return NULL;
}

bool sl__address_is_public(const struct sockaddr *address)
{
    bool six;
    const unsigned char *bytes = bytes_of(address, &six);
    return bytes && (six ? is_public6 : is_public4)(bytes);
}

bool sl__address_is_loopback(const struct sockaddr *address)
{
    static const unsigned char loopback6[16] = {[15] = 1};
    bool six;
    const unsigned char *bytes = bytes_of(address, &six);
    if (!bytes)
        return false;
    return six ? memcmp(bytes, loopback6, sizeof loopback6) == 0 : bytes[0] == 127;
}

static bool ends_in(const char *host, size_t len, const char *ending)
{
    size_t tail = strlen(ending);
    return len >= tail && strncasecmp(host + len - tail, ending, tail) == 0;
}

static bool is_near_name(const char *host, size_t len)
{
    static const char *const endings[] = {".localhost", ".local", ".lan", ".internal",
                                          ".home.arpa"};
    bool near = memchr(host, '.', len) == NULL;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        near = near || ends_in(host, len, endings[i]);
    return near;
}

bool sl__host_is_near(const char *host)
{
    unsigned char bytes[16];
    char text[64];
    size_t len = strlen(host);
    bool bracketed = len > 2 && host[0] == '[' && len < sizeof text;
    if (inet_pton(AF_INET, host, bytes) == 1)
        return !is_public4(bytes);
    if (bracketed) {
        size_t end = strcspn(host, "]%"); /* a zone may follow the address */
        memcpy(text, host + 1, end - 1);
        text[end - 1] = '\0';
        return inet_pton(AF_INET6, text, bytes) == 1 && !is_public6(bytes);
    }
    if (len > 0 && host[len - 1] == '.')
        len--;
    return len > 0 && is_near_name(host, len);
}
