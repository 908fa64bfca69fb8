"""`waymark people` and `organisations`: many at once, from a table."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import rich_click as click
from rich.progress import Progress

from app.answers import Answer, answering
from app.migrating import require_newest_schema
from app.settings import Settings
from app.transactions import clock, read
from base import ENCODINGS, Database, read_sheet
from paths import PATH_SUBSCRIPTIONS
from people import imports

_REASON = "decided at the command line"
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
ENCODING = click.option("--encoding", type=click.Choice(ENCODINGS), help="Of a CSV, where the guess is wrong.")
APPLY = click.option("--dry-run/--apply", default=True, help="Only tell what would change (the default), or save it.")


@click.group("people")
def people_group() -> None:
    """People whom the network knows."""


@click.group("organisations")
def organisations_group() -> None:
    """Organisations of the network."""


@people_group.command("import")
@FILE
@ENCODING
@APPLY
@answering
def import_people_command(settings: Settings, file: Path, encoding: str | None, *, dry_run: bool) -> Answer:
    """Add people from FILE, a table in CSV or XLSX; rows with errors and rows about namesakes are left out.

    Example: waymark people import staff.xlsx --apply
    """
    return _import(settings, imports.ImportKind.PEOPLE, file, encoding, dry_run=dry_run)


@organisations_group.command("import")
@FILE
@ENCODING
@APPLY
@answering
def import_organisations_command(settings: Settings, file: Path, encoding: str | None, *, dry_run: bool) -> Answer:
    """Add and change organisations from FILE, a table in CSV or XLSX; rows with errors are left out.

    Example: waymark organisations import municipalities.csv --dry-run
    """
    return _import(settings, imports.ImportKind.ORGANISATIONS, file, encoding, dry_run=dry_run)


@people_group.command("undo-import")
@click.argument("import_id", type=click.UUID)
@answering
def undo_import_command(settings: Settings, import_id: UUID) -> Answer:
    """Take back what an import of people or organisations added.

    Example: waymark people undo-import 0b6c8a5e-7d0f-4d43-9d0c-0c7a4d1f6f52
    """
    undone = asyncio.run(_undo(settings, import_id))
    return Answer(undone, (f"{undone.done} rows undone.",))


def _import(settings: Settings, kind: imports.ImportKind, file: Path, encoding: str | None, *, dry_run: bool) -> Answer:
    table = imports.read_table(kind, read_sheet(file.read_bytes(), encoding=encoding))
    checked = read(settings, imports.check_table, table, grants=None)
    lines = list(_told(checked))
    if dry_run:
        return Answer(checked.report, (*lines, "Nothing was saved; do so with --apply."))
    job = asyncio.run(_apply(settings, checked, file.name))
    undoing = f"Undo it with: waymark people undo-import {job.id}"
    return Answer(job, (*lines, f"{job.done} rows saved.", undoing))


def _told(checked: imports.Checked) -> Iterator[str]:
    report, table = checked.report, checked.table
    if table.encoding:
        yield f"read as {table.encoding}, columns apart by {table.delimiter!r}"
    for column in report.ignored:
        yield f"column {column!r} is not read"
    for fault in report.faults:
        yield f"row {fault.row}, {fault.column}: {fault.text % fault.values}"
    if report.fault_count > len(report.faults):
        yield f"… {report.fault_count} errors in all"
    for each in report.namesakes:
        yield f"row {each.number}: {each.name} is perhaps known already, and left out"
    yield ", ".join(f"{outcome}: {count}" for outcome, count in report.counts.items())


async def _apply(settings: Settings, checked: imports.Checked, file_name: str) -> imports.Import:
    async with _opened(settings) as db:
        job = await db.write(imports.begin_import, checked, file_name=file_name, file=None, by=None, now=clock())
        return await _finish(db, await db.write(imports.apply_import, job.id, by=None, reason=_REASON, now=clock()))


async def _undo(settings: Settings, import_id: UUID) -> imports.Import:
    async with _opened(settings) as db:
        return await _finish(db, await db.write(imports.undo_import, import_id, by=None, reason=_REASON, now=clock()))


async def _finish(db: Database, job: imports.Import) -> imports.Import:
    """Batch after batch; the worker would take them too, and goes on where a broken-off command stopped."""
    with Progress(transient=True) as progress:
        task = progress.add_task(job.state, total=job.total)
        while job.state in {imports.ImportState.APPLYING, imports.ImportState.UNDOING}:
            job = await db.write(imports.take_step, job.id, now=clock())
            progress.update(task, completed=job.done)
    return job


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database]:
    hearers = (*imports.IMPORT_SUBSCRIPTIONS, *PATH_SUBSCRIPTIONS)  # whom what people do and belong to concerns
    db = await Database.open(settings.database_url, subscriptions=hearers)
    try:
        await db.read(require_newest_schema)
        yield db
    finally:
        await db.close()
