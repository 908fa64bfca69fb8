"""What people agreed to, and what not, with dates and the words that they read."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from sqlalchemy import Connection, insert, select

from people.holding import held_by
from people.sign_in_tables import consents


class Purpose(StrEnum):
    """What somebody may be asked to agree to."""

    NAME = "name"


WORDINGS: Mapping[Purpose, int] = {Purpose.NAME: 1}
"""The number of the words by which each is asked for; whoever changes what they mean counts on.

NAME 1: the name is seen by those who guide the learning and by whoever is shown a certificate; it is used for nothing
else, and deleted when its person asks for that.
"""


class Consent(msgspec.Struct, frozen=True):
    """What a person said about a purpose at `at`; `wording` numbers the words that they read."""

    purpose: Purpose
    given: bool
    wording: int | None
    at: datetime


def record_consent(conn: Connection, person_id: UUID, purpose: Purpose, *, given: bool, now: datetime) -> None:
    """The person agreed to `purpose` in its present words, or did not; what they said before remains on record."""
    said = {"purpose": purpose.value, "given": given, "wording": WORDINGS[purpose], "at": now}
    conn.execute(insert(consents).values(person_id=person_id, **said))


def consent_of(conn: Connection, person_id: UUID, purpose: Purpose) -> bool | None:
    """What the person said last about `purpose`; None when they never did."""
    said = select(consents.c.given).where(consents.c.person_id == person_id, consents.c.purpose == purpose.value)
    given: bool | None = conn.scalar(said.order_by(consents.c.seq.desc()).limit(1))
    return given


def consents_of(conn: Connection, person_id: UUID) -> list[Consent]:
    """All that the person said, and those joined to them, the newest first."""
    said = select(consents).where(consents.c.person_id.in_(held_by(conn, person_id))).order_by(consents.c.seq.desc())
    return [Consent(Purpose(row.purpose), row.given, row.wording, row.at) for row in conn.execute(said)]
