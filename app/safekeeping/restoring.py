"""Restoring a backup into an empty place: checked whole before, loaded in one transaction, checked again after."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from hashlib import file_digest, sha256
from io import BufferedReader
from pathlib import Path

import msgspec
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import IntegrityError

from app.migrating import change_schema, knows_revision, upgrade
from app.safekeeping.archive import Reader, open_archive
from app.safekeeping.backup import NamedFiles
from app.safekeeping.manifest import MANIFEST, Manifest, Progress
from app.safekeeping.rows import count_on, count_rows, defer_references, load_lines, tables_of
from base import Conflict, Database, FileStore, Invalid, record_decision, verify_audit, waiting
from paths import enrolled_persons, replay

_LARGEST_MANIFEST_BYTES = 256 * 1024 * 1024
_COPY_BYTES = 1024 * 1024
REPLAYED_AT_MOST = 50
"""How many people are replayed after a restore; `waymark replay --all --check` does it for everybody."""


class Restored(msgspec.Struct, frozen=True):
    """What was restored, and what the check after it found wrong; `deliveries` will be made, perhaps once more."""

    manifest: Manifest
    applied: tuple[str, ...]
    replayed: int
    deliveries: int
    problems: tuple[str, ...]


def read_backup(source: Path, *, progress: Progress) -> Manifest:
    """What is in the backup at `source`. Raises Invalid naming each part that is missing, damaged or a stranger."""
    with open_archive(source) as archive:
        return _checked(source, archive, progress)


def restore(
    url: str, files: FileStore, source: Path, *, named: NamedFiles, now: datetime, progress: Progress
) -> Restored:
    """The backup at `source` is in the database at `url` and in `files`, brought to the schema of this version.

    Raises Conflict where the database or the files are not empty, Invalid for a backup that is wrong, damaged or from
    a newer version; nothing is changed then.
    """
    with open_archive(source) as archive:
        manifest = _checked(source, archive, progress)
        if strangers := set(files.hashes()) - {part.sha256 for part in manifest.files}:
            raise Conflict(
                f"{len(strangers)} files are in the file store that are not of this backup; name an empty folder."
            )
        if not knows_revision(manifest.schema):
            raise Invalid(
                f"The backup was made by Waymark {manifest.waymark} with the schema {manifest.schema}, which this "
                "version does not know; restore it with that version or a newer one."
            )
        change_schema(url, _require_empty)
        _restore_files(archive, manifest, files, progress)
        applied = change_schema(url, partial(_load, archive, manifest, progress))
    return asyncio.run(_check(url, files, manifest, tuple(applied), named, now, progress))


def _checked(source: Path, archive: Reader, progress: Progress) -> Manifest:
    manifest = _manifest(source, archive)
    parts = {part.path: part.sha256 for part in manifest.tables} | {part.path: part.sha256 for part in manifest.files}
    names = archive.names() - {MANIFEST}
    faults = [f"{name} is missing" for name in sorted(parts.keys() - names)]
    faults += [f"{name} is not named by its manifest" for name in sorted(names - parts.keys())]
    for done, (name, expected) in enumerate(parts.items()):
        progress("checking", done / len(parts))
        if name in names and not _is_whole(archive, name, expected):
            faults.append(f"{name} is damaged")
    if faults:
        more = f" and {len(faults) - 5} more" if len(faults) > 5 else ""  # noqa: PLR2004 (enough to see what is wrong)
        raise Invalid(f"{source} is no whole backup: {', '.join(faults[:5])}{more}. Use another copy.")
    return manifest


def _manifest(source: Path, archive: Reader) -> Manifest:
    if MANIFEST not in archive.names():
        raise Invalid(f"{source} is no backup, or one that was broken off: it has no {MANIFEST}.")
    with archive.open(MANIFEST) as file:
        content = file.read(_LARGEST_MANIFEST_BYTES)
    try:
        return msgspec.json.decode(content, type=Manifest)
    except msgspec.DecodeError as error:
        raise Invalid(f"{MANIFEST} of {source} is damaged, or of another kind of backup: {error}.") from error


def _is_whole(archive: Reader, name: str, expected: str) -> bool:
    with archive.open(name) as file:
        return file_digest(file, "sha256").hexdigest() == expected


def _require_empty(conn: Connection) -> None:
    if names := inspect(conn).get_table_names():
        raise Conflict(
            f"The database is not empty (it has the table {names[0]}); restore into a new one, "
            "so that nothing is lost or mixed."
        )


def _restore_files(archive: Reader, manifest: Manifest, files: FileStore, progress: Progress) -> None:
    for done, part in enumerate(manifest.files):
        progress("files", done / len(manifest.files))
        with archive.open(part.path) as file:
            sha = files.put_chunks(_chunks(file))
        assert sha == part.sha256, f"{part.path} changed while it was read"


def _chunks(file: BufferedReader) -> Iterator[bytes]:
    while chunk := file.read(_COPY_BYTES):
        yield chunk


def _load(archive: Reader, manifest: Manifest, progress: Progress, conn: Connection) -> list[str]:
    """The rows at the backup's own schema, then the newest; the revisions that were applied to them."""
    _require_empty(conn)
    upgrade(conn, manifest.schema)
    tables = tables_of(conn)
    parts = {part.name: part for part in manifest.tables}
    if parts.keys() != tables.keys():
        odd = ", ".join(sorted(parts.keys() ^ tables.keys()))
        raise Invalid(f"The backup's tables are not those of its schema {manifest.schema}: {odd}.")
    defer_references(conn, tables.values(), deferred=True)
    for done, (name, table) in enumerate(tables.items()):
        progress("tables", done / len(tables))
        with archive.open(parts[name].path) as lines:
            loaded = load_lines(conn, table, parts[name].columns, lines)
        if not loaded == parts[name].rows == count_rows(conn, table):
            raise Invalid(f"{name} has {loaded} rows; the manifest says {parts[name].rows}.")
    try:
        defer_references(conn, tables.values(), deferred=False)
    except IntegrityError as error:
        raise Invalid(f"Rows of the backup point at nothing: {error.orig}.") from error
    count_on(conn, tables.values())
    return upgrade(conn)


async def _check(
    url: str,
    files: FileStore,
    manifest: Manifest,
    applied: tuple[str, ...],
    named: NamedFiles,
    now: datetime,
    progress: Progress,
) -> Restored:
    db = await Database.open(url)
    try:
        missing = await db.read(named) - set(files.hashes())
        problems = [f"the file {sha} is named and not there" for sha in sorted(missing)]
        progress("verifying the audit", 0.0)
        problems += [fault.message for fault in (await db.read(verify_audit)).faults]
        persons = await db.read(enrolled_persons)
        sample = persons[:: max(1, len(persons) // REPLAYED_AT_MOST)][:REPLAYED_AT_MOST]
        for done, person_id in enumerate(sample):
            progress("replaying", done / len(sample))
            differences = await db.write(replay, [person_id], now=now, check=True)
            problems += [f"person {person_id}: {difference}" for difference in differences]
        await db.write(_record, manifest, now=now)
        deliveries = sum((await db.read(waiting)).values())
    finally:
        await db.close()
    return Restored(manifest, applied, len(sample), deliveries, tuple(problems))


def _record(conn: Connection, manifest: Manifest, *, now: datetime) -> None:
    """That there was a restore belongs to the record: what happened after the backup may be known elsewhere."""
    seal = sha256(msgspec.json.encode(manifest)).hexdigest()
    record_decision(
        conn,
        by=None,
        act="backup.restore",
        subject=manifest.installation or "installation",
        reason=f"restored from the backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC",
        after={"manifest_sha256": seal, "made_at": manifest.made_at, "schema": manifest.schema},
        now=now,
    )
