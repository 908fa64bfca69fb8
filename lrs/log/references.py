"""Statements about statements: voiding (xAPI-Data 2.3.2), and finding them by what their target says.

A target may come before or after the statements that refer to it; both orders leave the same rows.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import IntEnum
from itertools import chain, islice
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, Row, Select, bindparam, select, update

from base import RowInsert
from lrs.log.names import numbers_of
from lrs.standard.decoding import decode_stored
from lrs.standard.intake import Posting, postings_of
from lrs.standard.statements import Statement
from lrs.tables.statements import postings, references, statements

CHAIN_LIMIT = 16
"""How many references in a row are followed; the standard sets no bound (Communication 2.1.4), a store needs one."""


REFERRERS_LIMIT = 10_000
"""How many statements one transaction makes findable by what their targets say. What refers beyond that to one that
comes later is found by its own content alone; so many that wait for one statement are nobody's honest use."""

COPY_LIMIT = 100_000
"""And how many rows it leaves for them."""


class Voiding(IntEnum):
    """What a statement does to its target: nothing, void it where both have one authority, or void it in any case."""

    NO = 0
    OWN = 1
    ANY = 2


class Reference(Struct, frozen=True):
    """A new statement, by its `seq`, whose object is a StatementRef to `target`."""

    seq: int
    target: UUID
    voids: Voiding


class _Edge(Struct, frozen=True):
    """A reference of which both ends are stored, one of them only now."""

    seq: int
    referrer: UUID
    authority: int
    voids: int
    target: UUID
    target_authority: int
    target_voids: int | None

    @property
    def has_standing(self) -> bool:
        return self.voids == Voiding.ANY or self.authority == self.target_authority


def link(conn: Connection, new: Sequence[Reference], stored: Collection[UUID]) -> list[tuple[UUID, Statement]]:
    """The statements that are voided now, because a voiding statement came or because they came after theirs.

    `stored` are the ids of new statements to which others referred before they came; `new` are those that refer to
    another. A statement that would void one of another authority and may not does
    nothing to it. Besides, each statement becomes findable by what its target is found by, and so on along the chain
    (Communication 2.1.4).
    """
    if new:
        conn.execute(references.insert(), [{"seq": one.seq, "target": one.target, "voids": one.voids} for one in new])
    edges = _edges(conn, [one.seq for one in new], stored)
    _copy_postings(conn, edges[:REFERRERS_LIMIT])
    return _void(conn, {e.target for e in edges if e.voids and e.has_standing and not e.target_voids})


def _edges(conn: Connection, seqs: Collection[int], ids: Collection[UUID]) -> list[_Edge]:
    rows: list[Row[*tuple[int, UUID, int, int, UUID, int, int | None]]] = []
    if seqs:
        rows += conn.execute(_BY_SEQ, {"wanted": list(seqs)})
    if ids:
        rows += conn.execute(_VOIDING, {"wanted": list(ids)})
        rows += conn.execute(_NAMING, {"wanted": list(ids)})
    return list({row.seq: _Edge(*row) for row in rows}.values())


def _both_ends() -> Select[*tuple[int, UUID, int, int, UUID, int, int | None]]:
    referrer, target, own = statements.alias("referrer"), statements.alias("target"), references.alias("own")
    return (
        select(
            references.c.seq,
            referrer.c.id,
            referrer.c.authority,
            references.c.voids,
            references.c.target,
            target.c.authority,
            own.c.voids,
        )
        .join(referrer, referrer.c.seq == references.c.seq)
        .join(target, target.c.id == references.c.target)
        .outerjoin(own, own.c.seq == target.c.seq)
    )


_BY_TARGET = _both_ends().where(references.c.target.in_(bindparam("wanted", expanding=True)))
_VOIDING = _BY_TARGET.where(references.c.voids != Voiding.NO)
_NAMING = _BY_TARGET.where(references.c.voids == Voiding.NO).limit(REFERRERS_LIMIT)
_BY_SEQ = _both_ends().where(references.c.seq.in_(bindparam("wanted", expanding=True)))


def _void(conn: Connection, targets: Collection[UUID]) -> list[tuple[UUID, Statement]]:
    if not targets:
        return []
    change = (
        update(statements)
        .where(statements.c.id.in_(targets), statements.c.voided.is_(False))
        .values(voided=True)
        .returning(statements.c.id, statements.c.payload)
    )
    return [(statement_id, decode_stored(payload)) for statement_id, payload in conn.execute(change)]


_copy = RowInsert(postings, postings.c.facet, postings.c.name, postings.c.seq, passing_over=True)


def _copy_postings(conn: Connection, edges: Sequence[_Edge]) -> None:
    """Whoever refers to a target, and whoever refers to them, is found by what the target's chain is found by."""
    if not edges:
        return
    above = _above(conn, {edge.referrer for edge in edges})
    below = _below(conn, {edge.target for edge in edges})
    pairs = set(islice(_pairs(edges, above, below), COPY_LIMIT))
    numbers = numbers_of(conn, {name for _, (_, name) in pairs})
    _copy(conn, [(facet, numbers[name], seq) for seq, (facet, name) in pairs])


def _pairs(edges: Sequence[_Edge], above: "_Above", below: "_Below") -> Iterator[tuple[int, Posting]]:
    """Which statement is to be found by what, those of each edge together."""
    for edge in edges:
        found_by = frozenset(_chain(below, edge.target))
        for seq in chain([edge.seq], _ancestors(above, edge.referrer)):
            yield from ((seq, posting) for posting in found_by)


_Above = Mapping[UUID, Sequence[tuple[int, UUID]]]
_Below = Mapping[UUID, tuple[AbstractSet[Posting], UUID | None]]


def _above(conn: Connection, ids: Collection[UUID]) -> _Above:
    """Who refers to each of `ids`, and who to them, up to the limit."""
    found: dict[UUID, list[tuple[int, UUID]]] = {}
    frontier = set(ids)
    for _ in range(CHAIN_LIMIT):
        if not frontier:
            break
        found.update({target: [] for target in frontier})
        rows = conn.execute(
            select(references.c.target, references.c.seq, statements.c.id)
            .join(statements, statements.c.seq == references.c.seq)
            .where(references.c.target.in_(frontier))
            .limit(REFERRERS_LIMIT)
        )
        for target, seq, referrer in rows:
            found[target].append((seq, referrer))
        frontier = {referrer for target in frontier for _, referrer in found[target]} - found.keys()
    return found


def _below(conn: Connection, ids: Collection[UUID]) -> _Below:
    """What each of `ids` is found by and what it refers to, and so on, up to the limit."""
    found: dict[UUID, tuple[AbstractSet[Posting], UUID | None]] = {}
    frontier = set(ids)
    for _ in range(CHAIN_LIMIT):
        if not frontier:
            break
        rows = conn.execute(
            select(statements.c.id, statements.c.payload, references.c.target)
            .outerjoin(references, references.c.seq == statements.c.seq)
            .where(statements.c.id.in_(frontier))
        ).all()
        found.update({one: (postings_of(decode_stored(payload)), target) for one, payload, target in rows})
        frontier = {target for _, _, target in rows if target is not None} - found.keys()
    return found


def _ancestors(above: _Above, start: UUID) -> Iterator[int]:
    seen, waiting = {start}, [start]
    while waiting:
        for seq, referrer in above.get(waiting.pop(), ()):
            if referrer not in seen:
                seen.add(referrer)
                waiting.append(referrer)
                yield seq


def _chain(below: _Below, start: UUID) -> Iterator[Posting]:
    seen: set[UUID] = set()
    current: UUID | None = start
    while current is not None and current in below and current not in seen:
        seen.add(current)
        found, following = below[current]
        yield from found
        current = following
