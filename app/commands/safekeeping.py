"""`waymark backup`, `restore` and `files`: keeping what there is, and no more than that."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rich_click as click
from rich.console import Console
from rich.progress import Progress

from app.answers import Answer, answering
from app.erased import erase_again_in, read_list
from app.safekeeping import BackedUp, Restored, back_up, restore
from app.safekeeping.collecting import GRACE
from app.safekeeping.manifest import Progress as Tell
from app.safekeeping.naming import named_files
from app.settings import Settings
from app.transactions import clock, read
from base import FileStore


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@answering
def backup_command(settings: Settings, target: Path) -> Answer:
    """Back the database and the files up to TARGET, a new folder, or one file if its name ends in .tar.

    The service may go on meanwhile. Private keys are not in a backup; the answer says what else to keep.

    Example: waymark backup /backups/waymark-2026-11-22.tar
    """
    files = FileStore(settings.files)
    with _progress() as tell:
        made = back_up(settings.database_url, files, target, named=named_files, now=clock(), progress=tell)
    keep = (
        f"the folder of keys {settings.keys.absolute()}, in another place than the backup",
        "the passphrase of the keys (WAYMARK_KEYS_PASSPHRASE), in yet another",
        "the settings (WAYMARK_…) that the service is started with",
    )
    value = {"backup": str(target), "keep": keep, "missing": made.missing_files, "damaged": made.damaged_files}
    lines = [
        f"{target}: {made.manifest.size}, schema {made.manifest.schema}.",
        *_faults(made),
        "Not in it, keep as well:",
        *(f"  - {each}" for each in keep),
    ]
    return Answer(value, tuple(lines), failed=bool(made.missing_files or made.damaged_files))


@click.command("restore")
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--erased",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The list of those who were erased (waymark privacy erased); whom the backup brings back is erased again.",
)
@answering
def restore_command(settings: Settings, source: Path, erased: Path | None) -> Answer:
    """Restore the backup SOURCE into an empty database (WAYMARK_DATABASE_URL) and an empty folder (WAYMARK_FILES).

    A backup of SQLite can be restored to PostgreSQL and the other way round, and an older one to this version.

    Example: WAYMARK_DATABASE_URL=postgresql://waymark@db/waymark waymark restore /backups/waymark-2026-11-22.tar
    """
    listed = [] if erased is None else read_list(erased)  # before anything is restored
    files = FileStore(settings.files)
    with _progress() as tell:
        done = restore(settings.database_url, files, source, named=named_files, now=clock(), progress=tell)
    again = erase_again_in(settings.database_url, files, listed, now=clock())
    manifest = done.manifest
    lines = [
        f"Restored {manifest.size} of {manifest.made_at:%Y-%m-%d %H:%M} UTC.",
        *(f"applied {revision}" for revision in done.applied),
        f"{done.replayed} people replayed. For everybody: waymark replay --all --check",
        *(f"wrong: {problem}" for problem in done.problems),
        *(again.told if erased else _ERASED_ADVICE),
        *_advice(settings, done),
    ]
    value = {
        "made_at": manifest.made_at,
        "schema": manifest.schema,
        "applied": done.applied,
        "tables": {part.name: part.rows for part in manifest.tables},
        "files": len(manifest.files),
        "replayed": done.replayed,
        "deliveries": done.deliveries,
        "problems": done.problems,
        "keys": manifest.keys,
        "erased_again": [each.person_id for each in again.done],
        "not_erased_again": again.left,
    }
    return Answer(value, tuple(lines), failed=bool(done.problems or again.left))


@click.group("files")
def files_group() -> None:
    """The files that are kept beside the database: certificates and uploads."""


@files_group.command("collect")
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@answering
def files_collect(settings: Settings, *, dry_run: bool) -> Answer:
    """Delete the files that nothing names any more and that are older than a day; the worker does so every hour.

    Example: waymark files collect --dry-run
    """
    # First the present, then the names: what is put after the names were read is too young to be collected.
    before = clock() - GRACE
    collected = FileStore(settings.files).collect(read(settings, named_files), before=before, dry_run=dry_run)
    verb, megabytes = "would delete" if dry_run else "deleted", collected.bytes / 1_000_000
    total = f"{verb} {len(collected.files)} files and {collected.halves} halves of uploads, {megabytes:.1f} MB"
    return Answer(collected, (*(f"{verb} {sha}" for sha in collected.files), total))


_ERASED_ADVICE = (
    "Whoever was erased after the backup is in it again. Where the database that this one replaces can still be read:",
    "  waymark privacy erased --to erased.txt (WAYMARK_DATABASE_URL names that one)",
    "  waymark privacy erase-again erased.txt (it names this one)",
)


def _faults(made: BackedUp) -> Iterator[str]:
    yield from (f"missing: {sha} is named by the database and not in the store" for sha in made.missing_files)
    yield from (f"damaged: {sha} does not have the bytes of its name; left out" for sha in made.damaged_files)


def _advice(settings: Settings, done: Restored) -> Iterator[str]:
    """What the operator has to know before serving from what was restored."""
    if done.manifest.keys:
        yield f"It needs its keys: put the folder of keys at {settings.keys.absolute()} before serving."
    if done.deliveries:
        yield f"{done.deliveries} deliveries waited when it was made; they will be made, perhaps for the second time."
    yield "What happened after the backup is not in it; others may know of it (grades, certificates, statements)."


@contextmanager
def _progress() -> Iterator[Tell]:
    """A bar on the error output, so that the answer stays alone on the other."""
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda what, share: bar.update(task, description=what, completed=share)
