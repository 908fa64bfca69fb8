"""Hosts and origins of addresses, spelled as browsers spell them."""

from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """What a browser sends as Host for `url`: lower case, without the port that its scheme implies."""
    parts = urlsplit(url)
    return without_default_port(parts.netloc.lower(), parts.scheme)


def origin_of(url: str) -> str:
    """The origin of `url` as browsers write it (RFC 6454, section 6)."""
    return f"{urlsplit(url).scheme}://{host_of(url)}"


def without_default_port(host: str, scheme: str) -> str:
    """`host` as a browser writes it where `scheme` is spoken."""
    return host.removesuffix(":443" if scheme == "https" else ":80")
