"""Which sites' scripts may call the store: by list, without credentials in the preflight, and nobody else."""

from typing import Any

import httpx
import pytest

from base import Database
from lrs import Cors
from lrs.routes import xapi_edge
from tests.lrs.service import IRI, STATEMENTS, Clock, make_service

LMS = "https://lms.example"
PACKAGE = "https://{package}.content.example"
PREFLIGHT = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization"}


async def ask(db: Database, method: str, origin: str | None, **headers: str) -> httpx.Response:
    app: Any = Cors(xapi_edge(make_service(db, Clock())), path="/xapi/", origins=[LMS, PACKAGE])
    named = {} if origin is None else {"Origin": origin}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=IRI) as client:
        return await client.request(method, STATEMENTS, headers={**named, **headers})


@pytest.mark.parametrize("origin", [LMS, "https://a-1.content.example"])
async def test_a_listed_site_is_answered_before_it_sends_credentials(db: Database, origin: str) -> None:
    answer = await ask(db, "OPTIONS", origin, **PREFLIGHT)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == origin
    assert "PUT" in answer.headers["access-control-allow-methods"]
    assert {"Authorization", "X-Experience-API-Version", "If-Match"} <= {
        each.strip() for each in answer.headers["access-control-allow-headers"].split(",")
    }
    assert "access-control-allow-credentials" not in answer.headers


async def test_its_scripts_read_refusals_too_and_the_headers_that_matter(db: Database) -> None:
    answer = await ask(db, "GET", LMS)
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == LMS
    assert "Origin" in answer.headers["vary"]
    shown = {each.strip() for each in answer.headers["access-control-expose-headers"].split(",")}
    assert {"ETag", "Last-Modified", "Content-Type", "X-Experience-API-Version"} <= shown
    assert "X-Experience-API-Consistent-Through" in shown


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://lms.example.evil.example",
        "http://lms.example",
        "https://lms.example:8443",
        "https://content.example",
        "https://a.b.content.example",
        "https://{package}.content.example.evil.example",
        "null",
        "",
        None,
    ],
)
@pytest.mark.parametrize(("method", "headers"), [("OPTIONS", PREFLIGHT), ("GET", {})])
async def test_other_sites_are_told_nothing(
    db: Database, origin: str | None, method: str, headers: dict[str, str]
) -> None:
    answer = await ask(db, method, origin, **headers)
    assert [name for name in answer.headers if name.startswith("access-control")] == []
    assert answer.headers["vary"] == "Origin"
