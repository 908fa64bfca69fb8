"""Whose pages may hold ours in a frame: an LMS may have more origins than its registration names."""

import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from sqlalchemy import Connection, delete, select

from base import Invalid, Missing, origin_of, record_decision, upsert
from lti.registering.platforms import Platform, list_platforms, platform
from lti.standard.claims import LONGEST_ID
from lti.tables import framers

MOST_LEARNED = 8
"""For one platform. A course has one origin; whoever names a new one at each launch is not believed for ever."""

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-]+(:\d{1,5})?")


class Framer(msgspec.Struct, frozen=True):
    """One origin whose pages may hold ours; learned from a launch, or else added by an administrator."""

    origin: str
    learned: bool
    since: datetime


def framing_origins(conn: Connection) -> list[str]:
    """Every origin that may hold our pages in a frame: those of all platforms, each once."""
    own = {origin for each in list_platforms(conn) for origin in _own_origins(each)}
    return sorted(own.union(conn.scalars(select(framers.c.origin))))


def origins_of(conn: Connection, platform_id: UUID) -> set[str]:
    """The origins of one platform: of its addresses, and those learned or added. Raises Missing."""
    return {*_own_origins(platform(conn, platform_id)), *(each.origin for each in framers_of(conn, platform_id))}


def framers_of(conn: Connection, platform_id: UUID) -> list[Framer]:
    """What was learned or added for a platform, oldest first."""
    mine = select(framers).where(framers.c.platform_id == platform_id)
    rows = conn.execute(mine.order_by(framers.c.since, framers.c.origin))
    return [Framer(row.origin, row.learned, row.since) for row in rows]


def learn_framers(conn: Connection, sender: Platform, addresses: Iterable[str | None], *, now: datetime) -> None:
    """The origins of where a launch says that people return to are the platform's too, up to MOST_LEARNED of them.

    A platform that speaks https is not believed an origin that does not.
    """
    known = _own_origins(sender)
    told = {_origin_in(address) for address in addresses if address}
    new = {origin for origin in told if origin and origin not in known and _is_as_safe(origin, sender)}
    if not new:
        return
    kept = {each.origin: each.learned for each in framers_of(conn, sender.id)}
    room = max(MOST_LEARNED - sum(kept.values()), 0)
    for origin in sorted(new - kept.keys())[:room]:
        _keep(conn, sender.id, origin, learned=True, now=now)


def add_framer(
    conn: Connection, platform_id: UUID, address: str, *, by: UUID | None, reason: str, now: datetime
) -> None:
    """Pages of this origin may hold ours too; adding it again changes nothing.

    Raises Missing for an unknown platform, Invalid for what is no origin.
    """
    origin = _origin_in(address.strip())
    if origin is None or urlsplit(address.strip()).path not in {"", "/"}:
        raise Invalid(
            f"The address is {address[:LONGEST_ID]!r}; it must be like https://lms.example, without a path.",
            where="origin",
        )
    subject = f"platform:{platform(conn, platform_id).id}"
    if _keep(conn, platform_id, origin, learned=False, now=now):
        after = {"origin": origin}
        record_decision(conn, by=by, act="platform.frame", subject=subject, reason=reason, after=after, now=now)


def remove_framer(
    conn: Connection, platform_id: UUID, origin: str, *, by: UUID | None, reason: str, now: datetime
) -> None:
    """Pages of this origin may hold ours no more; a launch that names it teaches it again. Raises Missing."""
    mine = framers.c.platform_id == platform_id, framers.c.origin == origin
    if conn.execute(delete(framers).where(*mine)).rowcount == 0:
        raise Missing(f"{origin[:LONGEST_ID]!r} is none of the further origins of this platform.")
    subject = f"platform:{platform_id}"
    before = {"origin": origin}
    record_decision(conn, by=by, act="platform.unframe", subject=subject, reason=reason, before=before, now=now)


def _own_origins(sender: Platform) -> set[str]:
    return {origin_of(sender.issuer), origin_of(sender.auth_login_url)}


def _origin_in(address: str) -> str | None:
    try:
        origin = origin_of(address)
    except ValueError:
        return None
    return origin if _ORIGIN.fullmatch(origin) and len(origin) <= LONGEST_ID else None


def _is_as_safe(origin: str, sender: Platform) -> bool:
    return origin.startswith("https://") or not sender.issuer.startswith("https://")


def _keep(conn: Connection, platform_id: UUID, origin: str, *, learned: bool, now: datetime) -> bool:
    """Whether it was not kept before."""
    row = upsert(conn, framers).values(platform_id=platform_id, origin=origin, learned=learned, since=now)
    return conn.execute(row.on_conflict_do_nothing().returning(framers.c.origin)).first() is not None
