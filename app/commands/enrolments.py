"""`waymark enrol`: many at once, from a table."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import rich_click as click
from sqlalchemy import Connection

from app.answers import Answer, answering
from app.commands.people import APPLY, ENCODING, FILE
from app.settings import Settings
from app.transactions import clock, read, write
from base import read_sheet
from paths import EnrolmentRow, RowOutcome, check_enrolments, enrol_rows, path
from people import imports

_REASON = "decided at the command line"
_KINDS = click.Choice([kind.value for kind in imports.ImportKind])
KIND = click.option("--about", type=_KINDS, default="people", help="What a row is; organisations are teams.")


@click.command("enrol")
@click.argument("slug", metavar="PATH")
@FILE
@KIND
@ENCODING
@APPLY
@answering
def enrol_command(
    settings: Settings, slug: str, file: Path, about: str, encoding: str | None, *, dry_run: bool
) -> Answer:
    """Enrol on PATH whom the rows of FILE name, a table of people or organisations in CSV or XLSX.

    Whoever is not known yet is left out: import them first. Example: waymark enrol mayors-track staff.xlsx --apply
    """
    kind = imports.ImportKind(about)
    table = imports.read_table(kind, read_sheet(file.read_bytes(), encoding=encoding))
    rows = read(settings, _check, table, slug)
    lines = tuple(_told(rows))
    if dry_run:
        return Answer(rows, (*lines, "Nothing was saved; do so with --apply."))
    write(settings, _apply, rows, kind, slug)
    return Answer(rows, (*lines, "Saved."))


def _check(conn: Connection, table: imports.Table, slug: str) -> list[EnrolmentRow]:
    return check_enrolments(conn, table, path(conn, slug).id, grants=None)


def _apply(conn: Connection, rows: Sequence[EnrolmentRow], kind: imports.ImportKind, slug: str) -> None:
    enrol_rows(conn, rows, kind, path(conn, slug).id, by=None, reason=_REASON, now=clock())


def _told(rows: Sequence[EnrolmentRow]) -> Iterator[str]:
    for row in rows:
        if row.fault is not None:
            yield f"row {row.number}, {row.fault.column}: {row.fault.text % row.fault.values}"
    yield ", ".join(f"{outcome}: {sum(row.outcome is outcome for row in rows)}" for outcome in RowOutcome)
