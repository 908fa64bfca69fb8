"""What would become of each member of a roster, by what is known of them here; nothing is changed."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from lti.registering.platforms import platform
from lti.rostering.planning import Known, MemberState, Outcome, outcome
from lti.rostering.rosters import CourseRoster, platform_of_roster
from lti.tables import course_members, course_rosters
from paths import Enrolment, Standing, State, enrolments_of_each, standings_of, verdict
from people import Account, held_by_each, holders_of, owners_of

_COMES = (MemberState.COMING, MemberState.TAKEN)
_HAS_SEAT = (MemberState.TAKEN, MemberState.HELD)


class Seat(msgspec.Struct, frozen=True):
    """One member of a roster, and how it has dealt with them; a name is kept only of whoever is not a person yet."""

    user_id: str
    state: MemberState
    full_name: str | None = None


class Foreseen(msgspec.Struct, frozen=True):
    """A member, who they are here, and what becomes of their enrolment and why."""

    seat: Seat
    person_id: UUID | None
    enrolment: Enrolment | None
    standing: Standing | None
    outcome: Outcome


def seats_of(
    conn: Connection, roster_id: UUID, states: Collection[MemberState], *, limit: int | None = None
) -> list[Seat]:
    """The members in these states, in the order of their ids."""
    mine = course_members.c.roster_id == roster_id, course_members.c.state.in_([each.value for each in states])
    rows = conn.execute(select(course_members).where(*mine).order_by(course_members.c.user_id).limit(limit))
    return [Seat(row.user_id, MemberState(row.state), row.full_name) for row in rows]


def foresee(conn: Connection, asked: CourseRoster, seats: Sequence[Seat]) -> list[Foreseen]:
    """What becomes of each, in the order of `seats`; a few queries for all of them, however many they are."""
    issuer = platform(conn, platform_of_roster(conn, asked.id)).issuer
    owners = owners_of(conn, [Account(issuer, each.user_id) for each in seats])
    persons = {each.user_id: owners.get(Account(issuer, each.user_id)) for each in seats}
    known_ids = {each for each in persons.values() if each is not None}
    enrolments = _enrolments(conn, asked.path_id, known_ids)
    standings = standings_of(conn, [each.id for each in enrolments.values()])
    elsewhere = _seats_of_others(conn, asked, known_ids)
    in_this = _own_seats(conn, asked, known_ids, seats)
    told: set[UUID] = set()

    def foreseen(seat: Seat) -> Foreseen:
        person_id = persons[seat.user_id]
        enrolled = None if person_id is None else enrolments.get(person_id)
        known = Known(
            person_id,
            None if enrolled is None else standings[enrolled.id],
            is_same=person_id is not None and (person_id in told or bool(in_this[person_id] - {seat.user_id})),
            is_elsewhere=person_id in elsewhere,
            has_finished=enrolled is not None and _is_leaving(seat) and _has_finished(conn, enrolled),
        )
        if person_id is not None and not _is_leaving(seat):
            told.add(person_id)
        return Foreseen(seat, person_id, enrolled, known.standing, outcome(seat.state, known))

    return [foreseen(each) for each in seats]


def _is_leaving(seat: Seat) -> bool:
    return seat.state not in _COMES


def _has_finished(conn: Connection, enrolled: Enrolment) -> bool:
    found = verdict(conn, enrolled.id)
    return found is not None and found.state is State.SATISFIED


def _enrolments(conn: Connection, path_id: UUID, person_ids: Collection[UUID]) -> dict[UUID, Enrolment]:
    """By person, their enrolment on the path: the oldest, where they are several persons in one."""
    on_it = [each for each in enrolments_of_each(conn, person_ids) if each.path_id == path_id]
    holders = holders_of(conn, {each.learner_id for each in on_it})
    newest_first = sorted(on_it, key=lambda each: (each.enrolled_at, each.id), reverse=True)
    return {holders[each.learner_id]: each for each in newest_first}


def _own_seats(
    conn: Connection, asked: CourseRoster, person_ids: Collection[UUID], seats: Sequence[Seat]
) -> defaultdict[UUID, set[str]]:
    """By person, the members of this roster who they are and who have a seat, those of `seats` as these say."""
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    given = {each.user_id: each.state for each in seats}
    this = course_rosters.c.id == asked.id
    for user_id, person_id in _seats(conn, asked, person_ids, this):
        if given.get(user_id, MemberState.TAKEN) in _HAS_SEAT:
            found[person_id].add(user_id)
    return found


def _seats_of_others(conn: Connection, asked: CourseRoster, person_ids: Collection[UUID]) -> set[UUID]:
    """Who of the persons has a seat in another roster of the same path."""
    return {person_id for _, person_id in _seats(conn, asked, person_ids, course_rosters.c.id != asked.id)}


def _seats(
    conn: Connection, asked: CourseRoster, person_ids: Collection[UUID], which: ColumnElement[bool]
) -> list[tuple[str, UUID]]:
    holders = held_by_each(conn, person_ids)
    has_seat = course_members.c.state.in_([each.value for each in _HAS_SEAT])
    seats = (
        select(course_members.c.user_id, course_members.c.person_id)
        .join(course_rosters, course_rosters.c.id == course_members.c.roster_id)
        .where(course_members.c.person_id.in_(holders), has_seat)
        .where(course_rosters.c.path_id == asked.path_id, which)
    )
    return [(user_id, holders[each]) for user_id, each in conn.execute(seats) if each is not None]
