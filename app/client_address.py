"""From where a request comes, for counting tries; it is hashed before it is kept."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from litestar.connection import ASGIConnection

_ONE_SITE_IPV6 = 64


def client_address(connection: ASGIConnection[Any, Any, Any, Any], *, proxies: int) -> str:
    """The address of whoever asks, behind `proxies` reverse proxies of ours; of IPv6 the network of one site.

    Each proxy adds at the right end of X-Forwarded-For whom it saw; what stands further left was sent by the client
    and may be made up.
    """
    seen = connection.client.host if connection.client else ""
    if proxies:
        hops = connection.headers.get("x-forwarded-for", "").split(",")
        seen = hops[-min(proxies, len(hops))].strip()
    try:
        address = ip_address(seen)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _ONE_SITE_IPV6), strict=False))
    return str(address)
