"""Letting what somebody has just done be heard before their page is shown."""

from uuid import UUID

from sqlalchemy import Connection

from app.visit import Visit
from base import Database, apply_effects, has_due_effects
from paths import subjects_of

_ROUNDS_OF_HEARING = 10


async def hear(db: Database, visit: Visit) -> None:
    """Let the person's own events be heard, so that a page shows what they have just done; mostly there are none."""
    await hear_of(db, visit.person_id, visit)


async def hear_of(db: Database, person_id: UUID, visit: Visit) -> None:
    """As `hear`, of somebody whom the visitor looks at."""
    if await db.read(_waits, person_id, visit):
        await db.write(_hear, person_id, visit)


def _waits(conn: Connection, person_id: UUID, visit: Visit) -> bool:
    return has_due_effects(conn, now=visit.now, subjects=subjects_of(conn, person_id))


def _hear(conn: Connection, person_id: UUID, visit: Visit) -> None:
    """An event heard may tell of another (a requirement, a path, a certificate), so again while there are any."""
    subjects = subjects_of(conn, person_id)
    for _ in range(_ROUNDS_OF_HEARING):
        if apply_effects(conn, now=visit.now, subjects=subjects) == 0:
            break
