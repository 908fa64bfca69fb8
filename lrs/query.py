"""Finding statements by the filters of the standard (Communication 2.1.3), a page at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, Select, exists, select

from base import Missing
from lrs.intake import Facet, Posting
from lrs.names import known_numbers, number_of
from lrs.parameters import OneStatement, Query
from lrs.tables import postings, statements

PAGE_LIMIT = 200
"""Statements on one page at most."""

SCAN_LIMIT = 5000
"""How many statements of the first filter are looked through for the others."""

_LAST_SEQ = 2**63 - 1


class Found(Struct, frozen=True):
    """A statement as it is given back, and when it was stored."""

    raw: bytes
    stored: datetime


class Page(Struct, frozen=True):
    """Statements in their order, and the query of the next page if there may be one."""

    statements: list[bytes]
    following: Query | None


def find_statement(conn: Connection, asked: OneStatement, *, authority: str | None = None) -> Found:
    """The statement asked for; with `authority`, an agent's key, only one of its own. Raises Missing."""
    found = select(statements.c.payload, statements.c.stored).where(
        statements.c.id == asked.id, statements.c.voided.is_(asked.voided)
    )
    if authority is not None:
        found = found.where(statements.c.authority == number_of(conn, authority))
    row = conn.execute(found).first()
    if row is None:
        raise Missing(_MISSING[asked.voided].format(asked.id), rule="Communication 2.1.3")
    return Found(row.payload, row.stored)


_MISSING = {
    False: "There is no statement {} here; if it was voided, ask by voidedStatementId.",
    True: "There is no voided statement {} here; if it was not voided, ask by statementId.",
}


def find_statements(
    conn: Connection, query: Query, *, authority: str | None = None, scan_limit: int = SCAN_LIMIT
) -> Page:
    """One page of the statements that match; with `authority`, an agent's key, only of its own.

    Voided statements are left out. A page may be short, even empty, and still have a following one, where filters
    together are rare: it ends when `scan_limit` statements of the first filter were looked through.
    """
    search = _search(conn, query, authority)
    if search is None:
        return Page([], None)
    limit = min(query.limit or PAGE_LIMIT, PAGE_LIMIT)
    edge = _edge(conn, search, scan_limit) if search.others else None
    rows = conn.execute(_matches(search, edge).limit(limit + 1)).all()
    position = rows[limit - 1].seq if len(rows) > limit else edge
    following = None if position is None else replace(query, position=position)
    return Page([row.payload for row in rows[:limit]], following)


class _Search(Struct, frozen=True):
    """What is looked for: along the range of `seq` that `leading` names, what the `others` let through.

    The sequences lie after `after` and go up to `up_to`.
    """

    seq: ColumnElement[int]
    leading: Sequence[ColumnElement[bool]]
    others: Sequence[ColumnElement[bool]]
    after: int
    up_to: int
    ascending: bool


def _search(conn: Connection, query: Query, authority: str | None) -> _Search | None:
    """The search that answers the query; None when a name in it is that of no statement."""
    wanted = _wanted(query)
    names = {name for _, name in wanted} | ({authority} if authority else set())
    numbers = known_numbers(conn, names)
    if numbers.keys() != names:
        return None
    after, up_to = _bounds(conn, query)
    own = [] if authority is None else [statements.c.authority == numbers[authority]]
    if not wanted:
        return _Search(statements.c.seq, own, [], after, up_to, query.ascending)
    (facet, name), *rest = wanted
    leading = [postings.c.facet == facet, postings.c.name == numbers[name]]
    others = [_is_posted(facet, numbers[name]) for facet, name in rest]
    return _Search(postings.c.seq, leading, [*others, *own], after, up_to, query.ascending)


def _wanted(query: Query) -> list[Posting]:
    """By what is searched, what is likely to be rarest first."""
    agent = Facet.RELATED_AGENT if query.related_agents else Facet.AGENT
    activity = Facet.RELATED_ACTIVITY if query.related_activities else Facet.ACTIVITY
    registration = None if query.registration is None else str(query.registration)
    filters = (
        (Facet.REGISTRATION, registration),
        (agent, query.agent),
        (activity, query.activity),
        (Facet.VERB, query.verb),
    )
    return [(facet, name) for facet, name in filters if name is not None]


def _is_posted(facet: Facet, name: int) -> ColumnElement[bool]:
    other = postings.alias()
    return exists().where(other.c.facet == facet, other.c.name == name, other.c.seq == postings.c.seq)


def _bounds(conn: Connection, query: Query) -> tuple[int, int]:
    """The sequences between which the answer lies: since is exclusive, until inclusive, both on `stored`."""
    after = 0 if query.since is None else _last_seq_by(conn, query.since)
    up_to = _LAST_SEQ if query.until is None else _last_seq_by(conn, query.until)
    if query.position is not None and query.ascending:
        return max(after, query.position), up_to
    return after, up_to if query.position is None else min(up_to, query.position - 1)


def _last_seq_by(conn: Connection, instant: datetime) -> int:
    """The last sequence stored by then; `stored` never decreases with it, so one look-up turns a time into a place."""
    latest = select(statements.c.seq).where(statements.c.stored <= instant)
    return conn.scalar(latest.order_by(statements.c.stored.desc(), statements.c.seq.desc()).limit(1)) or 0


def _edge(conn: Connection, search: _Search, scan_limit: int) -> int | None:
    """The sequence at which to stop looking; None when the rest is few enough."""
    return conn.scalar(_along(search, select(search.seq)).offset(scan_limit - 1).limit(1))


def _matches(search: _Search, edge: int | None) -> Select[int, bytes]:
    matches = select(search.seq.label("seq"), statements.c.payload).where(
        statements.c.voided.is_(False), *search.others
    )
    if search.seq is not statements.c.seq:
        matches = matches.join_from(postings, statements, statements.c.seq == postings.c.seq)
    if edge is not None:
        matches = matches.where(search.seq <= edge if search.ascending else search.seq >= edge)
    return _along(search, matches)


_S = TypeVar("_S", bound=Select[*tuple[Any, ...]])


def _along(search: _Search, statement: _S) -> _S:
    ordered = statement.where(*search.leading, search.seq > search.after, search.seq <= search.up_to)
    return ordered.order_by(search.seq if search.ascending else search.seq.desc())
