"""What is asked of another record store next, and what becomes of its answer: a cursor for each (decision 14).

A walk goes from `since` in the order of the other's storing to the end of what it has. Only what its first answer
promised to be consistent through counts as complete (Communication 2.1.3): what comes late behind the walk is found by
the next, which begins a little earlier than the last one's end. Equal statements are passed over.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urljoin, urlsplit
from uuid import UUID

import msgspec
from msgspec import Struct, json
from sqlalchemy import Connection, Row, Select, or_, select, update

from base import WaymarkError, new_uuid, upsert
from lrs.exchange.foreign import Foreign, Kept, read_foreign, store_foreign
from lrs.exchange.other_stores import LEASE, Trouble, next_try
from lrs.exchange.pulling import PAGE_SIZE, trust_of
from lrs.standard.comparing import aware
from lrs.standard.intake import instant_text
from lrs.tables.exchange import pull_refusals, pulled_statements, pulls

OVERLAP: Final = timedelta(seconds=10)
"""How much of what is here already is asked for again, for stores whose promise is not kept to the second."""

UNPROMISED: Final = timedelta(minutes=5)
"""How much is asked for again of a store that promises nothing."""

_ERROR_CHARACTERS: Final = 2000


class Fetch(Struct, frozen=True):
    """A page that one worker may ask for until its lease ends; `more` is the link that it was given, if it was."""

    id: UUID
    endpoint: str
    version: str
    secret: bytes
    lease: UUID
    url: str
    more: str | None


class ForeignPage(Struct, frozen=True):
    """A page of another store: statements as they came, the link to the next, and what it is consistent through."""

    statements: Sequence[bytes]
    more: str | None
    promised: datetime | None


def has_due_fetch(conn: Connection, *, now: datetime) -> bool:
    """Whether `claim_fetch` would find something to ask for."""
    return conn.execute(_due(now)).first() is not None


def claim_fetch(conn: Connection, *, now: datetime) -> Fetch | None:
    """The next page that is due, leased to the caller; None when none is."""
    row = conn.execute(_due(now).with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    lease = new_uuid()
    conn.execute(_of(row.id).values(lease=lease, leased_until=now + LEASE))
    return Fetch(row.id, row.endpoint, row.version, row.secret, lease, _url(row), row.more)


def record_page(conn: Connection, fetch: Fetch, page: ForeignPage, *, now: datetime) -> bool:
    """Store the page and keep how far it came, once; False when another worker has taken the store over."""
    row = _leased(conn, fetch)
    if row is None:
        return False
    stored = _store(conn, row, page.statements, now)
    promised = row.promised if fetch.more is not None else page.promised
    before = None if fetch.more is None else row.latest
    latest = max((each for each in (before, _latest(page.statements)) if each is not None), default=None)
    is_over = page.more is None
    conn.execute(
        _of(row.id).values(
            lease=None,
            leased_until=None,
            more=page.more,
            promised=promised,
            latest=latest,
            since=_complete_through(row.since, latest, promised),
            page_size=min(row.page_size * 2, PAGE_SIZE),
            received=row.received + sum(one.is_new for one in stored),
            last_success_at=now,
            attempts=0,
            error=None,
            due_at=now + timedelta(seconds=row.every_seconds) if is_over else now,
        )
    )
    return True


def record_fetch_trouble(conn: Connection, fetch: Fetch, trouble: Trouble, *, now: datetime) -> None:
    """Keep why a page could not be had, and when to try again: with a new walk, since links end (xAPI-Data 2.5)."""
    row = _leased(conn, fetch)
    if row is None:
        return
    conn.execute(
        _of(row.id).values(
            lease=None,
            leased_until=None,
            more=None,
            page_size=max(row.page_size // 2, 1) if trouble.smaller else row.page_size,
            attempts=row.attempts + 1,
            error=str(trouble)[:_ERROR_CHARACTERS],
            due_at=next_try(row.attempts + 1, trouble, now=now),
        )
    )


def _complete_through(since: datetime | None, latest: datetime | None, promised: datetime | None) -> datetime | None:
    """Up to when all that the other store has stored is here; it never goes back."""
    if latest is None:
        return since
    through = latest - UNPROMISED if promised is None else min(latest, promised)
    return through if since is None else max(since, through)


def _store(conn: Connection, row: Row[Any], raws: Sequence[bytes], now: datetime) -> list[Kept]:
    trust = trust_of(conn, row)
    read: list[tuple[bytes, Foreign]] = []
    faults: list[tuple[bytes, str]] = []
    for raw in raws:
        try:
            read.append((raw, read_foreign(raw, trust)))
        except WaymarkError as error:
            faults.append((raw, error.message))
    # What came before by this pull may have been made pseudonymous since; it is not held against what comes again.
    came = _came_before(conn, row.id, [one.id for _, one in read])
    foreign = [(raw, one) for raw, one in read if one.id not in came]
    kept = store_foreign(conn, [one for _, one in foreign], now=now)
    faults += [(raw, one.fault) for (raw, _), one in zip(foreign, kept, strict=True) if one.fault is not None]
    _keep_origin(conn, row.id, [one.id for one in kept if one.is_new])
    _keep_refused(conn, row.id, faults, now)
    return kept


def _came_before(conn: Connection, pull_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    came = pulled_statements.c.statement_id
    return set(conn.scalars(select(came).where(came.in_(ids), pulled_statements.c.pull == pull_id)))


def _keep_origin(conn: Connection, pull_id: UUID, ids: Sequence[UUID]) -> None:
    if ids:
        rows = [{"statement_id": one, "pull": pull_id} for one in ids]
        conn.execute(upsert(conn, pulled_statements).on_conflict_do_nothing(), rows)


def _keep_refused(conn: Connection, pull_id: UUID, faults: Sequence[tuple[bytes, str]], now: datetime) -> None:
    rows = [
        {
            "pull": pull_id,
            "digest": hashlib.sha256(raw).digest(),
            "raw": raw,
            "error": error[:_ERROR_CHARACTERS],
            "refused_at": now,
        }
        for raw, error in faults
    ]
    if rows:
        conn.execute(upsert(conn, pull_refusals).on_conflict_do_nothing(), rows)


class _Stored(Struct, frozen=True):
    stored: datetime | None = None


_stored: Final = json.Decoder(_Stored)


def _latest(raws: Sequence[bytes]) -> datetime | None:
    """When the last of them was stored there."""
    times = []
    for raw in raws:
        try:
            stored = _stored.decode(raw).stored
        except msgspec.DecodeError:
            stored = None
        if stored is not None:
            times.append(aware(stored))
    return max(times, default=None)


def _url(row: Row[Any]) -> str:
    """Where the next page is; a link is relative to the endpoint's server (xAPI-Data 2.5)."""
    if row.more is None:
        since = {} if row.since is None else {"since": instant_text(row.since - OVERLAP)}
        asked = {"ascending": "true", "limit": str(row.page_size), **since, **json.decode(row.filters)}
        return f"{row.endpoint}statements?{urlencode(asked)}"
    following: str = urljoin(row.endpoint, row.more)
    return following


def is_of(endpoint: str, url: str) -> bool:
    """Whether an address is on the endpoint's server: no other may get the secret."""
    own, other = urlsplit(endpoint), urlsplit(url)
    return (own.scheme, own.netloc) == (other.scheme, other.netloc)


def _leased(conn: Connection, fetch: Fetch) -> Row[Any] | None:
    return conn.execute(
        select(pulls).where(pulls.c.id == fetch.id, pulls.c.lease == fetch.lease).with_for_update()
    ).first()


def _due(now: datetime) -> Select[*tuple[Any, ...]]:
    free = or_(pulls.c.leased_until.is_(None), pulls.c.leased_until < now)
    return (
        select(pulls).where(pulls.c.paused_at.is_(None), pulls.c.due_at <= now, free).order_by(pulls.c.due_at).limit(1)
    )


def _of(pull_id: UUID) -> Any:
    return update(pulls).where(pulls.c.id == pull_id)
