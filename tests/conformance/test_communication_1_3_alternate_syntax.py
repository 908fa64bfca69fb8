"""xAPI-Communication 1.3: a whole request in the form of a POST, for browsers that can set no headers."""

import base64
from typing import Any
from urllib.parse import urlencode

import httpx
from msgspec import json

from lrs import Credential
from tests.lrs.document_client import NAMED, STATE
from tests.lrs.makers import COMPLETED, FIRST, make_statement
from tests.lrs.service import STATEMENTS, Xapi

FORM = "application/x-www-form-urlencoded"
V_1_0 = {"X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"}


async def send(xapi: Xapi, method: str, path: str = STATEMENTS, **form: Any) -> httpx.Response:
    """A request with no header that a browser of old could not set; all else stands in the form."""
    headers = {"Content-Type": FORM, "X-Experience-API-Version": None, "Authorization": None}
    content = urlencode({name.replace("__", "-"): value for name, value in form.items()}).encode()
    return await xapi.request("POST", path, params={"method": method}, content=content, headers=headers)


def authorization(credential: Credential) -> str:
    return "Basic " + base64.b64encode(f"{credential.key}:{credential.secret}".encode()).decode()


class TestForm:
    """Requests about statements, with all headers in the form."""

    async def test_statements_are_put_posted_and_got(self, xapi: Xapi) -> None:
        usual = {**V_1_0, "Authorization": authorization(await xapi.sign_on("all"))}
        put = await send(xapi, "PUT", statementId=FIRST, content=json.encode(make_statement()).decode(), **usual)
        assert put.status_code == 204
        posted = await send(xapi, "POST", content=json.encode([make_statement(), make_statement()]).decode(), **usual)
        assert len(posted.json()) == 2
        got = await send(xapi, "GET", verb=COMPLETED, limit=2, **usual)
        assert (len(got.json()["statements"]), bool(got.json()["more"])) == (2, True)
        one = await send(xapi, "GET", statementId=FIRST, **usual)
        assert one.json()["id"] == FIRST

    async def test_credentials_in_the_form_count_as_those_in_the_header(self, xapi: Xapi) -> None:
        wrong = authorization(Credential("nobody", "nothing"))
        assert (await send(xapi, "GET", **V_1_0, Authorization=wrong)).status_code == 401
        assert (await send(xapi, "GET", **V_1_0)).status_code == 401

    async def test_content_is_utf_8(self, xapi: Xapi) -> None:
        usual = {**V_1_0, "Authorization": authorization(await xapi.sign_on("all"))}
        actor = {"mbox": "mailto:aygun@example.org", "name": "Aygün Əliyeva დავით"}
        await send(xapi, "PUT", statementId=FIRST, content=json.encode(make_statement(actor=actor)).decode(), **usual)
        assert (await xapi.get(statementId=FIRST)).json()["actor"] == actor

    async def test_it_is_refused_where_something_is_wrong_with_it(self, xapi: Xapi) -> None:
        usual = {**V_1_0, "Authorization": authorization(await xapi.sign_on("all"))}
        content = json.encode(make_statement()).decode()
        assert (await send(xapi, "PUT", statementId=FIRST, **usual)).status_code == 400, "no content"
        assert (await send(xapi, "PUT", content=content, **usual)).status_code == 400, "no statementId"
        assert (await send(xapi, "GET", unknown="x", **usual)).status_code == 400
        old = {**usual, "X-Experience-API-Version": "0.95"}
        assert (await send(xapi, "GET", **old)).status_code == 400
        headers = {"Content-Type": FORM}
        params = {"method": "PUT", "statementId": FIRST}
        body = urlencode({"content": content}).encode()
        more = await xapi.request("POST", params=params, content=body, headers=headers)
        assert more.status_code == 400, "another parameter stands in the query"
        assert await xapi.ids() == []

    async def test_2_0_has_it_no_more(self, xapi: Xapi) -> None:
        """IEEE 9274.1.1: the alternate syntax was taken out."""
        usual = {**V_1_0, "Authorization": authorization(await xapi.sign_on("all"))}
        newer = {**usual, "X-Experience-API-Version": "2.0.0"}
        assert (await send(xapi, "GET", **newer)).status_code == 400


class TestDocuments:
    """Documents, with preconditions in the form."""

    async def test_a_state_is_put_got_and_deleted(self, xapi: Xapi) -> None:
        usual = {**V_1_0, "Authorization": authorization(await xapi.sign_on("all"))}
        named = NAMED[STATE]
        text = {**usual, "Content-Type": "text/plain"}
        assert (await send(xapi, "PUT", STATE, content="öyrəndi", **named, **text)).status_code == 204
        got = await send(xapi, "GET", STATE, **named, **usual)
        assert got.content.decode() == "öyrəndi"
        assert got.headers["Content-Type"].startswith("text/plain")
        stale = {**text, "If-Match": '"' + "0" * 40 + '"'}
        assert (await send(xapi, "PUT", STATE, content="x", **named, **stale)).status_code == 412
        fresh = {**usual, "If-Match": got.headers["ETag"]}
        assert (await send(xapi, "DELETE", STATE, **named, **fresh)).status_code == 204
        assert (await send(xapi, "GET", STATE, **named, **usual)).status_code == 404
