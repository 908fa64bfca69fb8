"""The outbox: every message once for its cause, and where each of them stands."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, func, select, update

from base import Event, Missing, in_order, new_uuid, publish, upsert
from messages.letters import ESSENTIAL, Kind
from messages.tables import State, outbox


class MailDue(Event, frozen=True):
    """A message waits to be sent; `subject` is the message."""

    message_id: UUID


class Recipient(msgspec.Struct, frozen=True):
    """Where a message goes and in which language; `person_id` and `address_id` where we know whose address it is."""

    address: str
    language: str
    person_id: UUID | None = None
    address_id: UUID | None = None


class MailOrder(StrEnum):
    """By what a list of messages is in order; those of one kind or state by when they were written."""

    WRITTEN = "written"
    KIND = "kind"
    STATE = "state"


class Message(msgspec.Struct, frozen=True):
    """One message as administrators see it: no address, no words, but what it is and how it stands."""

    id: UUID
    kind: Kind
    person_id: UUID | None
    essential: bool
    state: State
    created_at: datetime
    not_before: datetime
    settled_at: datetime | None
    answer: str | None

    @property
    def may_be_retried(self) -> bool:
        return self.state in {State.REFUSED, State.WITHHELD}


def post(
    conn: Connection, kind: Kind, to: Recipient, particulars: Mapping[str, str], *, cause: str, now: datetime
) -> None:
    """A message waits in the outbox; posted again for the same cause and address, it changes nothing."""
    row = upsert(conn, outbox).values(
        id=new_uuid(),
        cause=cause,
        kind=kind.value,
        address=to.address,
        address_id=to.address_id,
        person_id=to.person_id,
        language=to.language,
        particulars=msgspec.json.encode(particulars),
        essential=kind in ESSENTIAL,
        state=State.WAITING,
        created_at=now,
        not_before=now,
    )
    new_id: UUID | None = conn.scalar(row.on_conflict_do_nothing().returning(outbox.c.id))
    if new_id is not None:
        announce(conn, new_id, at=now)


def announce(conn: Connection, message_id: UUID, *, at: datetime) -> None:
    """Let the message be taken up at `at`: an event is heard when it is due, and this one is due then."""
    publish(conn, MailDue(str(message_id), message_id), now=at)


def settle(conn: Connection, message_id: UUID, state: State, answer: str, *, now: datetime) -> None:
    """The message is done with, for the reason that `answer` gives."""
    done = {"state": state, "answer": answer, "settled_at": now}
    conn.execute(update(outbox).where(outbox.c.id == message_id).values(done))


def retry_message(conn: Connection, message_id: UUID, *, now: datetime) -> None:
    """Let a message that was refused or withheld be tried again. Raises Missing when there is none such."""
    again = (
        update(outbox)
        .where(outbox.c.id == message_id, outbox.c.state.in_([State.REFUSED, State.WITHHELD]))
        .values(state=State.WAITING, not_before=now, taken_at=None, settled_at=None, answer=None)
    )
    if conn.execute(again).rowcount == 0:
        raise Missing(f"No message {message_id} was refused or withheld; it may have been retried already.")
    announce(conn, message_id, at=now)


def messages(
    conn: Connection,
    *,
    state: State | None = None,
    order: MailOrder = MailOrder.WRITTEN,
    descending: bool = True,
    after: UUID | None = None,
    limit: int = 100,
) -> list[Message]:
    """Messages in `order`, the newest first unless told otherwise, those in `state` only where given.

    A page begins behind the message `after`.
    """
    by = _ORDERS[order]
    behind = None if after is None else conn.execute(select(*by).where(outbox.c.id == after)).one_or_none()
    query = in_order(select(outbox), by, descending=descending, behind=behind).limit(limit)
    return [_message(row) for row in conn.execute(query if state is None else query.where(outbox.c.state == state))]


def message_counts(conn: Connection) -> dict[State, int]:
    """How many messages stand in each state; states that none is in are left out."""
    rows = conn.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    return {State(state): count for state, count in rows}


_ORDERS: dict[MailOrder, tuple[ColumnElement[Any], ...]] = {
    MailOrder.WRITTEN: (outbox.c.created_at, outbox.c.id),
    MailOrder.KIND: (outbox.c.kind, outbox.c.created_at, outbox.c.id),
    MailOrder.STATE: (outbox.c.state, outbox.c.created_at, outbox.c.id),
}


def _message(row: Row[Any]) -> Message:
    return Message(
        row.id,
        Kind(row.kind),
        row.person_id,
        row.essential,
        State(row.state),
        row.created_at,
        row.not_before,
        row.settled_at,
        row.answer,
    )
