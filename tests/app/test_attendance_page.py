"""The attendance list of a meeting, entered by whoever led it."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from base import Asked, decisions
from lrs import agent_key
from modules import Fact, FactKind, publish_module
from modules.sessions import opaque_agent
from paths.keeping.facts import facts_of_agents
from people import Organisation, OrganisationKind, Person, Role, Scope, ScopeKind, add_organisation, grant_role, join
from tests.app.conftest import Service
from tests.modules.makers import make_source

A_TEST: dict[str, Any] = {"by": None, "reason": "a test"}
LIST = {"module": "strategy", "on": "2026-01-31", "minutes": "120", "reason": "signed list, folder 7"}


def _seen(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


async def _city(service: Service, *members: Person) -> Organisation:
    now = datetime.now(UTC)
    kind = OrganisationKind.CITY
    city = await service.db.write(add_organisation, name="Gyumri", kind=kind, country="AM", now=now, **A_TEST)
    for member in members:
        await service.db.write(join, member.id, city.id, now=now, **A_TEST)
    return city


async def _facilitator(service: Service, city: Organisation) -> Person:
    """Signed in, a member and facilitator of the city."""
    now = datetime.now(UTC)
    person = await service.add()
    await service.db.write(join, person.id, city.id, now=now, **A_TEST)
    scope = Scope(ScopeKind.ORGANISATION, str(city.id))
    await service.db.write(grant_role, person.id, Role.FACILITATOR, scope=scope, now=now, **A_TEST)
    await service.db.write(publish_module, make_source(), now=now)
    await service.sign_in(person)
    return person


async def _facts(service: Service, person: Person) -> list[Fact]:
    await service.get("/")
    return await service.db.read(facts_of_agents, [agent_key(opaque_agent(person))])


async def test_a_facilitator_enters_who_of_their_organisation_was_there(service: Service) -> None:
    came, also, missed = [await service.add() for _ in range(3)]
    city = await _city(service, came, also, missed)
    facilitator = await _facilitator(service, city)
    address = f"/organisations/{city.id}/attendance"
    assert address in (await service.get("/memberships")).text
    offered = (await service.get(address)).text
    assert str(facilitator.id) not in offered
    entered = await service.send(address, **LIST, person=[str(came.id), str(also.id)])
    assert entered.status_code == 303
    assert "The attendance of 2 people" in _seen((await service.get(entered.headers["location"])).text)
    found = await service.db.read(decisions, Asked(act="module.attendance"), limit=9)
    assert {row.subject for row in found} == {f"person {came.id}", f"person {also.id}"}
    assert {(row.by, row.reason) for row in found} == {(facilitator.id, "signed list, folder 7")}


async def test_what_was_entered_is_a_fact_of_each(service: Service) -> None:
    came = await service.add()
    city = await _city(service, came)
    await _facilitator(service, city)
    await service.send(f"/organisations/{city.id}/attendance", **LIST, person=str(came.id))
    await service.sign_in(await service.add(Role.AUDITOR))
    assert "120 minutes" in _seen((await service.get(f"/people/{came.id}/modules/strategy")).text)
    (fact,) = await _facts(service, came)
    assert (fact.kind, fact.value, fact.at.date().isoformat()) == (FactKind.ATTENDED, 120, "2026-01-31")


@pytest.mark.parametrize(
    "wrong",
    [
        {"module": "alchemy"},
        {"on": "2999-01-01"},
        {"minutes": "two hours"},
        {"reason": ""},
        {"meeting": "town hall"},
        {"person": []},
        {"person": [str(uuid4())]},
    ],
)
async def test_what_is_wrong_is_said_and_nobody_is_entered(service: Service, wrong: dict[str, Any]) -> None:
    came = await service.add()
    city = await _city(service, came)
    await _facilitator(service, city)
    fields = LIST | {"person": [str(came.id)]} | wrong
    answer = await service.send(f"/organisations/{city.id}/attendance", **fields)
    assert answer.status_code == 400
    (field,) = wrong
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert await service.db.read(decisions, Asked(act="module.attendance"), limit=9) == []


async def test_another_organisation_is_not_theirs_to_enter(service: Service) -> None:
    there = await _city(service, await service.add())
    await _facilitator(service, await _city(service))
    assert (await service.get(f"/organisations/{there.id}/attendance")).status_code == 403
    assert (await service.send(f"/organisations/{there.id}/attendance", **LIST)).status_code == 403
