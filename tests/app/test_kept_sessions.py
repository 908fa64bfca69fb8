"""A frame whose session its platform keeps: what comes with the token, and without it. Chromium tries the script."""

import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection

from lti import Platform, add_framer, add_platform
from lti.launching.storage import keep_frame
from people import Role, open_session
from tests.app.conftest import APP, CONTENT, Service

FRAME = "f" * 22
PREFIX = f"/f/{FRAME}"
PATH = "/paths/pathways-for-economic-growth"
LMS = "https://lms.example"
SCHOOL = "https://school.lms.example"
WHY: dict[str, Any] = {"by": None, "reason": "test"}


def add_lms(conn: Connection) -> Platform:
    urls = {"auth_login_url": f"{LMS}/auth", "token_url": f"{LMS}/token", "jwks_url": f"{LMS}/jwks"}
    named = {"issuer": LMS, "client_id": "a", "name": "LMS", "deployment_ids": ("1",), **urls}
    added = add_platform(conn, **named, **WHY, now=datetime.now(UTC))  # type: ignore[arg-type] # all but one are strings
    add_framer(conn, added.id, SCHOOL, **WHY, now=datetime.now(UTC))
    return added


@pytest.fixture
def token(runner: Any, service: Service, library: None) -> str:
    """That of a learner's session in a frame that keeps no cookie."""

    async def arrive() -> str:
        person, now = await service.add(), datetime.now(UTC)
        platform = await service.db.write(add_lms)
        await service.db.write(keep_frame, FRAME, platform.id, "_parent", now=now)
        return await service.db.write(open_session, person.id, frame=FRAME, now=now)

    opened: str = runner.run(arrive())
    return opened


async def send(service: Service, path: str, token: str, **fields: str) -> httpx.Response:
    headers = {"origin": APP, "waymark-session": token}
    return await service.browser.post(path, data=fields, headers=headers)


async def test_without_the_token_comes_a_page_that_knows_whom_to_ask(service: Service, token: str) -> None:
    answer = await service.get(f"{PREFIX}{PATH}")
    assert answer.status_code == 200
    assert f'data-origin="{LMS}" data-target="_parent"' in answer.text
    assert f'data-prefix="{PREFIX}/"' in answer.text
    assert "kept_session.js" in answer.text
    assert token not in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_page_that_asks_may_send_forms_to_its_platform_alone(service: Service, token: str) -> None:
    policy = (await service.get(f"{PREFIX}{PATH}")).headers["content-security-policy"]
    directives = dict(each.split(" ", 1) for each in policy.split("; "))
    assert set(directives["form-action"].split()) == {"'self'", CONTENT, LMS, SCHOOL}
    assert set(directives["frame-ancestors"].split()) == {"'self'", LMS, SCHOOL}
    assert directives["script-src"] == "'self'"


async def test_with_the_token_comes_the_page(service: Service, token: str) -> None:
    answer = await service.get(f"{PREFIX}{PATH}", **{"waymark-session": token})
    assert answer.status_code == 200
    assert "Begin this path" in answer.text
    assert "set-cookie" not in answer.headers
    assert "x-frame-options" not in answer.headers


async def test_redirect_is_told_in_a_header_since_scripts_cannot_read_where_one_leads(
    service: Service, token: str
) -> None:
    answer = await send(service, f"{PREFIX}{PATH}/enrol", token)
    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert answer.headers["waymark-location"] == f"{PREFIX}{PATH}"
    page = await service.get(f"{PREFIX}{PATH}", **{"waymark-session": token})
    module = re.findall(r'action="(\S+/modules/[^"]+/open)"', page.text)[0]
    opened = await send(service, module, token, back=PATH)
    assert opened.headers["waymark-location"].startswith(f"{CONTENT}/s/")


async def test_token_opens_no_other_frame_and_nothing_outside_of_frames(service: Service, token: str) -> None:
    for path in (f"/f/{'x' * 22}{PATH}", PATH):
        answer = await service.get(path, **{"waymark-session": token})
        assert answer.status_code == 401
        assert "Go to my learning" not in answer.text


async def test_token_that_is_over_opens_nothing(service: Service, token: str) -> None:
    answer = await service.get(f"{PREFIX}{PATH}", **{"waymark-session": f"{token}x"})
    assert answer.status_code == 401
    assert "Your time in this window has ended" in answer.text


async def test_form_of_another_site_is_refused_also_with_the_token(service: Service, token: str) -> None:
    headers = {"origin": "https://evil.example", "waymark-session": token}
    assert (await service.browser.post(f"{PREFIX}{PATH}/enrol", headers=headers)).status_code == 403


async def test_redirect_of_a_page_outside_of_frames_stays_one(service: Service, token: str) -> None:
    answer = await service.browser.post(
        "/language", data={"language": "ka", "back": "/"}, headers={"origin": APP, "waymark-session": token}
    )
    assert answer.status_code == 303


async def test_pages_of_the_door_may_be_framed_and_others_not(service: Service, token: str) -> None:
    door = await service.get("/lti/login")
    assert "x-frame-options" not in door.headers
    assert f"frame-ancestors 'self' {LMS} {SCHOOL}" in door.headers["content-security-policy"]
    outside = await service.get("/")
    assert outside.headers["x-frame-options"] == "SAMEORIGIN"
    assert outside.headers["content-security-policy"].endswith("frame-ancestors 'self'")


async def test_administrator_adds_and_removes_who_may_frame(service: Service) -> None:
    platform = await service.db.write(add_lms)
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    address = f"/admin/platforms/{platform.id}/framers"
    wrong = await service.send(address, origin="lms")
    assert wrong.status_code == 400
    assert 'value="lms"' in wrong.text
    assert (await service.send(address, origin="https://town.lms.example/")).headers["location"] == address
    assert "https://town.lms.example" in (await service.get(address)).text
    await service.send(f"{address}/remove", origin="https://town.lms.example")
    assert "https://town.lms.example" not in (await service.get(address)).text
    assert address in (await service.get(f"/admin/platforms/{platform.id}")).text
