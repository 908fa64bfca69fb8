from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from base import Conflict, Event, Missing, new_uuid
from paths import (
    PathCompleted,
    State,
    TeamCompleted,
    TeamLost,
    enrol_organisation,
    path,
    standing_of,
    verdict,
)
from paths.tables.paths import enrolments
from people import Organisation, OrganisationKind, Person, add_organisation, join, leave, positions
from tests.paths.makers import in_all_languages, leaf
from tests.paths.world import (
    agent_of,
    fold_all,
    later,
    make_learner,
    publish,
    publish_modules,
    record,
    statement,
    void,
)
from tests.times import NOW

Do = Callable[..., Any]
SAID: dict[str, Any] = {"by": None, "reason": "a test", "now": NOW}


@pytest.fixture(autouse=True)
def _path(write: Do) -> None:
    write(publish_modules)
    team = {"kind": "team", "at_least": 2, "positions": ["planner"], "title": in_all_languages("team")}
    write(publish, {"id": "n-team", **team, "items": [leaf("a", "intro")]})


def _city(conn: Connection) -> Organisation:
    return add_organisation(conn, name="Gyumri", kind=OrganisationKind.CITY, country="AM", **SAID)


def _member(conn: Connection, city: Organisation) -> Person:
    member = make_learner(conn)
    join(conn, member.id, city.id, **SAID)
    return member


def _enrol(conn: Connection, organisation_id: UUID) -> Any:
    return enrol_organisation(conn, organisation_id, path(conn, "growth").id, origin="call", **SAID)


def _pass(write: Do, member: Person, minutes: float) -> UUID:
    statement_id: UUID
    (statement_id,) = write(record, statement(agent_of(member), "intro", at=later(minutes)), now=later(minutes))
    write(fold_all, now=later(minutes))
    return statement_id


def test_an_organisation_completes_a_path_by_what_its_members_do(write: Do, read: Do, told: list[Event]) -> None:
    city = write(_city)
    first, second, stranger = write(_member, city), write(_member, city), write(make_learner)
    write(positions.hold_position, first.id, "planner", **SAID)
    enrolled = write(_enrol, city.id)
    assert (enrolled.person_id, enrolled.organisation_id) == (None, city.id)
    _pass(write, first, 1)
    _pass(write, stranger, 2)
    assert read(verdict, enrolled.id).state is not State.SATISFIED
    last = _pass(write, second, 3)
    found = read(verdict, enrolled.id)
    assert (found.state, found.since) == (State.SATISFIED, later(3))
    (event,) = told
    assert isinstance(event, TeamCompleted)
    assert (event.organisation_id, event.completed_at) == (city.id, later(3))
    write(void, last, now=later(4))
    write(fold_all, now=later(4))
    assert isinstance(told[-1], TeamLost)
    assert read(verdict, enrolled.id).state is State.LOST


def test_what_members_did_before_counts_and_nothing_is_told_of_a_person(write: Do, read: Do, told: list[Event]) -> None:
    city = write(_city)
    members = [write(_member, city) for _ in range(2)]
    write(positions.hold_position, members[0].id, "planner", **SAID)
    for each in members:
        _pass(write, each, 1)
    enrolled = write(_enrol, city.id)
    write(fold_all, now=later(2))
    assert read(verdict, enrolled.id).state is State.SATISFIED
    assert [type(each) for each in told] == [TeamCompleted]
    assert not any(isinstance(each, PathCompleted) for each in told)


def test_whoever_joins_leaves_or_takes_a_position_changes_what_the_team_has(write: Do, read: Do) -> None:
    city = write(_city)
    members = [write(_member, city), write(make_learner)]
    for each in members:
        _pass(write, each, 1)
    enrolled = write(_enrol, city.id)

    def state() -> State:
        write(fold_all, now=later(9))
        found: State = read(verdict, enrolled.id).state
        return found

    assert state() is not State.SATISFIED
    write(join, members[1].id, city.id, **SAID)
    assert state() is not State.SATISFIED
    write(positions.hold_position, members[0].id, "planner", **SAID)
    assert state() is State.SATISFIED
    write(leave, members[1].id, city.id, **(SAID | {"now": later(8)}))
    assert state() is not State.SATISFIED


def test_an_organisation_is_enrolled_once_and_must_be_known(write: Do, read: Do) -> None:
    city = write(_city)
    first = write(_enrol, city.id)
    assert write(_enrol, city.id) == first
    assert read(standing_of, first.id).origin == "call"
    with pytest.raises(Missing):
        write(_enrol, new_uuid())
    write(publish, leaf("a", "intro"), status="retired")
    with pytest.raises(Conflict, match="is retired"):
        write(_enrol, write(_city).id)


def test_an_enrolment_is_a_persons_or_an_organisations_and_never_both(write: Do, read: Do) -> None:
    city = write(_city)
    enrolled = write(_enrol, city.id)
    learner = write(make_learner)
    for person_id, organisation_id in ((learner.id, city.id), (None, None)):
        change = sa.update(enrolments).where(enrolments.c.id == enrolled.id)
        wrong = change.values(person_id=person_id, organisation_id=organisation_id)
        with pytest.raises(IntegrityError):
            write(lambda conn, wrong=wrong: conn.execute(wrong))
