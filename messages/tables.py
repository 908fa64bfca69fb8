"""What is kept of mail (the outbox, the links that stop it, what people have chosen) and of calendar feeds."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Named,
    String,
    Table,
    TypedColumns,
    UniqueConstraint,
    Uuid,
)

from base import Instant, Serial, metadata


class State(StrEnum):
    """Where a message stands. Waiting and sending are on their way; the others are the end of it."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FOLDED = "folded"
    REFUSED = "refused"
    WITHHELD = "withheld"


class OutboxColumns(TypedColumns):
    """One row is one message: for one cause and address there is never a second.

    `particulars` is JSON of plain texts and holds no secret: links that open doors are made when the mail is sent. The
    address is a snapshot; `address_id` names it in the register, where there is one. `taken_at` is the first attempt
    to send, by which the daily digest is counted. A folded message went out inside the one that `folded_into` names.
    `answer` is what the mail server said, as codes alone, or why nothing was sent.
    """

    id = Column(Uuid, primary_key=True)
    cause: Named[str]
    kind: Named[str]
    address: Named[str]
    address_id: Named[UUID | None]
    person_id: Named[UUID | None] = Column(ForeignKey("persons.id"))
    language: Named[str]
    particulars = Column(LargeBinary, nullable=False)
    essential = Column(Boolean, nullable=False)
    state = Column(String, nullable=False)
    created_at = Column(Instant, nullable=False)
    not_before = Column(Instant, nullable=False)
    taken_at: Named[datetime | None] = Column(Instant)
    settled_at: Named[datetime | None] = Column(Instant)
    folded_into: Named[UUID | None] = Column(ForeignKey("outbox.id"))
    answer: Named[str | None]


outbox = Table(
    "outbox",
    metadata,
    OutboxColumns,
    UniqueConstraint("cause", "address"),
    CheckConstraint("state IN ('waiting', 'sending', 'sent', 'folded', 'refused', 'withheld')", name="state"),
    CheckConstraint("(state = 'folded') = (folded_into IS NOT NULL)", name="folded"),
)
Index("ix_outbox_address", outbox.c.address, outbox.c.taken_at)
Index("ix_outbox_state", outbox.c.state, outbox.c.created_at)
Index("ix_outbox_person", outbox.c.person_id)
Index("ix_outbox_folded_into", outbox.c.folded_into)


class StopLinkColumns(TypedColumns):
    """One row is one link in a mail by which its reader stops the kinds of mail named; of its token the hash is kept.

    It does not expire: old mails are where people look for it.
    """

    token_hash: Named[str] = Column(primary_key=True)
    person_id = Column(Uuid, ForeignKey("persons.id"), nullable=False)
    kinds: Named[str]
    made_at = Column(Instant, nullable=False)


stop_links = Table("mail_stop_links", metadata, StopLinkColumns)
Index("ix_mail_stop_links_person", stop_links.c.person_id)


class MailChoiceColumns(TypedColumns):
    """One row says that from `at` on a person wants a kind of mail, or wants it no more; the newest is the state."""

    seq = Column(Serial, primary_key=True)
    person_id = Column(Uuid, ForeignKey("persons.id"), nullable=False)
    kind: Named[str]
    wanted = Column(Boolean, nullable=False)
    at = Column(Instant, nullable=False)


mail_choices = Table("mail_choices", metadata, MailChoiceColumns)
Index("ix_mail_choices_person", mail_choices.c.person_id, mail_choices.c.kind, mail_choices.c.seq)


class CalendarFeedColumns(TypedColumns):
    """One row is one person's calendar feed; of the token in its address the hash is kept. A new one replaces it."""

    person_id = Column(Uuid, ForeignKey("persons.id"), primary_key=True)
    token_hash = Column(String(64), nullable=False, unique=True)
    made_at = Column(Instant, nullable=False)


calendar_feeds = Table("calendar_feeds", metadata, CalendarFeedColumns)
