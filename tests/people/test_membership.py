from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from base import Conflict, Invalid, Missing
from base.audit import audit_rows
from people import (
    NETWORK,
    Grant,
    Membership,
    Role,
    Scope,
    ScopeKind,
    Tier,
    accounts_of,
    add_person_on_paper,
    focal_points_of,
    grant_role,
    grants_of,
    join,
    leave,
    membership_rows,
    memberships_of,
    name_focal_point,
    person,
    place_of_person,
)
from people.permissions import oneself
from people.roles import roles_of
from tests.people.conftest import MakeOrganisation, MakePerson
from tests.times import NOW

DAY = timedelta(days=1)
FACTS: dict[str, Any] = {"by": None, "reason": "a test", "now": NOW}


def test_somebody_may_belong_to_several_organisations_and_hold_roles_in_each(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    aygun, city, ngo = make_person(), make_organisation("City"), make_organisation("NGO")
    write(join, aygun.id, city.id, roles=[Role.MENTOR, Role.FACILITATOR], **FACTS)
    write(join, aygun.id, ngo.id, tier=Tier.PARTNER, roles=[Role.MENTOR], since=NOW - DAY, **FACTS)
    assert read(memberships_of, aygun.id) == [
        Membership(aygun.id, ngo.id, Tier.PARTNER, NOW - DAY),
        Membership(aygun.id, city.id, Tier.MEMBER, NOW),
    ]
    in_city, in_ngo = (Scope(ScopeKind.ORGANISATION, str(each.id)) for each in (city, ngo))
    assert read(grants_of, aygun.id) == {
        Grant(Role.LEARNER, oneself(aygun.id)),
        Grant(Role.MENTOR, in_city),
        Grant(Role.FACILITATOR, in_city),
        Grant(Role.MENTOR, in_ngo),
    }


def test_whoever_leaves_loses_what_they_held_there_and_nothing_else(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    aygun, city, ngo = make_person(), make_organisation("City"), make_organisation("NGO")
    for each in (city, ngo):
        write(join, aygun.id, each.id, roles=[Role.MENTOR], since=NOW - 9 * DAY, **FACTS)
        write(name_focal_point, aygun.id, each.id, "Energy", since=NOW - 9 * DAY, **FACTS)
    write(grant_role, aygun.id, Role.AUDITOR, scope=NETWORK, **FACTS)
    write(leave, aygun.id, city.id, since=NOW - 2 * DAY, **FACTS)
    assert [each.organisation_id for each in read(memberships_of, aygun.id)] == [ngo.id]
    assert read(focal_points_of, city.id) == []
    assert [each.theme for each in read(focal_points_of, ngo.id)] == ["energy"]
    assert read(grants_of, aygun.id) == {
        Grant(Role.LEARNER, oneself(aygun.id)),
        Grant(Role.MENTOR, Scope(ScopeKind.ORGANISATION, str(ngo.id))),
        Grant(Role.AUDITOR, NETWORK),
    }
    assert {each.organisation_id for each in read(memberships_of, aygun.id, as_of=NOW - 3 * DAY)} == {city.id, ngo.id}
    assert len(read(focal_points_of, city.id, as_of=NOW - 3 * DAY)) == 1
    assert [row.held for row in read(membership_rows, aygun.id)] == [True, True, False]


def test_who_does_not_belong_cannot_leave(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any]
) -> None:
    aygun, city = make_person(), make_organisation()
    with pytest.raises(Conflict):
        write(leave, aygun.id, city.id, **FACTS)
    write(join, aygun.id, city.id, **FACTS)
    write(leave, aygun.id, city.id, **FACTS)
    with pytest.raises(Conflict):
        write(leave, aygun.id, city.id, **FACTS)


def test_joining_at_another_tier_changes_the_tier(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    aygun, city = make_person(), make_organisation()
    for tier in (Tier.SUPPORTER, Tier.MEMBER):
        write(join, aygun.id, city.id, tier=tier, **FACTS)
    assert [each.tier for each in read(memberships_of, aygun.id)] == [Tier.MEMBER]


@pytest.mark.parametrize(
    ("tier", "role"),
    [(Tier.SUPPORTER, Role.MENTOR), (Tier.MEMBER, Role.ADMINISTRATOR), (Tier.PARTNER, Role.AUDITOR)],
)
def test_roles_that_nobody_can_hold_there_are_refused(
    tier: Tier,
    role: Role,
    make_person: MakePerson,
    make_organisation: MakeOrganisation,
    write: Callable[..., Any],
    read: Callable[..., Any],
) -> None:
    aygun, city = make_person(), make_organisation()
    with pytest.raises(Invalid):
        write(join, aygun.id, city.id, tier=tier, roles=[role], **FACTS)
    assert read(memberships_of, aygun.id) == []
    assert read(roles_of, aygun.id) == {Role.LEARNER}


def test_nobody_joins_the_unknown_or_the_future(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any]
) -> None:
    aygun, city = make_person(), make_organisation()
    with pytest.raises(Missing):
        write(join, aygun.id, uuid4(), **FACTS)
    with pytest.raises(Missing):
        write(join, uuid4(), city.id, **FACTS)
    with pytest.raises(Invalid, match="after now"):
        write(join, aygun.id, city.id, since=NOW + DAY, **FACTS)


def test_a_person_on_paper_is_a_learner_known_by_name_and_organisation_alone(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    staff, city = make_person(), make_organisation()
    facts = FACTS | {"by": staff.id, "reason": "workshop of 3 May"}
    narek = write(add_person_on_paper, city.id, full_name="Narek Petrosyan", language="hy", **facts)
    assert read(person, narek.id).full_name == "Narek Petrosyan"
    assert read(accounts_of, narek.id) == [narek.opaque]
    assert read(memberships_of, narek.id) == [Membership(narek.id, city.id, Tier.MEMBER, NOW)]
    assert read(roles_of, narek.id) == {Role.LEARNER}
    with pytest.raises(Invalid):
        write(add_person_on_paper, city.id, full_name=" ", language="hy", **facts)


def test_a_person_is_wherever_they_belong(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    aygun, city = make_person(), make_organisation(country="GE")
    assert read(place_of_person, aygun.id) == {oneself(aygun.id), NETWORK}
    write(join, aygun.id, city.id, **FACTS)
    assert read(place_of_person, aygun.id) == {
        oneself(aygun.id),
        Scope(ScopeKind.ORGANISATION, str(city.id)),
        Scope(ScopeKind.COUNTRY, "GE"),
        NETWORK,
    }


def test_joining_and_leaving_leave_audit_rows(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any]
) -> None:
    staff, aygun, city = make_person(), make_person(), make_organisation()
    write(join, aygun.id, city.id, by=staff.id, reason="hired", now=NOW)
    write(leave, aygun.id, city.id, by=staff.id, reason="retired", now=NOW + DAY)
    rows = write(
        lambda conn: conn.execute(
            sa.select(audit_rows).where(audit_rows.c.act.startswith("membership.")).order_by(audit_rows.c.at)
        ).all()
    )
    assert [(row.act, row.by, row.reason) for row in rows] == [
        ("membership.join", staff.id, "hired"),
        ("membership.leave", staff.id, "retired"),
    ]
