"""A whole request in the form of a POST (Communication 1.3)."""

import base64
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from base import Database
from tests.lrs.makers import FIRST, body, make_statement
from tests.lrs.service import STATEMENTS, Xapi

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def send(
    xapi: Xapi, method: str, form: dict[str, Any], *, path: str = STATEMENTS, **headers: str
) -> httpx.Response:
    return await xapi.request(
        "POST", f"{path}?method={method}", content=urlencode(form).encode(), headers={**FORM, **headers}
    )


async def test_a_statement_is_put_and_got(xapi: Xapi) -> None:
    content = body(make_statement(actor={"name": "Aygün", "mbox": "mailto:aygun@example.org"})).decode()
    stored = await send(xapi, "PUT", {"statementId": FIRST, "content": content})
    assert stored.status_code == 204, stored.text
    found = await send(xapi, "GET", {"statementId": FIRST})
    assert found.json()["actor"]["name"] == "Aygün"
    page = (await send(xapi, "GET", {"limit": "1"})).json()
    assert [each["id"] for each in page["statements"]] == [FIRST]
    assert "more" in page


async def test_headers_may_stand_in_the_form(db: Database) -> None:
    xapi = Xapi(db)
    credential = await xapi.sign_on("all")
    form = {
        "statementId": FIRST,
        "content": body(make_statement()).decode(),
        "Authorization": "Basic " + base64.b64encode(f"{credential.key}:{credential.secret}".encode()).decode(),
        "X-Experience-API-Version": "1.0.3",
        "Content-Type": "application/json",
        "Content-Length": "1",
    }
    bare = {"X-Experience-API-Version": None, "Authorization": None}
    stored = await xapi.request(
        "POST", f"{STATEMENTS}?method=PUT", content=urlencode(form).encode(), headers={**FORM, **bare}
    )
    assert stored.status_code == 204, stored.text
    assert await xapi.ids() == [FIRST]


@pytest.mark.parametrize(
    ("query", "form", "says"),
    [
        ("method=PUT&statementId=x", {"content": "{}"}, "alone"),
        ("method=PUT&method=PUT", {"content": "{}"}, "alone"),
        ("method=PATCH", {"content": "{}"}, "alone"),
        ("method=put", {"content": "{}"}, "alone"),
        ("method=PUT", {"statementId": FIRST}, "content"),
        ("method=GET", {"content": "{}"}, "content"),
        ("method=PUT", [("content", "{}"), ("content", "{}")], "twice"),
        ("method=GET", [("If-Match", "a"), ("if-match", "b")], "twice"),
        ("method=GET", {"Authorization": "Basic x\r\nHost: y"}, "one line"),
        ("method=GET", {f"a{index}": "1" for index in range(200)}, "form"),
    ],
)
async def test_what_is_no_such_form_is_refused(xapi: Xapi, query: str, form: Any, says: str) -> None:
    answer = await xapi.request("POST", f"{STATEMENTS}?{query}", content=urlencode(form).encode(), headers=FORM)
    assert answer.status_code == 400
    assert says in answer.json()["detail"]
    assert answer.headers["X-Experience-API-Version"] == "1.0.3"


async def test_a_body_that_is_no_form_is_refused(xapi: Xapi) -> None:
    for content in (b"{}", b"content=%ff", b"\xff=1"):
        answer = await xapi.request("POST", f"{STATEMENTS}?method=PUT", content=content, headers=FORM)
        assert answer.status_code == 400, content


async def test_a_form_has_its_limit(xapi: Xapi) -> None:
    content = b"content=" + b"x" * 13 * 1024 * 1024
    answer = await xapi.request("POST", f"{STATEMENTS}?method=PUT", content=content, headers=FORM)
    assert answer.status_code == 413
    assert f"more than {12 * 1024 * 1024} bytes" in answer.json()["detail"]


async def test_2_0_has_no_such_syntax(xapi: Xapi) -> None:
    in_2_0 = {"X-Experience-API-Version": "2.0.0"}
    for form, headers in (({"limit": "1"}, in_2_0), ({"limit": "1", **in_2_0}, {})):
        answer = await send(xapi, "GET", form, **headers)
        assert answer.status_code == 400
        assert "2.0" in answer.json()["detail"]


async def test_an_unknown_version_in_the_form_is_refused(xapi: Xapi) -> None:
    answer = await send(xapi, "GET", {"X-Experience-API-Version": "0.8"})
    assert answer.status_code == 400
    assert answer.headers["X-Experience-API-Version"] == "0.95"


async def test_only_a_post_is_one(xapi: Xapi) -> None:
    answer = await xapi.request("PUT", f"{STATEMENTS}?method=PUT", content=b"statementId=x", headers=FORM)
    assert answer.status_code == 400


async def test_what_only_looks_like_one_is_a_request_of_its_own(xapi: Xapi) -> None:
    answer = await xapi.request("POST", f"{STATEMENTS}?notmethod=PUT", content=body(make_statement()))
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("notmethod")
