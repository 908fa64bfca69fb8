"""Stored statements for other domains: by id, and of agents in the order of storing."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select

from base import RowsIn
from lrs.log.names import known_numbers
from lrs.log.references import Voiding
from lrs.standard.agents import agent_key
from lrs.standard.comparing import aware
from lrs.standard.decoding import decode_stored
from lrs.standard.intake import Facet
from lrs.standard.statements import Stored
from lrs.tables.statements import postings, references, statements

_PAGE = 500


def statements_with_ids(conn: Connection, ids: Collection[UUID]) -> list[Stored]:
    """Those of `ids` that are stored, voided or not, in the order of storing."""
    return _stored(conn, ((seq, id_, *rest) for id_, seq, *rest in _with_ids(conn, ids)))


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
    seqs = sorted(set(conn.scalars(mine).all()))
    for start in range(0, len(seqs), _PAGE):
        yield from _stored(conn, _with_seqs(conn, seqs[start : start + _PAGE]))


def _has_verb(numbers: Collection[int]) -> ColumnElement[bool]:
    said = postings.alias("said")
    return exists().where(said.c.facet == Facet.VERB, said.c.name.in_(numbers), said.c.seq == postings.c.seq)


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
_VOIDED_AT = case((_first_voiding > statements.c.stored, _first_voiding), else_=statements.c.stored).label("voided_at")
_ROW = statements.c.id, statements.c.stored, statements.c.voided, statements.c.payload
_with_seqs = RowsIn(statements.c.seq, *_ROW)
_with_ids = RowsIn(statements.c.id, statements.c.seq, *_ROW[1:])
"""Straight to the driver: folding and replay read all that they judge by here."""


def _stored(conn: Connection, rows: Iterable[tuple[Any, ...]]) -> list[Stored]:
    """The statements of the rows, of whose seq, id, stored, voided and payload, in the order of storing."""
    ordered = sorted(rows)
    voided_at = _voided_at(conn, [seq for seq, _, _, is_voided, _ in ordered if is_voided])
    return [_read(seq, id_, stored, voided_at.get(seq), payload) for seq, id_, stored, _, payload in ordered]


def _voided_at(conn: Connection, seqs: Sequence[int]) -> dict[int, datetime]:
    """By sequence, when each was known to be voided, of statements that are: few, so that they are asked for apart."""
    found: dict[int, datetime] = {}
    for start in range(0, len(seqs), _PAGE):
        asked = select(statements.c.seq, _VOIDED_AT).where(statements.c.seq.in_(seqs[start : start + _PAGE]))
        found |= {row.seq: row.voided_at for row in conn.execute(asked)}
    return found


def _read(seq: int, id_: UUID, stored: datetime, voided_at: datetime | None, payload: bytes) -> Stored:
    statement = decode_stored(payload)
    assert statement.authority is not None
    assert statement.timestamp is not None
    return Stored(
        id=id_,
        seq=seq,
        stored=stored,
        timestamp=aware(statement.timestamp),
        voided_at=voided_at,
        authority=agent_key(statement.authority),
        statement=statement,
        raw=payload,
    )
