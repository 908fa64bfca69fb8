from typing import Any

import pytest

from tests.lrs.makers import AYGUN, DAVIT, FIRST, make_reference, make_statement
from tests.lrs.service import Xapi, agent_parameter

AGENTS = "/xapi/agents"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"


async def person(xapi: Xapi, agent: dict[str, Any]) -> Any:
    answer = await xapi.get(AGENTS, agent=agent_parameter(agent))
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    return answer.json()


@pytest.mark.parametrize(
    ("identifier", "listed"),
    [
        ({"mbox": "mailto:a@example.org"}, {"mbox": ["mailto:a@example.org"]}),
        ({"mbox_sha1sum": "a" * 40}, {"mbox_sha1sum": ["a" * 40]}),
        ({"openid": "https://a.example.org/"}, {"openid": ["https://a.example.org/"]}),
        (
            {"account": {"homePage": "https://lms.example.org", "name": "a"}},
            {"account": [{"homePage": "https://lms.example.org", "name": "a"}]},
        ),
    ],
)
async def test_whom_nobody_named_is_a_person_with_what_was_given(
    xapi: Xapi, identifier: dict[str, Any], listed: dict[str, Any]
) -> None:
    assert await person(xapi, identifier) == {"objectType": "Person", **listed}
    assert await person(xapi, {"name": "A", **identifier}) == {"objectType": "Person", "name": ["A"], **listed}


async def test_the_names_in_statements_are_told_newest_first(xapi: Xapi) -> None:
    await xapi.stored(make_statement(actor={**AYGUN, "name": "Aygün Quliyeva"}))
    await xapi.stored(make_statement(actor=DAVIT, context={"instructor": {**AYGUN, "name": "Aygün Həsənova"}}))
    team = {"objectType": "Group", "name": "Team", "member": [{**AYGUN, "name": "A. H."}, {**DAVIT, "name": "Davit"}]}
    await xapi.stored(make_statement(actor=team))
    await xapi.stored(make_statement())
    assert await person(xapi, AYGUN) == {
        "objectType": "Person",
        "name": ["A. H.", "Aygün Həsənova", "Aygün Quliyeva"],
        "mbox": ["mailto:aygun@example.org"],
    }


async def test_what_only_looks_like_an_agent_gives_no_name(xapi: Xapi) -> None:
    await xapi.stored(make_statement(context={"extensions": {"http://example.org/x": {**AYGUN, "name": "Nobody"}}}))
    assert "name" not in await person(xapi, AYGUN)


async def test_a_voided_statement_tells_no_name(xapi: Xapi) -> None:
    await xapi.stored(make_statement(id=FIRST, actor={**AYGUN, "name": "Mistaken"}))
    await xapi.stored(make_reference(FIRST, verb=VOIDED))
    assert "name" not in await person(xapi, AYGUN)


async def test_who_reads_only_their_own_statements_is_told_only_their_names(xapi: Xapi) -> None:
    await xapi.stored(make_statement(actor={**AYGUN, "name": "Told by another"}))
    await xapi.sign_on("statements/write", "statements/read/mine", name="Other")
    assert "name" not in await person(xapi, AYGUN)
    await xapi.stored(make_statement(actor={**AYGUN, "name": "Told by them"}))
    assert (await person(xapi, AYGUN))["name"] == ["Told by them"]


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "{",
        "[]",
        "true",
        '{"objectType":"Agent","name":"A"}',
        '{"mbox":"mailto:a@example.org","openid":"https://a.example.org/"}',
        '{"objectType":"Group","mbox":"mailto:team@example.org"}',
        '{"mbox":["mailto:a@example.org"]}',
        '{"mbox":"mailto:a@example.org","age":7}',
    ],
)
async def test_what_is_no_agent_is_refused(xapi: Xapi, agent: str) -> None:
    answer = await xapi.get(AGENTS, agent=agent)
    assert answer.status_code == 400
    assert answer.json()["where"].startswith("agent")


async def test_the_agent_is_required_and_alone(xapi: Xapi) -> None:
    assert (await xapi.get(AGENTS)).status_code == 400
    assert (await xapi.get(AGENTS, Agent=agent_parameter(AYGUN))).status_code == 400
    assert (await xapi.get(AGENTS, agent=agent_parameter(AYGUN), since="2026-11-22T09:00:00Z")).status_code == 400


async def test_head_answers_as_get_without_the_person(xapi: Xapi) -> None:
    got = await xapi.get(AGENTS, agent=agent_parameter(AYGUN))
    head = await xapi.request("HEAD", AGENTS, params={"agent": agent_parameter(AYGUN)})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == got.headers["ETag"]
    assert head.headers["Content-Length"] == got.headers["Content-Length"] == str(len(got.content))


@pytest.mark.parametrize(("scope", "status"), [("all/read", 200), ("agents_profile", 200), ("statements/write", 403)])
async def test_reading_agents_needs_a_scope(xapi: Xapi, scope: str, status: int) -> None:
    await xapi.sign_on(scope)
    assert (await xapi.get(AGENTS, agent=agent_parameter(AYGUN))).status_code == status
