from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from base import settle_installation
from modules import publish_module
from paths import Because, Manner, Proposal, Reason, recommend, topics_offered
from people import OrganisationKind, Person, add_organisation, join, needs, positions
from tests.paths.makers import group, leaf
from tests.paths.world import (
    SITE,
    agent_of,
    enrol_self,
    fold_all,
    later,
    make_learner,
    module_source,
    publish,
    record,
    statement,
)
from tests.times import NOW

Do = Callable[..., Any]
SAID: dict[str, Any] = {"by": None, "reason": "a test", "now": NOW}
OTHER = {"id": "9d1fa8b4-5a2c-4c57-8b52-0f0f4c1f7a10", "slug": "other", "activity": "https://ulc.waymark.example/o"}
MODULES: dict[str, dict[str, Any]] = {
    "intro": {"topics": ("planning",), "minutes": 10, "audience": ()},
    "budget": {"topics": ("Finance",), "minutes": 30, "audience": ("finance-officer",)},
    "data": {"topics": ("energy", "data"), "minutes": 20, "audience": ()},
    "water": {"topics": ("water",), "minutes": 5, "audience": ()},
}


@pytest.fixture(autouse=True)
def _modules(write: Do) -> None:
    write(settle_installation, SITE, now=NOW)
    for slug, own in MODULES.items():
        write(publish_module, module_source(slug, **own), now=NOW)


def _say(conn: Connection, learner: Person, position: str = "", *topics: str) -> None:
    needs.say_calling(conn, learner.id, position, by=learner.id, reason="said so", now=NOW)
    needs.say_needs(conn, learner.id, topics, by=learner.id, reason="said so", now=NOW)


def _recommend(
    read: Do, learner: Person, *, minutes: int | None = None, manner: Manner = Manner.EITHER
) -> list[Proposal]:
    found: list[Proposal] = read(recommend, learner, minutes=minutes, manner=manner, language="en", now=NOW)
    return found


def _why(proposal: Proposal) -> dict[str, list[tuple[str, ...]]]:
    return {step.id: [(each.because.value, *each.words) for each in step.reasons] for step in proposal.steps}


def test_a_path_is_proposed_for_a_position_with_a_reason_for_each_step(write: Do, read: Do) -> None:
    write(publish, leaf("a", "intro"), leaf("b", "budget"), role="finance-officer")
    learner = write(make_learner)
    assert _recommend(read, learner) == []
    write(_say, learner, "finance-officer", "planning")
    (proposal,) = _recommend(read, learner, minutes=15)
    assert proposal.reasons == (
        Reason(Because.POSITION, ("finance-officer",)),
        Reason(Because.TOPIC, ("planning",)),
    )
    assert _why(proposal) == {"a": [("topic", "planning")], "b": [("position", "finance-officer")]}
    assert (proposal.minutes, proposal.weeks, proposal.enrolled) == (40, 3, False)


def test_what_is_shown_already_is_skipped_and_a_complete_path_is_not_proposed(write: Do, read: Do) -> None:
    write(publish, leaf("a", "intro"), leaf("b", "budget"), role="planner")
    learner = write(make_learner)
    write(_say, learner, "planner")
    write(record, statement(agent_of(learner), "intro", at=later(1)), now=later(1))
    write(fold_all, now=later(2))
    (proposal,) = _recommend(read, learner)
    assert (list(_why(proposal)), proposal.skipped, proposal.minutes) == (["b"], ("intro (en)",), 30)
    write(enrol_self, learner, now=later(3))
    assert _recommend(read, learner)[0].enrolled
    write(record, statement(agent_of(learner), "budget", at=later(4)), now=later(4))
    write(fold_all, now=later(5))
    assert _recommend(read, learner) == []


def test_of_a_choice_what_was_wished_is_taken_and_else_the_shortest(write: Do, read: Do) -> None:
    write(publish, group("g", leaf("b", "budget"), leaf("d", "data"), leaf("w", "water"), n=1), role="planner")
    learner = write(make_learner)
    write(_say, learner, "planner", "energy")
    assert _why(_recommend(read, learner)[0]) == {"d": [("topic", "energy")]}
    write(_say, learner, "planner")
    assert _why(_recommend(read, learner)[0]) == {"w": [("shortest",)]}
    write(record, statement(agent_of(learner), "budget", at=later(1)), now=later(1))
    write(fold_all, now=later(2))
    assert _recommend(read, learner) == []


def test_what_is_optional_is_proposed_where_it_was_wished_alone(write: Do, read: Do) -> None:
    write(publish, leaf("a", "intro"), leaf("w", "water", optional=True), role="planner")
    learner = write(make_learner)
    write(_say, learner, "planner")
    assert _why(_recommend(read, learner)[0]) == {"a": [("needed",)]}
    write(_say, learner, "planner", "Water")
    assert _why(_recommend(read, learner)[0]) == {"a": [("needed",)], "w": [("topic", "water")]}


def test_the_path_that_more_speaks_for_comes_first_and_of_equals_the_shorter(write: Do, read: Do) -> None:
    write(publish, leaf("a", "budget"), role="planner")
    write(publish, leaf("a", "water"), leaf("b", "data"), **OTHER, role="mayor")
    learner = write(make_learner)

    def proposed(position: str, *topics: str) -> list[str]:
        write(_say, learner, position, *topics)
        return [each.slug for each in _recommend(read, learner)]

    assert proposed("planner") == ["growth"]
    assert proposed("planner", "water") == ["growth", "other"]
    assert proposed("planner", "water", "data") == ["other", "growth"]
    assert proposed("", "finance", "water") == ["other", "growth"]
    assert proposed("innovation-advisor") == []


def test_a_rule_of_the_path_speaks_for_it_and_what_staff_entered_counts_too(write: Do, read: Do) -> None:
    rule = {"organisation_kind": "city", "country": "AM"}
    write(publish, leaf("a", "intro"), role="planner", audience=[rule])
    learner = write(make_learner)
    city = write(add_organisation, name="Gyumri", kind=OrganisationKind.CITY, country="AM", **SAID)
    write(join, learner.id, city.id, **SAID)
    assert [each.because for each in _recommend(read, learner)[0].reasons] == [Because.BELONGS]
    write(positions.hold_position, learner.id, "planner", **SAID)
    assert [each.because for each in _recommend(read, learner)[0].reasons] == [Because.POSITION, Because.BELONGS]


def test_a_path_that_is_not_open_is_not_proposed(write: Do, read: Do) -> None:
    write(publish, leaf("a", "intro"), role="planner", status="retired")
    learner = write(make_learner)
    write(_say, learner, "planner")
    assert _recommend(read, learner) == []


def test_a_step_tells_that_it_can_be_taken_as_somebody_likes(write: Do, read: Do) -> None:
    write(publish, leaf("a", "intro"), role="planner")
    learner = write(make_learner)
    write(_say, learner, "planner")
    assert _why(_recommend(read, learner, manner=Manner.ALONE)[0]) == {"a": [("manner",)]}
    assert _why(_recommend(read, learner, manner=Manner.TOGETHER)[0]) == {"a": [("needed",)]}


def test_the_topics_that_are_offered_are_those_of_modules_that_can_be_begun(read: Do) -> None:
    assert read(topics_offered) == ["data", "energy", "finance", "planning", "water"]
