/* Which addresses are those of the public internet, and which lead into somebody's own network. */
#ifndef SL_ADDRESS_H
#define SL_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/*
 * Whether a resolved address is a public one: neither loopback, private (RFC 1918), link-local,
 * unique local, of a carrier's own network (RFC 6598), multicast, reserved nor unspecified; nor one
 * of IPv6 in which such an address of IPv4 is embedded. Source: the IANA registries of
 * special-purpose addresses. Families other than the two are not public.
 */
bool sl__address_is_public(const struct sockaddr *address);
bool sl__address_is_loopback(const struct sockaddr *address);

/*
 * Whether a host, as it stands in an address, says itself that it is in the own network: an
 * address of that kind, a name without a dot, or one that ends in .localhost, .local, .lan,
 * .internal or .home.arpa.
 */
bool sl__host_is_near(const char *host);

#endif
