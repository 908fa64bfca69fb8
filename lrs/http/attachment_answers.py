"""Statements with the files of their attachments, in one answer (Communication 1.5.2)."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from base import FileStore, Unavailable
from lrs.http.receiving import HASH_HEADER
from lrs.standard.intake import AttachedFile
from lrs.standard.multipart import last_boundary, part_head

_CHUNK_BYTES = 64 * 1024


def check_present(attached: Sequence[AttachedFile], files: FileStore) -> None:
    """Raise Unavailable when a file is not in the store, before an answer begins that could not be ended."""
    for one in attached:
        if not files.path(one.file).is_file():
            raise Unavailable(
                f"The file {one.file} of an attachment is not in the store of files; the operator must restore it."
            )


async def multipart(
    content: bytes, attached: Sequence[AttachedFile], files: FileStore, boundary: str
) -> AsyncIterator[bytes]:
    """The JSON in the first part and each file in one of its own, read from the disk as they are sent."""
    yield part_head(boundary, {"Content-Type": "application/json"}) + content
    for one in attached:
        told = {"Content-Type": one.content_type, "Content-Transfer-Encoding": "binary", HASH_HEADER: one.sha2}
        yield part_head(boundary, told)
        with await asyncio.to_thread(files.path(one.file).open, "rb") as file:
            while chunk := await asyncio.to_thread(file.read, _CHUNK_BYTES):
                yield chunk
    yield last_boundary(boundary)
