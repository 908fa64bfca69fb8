"""Files kept under the hash of their bytes: written whole or not at all, never changed."""

import errno
import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from base.errors import Missing, Unavailable

_SHA_256 = re.compile(r"[0-9a-f]{64}")
QUOTA_SETTING = "WAYMARK_FILES_QUOTA_MB"
_UNLIMITED = 2**62
_HALF = ".half-"
# EFBIG is what a process limit on file sizes gives, which an operator meets as they meet a full disk.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Collected(msgspec.Struct, frozen=True):
    """What a collection deleted, or would delete: files that nothing names, and halves of broken-off uploads."""

    files: tuple[str, ...]
    halves: int
    bytes: int


class FileStore:
    """The files of one folder, spread over 256 folders by the first two digits of their names.

    With a quota, a file that would make them larger than this together is refused.
    """

    def __init__(self, folder: Path, *, quota_bytes: int | None = None) -> None:
        self._folder = folder
        self._quota_bytes = quota_bytes

    def put(self, data: bytes) -> str:
        """The SHA-256 of `data` in hex, under which it is on disk from now on; putting it again changes nothing.

        Raises Unavailable when the disk is full or the quota is used up; nothing of it is kept then.
        """
        return self.put_chunks([data])

    def put_chunks(self, chunks: Iterable[bytes]) -> str:
        """As `put`, for what is too large to hold at once; when `chunks` raises, nothing of it is kept."""
        with self.draft() as draft:
            for chunk in chunks:
                draft.write(chunk)
            return draft.keep()

    @contextmanager
    def draft(self) -> Iterator["Draft"]:
        """A file that is written bit by bit; nothing of it is left at the end of the block unless it was kept.

        Raises Unavailable as `put` does.
        """
        with full_disk_named(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            with _half_written(self._folder) as half:
                yield Draft(half, self._room(), self._take)

    def get(self, sha: str) -> bytes:
        """The bytes of this hash. Raises Missing."""
        try:
            return self.path(sha).read_bytes()
        except FileNotFoundError as error:
            raise Missing(f"There is no file {sha}.") from error

    def path(self, sha: str) -> Path:
        """Where the file of this hash lies, if it was put. Raises Missing for what is no SHA-256 in lower-case hex."""
        if not _SHA_256.fullmatch(sha):
            raise Missing("A file is named by its SHA-256: 64 digits in lower-case hex.")
        return self._folder / sha[:2] / sha

    def hashes(self) -> Iterator[str]:
        """The hash of every file, in order."""
        yield from sorted(file.name for file in self._files())

    @contextmanager
    def kept(self) -> Iterator[None]:
        """No collection deletes a file until the block ends; files may be put meanwhile."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with _locked(self._folder, fcntl.LOCK_SH):
            yield

    def delete(self, sha: str) -> None:
        """The file of this hash is gone, at once and for good; deleting it again changes nothing. Waits for backups."""
        if self._folder.is_dir():
            with _locked(self._folder, fcntl.LOCK_EX):
                self.path(sha).unlink(missing_ok=True)

    def collect(self, named: Collection[str], *, before: datetime, dry_run: bool = False) -> Collected:
        """Delete every file that is not `named` and that was put before `before`, and what broken uploads left.

        What is put again counts as new: whoever puts a file and then names it has until `before` comes to do so. Waits
        for backups (`kept`). A `dry_run` deletes nothing.
        """
        if not self._folder.is_dir():
            return Collected((), 0, 0)
        with _locked(self._folder, fcntl.LOCK_EX):
            unnamed = [file for file in self._files() if file.name not in named and _is_older(file, before)]
            halves = [file for file in self._folder.glob(f"{_HALF}*") if _is_older(file, before)]
            size = sum(map(_size, (*unnamed, *halves)))
            if not dry_run:
                for file in (*unnamed, *halves):
                    file.unlink(missing_ok=True)
        return Collected(tuple(sorted(file.name for file in unnamed)), len(halves), size)

    def _take(self, half: Path, sha: str) -> None:
        """The half-written file is on disk under its hash."""
        target = self.path(sha)
        with _locked(self._folder, fcntl.LOCK_SH):
            half.touch()  # it counts as put now, however long it took to come
            target.parent.mkdir(exist_ok=True)
            _settle(half, target)
        _sync_folder(self._folder)

    def _files(self) -> Iterator[Path]:
        for folder in self._folder.glob("[0-9a-f][0-9a-f]"):
            yield from (file for file in folder.iterdir() if _SHA_256.fullmatch(file.name))

    def _room(self) -> int:
        """How many bytes may be put, by counting what is there and coming in: other processes put and delete, too."""
        if self._quota_bytes is None:
            return _UNLIMITED
        return self._quota_bytes - sum(map(_size, (*self._files(), *self._folder.glob(f"{_HALF}*"))))


class Draft:
    """A file on its way into a store; no other reader sees it before it is kept."""

    def __init__(self, half: Path, room: int, take: Callable[[Path, str], None]) -> None:
        self._half = half
        self._room = room
        self._take = take
        self._digest = hashlib.sha256()

    def write(self, chunk: bytes) -> None:
        """Add to its end. Raises Unavailable when the disk is full or the quota is used up."""
        self._room -= len(chunk)
        if self._room < 0:
            raise Unavailable(
                f"The files in {self._half.parent} would take more than {QUOTA_SETTING} allows; nothing of this one "
                "was kept. Run `waymark files collect` to delete what nothing needs, or raise the quota.",
                rule="files.quota",
            )
        self._digest.update(chunk)
        # Opened each time: a request may bring more drafts at once than a process may have files open.
        with full_disk_named(self._half.parent), self._half.open("ab") as file:
            file.write(chunk)

    def read(self) -> bytes:
        """What was written so far."""
        return self._half.read_bytes()

    def keep(self) -> str:
        """Its SHA-256, under which it is in the store from now on, on disk. It is not written to any more."""
        sha = self._digest.hexdigest()
        with full_disk_named(self._half.parent):
            self._take(self._half, sha)
        return sha


def write_whole(target: Path, data: bytes) -> None:
    """`target` holds `data`, on disk and readable by its owner alone; after a failure it is as it was before.

    Raises Unavailable when the disk is full.
    """
    with full_disk_named(target.parent), _half_written(target.parent) as half:
        half.write_bytes(data)
        _settle(half, target)


@contextmanager
def _half_written(folder: Path) -> Iterator[Path]:
    """A file under a name that nobody looks for, gone at the end unless it was settled under another."""
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=_HALF)
    os.close(descriptor)
    half = Path(name)
    try:
        yield half
    finally:
        half.unlink(missing_ok=True)


def _settle(half: Path, target: Path) -> None:
    # A rename is whole only when the bytes reached the disk before the name, and the name before we say so.
    _sync(half, os.O_RDWR)
    half.replace(target)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:  # gone since it was listed
        return 0


def _is_older(file: Path, before: datetime) -> bool:
    try:
        return file.stat().st_mtime < before.timestamp()
    except FileNotFoundError:  # gone since it was listed
        return False


@contextmanager
def _locked(folder: Path, kind: int) -> Iterator[None]:
    """Hold the folder's lock, alone (LOCK_EX) or together with others (LOCK_SH); it ends with the process."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, kind)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def full_disk_named(folder: Path) -> Iterator[None]:
    """Raises Unavailable, naming the folder and the cure, where writing finds no room."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise Unavailable(
            f"The disk of {folder} is full ({error.strerror}); nothing of the file was kept. Free some space."
        ) from error
