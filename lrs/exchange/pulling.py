"""From which other record stores statements are taken: added, paused, tried again and removed, and how each goes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import Struct, json
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from base import Invalid, KeyRing, Missing, installation_iri, new_uuid, record_decision
from lrs.browsing.selection import parse_selection
from lrs.exchange.foreign import read_foreign, store_foreign
from lrs.exchange.other_stores import NewStore, sealed_secret
from lrs.log.parameters import read_instant
from lrs.standard.statements import Account, Agent
from lrs.standard.trust import Trust
from lrs.tables.exchange import pull_refusals, pulled_statements, pulls

PAGE_SIZE: Final = 200
"""Statements asked for at once."""

SOONEST_SECONDS: Final = 5
_LATEST_SECONDS: Final = 7 * 24 * 3600
_RETRIED_AT_ONCE: Final = 1000
_FILTERS: Final = frozenset({"agent", "verb", "activity", "registration", "related_activities", "related_agents"})


class Pull(Struct, frozen=True):
    """A store that gives statements, and how it goes.

    All that it stored by `since` is here; a walk over what came later is under way when `is_walking`. `refused` is how
    many of its statements this store refuses.
    """

    id: UUID
    name: str
    endpoint: str
    version: str
    filters: Mapping[str, str]
    keeps_authority: bool
    every_seconds: int
    created_at: datetime
    paused_at: datetime | None
    since: datetime | None
    is_walking: bool
    received: int
    refused: int
    last_success_at: datetime | None
    attempts: int
    error: str | None
    due_at: datetime


class PullRefusal(Struct, frozen=True):
    """A statement of another store, as it came, that this one refuses, and why."""

    raw: bytes
    error: str
    refused_at: datetime


def add_pull(
    conn: Connection,
    ring: KeyRing,
    store: NewStore,
    *,
    filters: Mapping[str, str] | None = None,
    since: str | None = None,
    keeps_authority: bool = False,
    every_seconds: int = 60,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> UUID:
    """Take from `store` what it has stored after `since`, and what comes, looking again every so many seconds.

    `filters` are parameters of the standard's names, sent as they are. What is taken is stored under the authority of
    the pull, or with `keeps_authority` under the one that each statement names. Raises Invalid.
    """
    checked, pull_id = store.checked(), new_uuid()
    wanted = {name: value for name, value in (filters or {}).items() if value}
    if unknown := wanted.keys() - _FILTERS:
        raise Invalid(f"{min(unknown)} is no filter of a pull; there are {', '.join(sorted(_FILTERS))}.")
    parse_selection(wanted.items())
    if not SOONEST_SECONDS <= every_seconds <= _LATEST_SECONDS:
        raise Invalid(f"It must be looked at every {SOONEST_SECONDS} to {_LATEST_SECONDS} seconds.", where="every")
    conn.execute(
        insert(pulls).values(
            id=pull_id,
            name=checked.name,
            endpoint=checked.endpoint,
            version=checked.version,
            secret=sealed_secret(ring, pull_id, checked),
            filters=json.encode(wanted),
            keeps_authority=keeps_authority,
            every_seconds=every_seconds,
            created_at=now,
            since=read_instant(since, "since") if since else None,
            page_size=PAGE_SIZE,
            received=0,
            attempts=0,
            due_at=now,
        )
    )
    after = {"name": checked.name, "endpoint": checked.endpoint, "filters": wanted, "keeps_authority": keeps_authority}
    _decide(conn, "pull.add", pull_id, by=by, reason=reason, now=now, after=after)
    return pull_id


def list_pulls(conn: Connection) -> list[Pull]:
    """Every pull, by name."""
    counted = select(pull_refusals.c.pull, func.count()).group_by(pull_refusals.c.pull)
    refused: dict[UUID, int] = dict(iter(conn.execute(counted)))
    rows = conn.execute(select(pulls).order_by(pulls.c.name, pulls.c.created_at))
    return [_pull(row, refused.get(row.id, 0)) for row in rows]


def pull_refusals_of(conn: Connection, pull_id: UUID, *, limit: int = 100) -> list[PullRefusal]:
    """What this store refuses of the other's, the newest first."""
    table = pull_refusals.c
    rows = conn.execute(
        select(table.raw, table.error, table.refused_at)
        .where(table.pull == pull_id)
        .order_by(table.refused_at.desc(), table.digest)
        .limit(limit)
    )
    return [PullRefusal(*row) for row in rows]


def pause_pull(conn: Connection, pull_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> None:
    """Take nothing more until it is resumed. Raises Missing."""
    _change(conn, pull_id, paused_at=now)
    _decide(conn, "pull.pause", pull_id, by=by, reason=reason, now=now)


def resume_pull(conn: Connection, pull_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> None:
    """Go on where it was paused, at once. Raises Missing."""
    _change(conn, pull_id, paused_at=None, due_at=now, attempts=0)
    _decide(conn, "pull.resume", pull_id, by=by, reason=reason, now=now)


def retry_pull(conn: Connection, pull_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> None:
    """Ask the other store again at once, and store up to 1,000 of the refused that pass now. Raises Missing."""
    _change(conn, pull_id, due_at=now, attempts=0)
    row = conn.execute(select(pulls).where(pulls.c.id == pull_id)).one()
    refused = select(pull_refusals.c.digest, pull_refusals.c.raw).where(pull_refusals.c.pull == pull_id)
    trust = trust_of(conn, row)
    for digest, raw in conn.execute(refused.order_by(pull_refusals.c.refused_at).limit(_RETRIED_AT_ONCE)).all():
        try:
            (kept,) = store_foreign(conn, [read_foreign(raw, trust)], now=now)
        except Invalid:
            continue
        if kept.fault is None:
            gone = delete(pull_refusals).where(pull_refusals.c.pull == pull_id, pull_refusals.c.digest == digest)
            conn.execute(gone)
    _decide(conn, "pull.retry", pull_id, by=by, reason=reason, now=now)


def remove_pull(conn: Connection, pull_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> None:
    """Forget the store, its secret and what was refused; the statements that came stay. Raises Missing."""
    conn.execute(delete(pull_refusals).where(pull_refusals.c.pull == pull_id))
    conn.execute(delete(pulled_statements).where(pulled_statements.c.pull == pull_id))
    gone = conn.execute(
        delete(pulls).where(pulls.c.id == pull_id).returning(pulls.c.name, pulls.c.endpoint, pulls.c.since)
    ).first()
    if gone is None:
        raise _missing(pull_id)
    before = {"name": gone.name, "endpoint": gone.endpoint, "since": gone.since}
    _decide(conn, "pull.remove", pull_id, by=by, reason=reason, now=now, before=before)


def trust_of(conn: Connection, row: Row[Any]) -> Trust:
    """Under which authority a pull's statements are stored."""
    home = installation_iri(conn)
    own = Agent(name=row.name, account=Account(home_page=home, name=f"pull:{row.id}"))
    return Trust(own, keeps=row.keeps_authority, home=home)


def _change(conn: Connection, pull_id: UUID, **values: object) -> None:
    if conn.execute(update(pulls).where(pulls.c.id == pull_id).values(**values)).rowcount == 0:
        raise _missing(pull_id)


def _missing(pull_id: UUID) -> Missing:
    return Missing(f"There is no pull {pull_id}; `waymark pull list` shows those that there are.")


def _decide(conn: Connection, act: str, pull_id: UUID, **decision: Any) -> None:
    record_decision(conn, act=act, subject=f"pull {pull_id}", **decision)


def _pull(row: Row[Any], refused: int) -> Pull:
    return Pull(
        id=row.id,
        name=row.name,
        endpoint=row.endpoint,
        version=row.version,
        filters=json.decode(row.filters),
        keeps_authority=row.keeps_authority,
        every_seconds=row.every_seconds,
        created_at=row.created_at,
        paused_at=row.paused_at,
        since=row.since,
        is_walking=row.more is not None,
        received=row.received,
        refused=refused,
        last_success_at=row.last_success_at,
        attempts=row.attempts,
        error=row.error,
        due_at=row.due_at,
    )
