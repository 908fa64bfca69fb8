"""Files kept under the hash of their bytes: written whole or not at all, never changed."""

import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from base.errors import Missing, Unavailable

_SHA_256 = re.compile(r"[0-9a-f]{64}")
# EFBIG is what a process limit on file sizes gives, which an operator meets as they meet a full disk.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class FileStore:
    """The files of one folder, spread over 256 folders by the first two digits of their names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """The SHA-256 of `data` in hex, under which it is on disk from now on; putting it again changes nothing.

        Raises Unavailable when the disk is full; nothing of it is kept then.
        """
        return self.put_chunks([data])

    def put_chunks(self, chunks: Iterable[bytes]) -> str:
        """As `put`, for what is too large to hold at once; when `chunks` raises, nothing of it is kept."""
        digest = hashlib.sha256()
        with _full_disk_named(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            with _half_written(self._folder) as half:
                with half.open("wb") as file:
                    for chunk in chunks:
                        digest.update(chunk)
                        file.write(chunk)
                sha = digest.hexdigest()
                target = self.path(sha)
                target.parent.mkdir(exist_ok=True)
                _settle(half, target)
                _sync_folder(self._folder)
        return sha

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


def write_whole(target: Path, data: bytes) -> None:
    """`target` holds `data`, on disk and readable by its owner alone; after a failure it is as it was before.

    Raises Unavailable when the disk is full.
    """
    with _full_disk_named(target.parent), _half_written(target.parent) as half:
        half.write_bytes(data)
        _settle(half, target)


@contextmanager
def _half_written(folder: Path) -> Iterator[Path]:
    """A file under a name that nobody looks for, gone at the end unless it was settled under another."""
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".half-")
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


@contextmanager
def _full_disk_named(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise Unavailable(
            f"The disk of {folder} is full ({error.strerror}); nothing of the file was kept. Free some space."
        ) from error
