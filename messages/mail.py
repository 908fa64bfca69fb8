"""Taking a message from the outbox: whether it may go now, what it says, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, Row, func, select, update

from base import Invalid, Missing, lock, words_for
from messages.choices import make_stop_link, wants
from messages.envelope import Envelope, Sender, seal
from messages.letters import Kind, digest, letter
from messages.outbox import announce, settle
from messages.schedule import MOST_IN_AN_HOUR, may_go_at
from messages.sending import Answer, Outcome
from messages.tables import State, outbox
from people import mail_address, make_invitation_link, make_link_code, make_sign_in_link, note_bounce

_LONGEST_DIGEST = 50
_STALE = timedelta(hours=2)
"""After this a link that signs in is not sent any more: who asked has asked again, or gone."""

_STATES = {Outcome.SENT: State.SENT, Outcome.WITHHELD: State.WITHHELD}


@dataclass(frozen=True)
class Office:
    """Where links lead, in whose name mail goes, and in which time zone the nights are quiet."""

    url: str
    sender: Sender
    zone: ZoneInfo


def take(conn: Connection, message_id: UUID, office: Office, *, now: datetime) -> Envelope | None:
    """The message, sealed, to be sent now; None when it is done with, may not go at all, or goes later.

    What is not essential takes along whatever else waits for its reader: that is the digest. Taken again, because
    sending failed or its outcome was lost, it is the same message with the same Message-ID, and fresh secrets.
    """
    row = _locked(conn, message_id)
    if row is None or State(row.state) not in {State.WAITING, State.SENDING}:
        return None
    if row.state == State.WAITING:
        if not _may_go(conn, row, office, now):
            return None
        conn.execute(update(outbox).where(outbox.c.id == row.id).values(state=State.SENDING, taken_at=now))
        if not row.essential:
            _fold_waiting_into(conn, row, now)
    try:
        return _sealed(conn, row, office, now)
    except (Invalid, Missing) as error:
        settle(conn, row.id, State.WITHHELD, error.message, now=now)
        return None


def record_answer(conn: Connection, message_id: UUID, answer: Answer, *, now: datetime) -> None:
    """Keep what became of the message; an address that the server does not know gets no mail any more."""
    if answer.outcome in {Outcome.REFUSED, Outcome.ADDRESS_REFUSED}:
        record_bounce(conn, message_id, answer.said, dead=answer.outcome is Outcome.ADDRESS_REFUSED, now=now)
    else:
        settle(conn, message_id, _STATES[answer.outcome], answer.said, now=now)


def record_bounce(conn: Connection, message_id: UUID, said: str, *, dead: bool, now: datetime) -> bool:
    """The message was refused for good or came back, and if `dead`, so would all to its address.

    False when there is no such message.
    """
    row = conn.execute(select(outbox.c.address_id).where(outbox.c.id == message_id)).first()
    if row is None:
        return False
    settle(conn, message_id, State.REFUSED, said, now=now)
    if dead and row.address_id is not None:
        note_bounce(conn, row.address_id, now=now)
    return True


def _locked(conn: Connection, message_id: UUID) -> Row[Any] | None:
    """The message's row, while nobody else takes mail to its address."""
    address = conn.scalar(select(outbox.c.address).where(outbox.c.id == message_id))
    lock(conn, f"mail to {address}")
    return conn.execute(select(outbox).where(outbox.c.id == message_id)).first()


def _may_go(conn: Connection, row: Row[Any], office: Office, now: datetime) -> bool:
    """Whether the message goes now; one that may not go is settled, one that goes later is announced for then."""
    if (reason := _unwanted(conn, row)) is not None:
        settle(conn, row.id, State.WITHHELD, reason, now=now)
        return False
    to_address = outbox.c.address == row.address, outbox.c.taken_at.is_not(None)
    taken = select(outbox.c.taken_at).where(*to_address).order_by(outbox.c.taken_at.desc()).limit(MOST_IN_AN_HOUR)
    at = may_go_at(
        now,
        essential=row.essential,
        taken=list(conn.scalars(taken)),
        last_optional=conn.scalar(
            select(func.max(outbox.c.taken_at)).where(*to_address, outbox.c.essential.is_(False))
        ),
        zone=office.zone,
    )
    if at > now:
        conn.execute(update(outbox).where(outbox.c.id == row.id).values(not_before=at))
        announce(conn, row.id, at=at)
    return at <= now


def _unwanted(conn: Connection, row: Row[Any]) -> str | None:
    """Why nobody should get the message, if so."""
    if "@" not in row.address:
        return "its address and its words were forgotten"
    if not row.essential and not wants(conn, row.person_id, Kind(row.kind)):
        return "its reader has stopped mails of this kind"
    try:
        if row.address_id is not None and mail_address(conn, row.address_id).bounced_at is not None:
            return "mail came back from the address"
    except Missing:
        return "the address was removed"
    return None


def _fold_waiting_into(conn: Connection, lead: Row[Any], now: datetime) -> None:
    """What else waits for the reader and is not essential goes along in one mail."""
    others = conn.execute(
        select(outbox)
        .where(
            outbox.c.address == lead.address,
            outbox.c.person_id == lead.person_id,
            outbox.c.essential.is_(False),
            outbox.c.state == State.WAITING,
        )
        .order_by(outbox.c.created_at, outbox.c.id)
        .limit(_LONGEST_DIGEST)
    ).all()
    along = [row.id for row in others if wants(conn, row.person_id, Kind(row.kind))]
    folded = {"state": State.FOLDED, "folded_into": lead.id, "settled_at": now}
    conn.execute(update(outbox).where(outbox.c.id.in_(along)).values(folded))


def _sealed(conn: Connection, lead: Row[Any], office: Office, now: datetime) -> Envelope:
    along = select(outbox).where(outbox.c.folded_into == lead.id).order_by(outbox.c.created_at, outbox.c.id)
    rows = [lead, *conn.execute(along)]
    words = words_for(lead.language)
    letters = [letter(Kind(row.kind), words, _particulars(conn, row, office, now)) for row in rows]
    return seal(
        letters[0] if len(letters) == 1 else digest(words, letters),
        words,
        message_id=lead.id,
        to=lead.address,
        sender=office.sender,
        stop=None if lead.essential else _stop_address(conn, rows, office, now),
        now=now,
    )


def _stop_address(conn: Connection, rows: Sequence[Row[Any]], office: Office, now: datetime) -> str:
    token = make_stop_link(conn, rows[0].person_id, [Kind(row.kind) for row in rows], now=now)
    return f"{office.url}/mail/stop/{token}"


def _particulars(conn: Connection, row: Row[Any], office: Office, now: datetime) -> dict[str, str]:
    """What the letter says, with what opens doors made now: only its hash is ever stored.

    Raises Missing when nobody waits for it any more.
    """
    kept = msgspec.json.decode(row.particulars, type=dict[str, str])
    match Kind(row.kind):
        case Kind.SIGN_IN:
            if now - row.created_at > _STALE:
                raise Missing("nobody waits for this link any more")
            return {"address": f"{office.url}/sign-in/{make_sign_in_link(conn, row.person_id, now=now)}"}
        case Kind.LINK_CODE:
            made = make_link_code(conn, UUID(kept["ask"]), now=now)
            if made is None:
                raise Missing("nobody waits for this code any more")
            return {"code": made.code}
        case Kind.INVITATION:
            invited = make_invitation_link(conn, UUID(kept["invitation"]), now=now)
            if invited is None:
                raise Missing("the invitation was used, withdrawn, or has expired")
            return {**kept, "address": f"{office.url}/invitations/{invited.token}"}
        case _:
            return {**kept, "address": f"{office.url}{kept['path']}"}
