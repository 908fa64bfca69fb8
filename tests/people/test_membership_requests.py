from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from base import Conflict, Forbidden, Invalid
from base.audit import audit_rows
from people import (
    NETWORK,
    Grant,
    Person,
    Role,
    Scope,
    ScopeKind,
    Tier,
    add_address,
    approve_request,
    close_domain,
    count_open_requests,
    grants_of,
    join,
    memberships_of,
    open_requests,
    refuse_request,
    request_membership,
    requests_of,
    verify_address,
)
from tests.people.conftest import MakeOrganisation, MakePerson
from tests.times import NOW


@pytest.fixture
def coordinator(make_person: MakePerson) -> Person:
    return make_person("Hasmik", "hy")


def test_a_wish_waits_until_a_coordinator_approves_it(
    make_person: MakePerson,
    make_organisation: MakeOrganisation,
    coordinator: Person,
    write: Callable[..., Any],
    read: Callable[..., Any],
) -> None:
    aygun, city = make_person(), make_organisation()
    wish = write(request_membership, aygun.id, city.id, note="I plan its parks.", now=NOW)
    assert read(memberships_of, aygun.id) == []
    assert read(open_requests, within={NETWORK}) == [wish]
    facts = {"by": coordinator.id, "reason": "known to us", "now": NOW}
    write(approve_request, wish.id, roles=[Role.FACILITATOR], **facts)
    assert [(each.organisation_id, each.tier) for each in read(memberships_of, aygun.id)] == [(city.id, Tier.MEMBER)]
    assert Grant(Role.FACILITATOR, Scope(ScopeKind.ORGANISATION, str(city.id))) in read(grants_of, aygun.id)
    assert read(open_requests, within={NETWORK}) == []
    for answer in (approve_request, refuse_request):
        with pytest.raises(Conflict, match="answered already"):
            write(answer, wish.id, **facts)


def test_a_refusal_needs_a_reason_which_the_person_can_read(
    make_person: MakePerson,
    make_organisation: MakeOrganisation,
    coordinator: Person,
    write: Callable[..., Any],
    read: Callable[..., Any],
) -> None:
    aygun, city = make_person(), make_organisation()
    wish = write(request_membership, aygun.id, city.id, now=NOW)
    with pytest.raises(Invalid, match="reason is empty"):
        write(refuse_request, wish.id, by=coordinator.id, reason=" ", now=NOW)
    write(refuse_request, wish.id, by=coordinator.id, reason="Works elsewhere", now=NOW)
    assert read(memberships_of, aygun.id) == []
    assert [(each.approved, each.answer) for each in read(requests_of, aygun.id)] == [(False, "Works elsewhere")]
    again = write(request_membership, aygun.id, city.id, now=NOW)
    assert again.id != wish.id
    assert again.approved is None
    rows = write(lambda conn: conn.execute(sa.select(audit_rows).where(audit_rows.c.by == coordinator.id)).all())
    assert [(row.act, row.reason) for row in rows] == [("membership.refuse", "Works elsewhere")]


def test_asking_again_gives_the_open_wish(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    aygun, city = make_person(), make_organisation()
    wish = write(request_membership, aygun.id, city.id, note="first", now=NOW)
    assert write(request_membership, aygun.id, city.id, note="second", now=NOW) == wish
    assert read(count_open_requests, within={NETWORK}) == 1


def test_supporters_join_at_once_and_may_still_ask_for_more(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    aygun, city = make_person(), make_organisation()
    assert write(request_membership, aygun.id, city.id, tier=Tier.SUPPORTER, now=NOW).approved is True
    assert [each.tier for each in read(memberships_of, aygun.id)] == [Tier.SUPPORTER]
    assert write(request_membership, aygun.id, city.id, tier=Tier.MEMBER, now=NOW).approved is None
    with pytest.raises(Conflict, match="as supporter"):
        write(request_membership, aygun.id, city.id, tier=Tier.SUPPORTER, now=NOW)


def test_a_member_is_not_made_a_supporter_by_asking(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any]
) -> None:
    aygun, city = make_person(), make_organisation()
    write(join, aygun.id, city.id, by=None, reason="a test", now=NOW)
    with pytest.raises(Conflict, match="as member"):
        write(request_membership, aygun.id, city.id, tier=Tier.SUPPORTER, now=NOW)


@pytest.mark.parametrize(
    ("address", "proven", "admitted"),
    [
        ("aygun@Gyumri.am", True, True),
        ("aygun@gyumri.am", False, None),
        ("aygun@mail.gyumri.am", True, None),
        ("aygun@notgyumri.am", True, None),
    ],
)
def test_only_a_proven_address_at_the_very_domain_admits(
    *,
    address: str,
    proven: bool,
    admitted: bool | None,
    make_person: MakePerson,
    make_organisation: MakeOrganisation,
    write: Callable[..., Any],
    read: Callable[..., Any],
) -> None:
    aygun, city = make_person(), make_organisation(mail_domains=["gyumri.am"])
    added = write(add_address, aygun.id, address, now=NOW)
    if proven:
        write(verify_address, added.id, now=NOW)
    assert write(request_membership, aygun.id, city.id, now=NOW).approved is admitted
    assert bool(read(memberships_of, aygun.id)) is bool(admitted)


def test_a_closed_domain_admits_nobody(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any]
) -> None:
    aygun, city = make_person(), make_organisation(mail_domains=["gyumri.am"])
    write(verify_address, write(add_address, aygun.id, "a@gyumri.am", now=NOW).id, now=NOW)
    write(close_domain, city.id, "gyumri.am", by=None, reason="sold", now=NOW)
    assert write(request_membership, aygun.id, city.id, now=NOW).approved is None


def test_nobody_answers_their_own_wish(
    make_organisation: MakeOrganisation, coordinator: Person, write: Callable[..., Any]
) -> None:
    wish = write(request_membership, coordinator.id, make_organisation().id, now=NOW)
    for answer in (approve_request, refuse_request):
        with pytest.raises(Forbidden):
            write(answer, wish.id, by=coordinator.id, reason="I know me", now=NOW)


def test_a_coordinator_sees_the_wishes_of_their_country_alone(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    aygun = make_person()
    here, there = make_organisation(country="AM"), make_organisation(country="GE")
    for each in (here, there):
        write(request_membership, aygun.id, each.id, now=NOW)
    seen = read(open_requests, within={Scope(ScopeKind.COUNTRY, "AM")})
    assert [each.organisation_id for each in seen] == [here.id]
    assert read(open_requests, within=()) == []


def test_a_note_longer_than_a_thousand_characters_is_refused(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any]
) -> None:
    with pytest.raises(Invalid, match="1001 characters"):
        write(request_membership, make_person().id, make_organisation().id, note="x" * 1001, now=NOW)
