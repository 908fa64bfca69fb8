"""The auditor's page and the JSON of it: the evidence of a verdict, as of a day, as it was known on another."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection

from lrs import Account, Activity, Agent, Statement, Verb, record_statement
from modules import VerbIri, modules
from paths import enrol, path
from people import Person, Role
from tests.app.conftest import Service

SLUG = "pathways-for-economic-growth"
DAY = timedelta(days=1)


def begun(conn: Connection, learner: Person, now: datetime) -> UUID:
    """The learner passed a module two days ago, of which we heard yesterday."""
    enrol(conn, learner, path(conn, SLUG).id, origin="self", by=learner.id, reason="chose it", now=now - 3 * DAY)
    (module,) = (each for each in modules(conn) if each.slug == "pathway-for-economic-growth")
    passed = Statement(
        actor=Agent(account=Account(home_page=learner.opaque.home_page, name=learner.opaque.name)),
        verb=Verb(id=VerbIri.PASSED.value),
        object=Activity(id=module.activity),
        timestamp=now - 2 * DAY,
    )
    return record_statement(conn, passed, now=now - DAY)


@pytest.mark.usefixtures("library")
async def test_an_auditor_sees_the_statements_behind_a_verdict_and_when_they_were_known(service: Service) -> None:
    learner, auditor = await service.add(), await service.add(Role.AUDITOR)
    now = datetime.now(UTC)
    said = await service.db.write(begun, learner, now)
    await service.sign_in(auditor)
    here = f"/people/{learner.id}/paths/{SLUG}/evidence"
    shown = await service.get(here)
    assert shown.status_code == 200
    assert f'href="/admin/statements/{said}"' in shown.text
    assert "The module must be passed." in shown.text
    then = await service.get(f"{here}?known_at={(now - 2 * DAY).date()}")
    assert str(said) not in then.text
    assert "Nothing by then." in then.text
    wrong = await service.get(f"{here}?as_of=yesterday")
    assert wrong.status_code == 400
    assert "as_of is &#39;yesterday&#39;" in wrong.text


@pytest.mark.usefixtures("library")
async def test_the_same_as_json_names_every_verdict(service: Service) -> None:
    learner, auditor = await service.add(), await service.add(Role.AUDITOR)
    now = datetime.now(UTC)
    said = await service.db.write(begun, learner, now)
    await service.sign_in(auditor)
    address = f"/api/people/{learner.id}/paths/{SLUG}/explanation"
    found = (await service.get(address, accept="application/json")).json()
    assert [each["statement_id"] for each in found["facts"]] == [str(said)]
    assert (found["person_id"], found["node"]["state"]) == (str(learner.id), "in-progress")
    moment = (now - 2.5 * DAY).isoformat()
    earlier = (await service.browser.get(address, params={"as_of": moment})).json()
    assert (earlier["facts"], earlier["node"]["state"]) == ([], "open")
    missing = await service.get(f"/api/people/{learner.id}/paths/no-such-path/explanation", accept="application/json")
    assert missing.status_code == 404


async def test_the_answer_is_described(service: Service) -> None:
    described = (await service.get("/schema/openapi.json")).json()
    asked = described["paths"]["/api/people/{person_id}/paths/{slug}/explanation"]["get"]
    assert {each["name"] for each in asked["parameters"]} == {"person_id", "slug", "as_of", "known_at"}
    assert "Explained" in described["components"]["schemas"]
