"""What staff see of a learner's progress, and what they decide about it."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from lrs import agent_key, statements_with_ids
from modules import publish_module
from modules.sessions import opaque_agent
from paths import State, enrol, path, publish_path, verdict
from paths.keeping.facts import facts_of_agents
from people import (
    OrganisationKind,
    Person,
    Role,
    Scope,
    ScopeKind,
    add_organisation,
    grant_role,
    join,
)
from tests.app.conftest import Service
from tests.modules.makers import make_source
from tests.paths.makers import leaf, path_file

MODULE = "strategy"
WORK = "https://files.example/note.pdf"
A_TEST: dict[str, Any] = {"by": None, "reason": "a test"}


def _seen(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


async def _learner(service: Service) -> Person:
    """Somebody on a path of one module that is finished by passing its quiz."""
    now = datetime.now(UTC)
    await service.db.write(publish_module, make_source(), now=now)
    await service.db.write(publish_path, path_file(leaf("a", MODULE)), now=now)
    learner = await service.add()
    growth = await service.db.read(path, "growth")
    await service.db.write(enrol, learner, growth.id, origin="self", by=learner.id, reason="chose it", now=now)
    return learner


async def _decided(service: Service, learner: Person) -> list[UUID]:
    facts = await service.db.read(facts_of_agents, [agent_key(opaque_agent(learner))])
    return [fact.statement_id for fact in facts]


async def _state(service: Service, learner: Person) -> State:
    growth = await service.db.read(path, "growth")
    facts: dict[str, Any] = {"origin": "self", "by": learner.id, "reason": "again", "now": datetime.now(UTC)}
    enrolled = await service.db.write(enrol, learner, growth.id, **facts)
    found = await service.db.read(verdict, enrolled.id)
    assert found is not None
    return found.state


def _address(learner: Person, *more: str) -> str:
    return "/".join([f"/people/{learner.id}/modules/{MODULE}", *more])


async def test_a_waiver_completes_the_path_and_taking_it_back_does_not(service: Service) -> None:
    learner = await _learner(service)
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    waiver = {"why": "Tested Out", "reason": "passed the state exam"}
    assert (await service.send(_address(learner, "waive"), **waiver)).status_code == 303
    assert await _state(service, learner) == State.SATISFIED
    shown = _seen((await service.get(f"/people/{learner.id}/paths/growth")).text)
    assert "1 of 1 done" in shown
    (statement_id,) = await _decided(service, learner)
    about = (await service.get(_address(learner))).text
    for told in ("waived", "Showed it in a test", "Aygün Əliyeva", "counts", "Take back"):
        assert told in _seen(about)
    assert f"/admin/statements/{statement_id}" in about
    faulty = await service.send(_address(learner, "void", str(statement_id)), reason=" ")
    assert faulty.status_code == 400
    assert (await service.send(_address(learner, "void", str(statement_id)), reason="forged")).status_code == 303
    assert await _state(service, learner) == State.LOST
    assert "taken back" in _seen((await service.get(_address(learner))).text)


async def test_every_decision_is_entered_by_its_form(service: Service) -> None:
    learner = await _learner(service)
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    why = {"reason": "seen at work", "on": "2026-01-31"}
    for form, fields in {
        "sign-off": {},
        "attendance": {"minutes": "90"},
        "work": {"what": "contribution", "work": WORK},
        "recognise": {"work": WORK},
    }.items():
        answer = await service.send(_address(learner, form), **why, **fields)
        assert answer.status_code == 303, form
    shown = _seen((await service.get(_address(learner))).text)
    for told in ("signed off", "attended", "90 minutes", "contributed", "Recognised prior learning", WORK):
        assert told in shown
    stored = await service.db.read(statements_with_ids, await _decided(service, learner))
    assert {one.timestamp.date().isoformat() for one in stored} == {"2026-01-31"}
    attended = next(one for one in stored if one.statement.verb.id.endswith("attended"))
    context = attended.statement.context
    assert context is not None
    assert context.context_activities is not None
    assert context.context_activities.parent is not None
    assert context.context_activities.parent[0].id.endswith("/strategy/meetings/2026-01-31")


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ("waive", {"why": "Because", "reason": "x"}),
        ("sign-off", {"reason": " "}),
        ("sign-off", {"reason": "x", "on": "2999-01-01"}),
        ("sign-off", {"reason": "x", "on": "yesterday"}),
        ("attendance", {"reason": "x", "minutes": "1e3"}),
        ("attendance", {"reason": "x", "minutes": "0"}),
        ("attendance", {"reason": "x", "meeting": "the town hall"}),
        ("work", {"reason": "x", "what": "submission", "work": ""}),
        ("work", {"reason": "x", "what": "poem", "work": WORK}),
        ("recognise", {"reason": "x", "work": "a diploma"}),
    ],
)
async def test_what_is_wrong_is_said_at_the_field_and_nothing_is_kept(
    service: Service, form: str, fields: dict[str, str]
) -> None:
    learner = await _learner(service)
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    answer = await service.send(_address(learner, form), **fields)
    assert answer.status_code == 400
    assert "Nothing was saved yet" in _seen(answer.text)
    (linked,) = re.findall(rf'href="#({form}-\w+)"', answer.text)
    assert f'id="{linked}"' in answer.text
    assert await _decided(service, learner) == []


async def test_mentors_sign_off_in_their_organisation_and_decide_no_more_than_that(service: Service) -> None:
    learner, mentor = await _learner(service), await service.add()
    now = datetime.now(UTC)
    kind = OrganisationKind.CITY
    city = await service.db.write(add_organisation, name="Gyumri", kind=kind, country="AM", now=now, **A_TEST)
    scope = Scope(ScopeKind.ORGANISATION, str(city.id))
    await service.db.write(grant_role, mentor.id, Role.MENTOR, scope=scope, now=now, **A_TEST)
    await service.sign_in(mentor)
    assert (await service.get(_address(learner))).status_code == 403
    assert (await service.send(_address(learner, "sign-off"), reason="x")).status_code == 403
    await service.db.write(join, learner.id, city.id, now=now, **A_TEST)
    shown = _seen((await service.get(_address(learner))).text)
    assert "Sign off" in shown
    assert "Waive" not in shown
    assert (await service.send(_address(learner, "sign-off"), reason="x")).status_code == 303
    assert (await service.send(_address(learner, "waive"), reason="x", why="Tested Out")).status_code == 403
    (statement_id,) = await _decided(service, learner)
    assert (await service.send(_address(learner, "void", str(statement_id)), reason="x")).status_code == 403


async def test_auditors_see_progress_and_decide_nothing(service: Service) -> None:
    learner = await _learner(service)
    await service.sign_in(await service.add(Role.AUDITOR))
    assert "Pathways for Economic Growth" in _seen((await service.get(f"/people/{learner.id}/paths")).text)
    assert (await service.get(f"/people/{learner.id}/paths/growth")).status_code == 200
    shown = _seen((await service.get(_address(learner))).text)
    assert "the quiz passed" in shown
    assert "Enter attendance" not in shown


async def test_nobody_decides_about_themselves(service: Service) -> None:
    await _learner(service)
    administrator = await service.add(Role.ADMINISTRATOR)
    await service.sign_in(administrator)
    assert "Waive" not in _seen((await service.get(_address(administrator))).text)
    assert (await service.send(_address(administrator, "sign-off"), reason="x")).status_code == 403


async def test_a_decision_about_another_learner_is_not_taken_back_here(service: Service) -> None:
    learner, other = await _learner(service), await service.add()
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    await service.send(_address(learner, "sign-off"), reason="x")
    (statement_id,) = await _decided(service, learner)
    assert (await service.send(_address(other, "void", str(statement_id)), reason="x")).status_code == 404
