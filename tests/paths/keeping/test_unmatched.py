"""Statements for people and modules that are not known: kept, reported, and counted once they are."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from lrs import Account, Agent, agent_key
from modules import publish_module
from paths import State, Unknown, find_unmatched, rename_agent, replay, verdict
from paths.keeping.facts import facts_of_agents
from people import Account as PersonAccount
from people import Person, Way, admit, part_persons
from people.linking import link_account
from tests.paths.makers import leaf
from tests.paths.world import (
    activity,
    agent_of,
    enrol_self,
    fold_all,
    later,
    make_learner,
    module_source,
    publish,
    publish_modules,
    record,
    statement,
)

Do = Callable[..., Any]
ACADEMY = PersonAccount("https://academy.example", "4711")
ELSEWHERE = Agent(account=Account(home_page=ACADEMY.home_page, name=ACADEMY.name))
BY_MAIL = Agent(mbox="mailto:aygun@academy.example")


@pytest.fixture(autouse=True)
def _path(write: Do) -> None:
    write(publish_modules)
    write(publish, leaf("a", "intro"))


@pytest.fixture
def learner(write: Do) -> Person:
    person: Person = write(make_learner)
    write(enrol_self, person)
    return person


def heard(conn: Connection, *agents: Agent, slug: str = "intro", minutes: float = 1) -> None:
    for agent in agents:
        record(conn, statement(agent, slug, at=later(minutes)), now=later(minutes))
    fold_all(conn, now=later(minutes))


def names(conn: Connection, kind: Unknown, **asked: Any) -> list[str]:
    return [each.name for each in find_unmatched(conn, kind, **({"limit": 50} | asked))]


def link(conn: Connection, learner: Person) -> Any:
    linked = link_account(conn, learner.id, ACADEMY, way=Way.STAFF, by=None, reason="hers", now=later(9))
    fold_all(conn, now=later(9))
    return linked


def path_state(conn: Connection, learner: Person) -> State:
    found = verdict(conn, enrol_self(conn, learner).id)
    assert found is not None
    return found.state


def test_agents_whom_nobody_owns_are_reported_with_their_first_statement(write: Do, read: Do, learner: Person) -> None:
    write(heard, agent_of(learner), ELSEWHERE, BY_MAIL)
    write(heard, ELSEWHERE, minutes=2)
    found = {each.name: each for each in read(find_unmatched, Unknown.AGENT, limit=50)}
    assert found.keys() == {agent_key(ELSEWHERE), agent_key(BY_MAIL)}
    assert found[agent_key(ELSEWHERE)].account == ACADEMY
    assert found[agent_key(BY_MAIL)].account is None
    (first, _) = sorted(read(facts_of_agents, [agent_key(ELSEWHERE)]), key=lambda fact: fact.known_at)
    assert found[agent_key(ELSEWHERE)].statement_id == first.statement_id


def test_what_was_done_before_the_account_was_known_counts_once_it_is_linked(
    write: Do, read: Do, learner: Person
) -> None:
    write(heard, ELSEWHERE)
    assert read(path_state, learner) == State.OPEN
    linked = write(link, learner)
    assert read(path_state, learner) == State.SATISFIED
    assert read(names, Unknown.AGENT) == []
    assert write(replay, [learner.id], check=True, now=later(9)) == []
    write(part_persons, learner.id, linked.act, by=None, reason="not hers", now=later(10))
    write(fold_all, now=later(10))
    assert read(path_state, learner) != State.SATISFIED
    assert read(names, Unknown.AGENT) == [], "the account is a person's of its own now"


def test_an_account_that_arrives_by_a_launch_is_known_from_then_on(write: Do, read: Do) -> None:
    write(heard, ELSEWHERE)
    newcomer = write(admit, ACADEMY, full_name=None, language="az", now=later(5))
    assert read(names, Unknown.AGENT) == []
    write(enrol_self, newcomer, now=later(6))
    assert read(path_state, newcomer) == State.SATISFIED


def test_activities_that_no_module_has_are_reported_until_one_does(write: Do, read: Do, learner: Person) -> None:
    write(heard, agent_of(learner), slug="yet-to-come")
    assert read(names, Unknown.ACTIVITY) == [activity("yet-to-come")]
    write(publish_module, module_source("yet-to-come"), now=later(3))
    assert read(names, Unknown.ACTIVITY) == []
    write(publish, leaf("a", "yet-to-come"), now=later(4))
    write(fold_all, now=later(4))
    assert read(path_state, learner) == State.SATISFIED


def test_to_hear_of_them_again_changes_nothing(write: Do, read: Do) -> None:
    write(heard, ELSEWHERE, slug="unknown")
    before = read(find_unmatched, Unknown.AGENT, limit=9), read(find_unmatched, Unknown.ACTIVITY, limit=9)
    write(heard, ELSEWHERE, slug="unknown", minutes=2)
    assert (read(find_unmatched, Unknown.AGENT, limit=9), read(find_unmatched, Unknown.ACTIVITY, limit=9)) == before


def test_a_pseudonym_takes_the_place_of_the_names_that_it_hides(write: Do, read: Do) -> None:
    write(heard, ELSEWHERE)
    write(heard, BY_MAIL, minutes=2)
    hidden = "account::https://waymark.example::7e1f"
    write(rename_agent, [agent_key(ELSEWHERE), agent_key(BY_MAIL)], hidden)
    (row,) = read(find_unmatched, Unknown.AGENT, limit=9)
    assert (row.name, row.known_at < later(2)) == (hidden, True)


def test_the_list_goes_on_behind_its_last_row_the_newest_first(write: Do, read: Do) -> None:
    agents = [Agent(account=Account(home_page=ACADEMY.home_page, name=str(n))) for n in range(5)]
    for n, agent in enumerate(agents):
        write(heard, agent, minutes=n + 1)
    seen: list[str] = []
    before = None
    for _ in range(3):
        rows = read(find_unmatched, Unknown.AGENT, before=before, limit=2)
        seen += [row.name for row in rows]
        before = (rows[-1].known_at, rows[-1].name)
    assert seen == [agent_key(agent) for agent in reversed(agents)]
