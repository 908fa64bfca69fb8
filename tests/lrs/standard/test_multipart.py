"""Reading multipart/mixed as it comes, in whatever pieces (RFC 2046, 5.1)."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base import Invalid, TooLarge
from lrs.standard.multipart import HEADERS_LIMIT_BYTES, last_boundary, part_head, read_parts

Told = list[tuple[dict[str, str], bytes]]


async def chunks(pieces: Sequence[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def parts_of(body: bytes, boundary: str = "b", size: int = 7) -> Told:
    """The parts of a body that comes in pieces of `size` bytes."""

    async def read() -> Told:
        pieces = chunks([body[start : start + size] for start in range(0, len(body), size)])
        return [
            (dict(part.headers), b"".join([chunk async for chunk in part.chunks]))
            async for part in read_parts(pieces, boundary)
        ]

    return asyncio.run(read())


def test_the_parts_are_told_apart() -> None:
    body = (
        b"ignored\r\n--b\r\nContent-Type:application/json\r\n\r\n{}\r\n--b \t\r\nX-Hash: a:b \r\n\r\n"
        b"\r\n--b\n-b--\r\n\r\n--b--\r\nignored, too"
    )
    expected = [({"content-type": "application/json"}, b"{}"), ({"x-hash": "a:b"}, b"")]
    for size in (1, 2, 3, 5, 1000):
        with pytest.raises(Invalid, match="goes on"):
            parts_of(body, size=size)
        assert parts_of(body.replace(b"\r\n--b\n-b--\r\n", b""), size=size) == expected


DATA = st.lists(st.sampled_from([b"\r", b"\n", b"-", b"b", b"--", b"\r\n-", b"\r\n--", b"x", b"\0\xff"]), max_size=12)


@given(
    st.lists(DATA.map(b"".join).filter(lambda data: b"\r\n--b" not in b"\r\n" + data), max_size=4), st.integers(1, 9)
)
def test_whatever_is_written_is_read_again(bodies: list[bytes], size: int) -> None:
    headers = {"X-Number": "1"}
    written = b"".join(part_head("b", headers) + data for data in bodies) + last_boundary("b")
    assert parts_of(written, size=size) == [({"x-number": "1"}, data) for data in bodies]


def test_what_a_reader_leaves_is_passed_over() -> None:
    async def read() -> list[str]:
        body = part_head("b", {"N": "1"}) + b"x" * 100 + part_head("b", {"N": "2"}) + b"y" + last_boundary("b")
        return [part.headers["n"] async for part in read_parts(chunks([body]), "b")]

    assert asyncio.run(read()) == ["1", "2"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b",
        b"--b\r\n",
        b"--b\r\nA: 1\r\n\r\ndata",
        b"--b\r\nA: 1\r\n\r\ndata\r\n--b",
        b"--b\r\nA: 1\r\n\r\ndata\r\n--b-",
        b"--b\r\nA: 1\r\n\r\ndata\r\n--bb\r\nA: 1\r\n\r\n\r\n--b--",
        b"--b\r\nA 1\r\n\r\ndata\r\n--b--",
        b"--b\r\nA: 1\r\nA: 2\r\n\r\ndata\r\n--b--",
        b"--b\r\nA: 1\r\n folded\r\n\r\ndata\r\n--b--",
        b"--b\r\nA: \0\r\n\r\ndata\r\n--b--",
        b"--b\nA: 1\n\ndata\n--b--",
        b"--another\r\nA: 1\r\n\r\ndata\r\n--another--",
    ],
)
def test_what_is_cut_off_or_malformed_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        parts_of(body)


@pytest.mark.parametrize("boundary", ["", " ", "a ", "a" * 71, 'a"b', "a\r\nb", "ä"])
def test_a_boundary_keeps_to_the_standard(boundary: str) -> None:
    with pytest.raises(Invalid, match="boundary"):
        parts_of(b"--b--", boundary)


def test_the_boundary_of_the_standards_example_is_taken() -> None:
    boundary = "abcABC0123'()+_,-./:=?"
    body = f"\r\n--{boundary}\r\nContent-Type:application/json\r\n\r\n{{}}\r\n--{boundary}--".encode()
    assert parts_of(body, boundary) == [({"content-type": "application/json"}, b"{}")]


@pytest.mark.parametrize(
    "body",
    [
        b"x" * HEADERS_LIMIT_BYTES + b"x",
        b"--b\r\n" + b"A" * HEADERS_LIMIT_BYTES + b": 1",
        b"--b\r\n" + b"".join(b"A%d: 1\r\n" % number for number in range(2000)) + b"\r\n\r\n--b--",
        b"--b" + b" " * HEADERS_LIMIT_BYTES,
    ],
)
def test_what_is_no_file_has_its_limit(body: bytes) -> None:
    with pytest.raises(TooLarge):
        parts_of(body * 2, size=1000)
