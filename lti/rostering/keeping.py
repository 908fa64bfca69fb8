"""What became of a reading: kept as members who come and who leave, or as unread and when to ask again."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, select, update

from base import Missing, lock, publish, upsert
from lti.rostering.planning import MemberState, Moves, erased_name, may_learn, moves
from lti.rostering.reading import Reading, Unread
from lti.rostering.rosters import READ_EVERY, CourseRoster, RosterMoved, roster
from lti.standard.members import Member
from lti.tables import course_members, course_rosters

_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_ERROR = 500
MOST_KEPT = 20_000
"""Members of one roster, those who have left too: a platform that names new ones at every reading is not believed."""

AT_ONCE = 500


def keep_reading(conn: Connection, roster_id: UUID, reading: Reading | Unread, *, now: datetime) -> None:
    """What the course's LMS told, or why it did not, is known from now on; a roster that was stopped is passed over."""
    lock(conn, f"roster {roster_id}")
    try:
        read = roster(conn, roster_id)
    except Missing:
        return
    if isinstance(reading, Unread):
        _keep_unread(conn, read, reading, now=now)
        return
    stored = stored_states(conn, read.id)
    found, moved = changes(read, stored, reading)
    if len(stored) + len(moved.coming - set(stored)) > MOST_KEPT:
        ever_new = f"{reading.task.platform.name} has named more than {MOST_KEPT:,} people in this course by now."
        _keep_unread(conn, read, Unread(reading.task, ever_new), now=now)
        return
    _move(conn, read.id, moved, found, now=now)
    _keep_outcome(conn, read, reading, passed_over=len(reading.members) - len(found) + reading.unreadable, now=now)
    if read.started_at is not None:
        publish(conn, RosterMoved(f"roster {read.id}", read.id), now=now)


def changes(read: CourseRoster, stored: Mapping[str, MemberState], reading: Reading) -> tuple[dict[str, Member], Moves]:
    """The members whom the roster takes, those who were erased left out, and what the reading changes."""
    found = {
        user_id: member
        for user_id, member in reading.members.items()
        if may_learn(member, read.roles) and erased_name(read.id, user_id) not in stored
    }
    listed = set(reading.members) - set(found)
    gone = set(stored) - set(found) if reading.is_complete else listed
    may_leave = reading.is_complete or reading.task.of_differences
    return found, moves(stored, found, gone, may_leave=may_leave)


def stored_states(conn: Connection, roster_id: UUID) -> dict[str, MemberState]:
    """By user id, how the roster has dealt with its members so far."""
    mine = select(course_members.c.user_id, course_members.c.state).where(course_members.c.roster_id == roster_id)
    return {row.user_id: MemberState(row.state) for row in conn.execute(mine)}


def _move(conn: Connection, roster_id: UUID, moved: Moves, found: Mapping[str, Member], *, now: datetime) -> None:
    this = course_members.c.roster_id == roster_id, course_members.c.user_id == bindparam("of_user")
    _many(conn, delete(course_members).where(*this), [{"of_user": each} for each in sorted(moved.dropped)])
    changed = update(course_members).where(*this).values(state=bindparam("to_state"), since=now)
    for state, members in (
        (MemberState.TAKEN, moved.taken),
        (MemberState.HELD, moved.held),
        (MemberState.GOING, moved.going),
    ):
        _many(conn, changed, [{"of_user": each, "to_state": state.value} for each in sorted(members)])
    _come(conn, roster_id, moved.coming, found, now=now)


def _come(
    conn: Connection, roster_id: UUID, coming: Iterable[str], found: Mapping[str, Member], *, now: datetime
) -> None:
    """Who comes, new or again, under the name that the LMS tells until there is a person to have it."""
    row = {"roster_id": roster_id, "state": MemberState.COMING.value, "since": now}
    rows = [{**row, "user_id": each, "full_name": found[each].full_name} for each in sorted(coming)]
    again = {"state": MemberState.COMING.value, "since": now}
    for start in range(0, len(rows), AT_ONCE):
        come = upsert(conn, course_members).values(rows[start : start + AT_ONCE])
        conn.execute(come.on_conflict_do_update(index_elements=["roster_id", "user_id"], set_=again))


def _many(conn: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        conn.execute(statement, rows)


def _keep_outcome(conn: Connection, read: CourseRoster, reading: Reading, *, passed_over: int, now: datetime) -> None:
    error = (
        f"{reading.unreadable} of the entries could not be read, so nobody was let go." if reading.unreadable else None
    )
    values: dict[str, Any] = {"read_at": now, "failures": 0, "error": error, "next_read_at": now + READ_EVERY}
    if not reading.task.of_differences:
        values |= {"passed_over": passed_over, "complete_at": now}
    if reading.differences_url is not None or not reading.task.of_differences:
        values["differences_url"] = reading.differences_url
    _set(conn, read, values)


def _keep_unread(conn: Connection, read: CourseRoster, unread: Unread, *, now: datetime) -> None:
    """Pauses grow to the usual one, unless the LMS itself says when. What is behind a differences link is let be."""
    own = min(_FIRST_PAUSE * 2 ** min(read.failures, 10), READ_EVERY)
    asked = timedelta(seconds=min(unread.retry_seconds or 0, READ_EVERY.total_seconds()))
    values: dict[str, Any] = {
        "read_at": now,
        "failures": read.failures + 1,
        "error": unread.reason[:_LONGEST_ERROR],
        "next_read_at": now + max(own, asked),
        "differences_url": None,
    }
    _set(conn, read, values)


def _set(conn: Connection, read: CourseRoster, values: dict[str, Any]) -> None:
    if read.started_at is None:
        values["next_read_at"] = None  # what is only tried is asked for by hand
    conn.execute(update(course_rosters).where(course_rosters.c.id == read.id).values(values))
