"""Every route of the store and every scope: what is allowed and what is refused (Communication 4.2.1)."""

import base64

import pytest
from litestar.routes import HTTPRoute

from base import BY_PROOF, Database
from lrs import Scope
from tests.lrs.makers import AYGUN, FIRST, make_statement
from tests.lrs.service import Clock, Xapi, agent_parameter, make_service

READ_STATEMENTS = "GET /statements"
WRITE_STATEMENTS = {"POST /statements", "PUT /statements"}
STATES = {f"{method} /activities/state" for method in ("GET", "PUT", "POST", "DELETE")}
OF_ACTIVITIES = {f"{method} /activities/profile" for method in ("GET", "PUT", "POST", "DELETE")}
OF_AGENTS = {f"{method} /agents/profile" for method in ("GET", "PUT", "POST", "DELETE")}
PERSON, ACTIVITY, COUNTS = "GET /agents", "GET /activities", "GET /extensions/counts"
READING = {READ_STATEMENTS, PERSON, ACTIVITY, COUNTS}
EVERYTHING = READING | WRITE_STATEMENTS | STATES | OF_ACTIVITIES | OF_AGENTS

ALLOWED = {
    Scope.ALL: EVERYTHING,
    Scope.ALL_READ: {each for each in EVERYTHING if each.startswith("GET ")},
    Scope.STATEMENTS_READ: READING,
    Scope.STATEMENTS_READ_MINE: READING,
    Scope.STATEMENTS_WRITE: WRITE_STATEMENTS,
    Scope.DEFINE: {ACTIVITY},
    Scope.STATE: STATES,
    Scope.PROFILE: OF_ACTIVITIES | OF_AGENTS | {PERSON, ACTIVITY},
    Scope.ACTIVITIES_PROFILE: OF_ACTIVITIES | {ACTIVITY},
    Scope.AGENTS_PROFILE: OF_AGENTS | {PERSON},
}
"""The standard's words, route by route; who may read statements or profiles may ask what an agent or activity is."""


async def test_the_table_has_every_route_that_wants_a_proof(db: Database) -> None:
    found = {
        f"{'GET' if method == 'HEAD' else method} {route.path.removeprefix('/xapi')}"
        for route in make_service(db, Clock()).routes
        if isinstance(route, HTTPRoute) and route.path.startswith("/xapi/")
        for handler in route.route_handlers
        if handler.opt.get("action") == BY_PROOF["action"]
        for method in handler.http_methods - {"OPTIONS"}
    }
    assert found == EVERYTHING


@pytest.mark.parametrize("scope", list(Scope))
async def test_a_scope_opens_its_routes_and_no_other(xapi: Xapi, scope: Scope) -> None:
    await xapi.sign_on(scope)
    surprises = []
    for each in sorted(EVERYTHING):
        method, path = each.split(" ")
        for sent in (method, "HEAD") if method == "GET" else (method,):
            status = (await xapi.request(sent, f"/xapi{path}")).status_code
            if (status == 403) is (each in ALLOWED[scope]) or status in {401, 404, 405, 500}:
                surprises.append((sent, path, status))
    assert surprises == []


WRONG = base64.b64encode(b"key:secret").decode()


@pytest.mark.parametrize(
    "sent",
    [None, "", "Basic", "Basic Og==", f"Basic {WRONG}", "Basic ???", f"Bearer {WRONG}", "Bearer a.b.c", "Digest x"],
)
async def test_nobody_is_let_in_without_a_valid_proof(xapi: Xapi, sent: str | None) -> None:
    for each in sorted(EVERYTHING):
        method, path = each.split(" ")
        answer = await xapi.request(method, f"/xapi{path}", headers={"Authorization": sent})
        assert answer.status_code == 401, each
        schemes = answer.headers["www-authenticate"]
        assert "Basic " in schemes, each
        assert "Bearer " in schemes, each


async def test_mine_are_the_statements_of_ones_own_authority(xapi: Xapi) -> None:
    await xapi.stored(make_statement(id=FIRST))
    await xapi.sign_on("statements/write", "statements/read/mine")
    own = await xapi.stored(make_statement())
    assert await xapi.ids() == own
    assert (await xapi.get(statementId=FIRST)).status_code == 404


async def test_without_define_a_statement_is_stored_and_its_definition_is_not_taken_up(xapi: Xapi) -> None:
    def named(name: str) -> dict[str, object]:
        return {"id": "https://ulc.example/a", "definition": {"name": {"en": name}}}

    async def known() -> object:
        return (await xapi.get("/xapi/activities", activityId="https://ulc.example/a")).json().get("definition")

    await xapi.sign_on("statements/write", "all/read")
    await xapi.stored(make_statement(object=named("Forged")))
    assert await known() is None
    await xapi.sign_on("statements/write", "define", "all/read")
    await xapi.stored(make_statement(object=named("Real")))
    assert await known() == {"name": {"en": "Real"}}


async def test_several_scopes_open_what_each_of_them_opens(xapi: Xapi) -> None:
    await xapi.sign_on("state", "agents_profile")
    agent = agent_parameter(AYGUN)
    assert (await xapi.get("/xapi/agents/profile", agent=agent)).status_code == 200
    state = await xapi.get("/xapi/activities/state", agent=agent, activityId="https://ulc.example/a")
    assert state.status_code == 200
    assert (await xapi.get()).status_code == 403
