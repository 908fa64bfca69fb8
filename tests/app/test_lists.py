"""Lists for staff: in an order that stands in the address, page by page, and as files."""

import csv
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from io import StringIO
from typing import Any
from uuid import UUID

import pytest

from app.pages.listing import Listing
from people import (
    Organisation,
    OrganisationKind,
    Role,
    Scope,
    ScopeKind,
    add_organisation,
    add_person,
    grant_role,
    join,
    request_membership,
)
from tests.app.conftest import Service

FACTS: dict[str, Any] = {"by": None, "reason": "a test"}


async def _organisation(service: Service, name: str, country: str = "AM", kind: str = "city") -> Organisation:
    return await service.db.write(
        add_organisation, name=name, kind=OrganisationKind(kind), country=country, now=datetime.now(UTC), **FACTS
    )


def _first_cells(html: str) -> list[str]:
    rows = re.findall(r'<th scope="row"[^>]*>(.*?)</th>', html, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", row)) for row in rows]


def _table(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))


def test_the_address_keeps_filters_and_turns_an_order_round() -> None:
    listing = Listing("/people", "name", {"text": "a&b", "organisation_id": ""})
    assert listing.sorted_by("language") == "/people?text=a%26b&sort=language"
    assert listing.sorted_by("name") == "/people?text=a%26b&sort=-name"
    assert Listing("/people", "-name").sorted_by("name") == "/people?sort=name"
    assert listing.as_file("export.csv") == "/people/export.csv?text=a%26b&sort=name"


async def test_organisations_are_sorted_by_the_links_in_the_head(service: Service) -> None:
    for name, country in (("Ağdam", "AZ"), ("Batumi", "GE"), ("Gyumri", "AM")):
        await _organisation(service, name, country)
    await service.sign_in(await service.add(Role.AUDITOR))
    page = (await service.get("/organisations?kind=city")).text
    assert 'aria-sort="ascending"' in page
    assert _first_cells(page) == ["Ağdam", "Batumi", "Gyumri"]
    by_country = unescape(re.findall(r'href="(/organisations\?[^"]*sort=country)"', page)[0])
    assert "kind=city" in by_country
    page = (await service.get(by_country)).text
    assert _first_cells(page) == ["Gyumri", "Ağdam", "Batumi"]
    turned = unescape(re.findall(r'href="(/organisations\?[^"]*sort=-country)"', page)[0])
    page = (await service.get(turned)).text
    assert 'aria-sort="descending"' in page
    assert _first_cells(page) == ["Batumi", "Ağdam", "Gyumri"]


@pytest.mark.parametrize(
    "address", ["/people", "/organisations", "/requests", "/imports", "/admin/mail", "/people/export.csv"]
)
async def test_an_order_that_there_is_not_is_refused(address: str, service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    assert (await service.get(f"{address}?sort=colour")).status_code == 400


async def test_the_file_of_people_has_a_row_for_each_membership_and_no_formula(service: Service) -> None:
    city, ngo = await _organisation(service, "Gyumri"), await _organisation(service, "=Union", kind="ngo")
    now = datetime.now(UTC)
    nino = await service.db.write(add_person, full_name='=HYPERLINK("http://evil.example")', language="hy", now=now)
    for each in (city, ngo):
        await service.db.write(join, nino.id, each.id, now=now, **FACTS)
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    titles, *rows = _table(await service.get("/people/export.csv?sort=-language"))
    assert titles == ["Id", "Full name", "Language", "Organisation", "Country", "Membership", "Since"]
    today = now.date().isoformat()
    name = '\'=HYPERLINK("http://evil.example")'
    assert rows[0] == [str(nino.id), name, "hy", "Gyumri", "AM", "member", today]
    assert rows[1] == [str(nino.id), name, "hy", "'=Union", "AM", "member", today]
    assert [row[1] for row in rows[2:]] == ["Aygün Əliyeva"]
    assert [row[3] for row in _table(await service.get(f"/people/export.csv?organisation_id={ngo.id}"))[1:]] == [
        "Gyumri",
        "'=Union",
    ]


async def test_files_hold_only_what_their_reader_may_see(service: Service) -> None:
    here, there = await _organisation(service, "Gyumri"), await _organisation(service, "Batumi", "GE")
    learner, now = await service.add(), datetime.now(UTC)
    for each in (here, there):
        await service.db.write(request_membership, learner.id, each.id, note="@park", now=now)
    coordinator = await service.add()
    scope = Scope(ScopeKind.COUNTRY, "AM")
    await service.db.write(grant_role, coordinator.id, Role.COORDINATOR, scope=scope, now=now, **FACTS)
    await service.sign_in(coordinator)
    assert [row[1] for row in _table(await service.get("/organisations/export.csv"))] == ["Name", "Gyumri"]
    assert [(row[3], row[6]) for row in _table(await service.get("/requests/export.csv"))[1:]] == [("Gyumri", "'@park")]
    assert [row[1] for row in _table(await service.get("/people/export.csv"))] == ["Full name"]
    await service.sign_in(learner)
    for file in ("/people/export.csv", "/organisations/export.csv", "/requests/export.csv"):
        assert (await service.get(file)).status_code == 403


async def test_a_long_file_is_whole_and_in_order(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.pages.exports.ROWS_AT_ONCE", 2)
    names = [f"Village {number}" for number in range(5)]
    for name in names:
        await _organisation(service, name)
    await service.sign_in(await service.add(Role.AUDITOR))
    assert [row[1] for row in _table(await service.get("/organisations/export.csv?sort=-name"))[1:]] == names[::-1]


async def test_requests_come_page_by_page_the_newest_first_if_asked(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.pages.requests.PAGE_SIZE", 1)
    city, start = await _organisation(service, "Gyumri"), datetime.now(UTC)
    wishes: list[UUID] = []
    for hours in range(2):
        learner = await service.add()
        at = start + timedelta(hours=hours)
        wishes.append((await service.db.write(request_membership, learner.id, city.id, now=at)).id)
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    page = (await service.get("/requests?sort=-asked")).text
    assert "2 requests wait for an answer" in page
    assert f"/requests/{wishes[1]}" in page
    assert f'action="/requests/{wishes[0]}"' not in page
    following = unescape(re.findall(r'href="(/requests\?[^"]*after=[^"]*)"', page)[0])
    assert f'action="/requests/{wishes[0]}"' in (await service.get(following)).text
