"""Which addresses a host name stands for, and which of them are anybody's to reach."""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_GLOBAL_UNICAST = IPv6Network("2000::/3")  # all that is assigned for it (RFC 4291, 2.4 and the IANA registry)
_SIX_TO_FOUR = IPv6Network("2002::/16")  # carries an IPv4 address, which a gateway would unpack behind the check


async def addresses_of(host: str) -> list[Address]:
    """The addresses of `host`, in the order in which to try them; one lookup. Raises OSError when it has none."""
    if host == "localhost" or host.endswith(".localhost"):
        # RFC 6761, section 6.3: such names are loopback without asking; not every system's resolver knows it.
        return [IPv4Address("127.0.0.1"), IPv6Address("::1")]
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{host} is no host name") from error
    return [ip_address(where[0]) for _family, _type, _protocol, _name, where in found]


def is_public(address: Address) -> bool:
    """Whether anybody may be at this address: not loopback, private, link-local, multicast or reserved."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address not in _GLOBAL_UNICAST or address in _SIX_TO_FOUR:
            return False
    return address.is_global and not address.is_multicast
