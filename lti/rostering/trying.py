"""Reading a roster by hand: what it would change, before anything is."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from base import Database, KeyRing, Outward, Unavailable
from lti.rostering.foreseeing import Foreseen, Seat, foresee
from lti.rostering.keeping import changes, keep_reading, stored_states
from lti.rostering.planning import MemberState
from lti.rostering.reading import Reading, ReadTask, Unread, read_members
from lti.rostering.rosters import roster
from lti.rostering.timing import whole_list
from lti.services.access_tokens import AccessTokens


class Trial(msgspec.Struct, frozen=True):
    """What a list would change: who comes, who is let go, and who would be held since too many leave at once."""

    listed: int
    passed_over: int
    unreadable: int
    coming: tuple[Foreseen, ...]
    going: tuple[Foreseen, ...]
    held: tuple[Foreseen, ...]


async def try_reading(
    db: Database,
    outward: Outward,
    keys: KeyRing,
    clock: Callable[[], datetime],
    roster_id: UUID,
    *,
    role: str | None = None,
    link: str | None = None,
    apply: bool = False,
) -> Trial:
    """What the course's list, or that of one role or link, would change; with `apply` it is kept, for the worker.

    Only the whole list lets anybody leave. Raises Missing, and Unavailable where the list was not read to its end.
    """
    task = await db.read(_task, roster_id)
    asked = msgspec.structs.replace(task, role=role, link=link)
    reading = await read_members(outward, AccessTokens(outward, keys, clock), asked)
    if isinstance(reading, Unread):
        raise Unavailable(reading.reason)
    trial = await db.read(foresee_reading, roster_id, reading)
    if apply:
        await db.write(keep_reading, roster_id, reading, now=clock())
    return trial


def foresee_reading(conn: Connection, roster_id: UUID, reading: Reading) -> Trial:
    """What keeping the reading would lead to."""
    read = roster(conn, roster_id)
    found, moved = changes(read, stored_states(conn, roster_id), reading)

    def seats(user_ids: frozenset[str], state: MemberState) -> list[Seat]:
        names = {each: member.full_name for each, member in reading.members.items()}
        return [Seat(each, state, names.get(each)) for each in sorted(user_ids)]

    return Trial(
        len(reading.members),
        len(reading.members) - len(found),
        reading.unreadable,
        tuple(foresee(conn, read, seats(moved.coming, MemberState.COMING))),
        tuple(foresee(conn, read, seats(moved.going, MemberState.GOING))),
        tuple(foresee(conn, read, seats(moved.held, MemberState.HELD))),
    )


def _task(conn: Connection, roster_id: UUID) -> ReadTask:
    task = whole_list(conn, roster(conn, roster_id))
    if task is None:
        raise Unavailable("The platform of this course is closed here, so it is not asked for members.")
    return task
