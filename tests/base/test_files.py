import os
import resource
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from base import FileStore, Missing, Unavailable
from base.files import Collected, write_whole
from tests.times import NOW

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


def test_a_deleted_file_is_gone_and_another_stays(store: FileStore, tmp_path: Path) -> None:
    store.delete(ABC)  # before there is any folder
    store.put(b"abc")
    other = store.put(b"abcd")
    store.delete(ABC)
    store.delete(ABC)
    assert files_under(tmp_path) == [store.path(other)]


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


def test_a_file_over_the_quota_is_refused_with_the_cure_and_leaves_nothing(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files", quota_bytes=1000)
    store.put(bytes(900))
    with pytest.raises(Unavailable, match="WAYMARK_FILES_QUOTA_MB") as refusal:
        store.put_chunks([bytes(60), bytes(60)])
    assert "waymark files collect" in refusal.value.message
    assert len(files_under(tmp_path)) == 1
    assert store.put(b"abc") == ABC


def age(path: Path, at: datetime) -> None:
    os.utime(path, (at.timestamp(), at.timestamp()))


def test_collection_deletes_what_nothing_names_and_no_more(store: FileStore, tmp_path: Path) -> None:
    named, unnamed, young = store.put(b"named"), store.put(b"unnamed"), store.put(b"young")
    half = tmp_path / "files" / ".half-old"
    half.write_bytes(b"ha")
    for path in (store.path(named), store.path(unnamed), half):
        age(path, NOW - timedelta(days=2))
    age(store.path(young), NOW)
    before = NOW - timedelta(days=1)

    rehearsed = store.collect({named}, before=before, dry_run=True)
    assert list(store.hashes()) == sorted([named, unnamed, young])
    assert half.exists()
    assert store.collect({named}, before=before) == rehearsed == Collected((unnamed,), 1, len(b"unnamed") + 2)
    assert files_under(tmp_path) == sorted([store.path(named), store.path(young)])
    assert store.collect({named}, before=before) == Collected((), 0, 0)


def test_what_is_put_again_is_as_good_as_new(store: FileStore) -> None:
    sha = store.put(b"abc")
    age(store.path(sha), NOW - timedelta(days=900))
    store.put(b"abc")
    assert store.collect(set(), before=NOW - timedelta(days=800)).files == ()


def test_an_upload_that_took_long_counts_as_put_when_it_was_kept(store: FileStore, tmp_path: Path) -> None:
    long_ago = NOW - timedelta(days=900)
    with store.draft() as draft:
        draft.write(b"slow")
        [half] = [file for file in tmp_path.rglob("*") if file.is_file()]
        age(half, long_ago)
        sha = draft.keep()
    assert store.collect(set(), before=NOW - timedelta(days=800)).files == ()
    assert store.get(sha) == b"slow"


def test_collection_waits_for_a_backup_and_uploads_do_not(store: FileStore) -> None:
    sha = store.put(b"abc")
    age(store.path(sha), NOW - timedelta(days=900))
    collection = threading.Thread(target=lambda: store.collect(set(), before=NOW - timedelta(days=800)))
    with store.kept():
        collection.start()
        other = store.put(b"more")
        collection.join(timeout=0.2)
        assert collection.is_alive()
        assert store.get(sha) == b"abc"
    collection.join()
    assert list(store.hashes()) == [other]


def test_nothing_was_ever_put_and_nothing_is_collected(store: FileStore) -> None:
    assert store.collect(set(), before=NOW) == Collected((), 0, 0)
    assert list(store.hashes()) == []


def test_a_draft_is_in_the_store_once_it_is_kept(store: FileStore, tmp_path: Path) -> None:
    with store.draft() as draft:
        draft.write(b"ab")
        draft.write(b"c")
        assert draft.read() == b"abc"
        assert list(store.hashes()) == []
        sha = draft.keep()
        assert list(store.hashes()) == [sha]
    assert store.get(sha) == b"abc"
    assert files_under(tmp_path) == [store.path(sha)]


def test_a_draft_that_is_not_kept_leaves_nothing(store: FileStore, tmp_path: Path) -> None:
    with store.draft() as draft:
        draft.write(b"abc")
    with pytest.raises(TypeError), store.draft() as draft:
        draft.write("abc")  # type: ignore[arg-type]  # what a block may fail by
    assert files_under(tmp_path) == []


def test_what_is_coming_in_counts_towards_the_quota(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files", quota_bytes=10)
    with store.draft() as first:
        first.write(b"123456")
        with store.draft() as second, pytest.raises(Unavailable, match="WAYMARK_FILES_QUOTA_MB"):
            second.write(b"12345")
        first.write(b"7890")
        first.keep()
