"""The register as it was: what somebody was, what an organisation was, and who said so."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from app.pages.past import end_of_day
from base import Asked, Invalid, decisions
from people import (
    Organisation,
    OrganisationKind,
    Person,
    Role,
    Scope,
    ScopeKind,
    add_organisation,
    change_organisation,
    focal_points_of,
    grant_role,
    join,
    leave,
    memberships_of,
    name_focal_point,
    withdraw_role,
)
from tests.app.conftest import Service

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def _seen(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


async def _history(service: Service) -> tuple[Person, Organisation]:
    """Somebody who worked for a city from March to May, was its mentor, and was asked there about water."""
    person, clerk = await service.add(), await service.add(Role.ADMINISTRATOR)
    facts: dict[str, Any] = {"by": clerk.id, "reason": "by order 17", "now": datetime.now(UTC)}
    city = await service.db.write(
        add_organisation, name="Old Gyumri", kind=OrganisationKind.CITY, country="AM", since=AT - 9 * DAY, **facts
    )
    here = Scope(ScopeKind.ORGANISATION, str(city.id))
    await service.db.write(join, person.id, city.id, since=AT, **facts)
    await service.db.write(grant_role, person.id, Role.MENTOR, scope=here, since=AT, **facts)
    await service.db.write(name_focal_point, person.id, city.id, "water", since=AT, **facts)
    changed: dict[str, Any] = {
        "name": "Gyumri",
        "kind": OrganisationKind.CITY,
        "country": "AM",
        "parent_id": None,
        "themes": (),
    }
    await service.db.write(change_organisation, city.id, since=AT + 60 * DAY, **changed, **facts)
    await service.db.write(withdraw_role, person.id, Role.MENTOR, scope=here, since=AT + 30 * DAY, **facts)
    await service.db.write(leave, person.id, city.id, since=AT + 61 * DAY, **facts)
    await service.sign_in(clerk)
    return person, city


def test_a_day_is_asked_for_its_end_and_today_for_now() -> None:
    assert end_of_day("2026-02-28", now=AT) == datetime(2026, 2, 28, 23, 59, 59, 999999, UTC)
    assert end_of_day("2026-03-01", now=AT) == AT
    for wrong in ("2026-03-02", "yesterday", "2026-02-30"):
        with pytest.raises(Invalid):
            end_of_day(wrong, now=AT)


async def test_a_person_is_shown_as_they_were_with_who_said_so(service: Service) -> None:
    person, _ = await _history(service)
    then = _seen((await service.get(f"/people/{person.id}?on=2026-03-05")).text)
    assert "This is how it was at the end of 5 March 2026" in then
    assert "1 March 2026 Old Gyumri Member Aygün Əliyeva entered on" in then
    assert "Mentor Old Gyumri Aygün Əliyeva" in then
    assert "water Old Gyumri" in then
    assert "by order 17" in then
    before = _seen((await service.get(f"/people/{person.id}?on=2026-02-28")).text)
    assert "Belonged to no organisation then. " in before
    assert "Was no focal point then." in before
    later = _seen((await service.get(f"/people/{person.id}?on=2026-04-15")).text)
    assert "Held no role beside learning then." in later
    assert "1 March 2026 Old Gyumri Member" in later


async def test_an_organisation_is_shown_as_it_was_with_its_people(service: Service) -> None:
    person, city = await _history(service)
    page = (await service.get(f"/organisations/{city.id}?on=2026-03-05")).text
    then = _seen(page)
    for told in ("Old Gyumri", "by order 17", "water Aygün Əliyeva", "1 person"):
        assert told in then
    assert f'href="/people/{person.id}?on=2026-03-05"' in page
    assert "<form method" not in page.partition("<main")[2].partition("</main")[0]
    later = _seen((await service.get(f"/organisations/{city.id}?on=2026-08-01")).text)
    assert "Old Gyumri" not in later
    assert "Nobody belonged to it then." in later
    assert "It was not registered yet." in _seen((await service.get(f"/organisations/{city.id}?on=2020-01-01")).text)


@pytest.mark.parametrize("day", ["2999-01-01", "soon"])
async def test_a_day_that_is_none_is_told_at_the_field(day: str, service: Service) -> None:
    person, city = await _history(service)
    for address in (f"/people/{person.id}", f"/organisations/{city.id}"):
        answer = await service.get(f"{address}?on={day}")
        assert answer.status_code == 400
        assert "Enter a day until today." in _seen(answer.text)


async def test_the_past_of_another_country_is_not_shown(service: Service) -> None:
    person, city = await _history(service)
    await service.sign_in(await service.add())
    for address in (f"/people/{person.id}", f"/organisations/{city.id}"):
        assert (await service.get(f"{address}?on=2026-03-05")).status_code == 403


async def test_one_focal_point_ends_with_a_reason_and_the_membership_stays(service: Service) -> None:
    administrator, person = await service.add(Role.ADMINISTRATOR), await service.add()
    facts: dict[str, Any] = {"by": None, "reason": "a test", "now": datetime.now(UTC)}
    city = await service.db.write(add_organisation, name="Gyumri", kind=OrganisationKind.CITY, country="AM", **facts)
    await service.db.write(join, person.id, city.id, **facts)
    for theme in ("energy", "water"):
        await service.db.write(name_focal_point, person.id, city.id, theme, **facts)
    await service.sign_in(administrator)
    address = f"/organisations/{city.id}/focal-points/end"
    asked = {"person_id": str(person.id), "theme": "water"}
    faulty = await service.send(address, **asked, reason=" ")
    assert faulty.status_code == 400
    assert 'href="#relief-2"' in faulty.text
    assert (await service.send(address, **asked, reason="moved to parks")).status_code == 303
    assert [each.theme for each in await service.db.read(focal_points_of, city.id)] == ["energy"]
    assert len(await service.db.read(memberships_of, person.id)) == 1
    assert await _reasons(service, person.id) == ["moved to parks"]
    assert (await service.send(address, **asked, reason="again")).status_code == 409
    await service.sign_in(await service.add(Role.COORDINATOR))
    assert "energy" in _seen((await service.get(f"/organisations/{city.id}")).text)


async def _reasons(service: Service, person_id: UUID) -> list[str]:
    asked = Asked(act="focal_point.relieve", subject=f"person {person_id}")
    return [each.reason for each in await service.db.read(decisions, asked)]
