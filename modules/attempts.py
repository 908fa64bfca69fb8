"""Tries at a module: one registration (cmi5 9.6.1) a person, module and try."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, exists, insert, select, update

from base import Forbidden, new_uuid
from modules.publishing import Module
from modules.tables import attempts, module_sessions


class Attempt(msgspec.Struct, frozen=True):
    """One try, counted from 1, pinned to the version that it began with; `opened` says whether a session was in it."""

    registration: UUID
    try_number: int
    version: str
    opened_at: datetime
    opened: bool


def attempts_at(conn: Connection, person_id: UUID, module_id: UUID) -> list[Attempt]:
    """The person's tries at the module, the first one first."""
    theirs = attempts.c.person_id == person_id, attempts.c.module_id == module_id
    return [_attempt(row) for row in conn.execute(_ATTEMPTS.where(*theirs).order_by(attempts.c.try_number))]


def attempt_to_open(
    conn: Connection, person_id: UUID, module: Module, *, anew_from: datetime | None, now: datetime
) -> UUID:
    """The registration to open the module under: of the latest try, or of a new one.

    A new try begins where there is none, and where the latest was begun before `anew_from`: what it showed is valid no
    more, or soon. It has the module's current version. Raises Forbidden for a module that nobody can begin (a draft,
    retired, or not taken online); a try that was opened goes on all the same. The caller holds the lock of the
    person's attempts.
    """
    latest = next(reversed(attempts_at(conn, person_id, module.id)), None)
    again = latest is not None and anew_from is not None and latest.opened_at < anew_from
    refused = _refusal(module)
    if latest is not None and latest.opened and not (again and refused is None):
        return latest.registration
    if refused is not None:
        raise refused
    if latest is None or again:
        return _begin(conn, person_id, module, (latest.try_number if latest else 0) + 1, now=now)
    _pin(conn, latest.registration, module.version_hash)
    return latest.registration


def attempt_to_decide_on(conn: Connection, person_id: UUID, module: Module, *, now: datetime) -> UUID:
    """The registration of the person's latest try, or of a first one that nobody has opened yet.

    Something may be decided about a module that cannot be begun. The caller holds the lock of the person's attempts.
    """
    latest = next(reversed(attempts_at(conn, person_id, module.id)), None)
    return latest.registration if latest else _begin(conn, person_id, module, 1, now=now)


def attempts_key(person_id: UUID) -> str:
    """What is locked while a person's tries are looked through: two of one number never begin at once."""
    return f"attempts of {person_id}"


def _refusal(module: Module) -> Forbidden | None:
    """Why nobody can begin the module in our player."""
    if not module.can_begin:
        return Forbidden(
            f"{module.slug} cannot be begun: it is {module.status.value}. Only live and pilot modules can.",
            rule="status of a module",
        )
    if module.move_on is None:
        modes = ", ".join(way.mode.value for way in module.ways)
        return Forbidden(f"{module.slug} is not taken online, but as: {modes}.", rule="ways of taking a module")
    return None


def _begin(conn: Connection, person_id: UUID, module: Module, try_number: int, *, now: datetime) -> UUID:
    registration = new_uuid()
    conn.execute(
        insert(attempts).values(
            registration=registration,
            person_id=person_id,
            module_id=module.id,
            try_number=try_number,
            version=module.version_hash,
            opened_at=now,
        )
    )
    return registration


def _pin(conn: Connection, registration: UUID, version: str) -> None:
    """A try that was never opened has the version of the day on which it is."""
    conn.execute(update(attempts).where(attempts.c.registration == registration).values(version=version))


_ATTEMPTS = select(attempts, exists().where(module_sessions.c.registration == attempts.c.registration).label("opened"))


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(row.registration, row.try_number, row.version, row.opened_at, row.opened)
