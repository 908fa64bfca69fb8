"""Lenient mode: what it mended in what a credential sent, for those who look after that credential."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from msgspec import DecodeError, Struct
from msgspec.json import Decoder
from sqlalchemy import Connection, delete, insert, select

from base import msgid
from lrs.tables.credentials import mendings

T = TypeVar("T")


class Mended(Struct, frozen=True):
    """One fault that was mended: where it stood, what was wrong, and what was done about it.

    `index` says in which statement of the request it stood.
    """

    place: str
    fault: str
    cure: str
    index: int = 0


def mended_content_type(content_type: str, content: bytes) -> tuple[str, tuple[Mended, ...]]:
    """The type under which a document is kept: what is called JSON and is none is a text, or bytes.

    Captivate and Rise send their bookmarks so; whoever asks for one gets back what was sent.
    """
    if content_type.partition(";")[0].strip().lower() != "application/json":
        return content_type, ()
    try:
        _json.decode(content)
    except (DecodeError, UnicodeDecodeError, RecursionError):
        kept = "text/plain;charset=utf-8" if _is_text(content) else "application/octet-stream"
        return kept, (Mended("Content-Type", *_NO_JSON),)
    return content_type, ()


_json: Final = Decoder()
_NO_JSON: Final = (msgid("called JSON, and is none"), msgid("kept as text, or as bytes"))


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


class Mending(Struct, frozen=True):
    """What was mended, when, and in which statement; a document has none."""

    mended: Mended
    statement_id: UUID | None
    at: datetime


def record_mended(
    conn: Connection, statement_ids: Sequence[UUID], credential: str, mended: Sequence[Mended], now: datetime
) -> None:
    """Keep what was mended for the credential of this key; a fault outside `statement_ids` was a document's."""
    rows = [
        {
            "credential": credential,
            "statement_id": statement_ids[one.index] if one.index < len(statement_ids) else None,
            "place": one.place,
            "fault": one.fault,
            "cure": one.cure,
            "mended_at": now,
        }
        for one in mended
    ]
    if rows:
        conn.execute(insert(mendings), rows)


def noting(
    conn: Connection, write: Callable[[Connection], T], credential: str, mended: Sequence[Mended], now: datetime
) -> T:
    """What `write` returns; with it is kept what was mended in the document that it writes."""
    written = write(conn)
    record_mended(conn, (), credential, mended, now)
    return written


def latest_mendings(conn: Connection, credential: str, *, limit: int) -> list[Mending]:
    """What was mended for the credential of this key, the latest first."""
    newest = select(mendings).where(mendings.c.credential == credential).order_by(mendings.c.id.desc()).limit(limit)
    return [
        Mending(Mended(row.place, row.fault, row.cure), row.statement_id, row.mended_at) for row in conn.execute(newest)
    ]


def forget_mendings(conn: Connection, *, before: datetime, limit: int) -> int:
    """Take away at most `limit` notes from before then; how many went."""
    old = select(mendings.c.id).where(mendings.c.mended_at < before).limit(limit)
    return conn.execute(delete(mendings).where(mendings.c.id.in_(old))).rowcount
