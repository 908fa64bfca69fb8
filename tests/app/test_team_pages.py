"""The progress of an organisation on a path as a team: for its members, for staff, and as JSON for auditors."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from content import PathFile
from lrs import Account, Activity, Agent, Statement, Verb, record_statement
from modules import VerbIri, modules
from paths import enrol_organisation, path, publish_path
from people import (
    Organisation,
    OrganisationKind,
    Person,
    Role,
    Scope,
    ScopeKind,
    Tier,
    add_organisation,
    grant_role,
    join,
    positions,
)
from tests.app.conftest import Service
from tests.paths.makers import in_all_languages, leaf, path_toml

pytestmark = pytest.mark.usefixtures("library")
MODULE = "pathway-for-economic-growth"


def _seen(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


async def _facts() -> dict[str, Any]:
    return {"by": None, "reason": "a test", "now": datetime.now(UTC)}


def _on_path(conn: Connection, planner: Person, done: Person, now: datetime) -> tuple[Organisation, UUID]:
    """A city of two members on a path for teams; the one who is no planner passed its module. And the statement."""
    said: dict[str, Any] = {"by": None, "reason": "a test", "now": now}
    team = {"kind": "team", "at_least": 1, "positions": ["planner"], "title": in_all_languages("The team")}
    toml = path_toml([{"id": "n-team", **team, "items": [leaf("a", MODULE)]}])
    publish_path(conn, PathFile("growth.toml", toml), now=now)
    city = add_organisation(conn, name="Gyumri", kind=OrganisationKind.CITY, country="AM", **said)
    for each in (planner, done):
        join(conn, each.id, city.id, since=now - timedelta(days=9), **said)
    positions.hold_position(conn, planner.id, "planner", **said)
    enrol_organisation(conn, city.id, path(conn, "growth").id, origin="call", **said)
    (module,) = (each for each in modules(conn) if each.slug == MODULE)
    passed = Statement(
        actor=Agent(account=Account(home_page=done.opaque.home_page, name=done.opaque.name)),
        verb=Verb(id=VerbIri.PASSED.value),
        object=Activity(id=module.activity),
        timestamp=now - timedelta(hours=1),
    )
    return city, record_statement(conn, passed, now=now)


async def _begun(service: Service) -> tuple[Organisation, UUID, Person]:
    planner, done = await service.add(), await service.add()
    city, said = await service.db.write(_on_path, planner, done, datetime.now(UTC))
    return city, said, planner


async def test_a_member_sees_what_the_team_lacks_and_nobodys_records(service: Service) -> None:
    city, said, planner = await _begun(service)
    await service.sign_in(planner)
    here = f"/organisations/{city.id}/paths/growth"
    mine = await service.get("/")
    assert f'href="{here}"' in mine.text
    assert "With your organisation" in _seen(mine.text)
    shown = await service.get(here)
    assert shown.status_code == 200
    assert "Gyumri: Pathways for Economic Growth" in _seen(shown.text)
    assert "Planner Not done yet" in _seen(shown.text)
    assert str(said) not in shown.text
    assert "What is done elsewhere counts all the same." in shown.text  # what the words mean
    assert f'/organisations/{city.id}"' not in shown.text
    assert (await service.get(f"/api{here}/explanation")).status_code == 403


async def test_a_member_takes_the_modules_and_not_the_path_for_teams(service: Service) -> None:
    city, _, planner = await _begun(service)
    await service.sign_in(planner)
    shown = (await service.get(f"/organisations/{city.id}/paths/growth")).text
    assert f'href="/paths/module.{MODULE}"' in shown
    alone = _seen((await service.get("/paths/growth")).text)
    assert "Begin this path" not in alone
    assert "Organisations are on this path, as teams." in alone
    assert "Begin this module" in _seen((await service.get(f"/paths/module.{MODULE}")).text)


async def test_neither_strangers_nor_supporters_nor_staff_of_elsewhere_see_a_team(service: Service) -> None:
    city, _, _ = await _begun(service)
    facts = await _facts()
    supporter, elsewhere = await service.add(), await service.add()
    await service.db.write(join, supporter.id, city.id, tier=Tier.SUPPORTER, **facts)
    georgia = Scope(ScopeKind.COUNTRY, "GE")
    await service.db.write(grant_role, elsewhere.id, Role.COORDINATOR, scope=georgia, **facts)
    for person in (await service.add(), supporter, elsewhere):
        await service.sign_in(person)
        assert (await service.get(f"/organisations/{city.id}/paths/growth")).status_code == 403


async def test_staff_come_from_the_page_of_the_organisation(service: Service) -> None:
    city, said, _ = await _begun(service)
    coordinator, facts = await service.add(), await _facts()
    await service.db.write(grant_role, coordinator.id, Role.COORDINATOR, scope=Scope(ScopeKind.COUNTRY, "AM"), **facts)
    await service.sign_in(coordinator)
    here = f"/organisations/{city.id}/paths/growth"
    assert f'href="{here}"' in (await service.get(f"/organisations/{city.id}")).text
    shown = await service.get(here)
    assert "Planner Not done yet" in _seen(shown.text)
    assert str(said) not in shown.text
    assert (await service.get(f"/organisations/{city.id}/paths/leading-local-growth")).status_code == 404


async def test_an_auditor_has_the_evidence_as_json(service: Service) -> None:
    city, said, _ = await _begun(service)
    await service.sign_in(await service.add(Role.AUDITOR))
    here = f"/organisations/{city.id}/paths/growth"
    await service.get("/")
    address = f"/api{here}/explanation"
    assert f'href="{address}"' in (await service.get(here)).text
    found = (await service.get(address, accept="application/json")).json()
    assert (found["organisation_id"], found["person_id"]) == (str(city.id), None)
    assert found["node"]["items"][0]["id"] == "n-team"
    long_ago = (datetime.now(UTC) - timedelta(days=30)).isoformat()
    then = (await service.browser.get(address, params={"as_of": long_ago})).json()
    assert (then["facts"], str(said)) == ([], str(said))


async def test_the_answer_is_described(service: Service) -> None:
    described = (await service.get("/schema/openapi.json")).json()
    asked = described["paths"]["/api/organisations/{organisation_id}/paths/{slug}/explanation"]["get"]
    assert {each["name"] for each in asked["parameters"]} == {"organisation_id", "slug", "as_of", "known_at"}
