from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from base import Missing
from paths import (
    EnrolmentStatus,
    Explanation,
    State,
    change_status,
    enrol_organisation,
    path,
    team_progress,
    teams_on_paths,
)
from people import Organisation, OrganisationKind, Person, add_organisation, join, positions
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
)
from tests.times import NOW

Do = Callable[..., Any]
SAID: dict[str, Any] = {"by": None, "reason": "a test", "now": NOW}


@pytest.fixture
def city(write: Do) -> Organisation:
    """A city with two members, one of them its planner, on a path as a team; the other passed one of two modules."""

    def begun(conn: Connection) -> Organisation:
        publish_modules(conn)
        team = {"kind": "team", "at_least": 2, "positions": ["planner"], "title": in_all_languages("team")}
        publish(conn, {"id": "n-team", **team, "items": [leaf("a", "intro"), leaf("b", "budget")]})
        made = add_organisation(conn, name="Gyumri", kind=OrganisationKind.CITY, country="AM", **SAID)
        first, planner = _member(conn, made), _member(conn, made)
        positions.hold_position(conn, planner.id, "planner", **SAID)
        enrol_organisation(conn, made.id, path(conn, "growth").id, origin="call", **SAID)
        record(conn, statement(agent_of(first), "intro", at=later(10)), now=later(10))
        fold_all(conn, now=later(10))
        return made

    made: Organisation = write(begun)
    return made


def _member(conn: Connection, city: Organisation) -> Person:
    member = make_learner(conn)
    join(conn, member.id, city.id, **SAID)
    return member


def _all(node: Explanation) -> list[Explanation]:
    return [node, *(below for item in node.items for below in _all(item))]


def test_a_team_sees_how_far_it_is_and_what_a_position_lacks(read: Do, city: Organisation) -> None:
    found = read(team_progress, city.id, "growth", language="az", now=later(20))
    assert {each.id: each.state for each in _all(found.node)} == {
        "path": State.IN_PROGRESS,
        "n-team": State.IN_PROGRESS,
        "a": State.IN_PROGRESS,
        "b": State.OPEN,
    }
    (need,) = found.needs
    assert (need.position, need.covered, need.holders, need.missing) == ("planner", False, 1, ("a", "b"))
    assert found.titles == {
        "path": "Pathways for Economic Growth (az)",
        "n-team": "team (az)",
        "a": "intro (az)",
        "b": "budget (az)",
    }


def test_nobodys_evidence_is_in_it(write: Do, read: Do, city: Organisation) -> None:
    for _ in range(2):
        done = write(_member, city)
        write(record, statement(agent_of(done), "intro", at=later(11)), now=later(11))
    write(fold_all, now=later(12))
    found = read(team_progress, city.id, "growth", language="en", now=later(20))
    shown = _all(found.node)
    assert State.SATISFIED in {each.state for each in shown}
    assert {(each.evidence, each.options) for each in shown} == {((), ())}


def test_the_paths_of_teams_are_told_until_they_are_withdrawn(write: Do, read: Do, city: Organisation) -> None:
    (told,) = read(teams_on_paths, [city.id], language="az")
    assert (told.slug, told.title, told.state) == ("growth", "Pathways for Economic Growth (az)", State.IN_PROGRESS)
    enrolled = read(team_progress, city.id, "growth", language="en", now=NOW).enrolment_id
    write(change_status, enrolled, EnrolmentStatus.WITHDRAWN, **SAID)
    assert read(teams_on_paths, [city.id], language="az") == []
    found = read(team_progress, city.id, "growth", language="en", now=NOW)
    assert found.status is EnrolmentStatus.WITHDRAWN


def test_an_organisation_that_is_not_on_the_path_has_no_progress(write: Do, read: Do, city: Organisation) -> None:
    other = write(add_organisation, name="Batumi", kind=OrganisationKind.CITY, country="GE", **SAID)
    with pytest.raises(Missing, match="as a team"):
        read(team_progress, other.id, "growth", language="en", now=NOW)
    with pytest.raises(Missing):
        read(team_progress, city.id, "nowhere", language="en", now=NOW)
