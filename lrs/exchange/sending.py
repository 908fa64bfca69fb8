"""Carrying statements to another record store: as they are stored, with the files of their attachments."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from base import FileStore, KeyRing, Missing, Outward, Unavailable, new_token
from lrs.browsing.selection import Chosen
from lrs.exchange.delivering import Refusal, Settled, deliver
from lrs.exchange.other_stores import (
    WORK_SECONDS,
    OtherStore,
    Trouble,
    XapiVersion,
    exchange,
    open_store,
    shown,
    trouble_of,
)
from lrs.exchange.outgoing import Delivery
from lrs.standard.intake import AttachedFile
from lrs.standard.multipart import last_boundary, part_head
from lrs.standard.version_view import seen

FILES_BYTES: Final = 64 * 1024 * 1024
"""How much the files of one request hold together, unless one statement alone has more."""

_REFUSED: Final = frozenset({400, 409, 413, 415, 422})
"""Answers about what was sent, and not about the sender or the store."""

_TOO_LARGE: Final = 413


async def carry_out(
    delivery: Delivery, *, outward: Outward, ring: KeyRing, files: FileStore, clock: Callable[[], datetime]
) -> Settled:
    """Send the delivery, as far as it comes well within its lease."""
    over = time.monotonic() + WORK_SECONDS
    try:
        store = open_store(ring, delivery)
    except Unavailable as error:
        return Settled(0, (), Trouble(error.message))

    async def send(part: Sequence[Chosen]) -> Refusal | None:
        attached = {file.sha2: file for one in part for file in delivery.files.get(one.seq, ())}
        return await _send(outward, store, files, part, list(attached.values()), clock)

    return await deliver(send, delivery.statements, is_over=lambda: time.monotonic() > over)


async def _send(
    outward: Outward,
    store: OtherStore,
    files: FileStore,
    part: Sequence[Chosen],
    attached: Sequence[AttachedFile],
    clock: Callable[[], datetime],
) -> Refusal | None:
    try:
        if len(part) > 1 and sum(files.path(file.file).stat().st_size for file in attached) > FILES_BYTES:
            return Refusal(_TOO_LARGE, "Their files are too large to be sent together.")
        content_type, body = _body(_raws(part, store), [(file, files.get(file.file)) for file in attached])
    except (Missing, FileNotFoundError):
        return Refusal(_TOO_LARGE, "The file of an attachment is not in this store's files; restore it from a backup.")
    headers = {**store.headers(), "Content-Type": content_type}
    answer = await exchange(outward, "POST", f"{store.endpoint}statements", headers=headers, body=body)
    if 200 <= answer.status < 300:  # noqa: PLR2004 (HTTP's own numbers)
        return None
    if answer.status in _REFUSED:
        return Refusal(answer.status, shown(answer))
    raise trouble_of(answer, now=clock())


def _raws(part: Sequence[Chosen], store: OtherStore) -> list[bytes]:
    """The bytes as stored, for a store of 1.0.3 as a reader of 1.0.3 sees them (decision 11).

    What `stored` and `authority` say stays: the receiver sets its own (xAPI-Data 2.4.8, 2.4.9).
    """
    if store.version == XapiVersion.V2_0_0:
        return [one.raw for one in part]
    return [seen(one.raw, is_2_0=False) for one in part]


def _body(raws: Sequence[bytes], files: Iterable[tuple[AttachedFile, bytes]]) -> tuple[str, bytes]:
    """The content type, and the statements as a list with their files behind it (Communication 1.5.2)."""
    statements = b"[%b]" % b",".join(raws)
    parts = [
        part_head(_BOUNDARY, {"Content-Type": file.content_type, **_BINARY, "X-Experience-API-Hash": file.sha2}) + data
        for file, data in files
    ]
    if not parts:
        return "application/json", statements
    head = part_head(_BOUNDARY, {"Content-Type": "application/json"})
    body = b"".join((head, statements, *parts, last_boundary(_BOUNDARY)))
    return f'multipart/mixed; boundary="{_BOUNDARY}"', body


_BINARY: Final = {"Content-Transfer-Encoding": "binary"}
_BOUNDARY: Final = f"waymark-{new_token(24)}"
"""Nobody who makes a file can know it beforehand."""
