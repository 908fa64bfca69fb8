from typing import Any

import httpx
import pytest
from litestar import Litestar, get
from litestar.params import FromPath

from app.errors import EXCEPTION_HANDLERS, STATUS
from app.page import LOCALE_FOLDER
from base import Invalid, TooMany, WaymarkError, load_words
from lti import CookieBlocked, DeploymentPending, LaunchRefused

PEOPLE = {"accept": "text/html,application/xhtml+xml", "accept-language": "uk"}
FAILURES: dict[str, Exception] = {
    "invalid": Invalid("slug is 'X'; it must be lower case.", rule="slugs", where="$.slug"),
    "slow-down": TooMany("Ten tries a minute.", retry_after_seconds=30),
    "refused": LaunchRefused("the signature is not theirs"),
    "pending": DeploymentPending("deployment 7"),
    "blocked": CookieBlocked("https://waymark.example/lti/login?iss=x"),
    "bug": ZeroDivisionError("secret detail"),
}


@get("/fail/{kind:str}")
async def fail(kind: FromPath[str]) -> None:
    raise FAILURES[kind]


@pytest.fixture(scope="module")
def app() -> Litestar:
    load_words(LOCALE_FOLDER)
    return Litestar([fail], exception_handlers=EXCEPTION_HANDLERS, logging_config=None)


async def _ask(app: Litestar, path: str, headers: dict[str, str]) -> httpx.Response:
    transport: Any = httpx.ASGITransport(app=app)  # type: ignore[arg-type]  # httpx types ASGI more loosely
    async with httpx.AsyncClient(transport=transport, base_url="https://waymark.example") as client:
        return await client.get(path, headers=headers)


def test_every_kind_of_failure_has_one_status() -> None:
    assert set(STATUS) == set(WaymarkError.__subclasses__())
    assert len(set(STATUS.values())) == len(STATUS)


async def test_machines_read_the_rule_and_the_place(app: Litestar) -> None:
    answer = await _ask(app, "/fail/invalid", {})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "title": "Bad Request",
        "status": 400,
        "detail": "slug is 'X'; it must be lower case.",
        "rule": "slugs",
        "where": "$.slug",
    }


async def test_people_read_what_happened_in_their_language(app: Litestar) -> None:
    answer = await _ask(app, "/fail/invalid", PEOPLE)
    assert answer.status_code == 400
    assert "Ми не змогли використати надіслане" in answer.text
    assert "slug is &#39;X&#39;; it must be lower case." in answer.text


async def test_who_is_too_fast_is_told_when_to_come_back(app: Litestar) -> None:
    for headers in ({}, PEOPLE):
        answer = await _ask(app, "/fail/slow-down", headers)
        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "30"


async def test_a_bug_tells_nothing_of_itself(app: Litestar) -> None:
    for headers in ({}, PEOPLE):
        answer = await _ask(app, "/fail/bug", headers)
        assert answer.status_code == 500
        assert "secret detail" not in answer.text
        assert "ZeroDivisionError" not in answer.text


async def test_what_no_route_serves_is_missing(app: Litestar) -> None:
    assert (await _ask(app, "/nowhere", {})).json()["status"] == 404
    assert "Такої сторінки немає" in (await _ask(app, "/nowhere", PEOPLE)).text


async def test_a_refused_launch_is_explained_without_its_reason(app: Litestar) -> None:
    answer = await _ask(app, "/fail/refused", PEOPLE)
    assert answer.status_code == 401
    assert "Ми не змогли перевірити цей вхід." in answer.text
    assert "the signature is not theirs" not in answer.text
    pending = await _ask(app, "/fail/pending", PEOPLE)
    assert pending.status_code == 403
    assert "ще чекає на схвалення" in pending.text


async def test_a_frame_that_keeps_no_cookie_offers_a_tab(app: Litestar) -> None:
    answer = await _ask(app, "/fail/blocked", PEOPLE)
    assert answer.status_code == 200
    assert 'href="https://waymark.example/lti/login?iss=x" target="_blank"' in answer.text
