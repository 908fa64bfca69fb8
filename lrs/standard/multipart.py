"""multipart/mixed, read and written part by part: what passes through is never held whole (RFC 2046, section 5.1)."""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Final

from msgspec import Struct

from base import Invalid, TooLarge

HEADERS_LIMIT_BYTES = 8 * 1024
"""The headers of one part together, or the text before the first part."""

_RULE = "RFC 2046, 5.1.1"

_BOUNDARY: Final = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")
"""At most 70 of these characters, and no space at the end."""

_HEADER: Final = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\x00\r\n]*)")


class Part(Struct, frozen=True):
    """One part: its headers, their names in lower case, and its bytes, which are read before the next part is."""

    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]


async def read_parts(body: AsyncIterator[bytes], boundary: str) -> AsyncGenerator[Part, None]:
    """The parts of a body in their order; what a reader leaves of one is passed over.

    Raises Invalid for what breaks the form or is cut off, TooLarge for more headers than the limit.
    """
    _check_boundary(boundary)
    source = _Source(body)
    mark = b"\r\n--" + boundary.encode()
    await source.short(mark)
    while not await _is_last(source):
        headers = await _read_headers(source)
        chunks = source.up_to(mark)
        yield Part(headers, chunks)
        async for _ in chunks:
            pass
    async for _ in body:
        pass


def part_head(boundary: str, headers: Mapping[str, str]) -> bytes:
    """What stands before the bytes of a part."""
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(["", f"--{boundary}", *lines, "", ""]).encode()


def last_boundary(boundary: str) -> bytes:
    """What stands after the last part."""
    return f"\r\n--{boundary}--\r\n".encode()


class _Source:
    """The bytes of a body that were not taken yet; a line break before them makes all boundaries alike."""

    def __init__(self, body: AsyncIterator[bytes]) -> None:
        self._body = body
        self._held = bytearray(b"\r\n")

    async def up_to(self, mark: bytes) -> AsyncIterator[bytes]:
        """What comes before the mark, piece by piece; the mark is taken, too."""
        while (at := self._held.find(mark)) < 0:
            sure = len(self._held) - len(mark) + 1
            if sure > 0:
                yield self._take(sure)
            await self._read()
        yield self._take(at)
        del self._held[: len(mark)]

    async def short(self, mark: bytes, room: int = HEADERS_LIMIT_BYTES) -> bytes:
        """What comes before the mark, which stands near."""
        taken = bytearray()
        async for piece in self.up_to(mark):
            taken += piece
            if len(taken) > room:
                raise TooLarge(
                    f"The headers of a part, or the text before the first, have more than {HEADERS_LIMIT_BYTES} bytes.",
                    rule="multipart headers limit",
                )
        return bytes(taken)

    async def starts_with(self, mark: bytes) -> bool:
        while len(self._held) < len(mark):
            await self._read()
        return self._held.startswith(mark)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken

    async def _read(self) -> None:
        chunk = await anext(self._body, None)
        if chunk is None:
            raise Invalid(
                "The body ends before its last boundary, which is the boundary of the Content-Type between two hyphens "
                "on each side, on a line of its own.",
                rule=_RULE,
            )
        self._held += chunk


def _check_boundary(boundary: str) -> None:
    if _BOUNDARY.fullmatch(boundary) is None:
        raise Invalid(
            f"The boundary in the Content-Type is {boundary!r}; it must be 1 to 70 of the characters that RFC 2046 "
            "allows, as in: multipart/mixed; boundary=abc123.",
            rule=_RULE,
        )


async def _is_last(source: _Source) -> bool:
    """Whether the boundary that was just taken is the last; the rest of its line is taken with it."""
    if await source.starts_with(b"--"):
        return True
    if (await source.short(b"\r\n")).strip(b" \t"):
        raise Invalid("A line begins with the boundary and goes on; choose a boundary that no part holds.", rule=_RULE)
    return False


async def _read_headers(source: _Source) -> dict[str, str]:
    """The headers of a part, up to the empty line; each may stand once."""
    headers: dict[str, str] = {}
    room = HEADERS_LIMIT_BYTES
    while line := await source.short(b"\r\n", room):
        room -= len(line)
        header = _HEADER.fullmatch(line.decode("latin-1"))
        if header is None or header[1].lower() in headers:
            raise Invalid(f"{line[:80]!r} is no header of a part, or stands there twice.", rule=_RULE)
        headers[header[1].lower()] = header[2].rstrip(" \t")
    return headers
