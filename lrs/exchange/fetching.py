"""Asking another record store for a page of its statements."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Final

import msgspec
from msgspec import Raw, Struct, json

from base import KeyRing, Outward, Response, Unavailable
from lrs.exchange.arrivals import Fetch, ForeignPage, is_of
from lrs.exchange.other_stores import Trouble, exchange, open_store, shown, trouble_of
from lrs.standard.about import CONSISTENT_THROUGH_HEADER
from lrs.standard.comparing import aware


class _Result(Struct, frozen=True):
    statements: list[Raw]
    more: str | None = None


_results: Final = json.Decoder(_Result)


async def fetch_page(
    fetch: Fetch, *, outward: Outward, ring: KeyRing, clock: Callable[[], datetime]
) -> ForeignPage | Trouble:
    """The page that is due, or why it cannot be had."""
    try:
        return await _page(fetch, outward, ring, clock)
    except Unavailable as error:
        return Trouble(error.message)
    except Trouble as trouble:
        return trouble


async def _page(fetch: Fetch, outward: Outward, ring: KeyRing, clock: Callable[[], datetime]) -> ForeignPage:
    if not is_of(fetch.endpoint, fetch.url):
        raise Trouble(f"The other record store gave a link to another server, {fetch.url}; it is not followed.")
    store = open_store(ring, fetch)
    answer = await exchange(outward, "GET", fetch.url, headers={**store.headers(), "Accept": "application/json"})
    if answer.status != HTTPStatus.OK:
        raise trouble_of(answer, now=clock())
    try:
        result = _results.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Trouble(f"The other record store gave no list of statements. {shown(answer)}") from None
    more = result.more or None
    if more is not None and more == fetch.more:
        raise Trouble("The other record store leads from a page to the same page; its links end nowhere.")
    return ForeignPage([bytes(one) for one in result.statements], more, _promised(answer))


def _promised(answer: Response) -> datetime | None:
    """Up to when all that is stored there can be read (Communication 2.1.3); None where it does not say."""
    said = answer.headers.get(CONSISTENT_THROUGH_HEADER.lower(), "")
    try:
        return aware(msgspec.convert(said, datetime))
    except msgspec.ValidationError:
        return None
