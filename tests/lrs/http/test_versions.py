"""What every answer of the record store says of itself, whatever it is (Communication 3.3, 2.1.3)."""

import pytest

from tests.lrs.makers import FIRST, make_statement
from tests.lrs.service import STATEMENTS, Xapi

VERSION = "X-Experience-API-Version"


@pytest.mark.parametrize(
    ("asked", "told"),
    [("1.0", "1.0.3"), ("1.0.0", "1.0.3"), ("1.0.3", "1.0.3"), ("2.0.0", "2.0.0"), ("0.9", "0.95"), (None, "0.95")],
)
async def test_answers_of_every_status_name_the_version(xapi: Xapi, asked: str | None, told: str) -> None:
    headers = {VERSION: asked}
    statuses = set()
    for method, path in (
        ("GET", STATEMENTS),
        ("HEAD", STATEMENTS),
        ("GET", f"{STATEMENTS}?unknown=1"),
        ("GET", f"{STATEMENTS}?statementId={FIRST}"),
        ("DELETE", STATEMENTS),
        ("PATCH", STATEMENTS),
        ("GET", "/xapi/nothing"),
    ):
        answer = await xapi.request(method, path, headers=headers)
        assert answer.headers[VERSION] == told, (method, path)
        statuses.add(answer.status_code)
    known = told != "0.95"
    assert statuses == ({200, 400, 404, 405} if known else {400, 404, 405})


async def test_a_stranger_is_told_how_to_come_in(xapi: Xapi) -> None:
    answer = await xapi.request("GET", auth=("who", "knows"))
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert answer.headers[VERSION] == "1.0.3"


async def test_about_needs_nothing_and_takes_nothing(xapi: Xapi) -> None:
    bare = {VERSION: None, "Authorization": None}
    answer = await xapi.request("GET", "/xapi/about", headers=bare)
    assert answer.json() == {"version": ["2.0.0", "1.0.3"]}
    assert answer.headers[VERSION] == "2.0.0"
    assert (await xapi.request("GET", "/xapi/about", headers={VERSION: "1.0.1"})).headers[VERSION] == "1.0.3"
    head = await xapi.request("HEAD", "/xapi/about", headers=bare)
    assert (head.status_code, head.content) == (200, b"")
    assert (await xapi.request("GET", "/xapi/about?x=1", headers=bare)).status_code == 400


async def test_a_head_says_what_a_get_would(xapi: Xapi) -> None:
    await xapi.put(FIRST, make_statement())
    for params in ({}, {"statementId": FIRST}, {"statementId": FIRST, "format": "ids"}):
        get, head = await xapi.request("GET", params=params), await xapi.request("HEAD", params=params)
        assert head.status_code == get.status_code == 200
        assert head.content == b""
        told = {name: value for name, value in get.headers.items() if name != "date"}
        assert {name: value for name, value in head.headers.items() if name != "date"} == told


async def test_parameters_are_none_of_a_post(xapi: Xapi) -> None:
    for params in ({"statementId": FIRST}, {"limit": "1"}, {"x": ""}):
        answer = await xapi.post(make_statement(), params=params)
        assert answer.status_code == 400
    assert await xapi.ids() == []


@pytest.mark.parametrize(
    "params",
    [
        [],
        [("StatementId", FIRST)],
        [("statementId", FIRST), ("statementId", FIRST)],
        [("statementId", FIRST), ("x", "1")],
    ],
)
async def test_a_put_names_its_statement_once(xapi: Xapi, params: list[tuple[str, str]]) -> None:
    answer = await xapi.request("PUT", content=b"{}", params=params)
    assert answer.status_code == 400
    assert "statementId" in answer.json()["detail"]


async def test_the_link_to_more_is_relative_and_stands_alone(xapi: Xapi) -> None:
    await xapi.stored(*(make_statement() for _ in range(3)))
    page = (await xapi.get(limit="2", attachments="false", format="ids")).json()
    assert page["more"].startswith("/xapi/statements?more=")
    following = (await xapi.get(page["more"])).json()
    assert [len(each["statements"]) for each in (page, following)] == [2, 1]
    assert following["statements"][0]["verb"].keys() == {"id"}
    assert (await xapi.get(f"{page['more']}&limit=1")).status_code == 400
