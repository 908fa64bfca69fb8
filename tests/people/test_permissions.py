import re

import pytest

from base import Forbidden
from people import PERMISSIONS, Action, Role, may, require


def test_every_action_has_its_row() -> None:
    assert set(PERMISSIONS) == set(Action)


def test_actions_are_short_dotted_words() -> None:
    assert all(re.fullmatch(r"[a-z]+(\.[a-z]+){1,2}", action) for action in Action)


def test_administrator_registers_platforms_and_nobody_else_does() -> None:
    assert {role for role in Role if may({role}, Action.REGISTER_PLATFORMS)} == {Role.ADMINISTRATOR}


def test_auditor_reads_everything_and_changes_nothing() -> None:
    changing = {
        Action.OPEN_MODULES,
        Action.REGISTER_PLATFORMS,
        Action.RETRY_DELIVERIES,
        Action.MANAGE_CREDENTIALS,
        Action.GRANT_ROLES,
    }
    assert {action for action in Action if not may({Role.AUDITOR}, action)} == changing


def test_learner_does_what_concerns_themselves() -> None:
    assert {action for action in Action if may({Role.LEARNER}, action)} == {
        Action.VIEW_CATALOGUE,
        Action.VIEW_OWN_PATHS,
        Action.OPEN_MODULES,
        Action.VIEW_OWN_CERTIFICATES,
    }


def test_one_permitting_role_is_enough() -> None:
    assert may({Role.LEARNER, Role.ADMINISTRATOR}, Action.RETRY_DELIVERIES)
    require({Role.LEARNER, Role.ADMINISTRATOR}, Action.RETRY_DELIVERIES)


def test_nobody_may_nothing() -> None:
    assert not any(may(set(), action) for action in Action)


def test_refusal_names_the_action_and_who_may() -> None:
    with pytest.raises(Forbidden, match=r'"deliveries\.retry" is open to: administrator') as refusal:
        require({Role.LEARNER}, Action.RETRY_DELIVERIES)
    assert refusal.value.rule == "deliveries.retry"
