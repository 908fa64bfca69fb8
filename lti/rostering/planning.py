"""What a list of members means for a roster, worked out from values alone: who comes, who leaves, who is left alone."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

import msgspec

from lti.standard.members import Member
from lti.standard.roles import CourseRole
from paths import EnrolmentStatus, Standing

ASKS_ABOVE = 5
"""When more than one in so many leave at once, staff is asked first: a course may have been emptied by mistake."""


ROSTER_ROLES = (CourseRole.LEARNER, CourseRole.MENTOR, CourseRole.INSTRUCTOR)
"""Whom a roster may take; whoever only administers the LMS has no part in its courses."""


class MemberState(StrEnum):
    """How a roster has dealt with a member.

    COMING: to be enrolled. TAKEN: enrolled, or left as somebody decided. HELD: gone from the course with so many at
    once that staff is asked. GOING: to be let go. LEFT: dealt with. ERASED: not to be taken again.
    """

    COMING = "coming"
    TAKEN = "taken"
    HELD = "held"
    GOING = "going"
    LEFT = "left"
    ERASED = "erased"


class Outcome(StrEnum):
    """What becomes of a member's enrolment on the path.

    Of those who come: ENROL and RETURN change it; STAYS, for it is there by their learning platform; OTHERWISE, since
    they are on the path by another way; DECIDED, since somebody withdrew them; SAME, since they are one person here
    with another member. Of those who leave: LEAVE changes it; SAME and OTHERWISE as before; ELSEWHERE, since another
    course still has them; FINISHED, since they have completed the path; OFF, since they are not on it.
    """

    ENROL = "enrol"
    RETURN = "return"
    STAYS = "stays"
    OTHERWISE = "otherwise"
    DECIDED = "decided"
    SAME = "same"
    LEAVE = "leave"
    ELSEWHERE = "elsewhere"
    FINISHED = "finished"
    OFF = "off"


class Known(msgspec.Struct, frozen=True):
    """What is known here of the person that a member is; nothing of whoever was never here.

    `is_same`: another member of the course is the same person. `is_elsewhere`: another course that fills the path has
    them. `has_finished`: they have completed it.
    """

    person_id: UUID | None = None
    standing: Standing | None = None
    is_same: bool = False
    is_elsewhere: bool = False
    has_finished: bool = False


class Moves(msgspec.Struct, frozen=True):
    """The members of a roster whose state changes, by user id; those dropped are forgotten, nothing was done yet."""

    coming: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    going: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()


def may_learn(member: Member, roles: Collection[CourseRole]) -> bool:
    """Whether a roster of these roles takes the member. Canvas's test student is nobody (its id changes, too)."""
    standing = member.standing
    return member.is_active and not standing.is_test_user and standing.role in roles


def moves(
    stored: Mapping[str, MemberState], here: Collection[str], gone: Iterable[str], *, may_leave: bool = True
) -> Moves:
    """What changes when the members `here` are in the course, and those `gone` no more.

    Unless `may_leave`, the list was not whole, and nobody leaves by it.
    """
    left = frozenset(gone) - set(here) if may_leave else frozenset[str]()
    taken = {each for each, state in stored.items() if state is MemberState.TAKEN}
    held = {each for each, state in stored.items() if state is MemberState.HELD}
    leaving = frozenset((left & taken) | (held - set(here)) if may_leave else ())
    asks = len(leaving) * ASKS_ABOVE > len(taken | held)
    return Moves(
        coming=frozenset(each for each in here if stored.get(each) in {None, MemberState.LEFT}),
        taken=frozenset(each for each in here if stored.get(each) in {MemberState.HELD, MemberState.GOING}),
        held=leaving - held if asks else frozenset(),
        going=frozenset() if asks else leaving,
        dropped=frozenset(each for each in left if stored.get(each) is MemberState.COMING),
    )


def outcome(state: MemberState, known: Known) -> Outcome:
    """What becomes of the enrolment of a member in this state. What people decided stays."""
    if known.is_same:
        return Outcome.SAME
    return _leaving(known) if state in {MemberState.GOING, MemberState.HELD, MemberState.LEFT} else _coming(known)


def erased_name(roster_id: UUID, user_id: str) -> str:
    """What stands in a roster for a member whose person was erased: who does not know the id learns nothing by it."""
    return f"erased:{sha256(f'{roster_id} {user_id}'.encode()).hexdigest()}"


def _coming(known: Known) -> Outcome:
    standing = known.standing
    if standing is None:
        return Outcome.ENROL
    if standing.status is EnrolmentStatus.WITHDRAWN:
        return Outcome.RETURN if standing.by is None else Outcome.DECIDED
    return Outcome.STAYS if _is_by_platform(standing) else Outcome.OTHERWISE


def _leaving(known: Known) -> Outcome:
    standing = known.standing
    if standing is None or standing.status is EnrolmentStatus.WITHDRAWN:
        return Outcome.OFF
    if not _is_by_platform(standing):
        return Outcome.OTHERWISE
    if known.is_elsewhere:
        return Outcome.ELSEWHERE
    return Outcome.FINISHED if known.has_finished else Outcome.LEAVE


def _is_by_platform(standing: Standing) -> bool:
    """Whether a launch or a roster put them where they are, and nobody has decided otherwise since."""
    return standing.origin == "lti" and standing.by is None
