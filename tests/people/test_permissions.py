import re
import time
from uuid import UUID

import pytest

from base import Forbidden
from people import NETWORK, Action, Grant, Role, Scope, ScopeKind, may, may_somewhere, place, require, require_somewhere
from people.permissions import OF_THE_NETWORK, PERMISSIONS, oneself

AYGUN, BORYS = UUID(int=1), UUID(int=2)
BAKU = Scope(ScopeKind.ORGANISATION, "baku")
AZERBAIJAN, UKRAINE = Scope(ScopeKind.COUNTRY, "AZ"), Scope(ScopeKind.COUNTRY, "UA")
LEARNER = Grant(Role.LEARNER, oneself(AYGUN))


def network(role: Role) -> set[Grant]:
    return {Grant(role, NETWORK)}


def test_every_action_has_its_row() -> None:
    assert set(PERMISSIONS) == set(Action)
    assert all(PERMISSIONS.values())


def test_actions_are_short_dotted_words() -> None:
    assert all(re.fullmatch(r"[a-z]+(\.[a-z]+){1,2}", action) for action in Action)


def test_administrator_registers_platforms_and_nobody_else_does() -> None:
    assert {role for role in Role if may(network(role), Action.REGISTER_PLATFORMS, place())} == {Role.ADMINISTRATOR}


def test_auditor_reads_everything_and_changes_nothing() -> None:
    for action, reach in PERMISSIONS.items():
        only_shows, only_of_oneself = action.split(".")[1] == "view", set(reach) == {Role.LEARNER}
        expected = ScopeKind.NETWORK if only_shows and not only_of_oneself else None
        assert reach.get(Role.AUDITOR) is expected, action


def test_learner_does_what_concerns_themselves_and_nobody_else() -> None:
    assert may({LEARNER}, Action.OPEN_MODULES, place(oneself(AYGUN), BAKU))
    assert not may({LEARNER}, Action.OPEN_MODULES, place(oneself(BORYS), BAKU))
    assert not may({LEARNER}, Action.OPEN_MODULES, place())
    for action, reach in PERMISSIONS.items():
        assert reach.get(Role.LEARNER, ScopeKind.SELF) is ScopeKind.SELF, action


@pytest.fixture
def people_of_a_country(monkeypatch: pytest.MonkeyPatch) -> Action:
    """An action that a coordinator may do to whatever is no wider than a country."""
    row = {Role.COORDINATOR: ScopeKind.COUNTRY, Role.ADMINISTRATOR: ScopeKind.NETWORK}
    monkeypatch.setitem(PERMISSIONS, Action.VIEW_EVIDENCE, row)
    return Action.VIEW_EVIDENCE


def test_a_role_counts_inside_the_scope_that_it_was_granted_for(people_of_a_country: Action) -> None:
    coordinator = {LEARNER, Grant(Role.COORDINATOR, AZERBAIJAN)}
    assert may(coordinator, people_of_a_country, place(oneself(BORYS), BAKU, AZERBAIJAN))
    assert may(coordinator, people_of_a_country, place(AZERBAIJAN))
    assert not may(coordinator, people_of_a_country, place(oneself(BORYS), UKRAINE))
    assert not may({Grant(Role.COORDINATOR, BAKU)}, people_of_a_country, place(AZERBAIJAN))


def test_a_role_reaches_no_further_than_the_table_says(people_of_a_country: Action) -> None:
    assert may(network(Role.COORDINATOR), people_of_a_country, place(UKRAINE))
    assert not may(network(Role.COORDINATOR), people_of_a_country, place())
    assert may(network(Role.ADMINISTRATOR), people_of_a_country, place())


def test_one_permitting_role_is_enough() -> None:
    grants = {LEARNER, *network(Role.ADMINISTRATOR)}
    require(grants, Action.RETRY_DELIVERIES, place())
    require_somewhere(grants, Action.RETRY_DELIVERIES)


def test_nobody_may_nothing() -> None:
    assert not any(may(set(), action, place()) or may_somewhere(set(), action) for action in Action)


def test_refusal_names_the_action_and_who_may() -> None:
    with pytest.raises(Forbidden, match=r'"deliveries\.retry" is not open to you\. It is open to: admin') as refusal:
        require({LEARNER}, Action.RETRY_DELIVERIES, place())
    assert refusal.value.rule == "deliveries.retry"
    with pytest.raises(Forbidden, match=r"You act as learner; .* is not open to you here\."):
        require({LEARNER}, Action.OPEN_MODULES, place(oneself(BORYS)))


def test_a_check_takes_less_than_a_tenth_of_a_millisecond() -> None:
    grants = {Grant(role, AZERBAIJAN) for role in Role if role is not Role.ADMINISTRATOR} | network(Role.ADMINISTRATOR)
    where = place(oneself(AYGUN), BAKU, AZERBAIJAN, *(Scope(ScopeKind.COHORT, str(n)) for n in range(20)))
    began = time.perf_counter()
    for _ in range(1000):
        assert may(grants, Action.REGISTER_PLATFORMS, where)
    assert time.perf_counter() - began < 0.1


@pytest.mark.parametrize("action", sorted(OF_THE_NETWORK))
def test_an_administrator_of_one_country_does_nothing_to_the_whole_network(action: Action) -> None:
    local = {Grant(Role.ADMINISTRATOR, Scope(ScopeKind.COUNTRY, "AM"))}
    assert not may_somewhere(local, action)
    assert may_somewhere({Grant(Role.ADMINISTRATOR, NETWORK)}, action)
