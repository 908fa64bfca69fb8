import os
import resource
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from base import FileStore, Missing, Unavailable
from base.files import write_whole

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
"""SHA-256 of "abc" (FIPS 180-2, appendix B.1)."""


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_file_is_named_by_its_hash_and_comes_back(store: FileStore) -> None:
    assert store.put(b"abc") == ABC
    assert store.get(ABC) == b"abc"
    assert store.path(ABC).read_bytes() == b"abc"


def test_chunks_are_one_file(store: FileStore) -> None:
    assert store.put_chunks(iter([b"a", b"", b"bc"])) == ABC
    assert store.get(ABC) == b"abc"


def test_putting_twice_keeps_one_file(store: FileStore, tmp_path: Path) -> None:
    assert store.put(b"abc") == store.put(b"abc")
    assert files_under(tmp_path) == [store.path(ABC)]


def test_unknown_file_is_missing(store: FileStore) -> None:
    with pytest.raises(Missing, match=ABC):
        store.get(ABC)


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", ABC.upper(), ABC + "\n", ABC[:-1], "/" + ABC])
def test_what_is_no_hash_reaches_no_file(name: str, store: FileStore) -> None:
    with pytest.raises(Missing, match="SHA-256"):
        store.get(name)


def test_upload_that_breaks_off_leaves_nothing(store: FileStore, tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.put_chunks(broken())
    assert files_under(tmp_path) == []


@pytest.fixture
def room_for_1000_bytes() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("room_for_1000_bytes")
def test_full_disk_is_said_and_leaves_no_half_file(store: FileStore, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="full") as refusal:
        store.put(bytes(2000))
    assert str(tmp_path) in refusal.value.message
    assert files_under(tmp_path) == []
    assert store.get(store.put(b"abc")) == b"abc"


@pytest.mark.usefixtures("room_for_1000_bytes")
def test_file_that_cannot_be_rewritten_stays_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "index"
    write_whole(target, b"before")
    with pytest.raises(Unavailable, match="full"):
        write_whole(target, bytes(2000))
    assert target.read_bytes() == b"before"
    assert files_under(tmp_path) == [target]


def test_files_are_their_owners_alone(store: FileStore) -> None:
    mode = store.path(store.put(b"abc")).stat().st_mode
    assert oct(mode & 0o777) == oct(0o600)


def test_same_file_put_by_many_at_once_is_whole(store: FileStore) -> None:
    data = os.urandom(200_000)
    shas: list[str] = []
    threads = [threading.Thread(target=lambda: shas.append(store.put(data))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(shas) == 8
    assert store.get(shas[0]) == data
