"""Where a backup lies: a folder, or one file (tar, for names that end in .tar)."""

import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Protocol

from base import Conflict, Invalid, full_disk_named

_COPY_BYTES = 1024 * 1024


class Writer(Protocol):
    """Takes the parts of a backup."""

    def add(self, name: str, source: BinaryIO, size: int) -> None:
        """Keep what `source` yields, of this size, under `name`."""


class Reader(Protocol):
    """Gives the parts of a backup."""

    def names(self) -> set[str]:
        """The names of all parts."""

    def open(self, name: str) -> BufferedReader:
        """One part, which is there, from its beginning."""


@contextmanager
def new_archive(target: Path) -> Iterator[Writer]:
    """What is added until the block ends is at `target` then; when the block raises, nothing is.

    Raises Conflict when something is there already, Unavailable when the disk is full.
    """
    if target.exists():
        raise Conflict(f"{target} is there already; name a new place for the backup.")
    if not target.absolute().parent.is_dir():
        raise Invalid(f"The folder {target.absolute().parent} is not there; make it first.")
    half = target.with_name(f".half-{target.name}-{os.getpid()}")
    try:
        with full_disk_named(target.absolute().parent):
            if target.suffix == ".tar":
                with _new_tar(half) as writer:
                    yield writer
            else:
                half.mkdir(mode=0o700)
                yield _FolderWriter(half)
            half.rename(target)
    finally:
        shutil.rmtree(half, ignore_errors=True)
        if half.is_file():
            half.unlink()


@contextmanager
def _new_tar(path: Path) -> Iterator[Writer]:
    with path.open("xb") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
            yield _TarWriter(tar)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def open_archive(source: Path) -> Iterator[Reader]:
    """The backup at `source`. Raises Invalid when there is none that can be read."""
    if source.is_dir():
        yield _FolderReader(source)
        return
    try:
        with tarfile.open(source, "r:") as tar:
            yield _TarReader(tar)
    except FileNotFoundError as error:
        raise Invalid(f"There is no backup at {source}.") from error
    except tarfile.TarError as error:
        raise Invalid(f"{source} is no backup, or a damaged one ({error}); use another copy.") from error


class _FolderWriter:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, name: str, source: BinaryIO, size: int) -> None:  # noqa: ARG002 (a tar has to know it)
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            shutil.copyfileobj(source, file, _COPY_BYTES)
            file.flush()
            os.fsync(file.fileno())


class _TarWriter:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, source: BinaryIO, size: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size = size
        entry.mode = 0o600
        self._tar.addfile(entry, source)


class _FolderReader:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> set[str]:
        return {path.relative_to(self._folder).as_posix() for path in self._folder.rglob("*") if path.is_file()}

    def open(self, name: str) -> BufferedReader:
        return (self._folder / name).open("rb")


class _TarReader:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._members = {entry.name: entry for entry in tar.getmembers() if entry.isfile()}

    def names(self) -> set[str]:
        return set(self._members)

    def open(self, name: str) -> BufferedReader:
        file = self._tar.extractfile(self._members[name])
        assert isinstance(file, BufferedReader)
        return file
