"""Stored statements for other domains: by id, and of agents in the order of storing."""

from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct, json
from sqlalchemy import Connection, Row, Select, and_, case, func, or_, select

from lrs.log.names import known_numbers
from lrs.log.references import Voiding
from lrs.standard.agents import agent_key
from lrs.standard.comparing import aware
from lrs.standard.decoding import decode_stored
from lrs.standard.intake import Facet
from lrs.standard.statements import Stored, Verb
from lrs.tables.statements import postings, references, statements

_PAGE = 500


class _Said(Struct, gc=False):
    """As much of a statement as tells its verb."""

    verb: Verb


_said: Final = json.Decoder(_Said)

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
    those with one of these, which spares decoding all others whole.
    """
    numbers = list(known_numbers(conn, agent_keys).values())
    while numbers:
        mine = (
            select(postings.c.seq)
            .where(postings.c.facet == Facet.AGENT, postings.c.name.in_(numbers), postings.c.seq > after_seq)
            .distinct()
            .order_by(postings.c.seq)
            .limit(_PAGE)
        )
        page = conn.execute(_stored_rows().where(statements.c.seq.in_(mine)).order_by(statements.c.seq)).all()
        yield from (_stored(row) for row in page if verbs is None or _said.decode(row.payload).verb.id in verbs)
        if len(page) < _PAGE:
            return
        after_seq = page[-1].seq


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
