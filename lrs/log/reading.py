"""Stored statements for other domains: by id, and of agents in the order of storing."""

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select

from lrs.log.names import known_numbers
from lrs.standard.agents import agent_key
from lrs.standard.comparing import aware
from lrs.standard.decoding import decode_stored
from lrs.standard.intake import Facet
from lrs.standard.statements import Stored
from lrs.tables.statements import postings, statements

_PAGE = 500

_StoredRow = tuple[int, UUID, datetime, bool, bytes]


def statements_with_ids(conn: Connection, ids: Collection[UUID]) -> list[Stored]:
    """Those of `ids` that are stored, voided or not, in the order of storing."""
    wanted = list(ids)
    found = [
        _stored(row)
        for start in range(0, len(wanted), _PAGE)
        for row in conn.execute(_stored_rows().where(statements.c.id.in_(wanted[start : start + _PAGE])))
    ]
    return sorted(found, key=lambda one: one.seq)


def statements_of_agents(conn: Connection, agent_keys: Collection[str], *, after_seq: int = 0) -> Iterator[Stored]:
    """The statements with one of the agents as actor or object, each once, in the order of storing, after `after_seq`.

    A statement about such a statement is among them (a voiding, say); voided ones are, and say so.
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
        yield from map(_stored, page)
        if len(page) < _PAGE:
            return
        after_seq = page[-1].seq


def _stored_rows() -> Select[*_StoredRow]:
    return select(statements.c.seq, statements.c.id, statements.c.stored, statements.c.voided, statements.c.payload)


def _stored(row: Row[*_StoredRow]) -> Stored:
    statement = decode_stored(row.payload)
    assert statement.authority is not None
    assert statement.timestamp is not None
    return Stored(
        id=row.id,
        seq=row.seq,
        stored=row.stored,
        timestamp=aware(statement.timestamp),
        voided=row.voided,
        authority=agent_key(statement.authority),
        statement=statement,
        raw=row.payload,
    )
