"""The drill: a backup of either kind of database, restored to the other, is the same to the byte."""

import asyncio
import json
import os
import re
import resource
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from app.cli import main
from app.safekeeping import Manifest, back_up, read_backup, restore
from app.safekeeping.naming import named_files
from base import Conflict, Database, FileStore, Invalid, Unavailable, WaymarkError, metadata
from people import Role, add_person, grant_role
from tests.app.places import Place, empty_place
from tests.app.test_upgrade import OLD, quiet
from tests.times import NOW

CERTIFICATE = "737189aba47b92c8cef49a94ed0a50bd402a8c20885f0a904547dc68e427541f"


def restore_to(place: Place, source: Path) -> None:
    restore(place.url, place.files, source, named=named_files, now=NOW, progress=quiet)


def back_up_of(place: Place, target: Path) -> Manifest:
    made = back_up(place.url, place.files, target, named=named_files, now=NOW, progress=quiet)
    assert (made.missing_files, made.damaged_files) == ((), ())
    return made.manifest


def content_of(manifest: Manifest) -> dict[str, tuple[int, str]]:
    """Rows and hash of every table but the record of decisions, to which a restore adds itself."""
    return {part.name: (part.rows, part.sha256) for part in manifest.tables if not part.name.startswith("audit_")}


@pytest.fixture
def spoiled(tmp_path: Path) -> Path:
    """A backup that a test may spoil."""
    return Path(shutil.copytree(OLD, tmp_path / "spoiled"))


@pytest.fixture
def target(tmp_path: Path) -> Place:
    """An empty place on SQLite."""
    return Place(f"sqlite:///{tmp_path / 'target.db'}", FileStore(tmp_path / "target-files"), tmp_path)


@pytest.mark.parametrize(("first", "second"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_a_backup_of_one_kind_is_the_same_to_the_byte_on_the_other(
    first: str, second: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with empty_place(first, tmp_path, request) as one, empty_place(second, tmp_path, request) as other:
        restore_to(one, OLD)
        before = back_up_of(one, tmp_path / "one.tar")
        restore_to(other, tmp_path / "one.tar")
        after = back_up_of(other, tmp_path / "other")
        asyncio.run(_add_somebody(other.url))
    assert (before.database, after.database) == (first, second)
    assert content_of(after) == content_of(before)
    assert after.files == before.files
    assert [part.sha256 for part in after.files] == [CERTIFICATE]


async def _add_somebody(url: str) -> None:
    """What the database counts goes on after what was restored."""
    db = await Database.open(url)
    person = await db.write(add_person, full_name="Leyla", language="az", now=NOW)
    await db.write(grant_role, person.id, Role.FACILITATOR, by=None, reason="a test", now=NOW)
    await db.close()


def test_a_backup_is_made_while_somebody_writes(target: Place, tmp_path: Path) -> None:
    restore_to(target, OLD)
    writer = sqlite3.connect(tmp_path / "target.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM audit_rows")
    manifest = back_up_of(target, tmp_path / "backup")
    writer.execute("ROLLBACK")
    writer.close()
    assert {part.name: part.rows for part in manifest.tables}["audit_rows"] > 0
    assert read_backup(tmp_path / "backup", progress=quiet) == manifest


def _cut_table(backup: Path) -> None:
    table = backup / "tables" / "persons.jsonl"
    table.write_bytes(table.read_bytes()[:-20])


def _flip_file(backup: Path) -> None:
    file = backup / "files" / CERTIFICATE[:2] / CERTIFICATE
    data = bytearray(file.read_bytes())
    data[1000] ^= 1
    file.write_bytes(data)


def _lose_table(backup: Path) -> None:
    (backup / "tables" / "facts.jsonl").unlink()


def _add_stranger(backup: Path) -> None:
    (backup / "tables" / "extra.jsonl").write_bytes(b"[1]\n")


def _lose_manifest(backup: Path) -> None:
    (backup / "manifest.json").unlink()


def _break_manifest(backup: Path) -> None:
    (backup / "manifest.json").write_bytes(b'{"format": "another"}')


def _come_from_the_future(backup: Path) -> None:
    _change_manifest(backup, schema="9999", waymark="9.9")


def _climb(backup: Path) -> None:
    manifest = json.loads((backup / "manifest.json").read_bytes())
    manifest["tables"][0]["name"] = "../../../etc/passwd"
    (backup / "manifest.json").write_text(json.dumps(manifest))


def _change_manifest(backup: Path, **changes: object) -> None:
    manifest = json.loads((backup / "manifest.json").read_bytes())
    (backup / "manifest.json").write_text(json.dumps(manifest | changes))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_cut_table, r"tables/persons\.jsonl is damaged"),
        (_flip_file, f"files/73/{CERTIFICATE} is damaged"),
        (_lose_table, r"tables/facts\.jsonl is missing"),
        (_add_stranger, r"tables/extra\.jsonl is not named"),
        (_lose_manifest, r"no manifest\.json"),
        (_break_manifest, r"manifest\.json .* is damaged"),
        (_climb, r"manifest\.json .* is damaged"),
        (_come_from_the_future, r"9\.9 .* schema 9999"),
    ],
)
def test_a_wrong_backup_is_refused_by_what_is_wrong_and_changes_nothing(
    spoil: Callable[[Path], None], said: str, spoiled: Path, target: Place, tmp_path: Path
) -> None:
    spoil(spoiled)
    with pytest.raises(Invalid, match=said):
        restore_to(target, spoiled)
    assert not (tmp_path / "target.db").exists()
    assert not (tmp_path / "target-files").exists()


def test_a_file_that_is_no_backup_or_half_of_one_is_refused(target: Place, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="There is no backup"):
        restore_to(target, tmp_path / "nothing.tar")
    (tmp_path / "text.tar").write_bytes(b"not a backup " * 100)
    with pytest.raises(Invalid, match="damaged one"):
        restore_to(target, tmp_path / "text.tar")
    restore_to(target, OLD)
    back_up_of(target, tmp_path / "whole.tar")
    half = (tmp_path / "whole.tar").read_bytes()[:200_000]
    (tmp_path / "half.tar").write_bytes(half)
    with pytest.raises(Invalid, match=r"half\.tar"):
        read_backup(tmp_path / "half.tar", progress=quiet)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_rows_that_point_at_nothing_are_not_restored(
    kind: str, spoiled: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    (spoiled / "tables" / "certificates.jsonl").write_bytes(b"")
    table = spoiled / "tables" / "persons.jsonl"
    table.write_bytes(b"".join(table.read_bytes().splitlines(keepends=True)[:1]))
    manifest = msgspec.json.decode((spoiled / "manifest.json").read_bytes(), type=Manifest)
    parts = [
        msgspec.structs.replace(part, rows=rows, sha256=sha256((spoiled / part.path).read_bytes()).hexdigest())
        if (rows := {"persons": 1, "certificates": 0}.get(part.name)) is not None
        else part
        for part in manifest.tables
    ]
    changed = msgspec.structs.replace(manifest, tables=tuple(parts))
    (spoiled / "manifest.json").write_bytes(msgspec.json.encode(changed))
    with empty_place(kind, tmp_path, request) as place:
        with pytest.raises(WaymarkError, match="point at nothing"):
            restore_to(place, spoiled)
        restore_to(place, OLD)  # the place is as empty as before


def test_only_an_empty_place_is_restored_into(target: Place, tmp_path: Path) -> None:
    restore_to(target, OLD)
    with pytest.raises(Conflict, match="not empty"):
        restore_to(target, OLD)
    elsewhere = Place(f"sqlite:///{tmp_path / 'other.db'}", target.files, tmp_path)
    target.files.put(b"of another installation")
    with pytest.raises(Conflict, match="not of this backup"):
        restore_to(elsewhere, OLD)


def test_a_backup_overwrites_nothing_and_a_broken_one_leaves_nothing(target: Place, tmp_path: Path) -> None:
    restore_to(target, OLD)
    back_up_of(target, tmp_path / "backup")
    with pytest.raises(Conflict, match="there already"):
        back_up_of(target, tmp_path / "backup")

    def power_cut(what: str, _share: float) -> None:
        if what == "files":
            raise KeyboardInterrupt

    before = sorted(tmp_path.iterdir())
    for name in ("second", "second.tar"):
        with pytest.raises(KeyboardInterrupt):
            back_up(target.url, target.files, tmp_path / name, named=named_files, now=NOW, progress=power_cut)
    assert sorted(tmp_path.iterdir()) == before


def test_a_full_disk_is_named_and_leaves_neither_half_a_backup_nor_half_a_restore(
    target: Place, tmp_path: Path
) -> None:
    restore_to(target, OLD)
    for name in ("backup", "backup.tar"):
        with room_for(100_000), pytest.raises(Unavailable, match=r"room|full"):
            back_up_of(target, tmp_path / name)
    assert {path.name.partition(".")[0] for path in tmp_path.iterdir()} == {"target", "target-files"}
    elsewhere = Place(f"sqlite:///{tmp_path / 'other.db'}", FileStore(tmp_path / "other-files"), tmp_path)
    with room_for(100_000), pytest.raises(Unavailable, match="nothing of it was kept"):
        restore_to(elsewhere, OLD)
    restore_to(elsewhere, OLD)


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process grows beyond `size` bytes, as if the disk were full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_missing_and_damaged_files_are_named_and_the_rest_is_backed_up(target: Place, tmp_path: Path) -> None:
    restore_to(target, OLD)
    target.files.path(CERTIFICATE).write_bytes(b"rotten")
    rotten = back_up(target.url, target.files, tmp_path / "1", named=named_files, now=NOW, progress=quiet)
    assert (rotten.missing_files, rotten.damaged_files) == ((), (CERTIFICATE,))
    target.files.path(CERTIFICATE).unlink()
    missing = back_up(target.url, target.files, tmp_path / "2", named=named_files, now=NOW, progress=quiet)
    assert (missing.missing_files, missing.damaged_files) == ((CERTIFICATE,), ())
    assert read_backup(tmp_path / "2", progress=quiet).tables != ()


def test_every_table_that_names_files_says_so() -> None:
    naming = {
        table.name
        for table in metadata.sorted_tables
        for column in table.c
        if re.search("^file$|file_sha", column.name)
    }
    # app/safekeeping/naming.py asks these; add the domain of a new one
    assert naming == {"certificates", "imports", "lrs_attachments"}


@pytest.fixture
def waymark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs a command on an installation of its own; what it printed as JSON, and its exit code."""
    environment = {
        "WAYMARK_DATABASE_URL": f"sqlite:///{tmp_path / 'target.db'}",
        "WAYMARK_FILES": str(tmp_path / "target-files"),
        "WAYMARK_KEYS": str(tmp_path / "keys"),
    }

    def run(*arguments: str) -> tuple[Any, int]:
        result = CliRunner().invoke(main, [*arguments, "--json"], env=environment)
        return json.loads(result.stdout), result.exit_code

    return run


def test_the_commands_back_up_restore_and_collect(waymark: Callable[..., Any], target: Place, tmp_path: Path) -> None:
    restored, code = waymark("restore", str(OLD))
    assert (code, restored["problems"], restored["files"], restored["tables"]["persons"]) == (0, [], 1, 3)
    made, code = waymark("backup", str(tmp_path / "new.tar"))
    assert code == 0
    assert str(tmp_path / "keys") in made["keep"][0]
    refused, code = waymark("restore", str(tmp_path / "new.tar"))
    assert (code, "not empty" in refused["error"]) == (1, True)

    old = NOW.timestamp() - timedelta(days=900).total_seconds()
    unnamed = target.files.put(b"nobody names me")
    for sha in (CERTIFICATE, unnamed):
        path = target.files.path(sha)
        os.utime(path, (old, old))
    rehearsed, _ = waymark("files", "collect", "--dry-run")
    collected, _ = waymark("files", "collect")
    assert rehearsed["files"] == collected["files"] == [unnamed]
    assert list(target.files.hashes()) == [CERTIFICATE]
