"""Reading what a platform gives in pages: to the last one, or not at all."""

import html
import re
from collections.abc import AsyncIterator
from urllib.parse import urljoin, urlsplit

from base import Outward, Response, Unavailable
from lti.registering.platforms import Platform
from lti.services.access_tokens import AccessTokens
from lti.services.calls import call, said

MOST_PAGES = 500
_LONGEST_HEADER = 16_384

_LINK = re.compile(r"<(?P<url>[^<>]*)>(?P<parameters>[^<]*)")
# Moodle's list of line items quotes by curly quotes; RFC 8288 §3 lets the quotes out where nothing needs them.
_REL = re.compile(
    r""";\s*rel\s*=\s*(?:["'“”„]\s*(?P<quoted>[^"'“”„]*)["'“”„]|(?P<bare>[^\s;,"'“”„]+))""", re.IGNORECASE
)


class PagesBroken(Unavailable):
    """The platform's pages lead nowhere: in a circle, to another server, or on without end."""


def next_link(header: str | None, base: str, rel: str = "next") -> str | None:
    """The address that a Link header gives for `rel`, against `base`; None without one (RFC 8288 §3).

    Read tolerantly, as platforms write it: several links, relations in any case and quoting, `&amp;` in addresses.
    The address keeps its own case, which tokens in it depend on. Raises ValueError for what is no address.
    """
    for link in _LINK.finditer((header or "")[:_LONGEST_HEADER]):
        relation = _REL.search(link["parameters"])
        names = (relation["quoted"] or relation["bare"] or "").lower().split() if relation else []
        if rel.lower() in names and link["url"].strip():
            return urljoin(base, html.unescape(link["url"].strip()))
    return None


async def pages(
    outward: Outward,
    tokens: AccessTokens,
    platform: Platform,
    url: str,
    *,
    scopes: frozenset[str],
    accept: str,
    most_pages: int = MOST_PAGES,
) -> AsyncIterator[Response]:
    """Every page from `url` on, each with status 200.

    Raises what `call` does, and PagesBroken where a page is refused, or they do not end. So whoever comes to the end
    of the iteration has read all of it.
    """
    following: str | None = url
    seen: set[str] = set()
    while following is not None:
        if following in seen or len(seen) >= most_pages:
            raise PagesBroken(f"{platform.name} gives pages without end: {len(seen)} were read.")
        seen.add(following)
        response = await call(outward, tokens, platform, "GET", following, scopes=scopes, accept=accept)
        if response.status != 200:  # noqa: PLR2004 (HTTP's own number)
            raise PagesBroken(f"{platform.name} answered {response.status}: {said(response)}")
        yield response
        following = _next_page(response, following, platform)


def same_server(url: str, other: str) -> bool:
    """Whether who may be told a token at `other` may be at `url`. Raises ValueError for what is no address."""
    one, two = urlsplit(url), urlsplit(other)
    return (one.scheme, one.hostname, one.port) == (two.scheme, two.hostname, two.port)


def _next_page(response: Response, here: str, platform: Platform) -> str | None:
    try:
        following = next_link(response.headers.get("link"), here)
        if following is None or same_server(following, here):
            return following
    except ValueError:
        raise PagesBroken(f"{platform.name} leads on to what is no address.") from None
    raise PagesBroken(f"{platform.name} leads on to another server, {urlsplit(following).hostname}.")
