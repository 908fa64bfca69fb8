import re
from datetime import UTC, datetime
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from people import (
    NETWORK,
    Account,
    Grant,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    Scope,
    ScopeKind,
    Tier,
    add_address,
    add_organisation,
    add_person,
    admit,
    grant_role,
    grants_of,
    invitations_of,
    invite_by_mail,
    join,
    make_invitation,
    make_invitation_link,
    memberships_of,
    organisation,
    request_membership,
    verify_address,
)
from people.addresses import known_with
from tests.app.conftest import Service

ARMENIA = Scope(ScopeKind.COUNTRY, "AM")


def _seen(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


async def _city(service: Service, name: str = "Gyumri", country: str = "AM") -> Organisation:
    facts: dict[str, Any] = {"kind": OrganisationKind.CITY, "by": None, "reason": "a test", "now": datetime.now(UTC)}
    return await service.db.write(add_organisation, name=name, country=country, **facts)


async def _coordinator(service: Service, scope: Scope = ARMENIA) -> Person:
    person = await service.add()
    facts: dict[str, Any] = {"by": None, "reason": "a test", "now": datetime.now(UTC)}
    await service.db.write(grant_role, person.id, Role.COORDINATOR, scope=scope, **facts)
    await service.sign_in(person)
    return person


FORM = {"name": "Dilijan", "kind": "city", "country": "AM", "themes": "energy, Water", "mail_domains": "dilijan.am"}


async def test_a_coordinator_registers_and_changes_an_organisation_of_their_country(service: Service) -> None:
    coordinator = await _coordinator(service)
    faulty = await service.send("/organisations/new", **(FORM | {"name": " "}))
    assert faulty.status_code == 400
    assert "Enter the name" in _seen(faulty.text)
    assert 'value="energy, Water"' in faulty.text
    added = await service.send("/organisations/new", **FORM)
    assert added.status_code == 303
    address = added.headers["location"]
    shown = _seen((await service.get(address)).text)
    for told in ("Dilijan", "Armenia", "energy, water", "dilijan.am"):
        assert told in shown
    changed = FORM | {"name": "Dilijan City", "mail_domains": "dilijan.example"}
    assert (await service.send(f"{address}/change", **changed)).headers["location"] == address
    known = await service.db.read(organisation, UUID(address.rpartition("/")[2]))
    assert (known.name, known.domains) == ("Dilijan City", ("dilijan.example",))
    assert (await service.send(f"{address}/change", **(changed | {"country": "GE"}))).status_code == 403
    assert (await service.db.read(organisation, known.id)).country == "AM"
    assert coordinator.id


async def test_a_coordinator_reaches_no_other_country(service: Service) -> None:
    here, there = await _city(service, "Gyumri", "AM"), await _city(service, "Batumi", "GE")
    stranger = await service.add()
    await _coordinator(service)
    page = _seen((await service.get("/organisations")).text)
    assert "Gyumri" in page
    assert "Batumi" not in page
    assert (await service.get(f"/organisations/{here.id}")).status_code == 200
    assert (await service.get(f"/organisations/{there.id}")).status_code == 403
    assert (await service.get(f"/people/{stranger.id}")).status_code == 403
    assert (await service.send("/organisations/new", **(FORM | {"country": "GE"}))).status_code == 403
    assert (await service.send(f"/organisations/{there.id}/change", **FORM)).status_code == 403
    assert (await service.send(f"/organisations/{there.id}/invitations", uses="1")).status_code == 403
    assert (await service.send(f"/organisations/{there.id}/people", full_name="X")).status_code == 403


async def test_the_list_of_organisations_keeps_its_filter_in_the_address_over_pages(service: Service) -> None:
    for n in range(52):
        await _city(service, f"Village {n:02}")
    await _city(service, "Somewhere")
    await service.sign_in(await service.add(Role.AUDITOR))
    first = await service.get("/organisations?text=village&country=AM")
    assert "52 organisations" in _seen(first.text)
    following = unescape(re.findall(r'href="(/organisations\?[^"]*after=[^"]+)"', first.text)[0])
    assert "text=village" in following
    second = _seen((await service.get(following)).text)
    assert "Village 50" in second
    assert "Village 51" in second
    assert "Village 49" not in second
    assert "Somewhere" not in second
    assert (await service.get("/organisations?kind=castle")).status_code == 400
    assert "Nothing was found" in _seen((await service.get("/organisations?text=castle")).text)


async def test_an_auditor_reads_everything_and_changes_nothing(service: Service) -> None:
    city, person = await _city(service), await service.add()
    await service.sign_in(await service.add(Role.AUDITOR))
    for address in ("/organisations", f"/organisations/{city.id}", "/people", f"/people/{person.id}"):
        page = await service.get(address)
        assert page.status_code == 200
        assert "<form method" not in page.text.partition("<main")[2].partition("</main")[0]
    assert (await service.get("/requests")).status_code == 403
    assert (await service.send("/organisations/new", **FORM)).status_code == 403
    assert (await service.send(f"/people/{person.id}/roles", role="administrator", reason="x")).status_code == 403


async def test_a_person_is_found_by_a_name_in_other_letters(service: Service) -> None:
    now = datetime.now(UTC)
    ilqar = await service.db.write(add_person, full_name="İlqar ISMAYILOV", language="az", now=now)
    city = await _city(service)
    await service.db.write(join, ilqar.id, city.id, by=None, reason="hired in May", now=now)
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    found = _seen((await service.get("/people?text=ismayılov")).text)
    assert "1 person" in found
    assert "İlqar ISMAYILOV Gyumri Member" in found
    assert "hired in May" in _seen((await service.get(f"/people/{ilqar.id}")).text)
    assert "Only people of Gyumri" in _seen((await service.get(f"/people?organisation_id={city.id}")).text)


async def test_an_administrator_grants_and_withdraws_a_role_with_a_reason(service: Service) -> None:
    person = await service.add()
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    address = f"/people/{person.id}/roles"
    faulty = await service.send(address, role="coordinator", country="AM", reason=" ")
    assert faulty.status_code == 400
    assert "Say why" in _seen(faulty.text)
    assert (await service.send(address, role="king", reason="x")).status_code == 400
    assert (await service.send(address, role="coordinator", country="AM", reason="new office")).status_code == 303
    assert Grant(Role.COORDINATOR, ARMENIA) in await service.db.read(grants_of, person.id)
    assert "Coordinator Armenia granted new office" in _seen((await service.get(f"/people/{person.id}")).text)
    held = {"role": "coordinator", "scope_kind": "country", "scope_id": "AM"}
    assert (await service.send(f"{address}/withdraw", **held)).status_code == 303
    assert Grant(Role.COORDINATOR, ARMENIA) not in await service.db.read(grants_of, person.id)


async def test_nobody_grants_more_than_they_hold(service: Service) -> None:
    city, local = await _city(service), await service.add()
    now = datetime.now(UTC)
    await service.db.write(join, local.id, city.id, by=None, reason="a test", now=now)
    await service.db.write(grant_role, local.id, Role.ADMINISTRATOR, scope=ARMENIA, by=None, reason="a test", now=now)
    await service.sign_in(local)
    address = f"/people/{local.id}/roles"
    for country in ("", "GE"):
        refused = await service.send(address, role="administrator", country=country, reason="more")
        assert refused.status_code == 403
    assert Grant(Role.ADMINISTRATOR, NETWORK) not in await service.db.read(grants_of, local.id)


async def test_a_request_is_asked_answered_and_told(service: Service) -> None:
    city, learner = await _city(service), await service.add()
    await service.sign_in(learner)
    assert "Gyumri" in _seen((await service.get("/memberships?text=gyum")).text)
    await service.send("/memberships", organisation_id=str(city.id), tier="member", note="I plan its parks.")
    assert "Gyumri waits for approval" in _seen((await service.get("/memberships")).text)
    assert (await service.get("/requests")).status_code == 403
    await _coordinator(service)
    requests = await service.get("/requests")
    assert "1 request waits for an answer" in _seen(requests.text)
    assert "I plan its parks." in _seen(requests.text)
    address = re.findall(r'action="(/requests/[^"]+)"', requests.text)[0]
    faulty = await service.send(address, answer="refuse", reason="")
    assert faulty.status_code == 400
    assert "the person will read it" in _seen(faulty.text)
    assert (await service.send(address, answer="refuse", reason="Works elsewhere")).status_code == 303
    assert (await service.send(address, answer="approve", reason="")).status_code == 409
    await service.sign_in(learner)
    assert "not approved Works elsewhere" in _seen((await service.get("/memberships")).text)


async def test_a_request_of_another_country_is_not_theirs_to_answer(service: Service) -> None:
    city, learner = await _city(service, "Batumi", "GE"), await service.add()
    wish = await service.db.write(request_membership, learner.id, city.id, now=datetime.now(UTC))
    await _coordinator(service)
    assert "No request waits" in _seen((await service.get("/requests")).text)
    assert (await service.send(f"/requests/{wish.id}", answer="approve")).status_code == 403
    assert await service.db.read(memberships_of, learner.id) == []


async def test_a_supporter_joins_at_once(service: Service) -> None:
    city, learner = await _city(service), await service.add()
    await service.sign_in(learner)
    await service.send("/memberships", organisation_id=str(city.id), tier="supporter")
    assert [each.tier for each in await service.db.read(memberships_of, learner.id)] == [Tier.SUPPORTER]
    again = await service.send("/memberships", organisation_id=str(city.id), tier="supporter")
    assert again.status_code == 409


async def test_an_invitation_is_shown_once_and_lets_somebody_in(service: Service) -> None:
    city, learner = await _city(service), await service.add()
    await _coordinator(service)
    address = f"/organisations/{city.id}/invitations"
    assert (await service.send(address, tier="member", uses="none")).status_code == 400
    assert (await service.send(address, tier="supporter", role="mentor", uses="1")).status_code == 400
    made = await service.send(address, tier="member", role="mentor", uses="2")
    link = re.findall(r"http://127.0.0.1:8000(/invitations/[\w-]+)", made.text)[0]
    page = await service.get(f"/organisations/{city.id}")
    assert link not in page.text
    assert "0 of 2 used" in _seen(page.text)
    service.browser.cookies.clear()
    assert "Sign in first" in _seen((await service.get(link)).text)
    assert (await service.send(link)).status_code == 401
    await service.sign_in(learner)
    assert "Gyumri invites you" in _seen((await service.get(link)).text)
    assert (await service.send(link)).headers["location"] == "/memberships"
    scope = Scope(ScopeKind.ORGANISATION, str(city.id))
    assert Grant(Role.MENTOR, scope) in await service.db.read(grants_of, learner.id)


async def test_an_invitation_is_withdrawn_by_those_of_its_organisation_alone(service: Service) -> None:
    here, there = await _city(service, "Gyumri", "AM"), await _city(service, "Batumi", "GE")
    facts: dict[str, Any] = {"by": None, "reason": "a test", "now": datetime.now(UTC)}
    foreign = (await service.db.write(make_invitation, there.id, **facts)).invitation
    made = await service.db.write(make_invitation, here.id, **facts)
    await _coordinator(service)
    assert (await service.send(f"/organisations/{there.id}/invitations/{foreign.id}")).status_code == 403
    assert (await service.send(f"/organisations/{here.id}/invitations/{foreign.id}")).status_code == 409
    assert (await service.send(f"/organisations/{here.id}/invitations/{made.invitation.id}")).status_code == 303
    assert (await service.get(f"/invitations/{made.token}")).status_code == 404


async def test_somebody_on_paper_is_added_by_name_and_organisation_alone(service: Service) -> None:
    city = await _city(service)
    await _coordinator(service)
    faulty = await service.send(f"/organisations/{city.id}/people", full_name=" ")
    assert faulty.status_code == 400
    assert "Enter the name" in _seen(faulty.text)
    added = await service.send(f"/organisations/{city.id}/people", full_name="Narek Petrosyan")
    page = _seen((await service.get(added.headers["location"])).text)
    assert "Narek Petrosyan" in page
    assert "Gyumri Member known from paper" in page
    assert "Has never signed in" in page


async def test_a_link_to_be_claimed_is_offered_for_those_known_from_paper_alone(service: Service) -> None:
    city, now = await _city(service), datetime.now(UTC)
    account = Account("https://lms.example", "7")
    arrived = await service.db.write(admit, account, full_name="Narek", language="hy", now=now)
    await service.db.write(join, arrived.id, city.id, by=None, reason="a test", now=now)
    await _coordinator(service)
    added = await service.send(f"/organisations/{city.id}/people", full_name="Narek Petrosyan")
    address = added.headers["location"]
    assert f'action="{address}/claim-link"' in (await service.get(address)).text
    assert "good once" in _seen((await service.send(f"{address}/claim-link")).text)
    assert "claim-link" not in (await service.get(f"/people/{arrived.id}")).text


@pytest.mark.parametrize("address", ["/people", "/organisations", "/requests", "/organisations/new"])
async def test_a_learner_sees_nobody_elses_pages(address: str, service: Service) -> None:
    await service.sign_in(await service.add())
    assert (await service.get(address)).status_code == 403
    assert f'href="{address}"' not in (await service.get("/")).text


async def test_a_newcomer_who_was_invited_by_mail_comes_in_by_the_link(service: Service) -> None:
    city = await _city(service)
    await _coordinator(service)
    address = f"/organisations/{city.id}/invitations"
    faulty = await service.send(address, tier="member", uses="1", address="nobody")
    assert faulty.status_code == 400
    assert "Enter a full mail address" in _seen(faulty.text)
    sent = await service.send(address, tier="member", role="mentor", uses="1", address="Narek@town.example")
    assert "narek@town.example" in _seen(sent.text)
    assert "/invitations/" not in re.sub(r'action="[^"]*"', "", sent.text)
    now = datetime.now(UTC)
    (invited,) = await service.db.read(invitations_of, city.id, now=now)
    made = await service.db.write(make_invitation_link, invited.id, now=now)
    assert made is not None
    service.browser.cookies.clear()
    assert "Accept the invitation" in (await service.get(f"/invitations/{made.token}")).text
    come_in = await service.send(f"/invitations/{made.token}")
    assert come_in.headers["location"].startswith("/name")
    assert "Gyumri Member" in _seen((await service.get("/memberships")).text)
    (proven,) = await service.db.read(known_with, "narek@town.example")
    assert proven.verified_at is not None
    service.browser.cookies.clear()
    assert (await service.send(f"/invitations/{made.token}")).status_code == 404


async def test_an_invitation_signs_nobody_in_who_is_known_with_its_address(service: Service) -> None:
    city, now = await _city(service), datetime.now(UTC)
    person = await service.add()
    proven = await service.db.write(add_address, person.id, "narek@town.example", now=now)
    await service.db.write(verify_address, proven.id, now=now)
    facts: dict[str, Any] = {"language": "hy", "by": None, "reason": "a test", "now": now}
    invited = await service.db.write(invite_by_mail, city.id, "narek@town.example", **facts)
    made = await service.db.write(make_invitation_link, invited.id, now=now)
    assert made is not None
    assert (await service.send(f"/invitations/{made.token}")).status_code == 401
    assert "waymark" not in service.browser.cookies
    await service.sign_in(person)
    assert (await service.send(f"/invitations/{made.token}")).headers["location"] == "/memberships"


async def test_a_coordinator_names_a_focal_point_and_ends_a_membership_with_a_reason(service: Service) -> None:
    city, person, now = await _city(service), await service.add(), datetime.now(UTC)
    await service.db.write(join, person.id, city.id, by=None, reason="a test", now=now)
    await _coordinator(service)
    address = f"/people/{person.id}/memberships/{city.id}"
    assert "Name the theme" in _seen((await service.send(f"{address}/theme", theme=" ")).text)
    assert (await service.send(f"{address}/theme", theme="Energy")).status_code == 303
    assert "Focal point: energy Aygün Əliyeva" in _seen((await service.get(f"/organisations/{city.id}")).text)
    faulty = await service.send(f"{address}/end", reason=" ")
    assert faulty.status_code == 400
    assert "Say why" in _seen(faulty.text)
    assert (await service.send(f"{address}/end", reason="retired")).status_code == 303
    assert await service.db.read(memberships_of, person.id) == []
    assert "Focal point" not in _seen((await service.get(f"/organisations/{city.id}")).text)
    await service.sign_in(person)
    assert (await service.send(f"{address}/end", reason="mine")).status_code == 403
