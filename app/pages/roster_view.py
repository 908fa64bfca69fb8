"""One course that fills a path, as its page shows it: who comes, who waits to be let go, and whom it leaves alone."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from app.pages.enrolments import title_of
from app.visit import Visit
from lti import (
    Course,
    CourseRoster,
    Foreseen,
    MemberState,
    Outcome,
    Platform,
    count_members,
    course_of,
    foresee,
    platform,
    roster,
    seats_of,
)
from paths import Path, path
from people import person

MOST_SHOWN = 200
_COMES = frozenset({Outcome.ENROL, Outcome.RETURN})
_LEFT_ALONE = (Outcome.DECIDED, Outcome.OTHERWISE, Outcome.SAME)


class RosterView(msgspec.Struct, frozen=True):
    """All that the page tells of a roster; of each group at most MOST_SHOWN are named.

    `coming` would be, or are being, enrolled. `held` are gone from the course. The roster leaves the `conflicts` alone.
    """

    roster: CourseRoster
    course: Course
    platform: Platform
    path: Path
    title: str
    counts: dict[MemberState, int]
    foreseen: dict[Outcome, int]
    coming: list[Foreseen]
    held: list[Foreseen]
    conflicts: list[Foreseen]
    names: dict[str, str | None]

    @property
    def is_filling(self) -> bool:
        """Whether members are being enrolled or let go just now."""
        return self.roster.started_at is not None and self.left_to_do > 0

    @property
    def left_to_do(self) -> int:
        waiting = self.counts.get(MemberState.COMING, 0) if self.path.is_open else 0
        return waiting + self.counts.get(MemberState.GOING, 0)


def roster_view(conn: Connection, visit: Visit, roster_id: UUID) -> RosterView:
    """What the page shows of this roster. Raises Missing."""
    found = roster(conn, roster_id)
    course, filled = course_of(conn, found.course_id), path(conn, found.path_id)
    here = foresee(conn, found, seats_of(conn, found.id, (MemberState.COMING, MemberState.TAKEN)))
    held = foresee(conn, found, seats_of(conn, found.id, (MemberState.HELD,)))[:MOST_SHOWN]
    new = [each for each in here if each.seat.state is MemberState.COMING]
    coming = [each for each in new if each.outcome in _COMES][:MOST_SHOWN]
    conflicts = [each for outcome in _LEFT_ALONE for each in here if each.outcome is outcome][:MOST_SHOWN]
    return RosterView(
        roster=found,
        course=course,
        platform=platform(conn, course.platform_id),
        path=filled,
        title=title_of(filled, visit),
        counts=count_members(conn, [found.id])[found.id],
        foreseen={outcome: sum(each.outcome is outcome for each in here) for outcome in Outcome},
        coming=coming,
        held=held,
        conflicts=conflicts,
        names=_names(conn, [*coming, *held, *conflicts]),
    )


def _names(conn: Connection, found: Sequence[Foreseen]) -> dict[str, str | None]:
    """By user id, what the person is called here, or by their learning platform as long as they are nobody here."""
    return {
        each.seat.user_id: each.seat.full_name if each.person_id is None else person(conn, each.person_id).full_name
        for each in found
    }
