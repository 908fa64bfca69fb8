from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from base import Invalid
from people import NETWORK, Grant, Role, Scope, ScopeKind, grant_role, grants_of, role_rows, withdraw_role
from people.roles import roles_of
from tests.people.conftest import MakePerson
from tests.times import NOW

DAY = timedelta(days=1)
FACTS: dict[str, Any] = {"by": None, "reason": "a test", "now": NOW}
ARMENIA, GEORGIA = (Scope(ScopeKind.COUNTRY, code) for code in ("AM", "GE"))


def _granted(read: Callable[..., Any], person_id: object, **moments: Any) -> set[Grant]:
    return {grant for grant in read(grants_of, person_id, **moments) if grant.role is not Role.LEARNER}


def test_overlapping_roles_add_up_and_are_withdrawn_one_by_one(
    make_person: MakePerson, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    aygun = make_person()
    for scope in (ARMENIA, GEORGIA, NETWORK):
        write(grant_role, aygun.id, Role.COORDINATOR, scope=scope, **FACTS)
    write(grant_role, aygun.id, Role.MENTOR, scope=GEORGIA, **FACTS)
    write(withdraw_role, aygun.id, Role.COORDINATOR, scope=NETWORK, **FACTS)
    write(withdraw_role, aygun.id, Role.COORDINATOR, scope=ARMENIA, **FACTS)
    assert _granted(read, aygun.id) == {Grant(Role.COORDINATOR, GEORGIA), Grant(Role.MENTOR, GEORGIA)}
    assert read(roles_of, aygun.id) == {Role.LEARNER, Role.COORDINATOR, Role.MENTOR}


def test_overlapping_times_of_one_role_are_one_time_until_it_is_withdrawn(
    make_person: MakePerson, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    aygun = make_person()
    for days in (9, 7):
        write(grant_role, aygun.id, Role.MENTOR, since=NOW - days * DAY, **FACTS)
    write(withdraw_role, aygun.id, Role.MENTOR, since=NOW - 5 * DAY, **FACTS)
    held = [bool(_granted(read, aygun.id, as_of=NOW - days * DAY)) for days in (10, 9, 7, 6, 5, 0)]
    assert held == [False, True, True, True, False, False]
    assert len(read(role_rows, aygun.id)) == 3


def test_what_was_known_then_can_still_be_read(
    make_person: MakePerson, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    aygun = make_person()
    write(grant_role, aygun.id, Role.MENTOR, since=NOW - 9 * DAY, by=None, reason="late", now=NOW - DAY)
    day = NOW - 5 * DAY
    assert _granted(read, aygun.id, as_of=day) == {Grant(Role.MENTOR, NETWORK)}
    assert _granted(read, aygun.id, as_of=day, known_at=NOW - 2 * DAY) == set()


@pytest.mark.parametrize("scope", [Scope(ScopeKind.NETWORK, "x"), Scope(ScopeKind.COUNTRY)])
def test_a_scope_that_is_none_is_refused(scope: Scope, make_person: MakePerson, write: Callable[..., Any]) -> None:
    with pytest.raises(Invalid, match="scope"):
        write(grant_role, make_person().id, Role.MENTOR, scope=scope, **FACTS)


def test_a_role_is_not_granted_for_the_future(make_person: MakePerson, write: Callable[..., Any]) -> None:
    with pytest.raises(Invalid, match="after now"):
        write(grant_role, make_person().id, Role.MENTOR, since=NOW + DAY, **FACTS)
