"""Making a backup while the service runs: a snapshot of the database, then the files that it may name."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from hashlib import file_digest, sha256
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Table, text

from app.migrating import has_newest_schema, revision_of
from app.safekeeping.archive import Writer, new_archive
from app.safekeeping.manifest import MANIFEST, FilePart, Manifest, Progress, TablePart
from app.safekeeping.rows import columns_of, lines_of, tables_of
from base import Database, FileStore, Unavailable, parse_url

NamedFiles = Callable[[Connection], set[str]]


class BackedUp(msgspec.Struct, frozen=True):
    """What is in the backup, and what should be in it and is not: files that are missing or damaged."""

    manifest: Manifest
    missing_files: tuple[str, ...]
    damaged_files: tuple[str, ...]


def back_up(
    url: str, files: FileStore, target: Path, *, named: NamedFiles, now: datetime, progress: Progress
) -> BackedUp:
    """Everything in the database at `url` and in `files` as they are now, in a new file or folder `target`.

    The service may go on: the database is read from one snapshot, and no file is collected meanwhile. A file that does
    not have the bytes that its name promises is left out and named. Raises Conflict when there is something at
    `target`, Unavailable for a database without a schema.
    """
    with files.kept(), new_archive(target) as archive, _snapshot(url, target.absolute().parent) as snapshot:
        described, wanted = asyncio.run(_add_tables(snapshot, archive, named, now, progress))
        parts, damaged = _add_files(files, archive, progress)
        manifest = msgspec.structs.replace(described, files=tuple(parts))
        content = msgspec.json.format(msgspec.json.encode(manifest))
        archive.add(MANIFEST, BytesIO(content), len(content))
    missing = wanted - {part.sha256 for part in parts} - set(damaged)
    return BackedUp(manifest, tuple(sorted(missing)), tuple(damaged))


@contextmanager
def _snapshot(url: str, folder: Path) -> Iterator[str]:
    """The address of a database that stands still: a copy of SQLite's file, PostgreSQL itself.

    The copy is made in one short read, so that SQLite's log does not grow for as long as the backup takes.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() != "sqlite":
        yield url
        return
    file = Path(str(parsed.database)).absolute()
    if not file.is_file():
        raise Unavailable(f"There is no database at {file}; nothing to back up.")
    with tempfile.TemporaryDirectory(dir=folder, prefix=".half-") as temporary:
        copy = Path(temporary) / "snapshot.db"
        try:
            with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=60)) as live:
                live.execute("VACUUM INTO ?", (str(copy),))
        except sqlite3.Error as error:
            raise Unavailable(
                f"{file} could not be copied into {folder} ({error}); make room and try again."
            ) from error
        yield f"sqlite:///{copy}"


async def _add_tables(
    url: str, archive: Writer, named: NamedFiles, now: datetime, progress: Progress
) -> tuple[Manifest, set[str]]:
    db = await Database.open(url)
    try:
        return await db.read(_read_snapshot, archive, named, now, progress)
    finally:
        await db.close()


def _read_snapshot(
    conn: Connection, archive: Writer, named: NamedFiles, now: datetime, progress: Progress
) -> tuple[Manifest, set[str]]:
    """The manifest, still without files, and the hashes of the files that the snapshot names."""
    schema = revision_of(conn)
    if schema is None:
        raise Unavailable("The database has no schema; nothing to back up.")
    tables = tables_of(conn)
    parts = []
    for done, table in enumerate(sorted(tables.values(), key=lambda table: table.name)):
        progress("tables", done / len(tables))
        parts.append(_add_table(conn, table, archive))
    manifest = Manifest(
        format="waymark backup 1",
        waymark=version("waymark"),
        schema=schema,
        database="sqlite" if conn.dialect.name == "sqlite" else "postgresql",
        made_at=now,
        installation=conn.scalar(text("SELECT iri FROM installation")),
        keys=_keys(conn) if "public_keys" in tables else (),
        tables=tuple(parts),
        files=(),
    )
    # What names files is known of this version's tables only; a backup before `waymark migrate` is made all the same.
    return manifest, named(conn) if has_newest_schema(conn) else set()


def _keys(conn: Connection) -> tuple[str, ...]:
    return tuple(conn.scalars(text("SELECT id FROM public_keys WHERE compromised_at IS NULL ORDER BY id")))


def _add_table(conn: Connection, table: Table, archive: Writer) -> TablePart:
    digest, rows = sha256(), 0
    with tempfile.TemporaryFile() as spool:
        for line in lines_of(conn, table):
            digest.update(line)
            spool.write(line)
            rows += 1
        columns = tuple(str(column.name) for column in columns_of(table))
        part = TablePart(str(table.name), columns, rows, digest.hexdigest())
        size = spool.tell()
        spool.seek(0)
        archive.add(part.path, spool, size)
    return part


def _add_files(files: FileStore, archive: Writer, progress: Progress) -> tuple[list[FilePart], list[str]]:
    parts: list[FilePart] = []
    damaged: list[str] = []
    hashes = list(files.hashes())
    for done, sha in enumerate(hashes):
        progress("files", done / len(hashes))
        path = files.path(sha)
        with path.open("rb") as file:
            if file_digest(file, "sha256").hexdigest() != sha:
                damaged.append(sha)
                continue
            file.seek(0)
            part = FilePart(sha, path.stat().st_size)
            archive.add(part.path, file, part.bytes)
            parts.append(part)
    return parts, damaged
