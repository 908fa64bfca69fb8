"""`waymark statements`: out of the record store, into it, and how many there are."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import rich_click as click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from app.answers import Answer, answering
from app.commands.selecting import filters, pairs_of
from app.main import open_hands, who_hears_what
from app.migrating import require_newest_schema
from app.settings import Settings
from app.transactions import clock, read
from base import Database, Invalid
from lrs import (
    DEFAULT_COLUMNS,
    LONGEST_LINE_BYTES,
    CountedBy,
    Imported,
    JsonPath,
    Line,
    Selection,
    as_csv,
    as_json_lines,
    count_statements,
    csv_head,
    import_lines,
    last_seq,
    next_exported,
    parse_paths,
    parse_selection,
)

LINES_AT_ONCE = 200
BYTES_AT_ONCE = 2 * 1024 * 1024


@click.group("statements")
def statements_group() -> None:
    """Statements of the record store."""


@statements_group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", help="JSON lines, or a table.")
@click.option("--columns", default=DEFAULT_COLUMNS, show_default=False, help="Paths, with commas between them.")
@click.option("--voided/--no-voided", default=None, help="JSON lines have voided ones, too; a table has not.")
@filters()
@answering
def export_command(
    settings: Settings, /, *, file: str, form: str, columns: str, voided: bool | None, **chosen: Any
) -> Answer:
    """Write statements to FILE (- for standard output), in the order of storing; without filters all of them.

    Example: waymark statements export 2026.csv --format csv --since 2026-01-01T00:00:00Z
    --columns 'id,actor.mbox,verb.id,result.score.scaled,context.extensions["https://example.org/x"]'
    """
    selection = parse_selection(pairs_of(chosen))
    paths = parse_paths(columns) if form == "csv" else ()
    with_voided = (form == "jsonl") if voided is None else voided
    with _opened_for_writing(file) as out:
        number = asyncio.run(_export(settings, selection, out, paths, voided=with_voided, shows=file != "-"))
    return Answer({"exported": number}, (f"{number} statements written to {file}.",) if file != "-" else ())


@statements_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Only tell what would come of it.")
@click.option("--keep-authority", is_flag=True, help="Keep who vouches for each, instead of the import.")
@click.option("--from-line", type=click.IntRange(1), default=1, help="Go on here; the same file may also begin anew.")
@answering
def import_command(settings: Settings, /, *, file: str, dry_run: bool, keep_authority: bool, from_line: int) -> Answer:
    """Store the statements of FILE (- for standard input), one in each line as JSON.

    Those that are here already are passed over, so a broken-off import is simply run again. Lines that are refused
    are told with their reason, and the others stored all the same.

    Example: waymark statements import old-store.jsonl --dry-run
    """
    with nullcontext(sys.stdin.buffer) if file == "-" else open(file, "rb") as lines:  # noqa: PTH123 (one or the other)
        size = None if file == "-" else Path(file).stat().st_size
        took = asyncio.run(_import(settings, lines, size, from_line, dry_run=dry_run, keeps_authority=keep_authority))
    would = "would be " if dry_run else ""
    told = [f"line {fault.line}: {fault.error}" for fault in took.faults]
    if took.refused > len(took.faults):
        told.append(f"… and {took.refused - len(took.faults)} more")
    total = f"{took.new} {would}stored, {took.equal} here already, {took.refused} {would}refused."
    return Answer(took, (*told, total), failed=took.refused > 0)


@statements_group.command("count")
@click.option("--by", type=click.Choice([by.value for by in CountedBy]), required=True, help="What to count by.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, help="How many of the most frequent.")
@click.option("--zone", default="UTC", help="The time zone of days, such as Asia/Tbilisi.")
@filters()
@answering
def count_command(settings: Settings, /, *, by: str, limit: int, zone: str, **chosen: Any) -> Answer:
    """How many statements there are, by the day of storing, verb, activity or agent; voided ones do not count.

    Example: waymark statements count --by verb --since 2026-01-01T00:00:00Z
    """
    try:
        days_of = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(f"{zone!r} is no time zone; one is called like Asia/Tbilisi.", where="zone") from None
    selection = parse_selection(pairs_of(chosen))
    counts = read(settings, count_statements, selection, by=CountedBy(by), limit=limit, zone=days_of)
    return Answer(counts, tuple(f"{one.statements:>10}  {one.name}" for one in counts) or ("There are none.",))


async def _export(
    settings: Settings, selection: Selection, out: IO[bytes], paths: Sequence[JsonPath], *, voided: bool, shows: bool
) -> int:
    number = seq = 0
    async with _database(settings) as db:
        end = await db.read(last_seq)
        out.write(csv_head(paths) if paths else b"")
        with _progress(end, shows=shows) as advance:
            while seq < end:
                stretch = await db.read(next_exported, selection, after=seq, voided=voided)
                found = [one for one in stretch.statements if one.seq <= end]
                out.write(as_csv(found, paths) if paths else as_json_lines(found))
                number += len(found)
                seq = stretch.through
                advance(min(seq, end))
    return number


async def _import(
    settings: Settings, lines: IO[bytes], size: int | None, from_line: int, *, dry_run: bool, keeps_authority: bool
) -> Imported:
    total, next_line = Imported(), from_line
    async with _database(settings) as db:
        with _progress(size, shows=size is not None) as advance:
            try:
                for batch, read_bytes in _batches(lines, from_line):
                    options = {"keeps_authority": keeps_authority, "dry_run": dry_run}
                    total += await db.write(import_lines, batch, now=clock(), **options)
                    next_line = batch[-1].number + 1
                    advance(read_bytes)
            except BaseException:  # Ctrl-C, too
                click.echo(f"waymark: stopped; go on with --from-line {next_line}, or begin anew.", err=True)
                raise
    return total


def _batches(lines: IO[bytes], from_line: int) -> Iterator[tuple[list[Line], int]]:
    """The lines in handfuls, and how many bytes were read up to the end of each."""
    batch: list[Line] = []
    size = read_bytes = number = 0
    while raw := lines.readline(LONGEST_LINE_BYTES + 1):
        number += 1
        read_bytes += len(raw)
        while len(raw) > LONGEST_LINE_BYTES and not raw.endswith(b"\n") and (rest := lines.readline(65536)):
            read_bytes += len(rest)  # the rest of a line that will be refused is not held
            raw = raw[: LONGEST_LINE_BYTES + 1] + (b"\n" if rest.endswith(b"\n") else b"")
        if number < from_line:
            continue
        batch.append(Line(number, raw))
        size += len(raw)
        if len(batch) >= LINES_AT_ONCE or size >= BYTES_AT_ONCE:
            yield batch, read_bytes
            batch, size = [], 0
    if batch:
        yield batch, read_bytes


@contextmanager
def _opened_for_writing(file: str) -> Iterator[IO[bytes]]:
    """Standard output, or a file that has its name only once it is whole."""
    if file == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    half = Path(f"{file}.part")
    try:
        with half.open("wb") as out:
            yield out
        half.replace(file)
    except OSError as error:
        raise Invalid(f"{file} cannot be written: {error.strerror}.", where="file") from error
    finally:
        half.unlink(missing_ok=True)


@contextmanager
def _progress(total: int | None, *, shows: bool) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where that is a terminal."""
    if not shows or not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, transient=True) as progress:
        task: TaskID = progress.add_task("statements", total=total)
        yield lambda done: progress.update(task, completed=done)


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    """The database with all who hear of statements."""
    hands = open_hands(settings)
    db = await Database.open(settings.database_url, subscriptions=who_hears_what(settings, hands))
    try:
        await db.read(require_newest_schema)
        yield db
    finally:
        await db.close()
        await hands.close()
