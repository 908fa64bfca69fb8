"""What people agreed to, and what not, with dates."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, insert, select

from people.sign_in_tables import consents


class Purpose(StrEnum):
    """What somebody may be asked to agree to."""

    NAME = "name"


def record_consent(conn: Connection, person_id: UUID, purpose: Purpose, *, given: bool, now: datetime) -> None:
    """The person agreed to `purpose`, or declined it; what they said before remains on record."""
    conn.execute(insert(consents).values(person_id=person_id, purpose=purpose.value, given=given, at=now))


def consent_of(conn: Connection, person_id: UUID, purpose: Purpose) -> bool | None:
    """What the person said last about `purpose`; None when they never did."""
    said = select(consents.c.given).where(consents.c.person_id == person_id, consents.c.purpose == purpose.value)
    given: bool | None = conn.scalar(said.order_by(consents.c.seq.desc()).limit(1))
    return given
