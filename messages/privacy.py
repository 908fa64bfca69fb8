"""What mail was sent to somebody, and how it is forgotten while its count and its outcome stay."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, delete, or_, select, update

from messages.calendars import calendar_feed_since
from messages.tables import State, calendar_feeds, mail_choices, outbox, stop_links
from people import held_by

_ON_THE_WAY = (State.WAITING, State.SENDING)
_ERASED = "its reader was erased"


def known_to_messages(conn: Connection, person_id: UUID, addresses: Collection[str]) -> dict[str, Any]:
    """All messages to the person or to one of their `addresses`, what they chose to hear, and since when a calendar."""
    sent = select(outbox).where(_theirs(conn, person_id, addresses)).order_by(outbox.c.created_at)
    chosen = select(mail_choices).where(mail_choices.c.person_id.in_(held_by(conn, person_id)))
    return {
        "messages": [
            {**row, "particulars": msgspec.json.decode(row["particulars"])} for row in conn.execute(sent).mappings()
        ],
        "calendar_feed_since": calendar_feed_since(conn, person_id),
        "mail_choices": [dict(row) for row in conn.execute(chosen.order_by(mail_choices.c.seq)).mappings()],
    }


def erase_from_messages(
    conn: Connection, person_id: UUID, addresses: Collection[str], *, now: datetime
) -> dict[str, int]:
    """No message tells whom it went to or what it said, and those on their way are withheld."""
    theirs = _theirs(conn, person_id, addresses)
    withheld = {"state": State.WITHHELD, "answer": _ERASED, "settled_at": now}
    conn.execute(update(outbox).where(theirs, outbox.c.state.in_(_ON_THE_WAY)).values(withheld))
    for table in (stop_links, mail_choices, calendar_feeds):
        conn.execute(delete(table).where(table.c.person_id.in_(held_by(conn, person_id))))
    return {"mails": _blank(conn, conn.execute(_TOLD.where(theirs)).all())}


def forget_old_mail(conn: Connection, *, before: datetime, limit: int) -> int:
    """Forget address and words of up to `limit` messages that were done with before `before`; how many those were."""
    return _blank(conn, conn.execute(_TOLD.where(outbox.c.settled_at < before).limit(limit)).all())


def _theirs(conn: Connection, person_id: UUID, addresses: Collection[str]) -> ColumnElement[bool]:
    return or_(outbox.c.person_id.in_(held_by(conn, person_id)), outbox.c.address.in_(addresses))


def _blank(conn: Connection, rows: Collection[Row[Any]]) -> int:
    """Put the message's own id in place of its address, so that there is still one message for a cause and address."""
    for row in rows:
        blank = {"address": str(row.id), "address_id": None, "particulars": b"{}"}
        conn.execute(update(outbox).where(outbox.c.id == row.id).values(blank))
    return len(rows)


_TOLD = select(outbox.c.id).where(outbox.c.address.contains("@"))
