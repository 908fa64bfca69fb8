"""The name that a person tells us themselves, asked for once where nobody else told us."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection, update

from base import Conflict, Invalid, forget_personal_values, msgid, personal, record_decision
from people.consents import Purpose, consent_of, record_consent
from people.names import folded, readable
from people.registry import Person
from people.tables import persons


def asks_name(conn: Connection, person: Person) -> bool:
    """Whether the person's name is still to be asked for: it is unknown, and they have not said yes or no."""
    return person.full_name is None and consent_of(conn, person.id, Purpose.NAME) is None


def name_as_told(conn: Connection, nameless: Person, full_name: str | None) -> Person:
    """The person under the name that somebody else tells of them, unless they have one or would rather have none.

    Raises Invalid for a name that nobody can have.
    """
    if nameless.full_name is not None or not asks_name(conn, nameless):
        return nameless
    name = readable(full_name)
    if name is None:
        return nameless
    row = persons.c.id == nameless.id, persons.c.full_name.is_(None)
    told = conn.execute(update(persons).where(*row).values(full_name=name, folded_name=folded(name))).rowcount
    return msgspec.structs.replace(nameless, full_name=name) if told else nameless


def give_name(conn: Connection, person_id: UUID, full_name: str, *, now: datetime) -> None:
    """The person is known by this name from now on, and agrees that we keep it.

    Raises Invalid for a name that nobody can have, Conflict when a name is known already: that one came from their
    organisation, and what certificates say must not be theirs to change.
    """
    name = readable(full_name)
    if name is None:
        raise Invalid("The name is empty; enter it as it should stand on your certificates.", where="full_name")
    nameless = persons.c.id == person_id, persons.c.full_name.is_(None)
    named = update(persons).where(*nameless).values(full_name=name, folded_name=folded(name))
    if conn.execute(named).rowcount == 0:
        raise Conflict("Your name is known already. If it is wrong, tell your learning platform or your coordinator.")
    record_consent(conn, person_id, Purpose.NAME, given=True, now=now)
    record_decision(
        conn,
        by=person_id,
        act="person.name",
        subject=f"person {person_id}",
        reason=msgid("told us their own name"),
        after=personal(name),
        now=now,
    )


def take_back_name(conn: Connection, person_id: UUID, *, now: datetime) -> None:
    """The name that the person told us is forgotten, and they agree no more that we keep one.

    Certificates that were issued keep theirs. Raises Conflict for a name that they did not tell us, or withdrew.
    """
    if not consent_of(conn, person_id, Purpose.NAME):
        raise Conflict("You did not tell us your name, or have taken it back already; nothing was changed.")
    conn.execute(update(persons).where(persons.c.id == person_id).values(full_name=None, folded_name=None))
    record_consent(conn, person_id, Purpose.NAME, given=False, now=now)
    forget_personal_values(conn, person_id)
    subject, reason = f"person {person_id}", msgid("took back their own name")
    record_decision(conn, by=person_id, act="person.take_back_name", subject=subject, reason=reason, now=now)
