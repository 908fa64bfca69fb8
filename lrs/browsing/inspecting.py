"""Statements for those who look after the record store: one with all that is kept about it, and the voided ones."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, exists, select

from base import Missing
from lrs.browsing.selection import last_seq_by
from lrs.log.attachments import files_of
from lrs.log.lenient import Mended, Mending
from lrs.log.names import known_numbers
from lrs.log.parameters import Query
from lrs.log.query import PAGE_LIMIT, Page
from lrs.log.reading import statements_with_ids
from lrs.log.references import Voiding
from lrs.standard.intake import AttachedFile, Facet
from lrs.standard.statements import VOIDED, StatementRef, Stored
from lrs.tables.credentials import mendings
from lrs.tables.statements import postings, references, statements

REFERRING_LIMIT: Final = 50


class Inspected(Struct, frozen=True):
    """A statement, and what is kept beside it.

    `referring` are statements about it, oldest first and at most REFERRING_LIMIT; `target` is the one that it is about,
    if that is stored. `files` came with it, and `mended` is what lenient mode changed in it.
    """

    stored: Stored
    referring: tuple[Stored, ...]
    target: Stored | None
    files: tuple[AttachedFile, ...]
    mended: tuple[Mending, ...]

    @property
    def voided_by(self) -> tuple[Stored, ...]:
        """Which of the referring statements void it, where it is voided."""
        return tuple(each for each in self.referring if self.stored.voided and each.statement.verb.id == VOIDED)


def inspect_statement(conn: Connection, statement_id: UUID) -> Inspected:
    """The statement, voided or not, with all that is kept about it. Raises Missing."""
    found = statements_with_ids(conn, [statement_id])
    if not found:
        raise Missing(f"There is no statement {statement_id} here.")
    (stored,) = found
    about = stored.statement.object
    target = statements_with_ids(conn, [about.id]) if isinstance(about, StatementRef) else []
    return Inspected(
        stored,
        tuple(statements_with_ids(conn, _referring(conn, statement_id))),
        target[0] if target else None,
        tuple(files_of(conn, [statement_id])),
        _mended(conn, statement_id),
    )


def find_voided(conn: Connection, query: Query) -> Page:
    """As `find_statements`, newest first, of voided statements alone: they are found by what voids them."""
    found = _filtered(conn, query)
    if found is None:
        return Page([], None)
    limit = min(query.limit or PAGE_LIMIT, PAGE_LIMIT)
    rows = conn.execute(
        select(statements.c.seq, statements.c.payload)
        .where(statements.c.id.in_(select(references.c.target).where(references.c.voids != Voiding.NO)))
        .where(statements.c.voided.is_(True), *found)
        .order_by(statements.c.seq.desc())
        .limit(limit + 1)
    ).all()
    shown = rows[:limit]
    following = replace(query, position=shown[-1].seq) if len(rows) > limit else None
    return Page([row.payload for row in shown], following)


def _filtered(conn: Connection, query: Query) -> list[ColumnElement[bool]] | None:
    """What is true of the statements that the query asks for; None where one of its names is that of none."""
    named = {
        Facet.RELATED_AGENT if query.related_agents else Facet.AGENT: query.agent,
        Facet.RELATED_ACTIVITY if query.related_activities else Facet.ACTIVITY: query.activity,
        Facet.VERB: query.verb,
        Facet.REGISTRATION: None if query.registration is None else str(query.registration),
    }
    wanted = {facet: name for facet, name in named.items() if name is not None}
    numbers = known_numbers(conn, set(wanted.values()))
    if numbers.keys() != set(wanted.values()):
        return None
    filters = [_posted(facet, numbers[name]) for facet, name in wanted.items()]
    if query.since is not None:
        filters.append(statements.c.seq > last_seq_by(conn, query.since))
    if query.until is not None:
        filters.append(statements.c.seq <= last_seq_by(conn, query.until))
    if query.position is not None:
        filters.append(statements.c.seq < query.position)
    return filters


def _posted(facet: Facet, name: int) -> ColumnElement[bool]:
    return exists().where(postings.c.facet == facet, postings.c.name == name, postings.c.seq == statements.c.seq)


def _referring(conn: Connection, statement_id: UUID) -> Sequence[UUID]:
    about = select(statements.c.id).join(references, references.c.seq == statements.c.seq)
    return conn.scalars(
        about.where(references.c.target == statement_id).order_by(statements.c.seq).limit(REFERRING_LIMIT)
    ).all()


def _mended(conn: Connection, statement_id: UUID) -> tuple[Mending, ...]:
    kept: Sequence[Any] = conn.execute(
        select(mendings).where(mendings.c.statement_id == statement_id).order_by(mendings.c.id)
    ).all()
    return tuple(Mending(Mended(row.place, row.fault, row.cure), statement_id, row.mended_at) for row in kept)
