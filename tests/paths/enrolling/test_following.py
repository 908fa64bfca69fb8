from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from base import apply_effects
from modules import Decided, modules, sign_off
from paths import (
    Audience,
    EnrolmentStatus,
    change_status,
    enrol,
    enrolled_persons,
    enrolments_of,
    history_of,
    is_for,
    path,
    standing_of,
    verdict,
)
from paths.enrolling.following import AT_ONCE
from paths.tables.paths import enrolment_statuses
from people import (
    Organisation,
    OrganisationKind,
    Person,
    Way,
    add_organisation,
    add_person,
    change_organisation,
    join,
    join_persons,
    leave,
    needs,
    positions,
)
from people.profiles import Belonging, Profile
from tests.paths.makers import leaf
from tests.paths.world import (
    agent_of,
    enrol_self,
    fold_all,
    later,
    make_learner,
    publish,
    publish_modules,
    record,
    statement,
)
from tests.times import NOW

Do = Callable[..., Any]
SAID: dict[str, Any] = {"by": None, "reason": "a test", "now": NOW}
PLANNERS = {"position": "planner", "country": "AM"}

CITY = Belonging(OrganisationKind.CITY, "AM")
UNION = Belonging(OrganisationKind.NGO, "GE")


@pytest.mark.parametrize(
    ("rules", "fits"),
    [
        ([], False),
        ([Audience()], False),
        ([Audience(position="planner")], True),
        ([Audience(position="mayor")], False),
        ([Audience(position="mayor"), Audience(need="energy")], True),
        ([Audience(position="planner", need="water")], False),
        ([Audience(country="GE")], True),
        ([Audience(organisation_kind=OrganisationKind.NGO, country="GE")], True),
        ([Audience(organisation_kind=OrganisationKind.NGO, country="AM")], False),
    ],
)
def test_a_rule_asks_for_all_that_it_names_and_one_rule_is_enough(rules: list[Audience], *, fits: bool) -> None:
    somebody = Profile(frozenset({"planner"}), frozenset({"energy"}), frozenset({CITY, UNION}))
    assert is_for(rules, somebody) is fits


@pytest.fixture(autouse=True)
def _path(write: Do) -> None:
    write(publish_modules)
    write(_publish, PLANNERS)


def _publish(conn: Connection, *rules: dict[str, str], **changed: Any) -> None:
    publish(conn, leaf("a", "intro"), audience=list(rules), **changed)


def _city(conn: Connection, country: str = "AM") -> Organisation:
    return add_organisation(conn, name="Gyumri", kind=OrganisationKind.CITY, country=country, **SAID)


def _planner(conn: Connection, city: Organisation) -> Person:
    planner = make_learner(conn)
    join(conn, planner.id, city.id, **SAID)
    positions.hold_position(conn, planner.id, "planner", **SAID)
    return planner


def _told(read: Do, learner: Person) -> list[tuple[str, str]]:
    found = read(enrolments_of, learner.id)
    return [(each.status.value, each.origin) for one in found for each in read(history_of, one.id)]


def test_whom_a_path_is_for_is_enrolled_and_let_go_by_what_happens(write: Do, read: Do) -> None:
    city = write(_city)
    planner, other = write(_planner, city), write(make_learner)
    write(join, other.id, city.id, **SAID)
    write(fold_all, now=later(1))
    assert _told(read, planner) == [("active", "audience")]
    assert _told(read, other) == []
    write(positions.end_position, planner.id, "planner", **SAID)
    write(fold_all, now=later(2))
    assert _told(read, planner) == [("active", "audience"), ("withdrawn", "audience")]
    write(positions.hold_position, planner.id, "planner", **(SAID | {"now": later(3)}))
    write(fold_all, now=later(3))
    assert _told(read, planner)[2:] == [("active", "audience")]
    write(leave, planner.id, city.id, **(SAID | {"now": later(4)}))
    write(fold_all, now=later(4))
    assert _told(read, planner)[3:] == [("withdrawn", "audience")]


def test_hearing_of_a_change_again_changes_nothing(write: Do, read: Do) -> None:
    planner = write(_planner, write(_city))
    write(fold_all, now=later(1))
    before = _told(read, planner)
    write(positions.hold_position, planner.id, "planner", **SAID)
    write(fold_all, now=later(2))
    assert _told(read, planner) == before


def test_an_organisation_that_moves_takes_its_people_along(write: Do, read: Do) -> None:
    city = write(_city, "GE")
    planner = write(_planner, city)
    write(fold_all, now=later(1))
    assert _told(read, planner) == []
    said: dict[str, Any] = {"kind": city.kind, "parent_id": None, "themes": (), **SAID}
    write(change_organisation, city.id, name=city.name, country="AM", **said)
    write(fold_all, now=later(2))
    assert _told(read, planner) == [("active", "audience")]


def test_a_rule_never_undoes_what_people_decided(write: Do, read: Do) -> None:
    city = write(_city)
    chosen, removed = write(_planner, city), write(_planner, city)
    growth = read(path, "growth")
    write(enrol, chosen, growth.id, origin="self", **SAID)
    write(fold_all, now=later(1))
    (enrolled,) = read(enrolments_of, removed.id)
    clerk = write(make_learner)
    write(change_status, enrolled.id, EnrolmentStatus.WITHDRAWN, by=clerk.id, reason="on leave", now=later(2))
    for each in (chosen, removed):
        write(positions.end_position, each.id, "planner", **SAID)
        write(fold_all, now=later(3))
        write(positions.hold_position, each.id, "planner", **(SAID | {"now": later(4)}))
        write(fold_all, now=later(4))
    assert _told(read, chosen) == [("active", "self")]
    assert _told(read, removed) == [("active", "audience"), ("withdrawn", "audience")]


def test_whoever_has_completed_the_path_stays_on_it(write: Do, read: Do) -> None:
    planner = write(_planner, write(_city))
    write(record, statement(agent_of(planner), "intro", at=later(1)), now=later(1))
    write(fold_all, now=later(2))
    (enrolled,) = read(enrolments_of, planner.id)
    assert read(verdict, enrolled.id).state == "satisfied"
    write(positions.end_position, planner.id, "planner", **SAID)
    write(fold_all, now=later(3))
    assert read(standing_of, enrolled.id).status is EnrolmentStatus.ACTIVE


def test_another_rule_reaches_those_who_were_there_before_it(write: Do, read: Do) -> None:
    write(_publish)
    planner, learner = write(_planner, write(_city)), write(make_learner)
    write(needs.say_needs, learner.id, ["energy"], by=learner.id, reason="said so", now=NOW)
    write(fold_all, now=later(1))
    assert read(enrolled_persons) == []
    write(_publish, PLANNERS, {"need": "energy"})
    write(fold_all, now=later(2))
    assert read(enrolled_persons) == sorted([planner.id, learner.id])
    write(_publish, {"need": "energy"})
    write(fold_all, now=later(3))
    assert _told(read, planner)[-1] == ("withdrawn", "audience")
    assert _told(read, learner)[-1] == ("active", "audience")


def test_a_path_that_is_not_open_enrols_nobody_by_rule(write: Do, read: Do) -> None:
    write(_publish, PLANNERS, status="draft")
    planner = write(_planner, write(_city))
    write(fold_all, now=later(1))
    assert read(enrolled_persons) == []
    write(_publish, PLANNERS)
    write(fold_all, now=later(2))
    assert read(enrolled_persons) == [planner.id]


def test_many_are_followed_a_few_at_a_time_and_nobody_is_skipped(write: Do, read: Do) -> None:
    write(_publish)
    write(_many, AT_ONCE + 20)
    write(fold_all, now=later(1))
    write(_publish, {"need": "energy"})
    steps = 0
    while write(apply_effects, now=later(2), limit=1):
        steps += 1
    assert steps == 2
    assert len(read(enrolled_persons)) == AT_ONCE + 20


def _many(conn: Connection, count: int) -> None:
    for number in range(count):
        each = add_person(conn, full_name=f"Person {number}", language="en", now=NOW)
        needs.say_needs(conn, each.id, ["energy"], by=each.id, reason="said so", now=NOW)


def test_somebody_joined_to_another_brings_what_they_do_along(write: Do, read: Do) -> None:
    city, known = write(_city), write(make_learner)
    other = write(make_learner)
    write(join, known.id, city.id, **SAID)
    write(positions.hold_position, other.id, "planner", **SAID)
    write(fold_all, now=later(1))
    assert read(enrolled_persons) == []
    write(join_persons, other.id, known.id, way=Way.STAFF, by=None, reason="the same", now=later(2))
    write(fold_all, now=later(2))
    assert _told(read, known) == [("active", "audience")]


def test_the_register_says_that_a_rule_decided(write: Do, read: Do) -> None:
    write(_planner, write(_city))
    write(fold_all, now=later(1))
    rows = read(lambda conn: conn.execute(sa.select(enrolment_statuses.c.by, enrolment_statuses.c.reason)).all())
    assert [tuple(row) for row in rows] == [(None, "the path is for people like this")]


def test_a_position_that_is_entered_late_counts_for_whatever_was_signed_meanwhile(write: Do, read: Do) -> None:
    asks = {"signed_off": True, "signed_off_by": ["mayor"]}
    write(publish, leaf("a", "intro", asks=asks), audience=[])
    learner, mayor = write(make_learner), write(make_learner)
    enrolled = write(enrol_self, learner)
    intro = read(lambda conn: next(each.id for each in modules(conn) if each.slug == "intro"))
    write(record, statement(agent_of(learner), "intro", at=later(1)), now=later(1))
    signed = Decided(by=mayor.id, reason="saw the plan", at=later(2), now=later(2))
    write(sign_off, learner.id, intro, signed)
    write(fold_all, now=later(2))
    assert read(verdict, enrolled.id).state != "satisfied"
    write(positions.hold_position, mayor.id, "mayor", since=NOW, by=None, reason="elected long ago", now=later(3))
    write(fold_all, now=later(3))
    found = read(verdict, enrolled.id)
    assert (found.state, found.since) == ("satisfied", later(2))
