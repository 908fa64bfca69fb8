"""Session tokens over HTTP: one learner's content, by Basic as cmi5 has it or by Bearer, until its session is over."""

from base64 import b64decode
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from base import Invalid
from lrs import Account, Agent, forget_session_tokens, make_session_token, revoke_session_tokens
from lrs.tables.credentials import session_tokens
from tests.lrs.makers import AYGUN, INTRO, VOIDED, body, make_statement
from tests.lrs.service import STATEMENTS, Xapi, agent_parameter
from tests.times import NOW

LEARNER = Agent(account=Account(home_page="https://ulc.example", name="7"))
ACTOR = {"objectType": "Agent", "account": {"homePage": "https://ulc.example", "name": "7"}}
REGISTRATION = UUID("6f2c0f0e-5b0a-4f6e-9a5e-2a8f9d0c0001")
OTHER = UUID("6f2c0f0e-5b0a-4f6e-9a5e-2a8f9d0c0002")
OWN = make_statement(actor=ACTOR, context={"registration": str(REGISTRATION)})
STATE = {"activityId": INTRO, "agent": agent_parameter(ACTOR), "registration": str(REGISTRATION), "stateId": "bookmark"}
UNTIL = NOW + timedelta(hours=2)


async def token_for(xapi: Xapi, registration: UUID = REGISTRATION) -> str:
    return await xapi.db.write(
        make_session_token, actor=LEARNER, registration=registration, activity=INTRO, until=UNTIL, now=NOW
    )


async def send(xapi: Xapi, proof: str, method: str = "POST", path: str = STATEMENTS, **options: Any) -> httpx.Response:
    return await xapi.request(method, path, headers={"Authorization": proof}, **options)


@pytest.mark.parametrize("scheme", ["Basic", "Bearer"])
async def test_a_token_is_what_follows_basic_and_serves_after_bearer_too(xapi: Xapi, scheme: str) -> None:
    token = await token_for(xapi)
    assert b64decode(token, validate=True).startswith(b"session:")
    answer = await send(xapi, f"{scheme} {token}", content=body(OWN))
    assert answer.status_code == 200
    (stored,) = answer.json()
    authority = (await xapi.get(statementId=stored)).json()["authority"]
    assert authority["account"] == {"homePage": "http://waymark.test", "name": f"session:{REGISTRATION}"}


async def test_only_the_hash_of_a_token_is_kept(xapi: Xapi) -> None:
    token = await token_for(xapi)
    (row,) = await xapi.db.read(lambda conn: conn.execute(select(session_tokens)).all())
    assert token not in str(row)
    assert b64decode(token).decode().partition(":")[2] not in str(row)


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ({**OWN, "actor": AYGUN}, "cmi5 9.2"),
        ({**OWN, "context": {"registration": str(OTHER)}}, "cmi5 9.6.1"),
        ({**OWN, "object": {"id": "https://other.example/course"}}, "cmi5 9.4"),
        (
            {**OWN, "verb": {"id": VOIDED}, "object": {"objectType": "StatementRef", "id": str(OTHER)}},
            "cmi5 6.3",
        ),
    ],
)
async def test_whatever_is_not_the_sessions_is_refused_with_the_rule_and_stores_nothing(
    xapi: Xapi, statement: dict[str, Any], rule: str
) -> None:
    token = await token_for(xapi)
    answer = await send(xapi, f"Basic {token}", content=body(OWN, statement))
    assert answer.status_code == 403
    assert rule in answer.json()["detail"]
    assert await xapi.ids() == []


async def test_it_reads_the_statements_of_its_registration_and_no_others(xapi: Xapi) -> None:
    token, others = await token_for(xapi), await token_for(xapi, OTHER)
    await xapi.stored(OWN)
    theirs = {**OWN, "context": {"registration": str(OTHER)}}
    (foreign,) = (await send(xapi, f"Basic {others}", content=body(theirs))).json()
    (own,) = (await send(xapi, f"Basic {token}", content=body(OWN))).json()
    found = (await send(xapi, f"Basic {token}", "GET")).json()["statements"]
    assert [each["id"] for each in found] == [own]
    asked = await send(xapi, f"Basic {token}", "GET", params={"statementId": foreign})
    assert asked.status_code == 404


async def test_it_keeps_states_and_profiles_of_its_own_and_no_others(xapi: Xapi) -> None:
    basic = f"Basic {await token_for(xapi)}"
    state = "/xapi/activities/state"
    assert (await send(xapi, basic, "PUT", state, params=STATE, content=b'{"at":3}')).status_code == 204
    assert (await send(xapi, basic, "GET", state, params=STATE)).content == b'{"at":3}'
    for change in (
        {"activityId": "https://other.example/course"},
        {"agent": agent_parameter(AYGUN)},
        {"registration": str(OTHER)},
    ):
        for method in ("GET", "PUT", "POST", "DELETE"):
            refused = await send(xapi, basic, method, state, params={**STATE, **change}, content=b"{}")
            assert refused.status_code == 403, (method, change)
            assert "cmi5 10.1" in refused.json()["detail"]
    preferences = {"agent": agent_parameter(ACTOR), "profileId": "cmi5LearnerPreferences"}
    assert (await send(xapi, basic, "GET", "/xapi/agents/profile", params=preferences)).status_code == 404
    others = {**preferences, "agent": agent_parameter(AYGUN)}
    assert (await send(xapi, basic, "GET", "/xapi/agents/profile", params=others)).status_code == 403


async def test_it_names_no_activities_for_everybody(xapi: Xapi) -> None:
    named = {**OWN, "object": {"id": INTRO, "definition": {"name": {"en": "Forged"}}}}
    assert (await send(xapi, f"Basic {await token_for(xapi)}", content=body(named))).status_code == 200
    assert "definition" not in (await xapi.get("/xapi/activities", activityId=INTRO)).json()


async def test_it_is_over_with_its_session(xapi: Xapi) -> None:
    basic = f"Basic {await token_for(xapi)}"
    xapi.clock.now = UNTIL - timedelta(seconds=1)
    assert (await send(xapi, basic, "GET")).status_code == 200
    xapi.clock.now = UNTIL
    over = await send(xapi, basic, "GET")
    assert (over.status_code, "open the module again" in over.json()["detail"]) == (401, True)


async def test_it_is_over_once_revoked_after_a_moment_at_most(xapi: Xapi) -> None:
    basic = f"Basic {await token_for(xapi)}"
    assert (await send(xapi, basic, "GET")).status_code == 200
    for _ in range(2):
        await xapi.db.write(revoke_session_tokens, REGISTRATION)
    xapi.clock.now = NOW + timedelta(seconds=10)
    assert (await send(xapi, basic, "GET")).status_code == 401


async def test_what_expired_is_swept_in_batches_and_the_rest_stays(xapi: Xapi) -> None:
    for _ in range(3):
        await token_for(xapi)
    assert await xapi.db.write(forget_session_tokens, before=UNTIL, limit=10) == 0
    later = UNTIL + timedelta(seconds=1)
    assert [await xapi.db.write(forget_session_tokens, before=later, limit=2) for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"actor": Agent()},
        {"actor": Agent(object_type="Group", member=(LEARNER,))},
        {"activity": "intro"},
        {"until": NOW},
    ],
)
async def test_no_token_is_made_for_what_is_no_session(xapi: Xapi, wrong: dict[str, Any]) -> None:
    right = {"actor": LEARNER, "registration": REGISTRATION, "activity": INTRO, "until": UNTIL}
    with pytest.raises(Invalid):
        await xapi.db.write(make_session_token, **{**right, **wrong}, now=NOW)


async def test_a_made_up_token_opens_nothing(xapi: Xapi) -> None:
    for proof in ("Basic c2Vzc2lvbjo=", "Basic c2Vzc2lvbjp3cm9uZw==", "Bearer c2Vzc2lvbg=="):
        assert (await send(xapi, proof, "GET")).status_code == 401
