"""Statements that come with the files of their attachments, in one request (Communication 1.5.2)."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, aclosing
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from base import Draft, FileStore, Invalid, TooLarge
from lrs.standard.forms import SHA2_HEX
from lrs.standard.intake import AttachedFile, Incoming
from lrs.standard.multipart import Part, read_parts
from lrs.standard.signatures import SIGNATURE_LIMIT_BYTES, check_signature, is_signature
from lrs.standard.statements import Attachment, SubStatement

FILE_LIMIT_BYTES = 64 * 1024 * 1024
FILES_LIMIT = 256
REQUEST_LIMIT_BYTES = 256 * 1024 * 1024
"""Statements and files of a request, all together."""

HASH_HEADER = "X-Experience-API-Hash"

_RULE = "Communication 1.5.2"
_SHA2: Final = {56: hashlib.sha224, 64: hashlib.sha256, 96: hashlib.sha384, 128: hashlib.sha512}
"""By the number of its digits in hex (FIPS 180-4)."""


class Received(Struct, frozen=True):
    """A file that came whole; it is in the store only once its draft is kept."""

    draft: Draft
    size: int


NO_FILES: Final[Mapping[str, Received]] = {}

Parse = Callable[[bytes], Sequence[Incoming]]


async def read_limited(chunks: AsyncIterator[bytes], limit_bytes: int, what: str) -> bytes:
    """All of the chunks. Raises TooLarge as soon as they are more than the limit."""
    read = bytearray()
    async for chunk in chunks:
        read += chunk
        if len(read) > limit_bytes:
            raise TooLarge(f"{what} has more than {limit_bytes} bytes; send less at a time.", rule="body limit")
    return bytes(read)


async def receive(
    body: AsyncIterator[bytes], boundary: str, parse: Parse, *, files: FileStore, limit_bytes: int, now: datetime
) -> list[Incoming]:
    """The statements of a multipart body, with their files, which are in the store when this returns.

    `limit_bytes` is for the statements alone.

    The statements are judged before any file is read. Raises Invalid for a part that no attachment names, an attachment
    without file or fileUrl, a file that is not what its hash says, a signature that does not fit; TooLarge; Unavailable
    when there is no room. No file is kept then.
    """
    async with aclosing(read_parts(body, boundary)) as parts:
        incoming = parse(await _read_statements(parts, limit_bytes))
        with ExitStack() as drafts:
            received = await _receive_files(parts, _wanted(incoming), files, drafts)
            await asyncio.to_thread(check_files, incoming, received, now=now)
            kept = {sha2: await asyncio.to_thread(one.draft.keep) for sha2, one in received.items()}
    return [replace(one, files=tuple(_attached(one, kept))) for one in incoming]


def check_files(incoming: Sequence[Incoming], received: Mapping[str, Received], *, now: datetime) -> None:
    """Raise Invalid for an attachment with neither file nor fileUrl, and for a signature that is not here or not fit.

    `received` are files by their hash in lower case. A signature by fileUrl alone nobody could verify before the
    statement is stored (xAPI-Data 2.6).
    """
    for index, one in enumerate(incoming):
        where = f"$[{index}]" if len(incoming) > 1 else "$"
        for place, attachment in _attachments(one):
            file = received.get(attachment.sha2.lower())
            if file is None and attachment.file_url is None:
                raise Invalid(
                    f"{where}.{place} has no fileUrl, and no part has its sha2 {attachment.sha2} in {HASH_HEADER}; "
                    "send the file as a part of multipart/mixed, or give a fileUrl.",
                    rule=_RULE,
                    where=f"{where}.{place}",
                )
        for number, attachment in enumerate(one.statement.attachments or ()):
            if is_signature(attachment):
                place = f"{where}.attachments[{number}]"
                file = received.get(attachment.sha2.lower())
                signature = _signature(attachment, file, place)
                check_signature(one.statement, signature, place, now=now)


def _signature(attachment: Attachment, file: Received | None, place: str) -> bytes:
    """The bytes of a signature, which stands in a file of the request."""
    if attachment.content_type != "application/octet-stream":
        fault = f"is of type {attachment.content_type}; it must be application/octet-stream"
    elif file is None:
        fault = "is elsewhere; it must come with the statement, as a part of multipart/mixed"
    elif file.size > SIGNATURE_LIMIT_BYTES:
        fault = f"has {file.size} bytes; it may have {SIGNATURE_LIMIT_BYTES}"
    else:
        return file.draft.read()
    raise Invalid(f"The signature of {place} {fault}.", rule="xAPI-Data 2.6", where=place)


def _attachments(one: Incoming) -> Iterator[tuple[str, Attachment]]:
    """The attachments of a statement and of its SubStatement, each with its place."""
    for number, attachment in enumerate(one.statement.attachments or ()):
        yield f"attachments[{number}]", attachment
    if isinstance(one.statement.object, SubStatement):
        for number, attachment in enumerate(one.statement.object.attachments or ()):
            yield f"object.attachments[{number}]", attachment


def _attached(one: Incoming, kept: Mapping[str, str]) -> Iterator[AttachedFile]:
    for _, attachment in _attachments(one):
        if (file := kept.get(attachment.sha2.lower())) is not None:
            yield AttachedFile(attachment.sha2, attachment.content_type, file)


def _wanted(incoming: Sequence[Incoming]) -> frozenset[str]:
    return frozenset(attachment.sha2.lower() for one in incoming for _, attachment in _attachments(one))


async def _read_statements(parts: AsyncIterator[Part], limit_bytes: int) -> bytes:
    """The first part, which holds all statements."""
    first = await anext(parts, None)
    kind = "" if first is None else first.headers.get("content-type", "").partition(";")[0].strip().lower()
    if first is None or kind != "application/json":
        raise Invalid(
            f"The first part is of type {kind or 'nothing'}; it must be application/json and hold all statements.",
            rule=_RULE,
        )
    return await read_limited(first.chunks, limit_bytes, "The part with the statements")


async def _receive_files(
    parts: AsyncIterator[Part], wanted: frozenset[str], files: FileStore, drafts: ExitStack
) -> dict[str, Received]:
    received: dict[str, Received] = {}
    number = 0
    async for part in parts:
        number += 1
        if number > FILES_LIMIT:
            raise TooLarge(f"The request has more than {FILES_LIMIT} files; send fewer at a time.", rule="files limit")
        sha2 = _hash_of(part, wanted)
        draft = await asyncio.to_thread(drafts.enter_context, files.draft())
        received[sha2] = Received(draft, await _write(part, draft, sha2))
    return received


def _hash_of(part: Part, wanted: frozenset[str]) -> str:
    """The hash that a part names. Raises Invalid unless it is one that an attachment names."""
    encoding = part.headers.get("content-transfer-encoding", "")
    if encoding.lower() != "binary":
        raise Invalid(
            f"The Content-Transfer-Encoding of a part is {encoding or 'missing'}; of a file it must be binary.",
            rule=_RULE,
        )
    sha2 = part.headers.get(HASH_HEADER.lower(), "").lower()
    if sha2 not in wanted or SHA2_HEX.fullmatch(sha2) is None:
        raise Invalid(
            f"The {HASH_HEADER} of a part is {sha2 or 'missing'}; it must be the sha2 of an attachment.",
            rule=_RULE,
        )
    return sha2


async def _write(part: Part, draft: Draft, sha2: str) -> int:
    """The size of the file that the part is. Raises Invalid when its hash is another."""
    digest = _SHA2[len(sha2)]()
    size = 0
    async for chunk in part.chunks:
        size += len(chunk)
        if size > FILE_LIMIT_BYTES:
            raise TooLarge(f"A file has more than {FILE_LIMIT_BYTES} bytes; give a fileUrl instead.", rule="file limit")
        digest.update(chunk)
        await asyncio.to_thread(draft.write, chunk)
    if digest.hexdigest() != sha2:
        raise Invalid(f"The file of {HASH_HEADER} {sha2} has the hash {digest.hexdigest()}.", rule=_RULE)
    return size
