"""Stored statements for other domains: by id, and of agents in the order of storing."""

from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, exists, func, or_, select

from lrs.log.names import known_numbers
from lrs.log.references import Voiding
from lrs.standard.agents import agent_key
from lrs.standard.comparing import aware
from lrs.standard.decoding import decode_stored
from lrs.standard.intake import Facet
from lrs.standard.statements import Stored
from lrs.tables.statements import postings, references, statements

_PAGE = 500

_StoredRow = tuple[int, UUID, datetime, datetime | None, bytes]


def statements_with_ids(conn: Connection, ids: Collection[UUID]) -> list[Stored]:
    """Those of `ids` that are stored, voided or not, in the order of storing."""
    wanted = list(ids)
    found = [
        _stored(row)
        for start in range(0, len(wanted), _PAGE)
        for row in conn.execute(_stored_rows().where(statements.c.id.in_(wanted[start : start + _PAGE]))).all()
    ]
    return sorted(found, key=lambda one: one.seq)


def statements_of_agents(
    conn: Connection, agent_keys: Collection[str], *, after_seq: int = 0, verbs: AbstractSet[str] | None = None
) -> Iterator[Stored]:
    """The statements with one of the agents as actor or object, each once, in the order of storing, after `after_seq`.

    A statement about such a statement is among them (a voiding, say); voided ones are, and say so. With `verbs` only
    those that are found by one of these.
    """
    numbers = list(known_numbers(conn, agent_keys).values())
    found_by = [] if verbs is None else [_has_verb(list(known_numbers(conn, verbs).values()))]
    if not numbers:
        return
    mine = select(postings.c.seq).where(
        postings.c.facet == Facet.AGENT, postings.c.name.in_(numbers), postings.c.seq > after_seq, *found_by
    )
    # All sequences at once: with many agents, each page of them would have to sort all those that are left.
    seqs = sorted(set(conn.scalars(mine)))
    for start in range(0, len(seqs), _PAGE):
        some = statements.c.seq.in_(seqs[start : start + _PAGE])
        yield from map(_stored, conn.execute(_stored_rows().where(some).order_by(statements.c.seq)).all())


def _has_verb(numbers: Collection[int]) -> ColumnElement[bool]:
    said = postings.alias("said")
    return exists().where(said.c.facet == Facet.VERB, said.c.name.in_(numbers), said.c.seq == postings.c.seq)


def _stored_rows() -> Select[*_StoredRow]:
    return select(statements.c.seq, statements.c.id, statements.c.stored, _VOIDED_AT, statements.c.payload)


_voiding = statements.alias("voiding")
_first_voiding = (
    select(func.min(_voiding.c.stored))
    .join(references, references.c.seq == _voiding.c.seq)
    .where(
        references.c.target == statements.c.id,
        or_(
            references.c.voids == Voiding.ANY,
            and_(references.c.voids == Voiding.OWN, _voiding.c.authority == statements.c.authority),
        ),
    )
    .correlate(statements)
    .scalar_subquery()
)
# Whoever comes last makes it known: a voiding may be stored before its target.
_VOIDED_AT = case(
    (and_(statements.c.voided, _first_voiding > statements.c.stored), _first_voiding),
    (statements.c.voided, statements.c.stored),
).label("voided_at")


def _stored(row: Row[*_StoredRow]) -> Stored:
    statement = decode_stored(row.payload)
    assert statement.authority is not None
    assert statement.timestamp is not None
    return Stored(
        id=row.id,
        seq=row.seq,
        stored=row.stored,
        timestamp=aware(statement.timestamp),
        voided_at=row.voided_at,
        authority=agent_key(statement.authority),
        statement=statement,
        raw=row.payload,
    )
