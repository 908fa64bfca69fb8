import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from base import Conflict, Database, Invalid, Missing, settle_installation
from people import (
    Grant,
    OrganisationKind,
    Role,
    Scope,
    ScopeKind,
    Tier,
    accept_invitation,
    add_organisation,
    add_person,
    forget_invited_addresses,
    grants_of,
    invitation_of,
    invitations_of,
    invite_by_mail,
    join,
    make_invitation,
    make_invitation_link,
    memberships_of,
    withdraw_invitation,
)
from people.organisation_tables import invitations, memberships
from tests.people.conftest import MakeOrganisation, MakePerson
from tests.times import NOW

FACTS: dict[str, Any] = {"by": None, "reason": "spring call", "now": NOW}


def test_an_invitation_lets_one_person_in_with_its_roles(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    aygun, olena, city = make_person(), make_person("Олена", "uk"), make_organisation()
    made = write(make_invitation, city.id, tier=Tier.PARTNER, roles=[Role.MENTOR], **FACTS)
    joined = write(accept_invitation, made.token, aygun.id, now=NOW)
    assert (joined.organisation_id, joined.tier) == (city.id, Tier.PARTNER)
    assert Grant(Role.MENTOR, Scope(ScopeKind.ORGANISATION, str(city.id))) in read(grants_of, aygun.id)
    assert write(accept_invitation, made.token, aygun.id, now=NOW) == joined
    with pytest.raises(Missing, match="used already"):
        write(accept_invitation, made.token, olena.id, now=NOW)
    assert read(memberships_of, olena.id) == []


def test_of_an_invitation_only_the_hash_of_its_token_is_kept(
    make_organisation: MakeOrganisation, write: Callable[..., Any]
) -> None:
    made = write(make_invitation, make_organisation().id, **FACTS)
    row = write(lambda conn: conn.execute(sa.select(invitations)).one())
    assert made.token not in str(row)
    assert len(row.token_hash) == 64


async def test_twenty_at_once_cannot_use_three_uses_more_than_three_times(db: Database) -> None:
    await db.write(settle_installation, "https://learn.example", now=NOW)
    facts: dict[str, Any] = {"name": "Gyumri", "kind": OrganisationKind.CITY, "country": "AM"}
    city = await db.write(add_organisation, **facts, **FACTS)
    made = await db.write(make_invitation, city.id, uses=3, **FACTS)
    people = [await db.write(add_person, full_name=f"P{n}", language="en", now=NOW) for n in range(20)]
    answers = await asyncio.gather(
        *(db.write(accept_invitation, made.token, each.id, now=NOW) for each in people), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Membership"] * 3 + ["Missing"] * 17
    assert await db.read(lambda conn: conn.scalar(sa.select(sa.func.count()).select_from(memberships))) == 3


def test_an_invitation_ends_by_its_date_or_by_hand(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    aygun, city = make_person(), make_organisation()
    late = write(make_invitation, city.id, lifetime=timedelta(days=1), **FACTS)
    with pytest.raises(Missing):
        write(accept_invitation, late.token, aygun.id, now=NOW + timedelta(days=1))
    with pytest.raises(Missing):
        read(invitation_of, "guessed", now=NOW)
    kept = write(make_invitation, city.id, **FACTS)
    assert {each.id for each in read(invitations_of, city.id, now=NOW)} == {late.invitation.id, kept.invitation.id}
    write(withdraw_invitation, city.id, kept.invitation.id, by=aygun.id, reason="sent to a wrong list", now=NOW)
    with pytest.raises(Missing):
        write(accept_invitation, kept.token, aygun.id, now=NOW)
    with pytest.raises(Conflict):
        write(withdraw_invitation, city.id, kept.invitation.id, by=aygun.id, reason="again", now=NOW)


def test_a_supporters_invitation_takes_nothing_from_a_member(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    aygun, city = make_person(), make_organisation()
    write(join, aygun.id, city.id, **FACTS)
    made = write(make_invitation, city.id, tier=Tier.SUPPORTER, **FACTS)
    assert write(accept_invitation, made.token, aygun.id, now=NOW).tier is Tier.MEMBER
    assert read(invitation_of, made.token, now=NOW).used == 0


def test_an_invitation_by_mail_gets_its_link_when_it_is_sent(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    city = make_organisation()
    invited = write(invite_by_mail, city.id, "Aygun@Town.example", language="az", **FACTS)
    assert (invited.address, invited.language, invited.uses) == ("aygun@town.example", "az", 1)
    first = write(make_invitation_link, invited.id, now=NOW)
    second = write(make_invitation_link, invited.id, now=NOW)
    with pytest.raises(Missing):
        read(invitation_of, first.token, now=NOW)
    write(accept_invitation, second.token, make_person().id, now=NOW)
    assert write(make_invitation_link, invited.id, now=NOW) is None


@pytest.mark.parametrize("uses", [0, 1001])
def test_an_invitation_for_nobody_or_too_many_is_refused(
    uses: int, make_organisation: MakeOrganisation, write: Callable[..., Any]
) -> None:
    with pytest.raises(Invalid, match=f"uses is {uses}"):
        write(make_invitation, make_organisation().id, uses=uses, **FACTS)


def test_where_an_invitation_was_mailed_is_forgotten_after_it_expired_and_the_rest_is_kept(
    make_organisation: MakeOrganisation, write: Callable[..., Any]
) -> None:
    city = make_organisation()
    for name in ("a", "b", "c"):
        write(invite_by_mail, city.id, f"{name}@town.example", language="az", **FACTS)
    expired = NOW + timedelta(days=30)
    assert write(forget_invited_addresses, before=expired, limit=2) == 0
    later = expired + timedelta(days=1)
    assert [write(forget_invited_addresses, before=later, limit=2) for _ in range(3)] == [2, 1, 0]
    rows = write(lambda conn: conn.execute(sa.select(invitations.c.address, invitations.c.reason)).all())
    assert rows == [(None, "spring call")] * 3
