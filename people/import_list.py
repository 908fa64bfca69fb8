"""Imports that were begun: found, listed in an order, counted."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, func, select, true

from base import Missing, in_order
from people.import_plans import Report
from people.import_rows import ImportKind
from people.import_tables import imports


class ImportState(StrEnum):
    """How far an import has come."""

    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"


class Import(msgspec.Struct, frozen=True):
    """One import; `total` counts the rows that it applies or has applied, `done` those that are through."""

    id: UUID
    kind: ImportKind
    file_name: str
    file: str | None
    encoding: str | None
    delimiter: str | None
    state: ImportState
    total: int
    done: int
    report: Report
    made_at: datetime
    made_by: UUID | None
    decided_by: UUID | None
    ended_at: datetime | None


class ImportOrder(StrEnum):
    """By what a list of imports is in order; those of one kind or state by when they were sent."""

    SENT = "sent"
    FILE = "file"
    KIND = "kind"
    STATE = "state"


def find_import(conn: Connection, import_id: UUID) -> Import:
    """The import with this id. Raises Missing."""
    row = conn.execute(select(imports).where(imports.c.id == import_id)).first()
    if row is None:
        raise Missing(f"There is no import {import_id}.")
    return as_import(row)


def list_imports(
    conn: Connection,
    *,
    made_by: UUID | None = None,
    order: ImportOrder = ImportOrder.SENT,
    descending: bool = True,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Import]:
    """Imports in `order`, all or those that one person made; a page begins behind the import `after`."""
    by = _ORDERS[order]
    behind = None if after is None else conn.execute(select(*by).where(imports.c.id == after)).one_or_none()
    listed = in_order(select(imports).where(_made_by(made_by)), by, descending=descending, behind=behind)
    return [as_import(row) for row in conn.execute(listed.limit(limit))]


def count_imports(conn: Connection, *, made_by: UUID | None = None) -> int:
    """How many imports there are, all or those that one person made."""
    return conn.scalar(select(func.count()).select_from(imports).where(_made_by(made_by))) or 0


_ORDERS: dict[ImportOrder, tuple[ColumnElement[Any], ...]] = {
    ImportOrder.SENT: (imports.c.made_at, imports.c.id),
    ImportOrder.FILE: (imports.c.file_name, imports.c.made_at, imports.c.id),
    ImportOrder.KIND: (imports.c.kind, imports.c.made_at, imports.c.id),
    ImportOrder.STATE: (imports.c.state, imports.c.made_at, imports.c.id),
}


def _made_by(person_id: UUID | None) -> ColumnElement[bool]:
    return true() if person_id is None else imports.c.made_by == person_id


def as_import(row: Row[Any]) -> Import:
    """The import that a row of the table holds."""
    return Import(
        id=row.id,
        kind=ImportKind(row.kind),
        file_name=row.file_name,
        file=row.file,
        encoding=row.encoding,
        delimiter=row.delimiter,
        state=ImportState(row.state),
        total=row.total,
        done=row.done,
        report=msgspec.json.decode(row.report, type=Report),
        made_at=row.made_at,
        made_by=row.made_by,
        decided_by=row.decided_by,
        ended_at=row.ended_at,
    )
