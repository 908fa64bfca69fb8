"""Whatever is sent to the routes of the OpenAPI document, the service never fails, and answers as it says there."""

import string
from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from tests.clients.served import Served
from tests.lrs import strategies
from tests.lrs.effort import examples
from tests.lrs.makers import AYGUN, FIRST, INTRO, make_statement

JSON_AGENT = json.encode(AYGUN).decode()
EXPECTED: dict[str, tuple[str, ...]] = {
    "agent": (JSON_AGENT, '{"objectType":"Group","mbox":"mailto:a@example.org"}', "{}", "[[[[", '{"mbox":null}'),
    "verb": (INTRO, "urn:x"),
    "activity": (INTRO,),
    "activityId": (INTRO, "urn:x"),
    "registration": (FIRST, FIRST.upper()),
    "statementId": (FIRST,),
    "voidedStatementId": (FIRST,),
    "since": ("2026-11-22T09:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999999-14:00"),
    "until": ("2026-11-22T09:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"),
    "limit": ("0", "1", "99999999999999999999"),
    "format": ("ids", "exact", "canonical"),
    "more": ("e30", "eyJsaW1pdCI6MX0", "!"),
    "zone": ("Asia/Baku", "../../etc/passwd", "UTC"),
    "by": ("day", "verb", "activity", "agent"),
    "X-Experience-API-Version": ("1.0.3", "1.0.3", "2.0.0", "2.0.0", "9"),
    "If-Match": ("*", '"x"', "x", 'W/"' + "0" * 40 + '"'),
    "If-None-Match": ("*", '"x"'),
    "Accept-Language": ("az, en;q=0.5", "*", ";;;q=q", "en;q=nan"),
}
"""Values that a parameter is likely to be given: good ones, and bad ones that look good."""

OTHERS = ("", "true", "false", "\x00", "ə", "%", "../..", "'; DROP TABLE lrs_statements; --", "9" * 400)
ASCII = st.text(string.printable.replace("\r", "").replace("\n", "").replace("\x0b", "").replace("\x0c", ""))


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.service.url, auth=(served.key, served.secret), timeout=60) as one:
        yield one


@cache
def operations(client: httpx.Client) -> list[tuple[str, str, dict[str, Any]]]:
    """Each method and path of the document, and what it says of it."""
    paths = client.get("/schema/openapi.json").json()["paths"]
    return [(method, path, told) for path, methods in paths.items() for method, told in methods.items()]


@st.composite
def requests(draw: st.DrawFn, told: dict[str, Any]) -> dict[str, Any]:
    """A request with some of the parameters, now and then one twice or one that is not there, and any body."""
    query: list[tuple[str, str]] = []
    headers: dict[str, str] = {}
    for each in told.get("parameters", []):
        if draw(st.integers(0, 9)) < (9 if each["required"] else 3):
            likely = st.sampled_from(EXPECTED.get(each["name"], OTHERS))
            if each["in"] == "query":
                value = draw(likely | likely | st.sampled_from(OTHERS) | strategies.texts)
                query += [(each["name"], value)] * draw(st.sampled_from((1, 1, 1, 1, 2)))
            elif each["in"] == "header":
                headers[each["name"]] = draw(likely | likely | ASCII).strip()
    if draw(st.integers(0, 9)) == 0:
        query.append((draw(strategies.texts), draw(strategies.texts)))
    content, kind = draw(bodies()) if "requestBody" in told else (b"", "")
    return {"params": query, "headers": {**headers, "Content-Type": kind}, "content": content}


@st.composite
def bodies(draw: st.DrawFn) -> tuple[bytes, str]:
    """A body and its type: statements, other JSON, parts, bytes, each now and then with a byte less or another."""
    value = draw(
        st.one_of(
            strategies.statements(),
            st.lists(strategies.statements(), max_size=2),
            strategies.anything,
            st.dictionaries(st.sampled_from(list(make_statement())), strategies.anything),
        )
    )
    content = draw(strategies.written(value))
    kind = draw(st.sampled_from(("application/json", "application/json", "text/plain", "", "a/b;c", "multipart/mixed")))
    if kind == "multipart/mixed":
        kind = draw(st.sampled_from(("multipart/mixed", "multipart/mixed; boundary=b", 'multipart/mixed; boundary="')))
        part = b"--b\r\nContent-Type: application/json\r\n\r\n" + content + b"\r\n"
        content = part * draw(st.integers(0, 2)) + b"--b" + draw(st.sampled_from((b"--\r\n", b"--", b"", b"\r\n")))
    at = draw(st.integers(0, len(content)))
    change = draw(st.sampled_from((b"", b"", b"", b"\x00", b"\xff", b'"', b"}", b"[" * 500)))
    return content[:at] + change + content[at:], kind


@given(data=st.data())
@examples(400)
def test_the_service_never_fails_and_answers_as_documented(client: httpx.Client, data: st.DataObject) -> None:
    method, path, told = data.draw(st.sampled_from(operations(client)))
    request = data.draw(requests(told), label="request")
    answer = client.request(method, path.replace("{path}", "elsewhere"), **request)
    assert answer.status_code < 500, answer.text
    if path.startswith("/xapi/"):  # the others are pages, which answer people
        assert str(answer.status_code) in told["responses"], answer.text


def test_the_document_has_every_resource(client: httpx.Client) -> None:
    documented = {path for _, path, _ in operations(client)}
    resources = (
        "statements",
        "activities/state",
        "activities/profile",
        "agents/profile",
        "agents",
        "activities",
        "about",
    )
    assert {f"/xapi/{each}" for each in resources} <= documented
