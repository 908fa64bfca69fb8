"""The pages of learning platforms, and the one on which an LMS registers itself."""

import html
import re
from datetime import UTC, datetime
from typing import Any

from structlog.testing import capture_logs

from base import Asked as AskedDecisions
from base import decisions
from lti import Platform, add_platform, list_deployments, list_platforms
from lti.registering.platforms import PlatformStatus, is_approved, keep_registration
from people import Role
from tests.app.conftest import APP, Service

LIST = "/admin/platforms"
AWAY = "https://nothing-here.invalid"
URLS: dict[str, Any] = {
    "issuer": AWAY,
    "auth_login_url": f"{AWAY}/auth",
    "token_url": f"{AWAY}/token",
    "jwks_url": f"{AWAY}/jwks",
}
ABOUT = {"openid_configuration": f"{AWAY}/openid-configuration", "registration_token": "t"}


async def add(service: Service, client_id: str = "abc") -> Platform:
    now = datetime.now(UTC)
    more: dict[str, Any] = {"client_id": client_id, "name": "City <Moodle>", "deployment_ids": ("1",)}
    return await service.db.write(add_platform, **URLS, **more, by=None, reason="test", now=now)


async def invitation(service: Service) -> str:
    """The address that an administrator was shown."""
    made = await service.send(f"{LIST}/invitations", name="City Moodle")
    found = re.search(rf"{APP}/lti/register\?invitation=[\w-]+", made.text)
    assert found, made.text
    return found[0]


async def test_an_invitation_is_shown_once_and_can_be_withdrawn(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    assert "this is empty" in (await service.send(f"{LIST}/invitations", name=" ")).text
    address = await invitation(service)
    page = (await service.get(LIST)).text
    assert "City Moodle" in page
    assert address.rpartition("=")[2] not in page
    found = re.search(r"/admin/platforms/invitations/[\w-]+/withdraw", page)
    assert found
    assert (await service.send(found[0])).headers["location"] == LIST
    assert "City Moodle" not in (await service.get(LIST)).text
    assert (await service.get(f"{address}&openid_configuration={AWAY}/about")).status_code == 401


async def test_a_link_that_is_opened_instead_of_pasted_says_where_to_paste_it(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    opened = await service.get(await invitation(service))
    assert opened.status_code == 200
    assert "Paste it into your learning platform" in opened.text
    assert "Add LTI Advantage" in opened.text


async def test_looking_at_a_link_does_nothing_and_asks_first(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    address = await invitation(service)
    for _ in range(2):
        asked = await service.get(f"{address}&openid_configuration={AWAY}/about&registration_token=%22%3E%3Cb%3E")
        assert asked.status_code == 200
        assert "nothing-here.invalid and Waymark will know each other." in asked.text
        assert 'value="&#34;&gt;&lt;b&gt;"' in asked.text


async def test_any_lms_may_frame_the_page_of_registration_and_none_another(service: Service) -> None:
    page = await service.get("/lti/register?invitation=x")
    assert page.status_code == 401
    assert "frame-ancestors *" in page.headers["content-security-policy"]
    assert "x-frame-options" not in page.headers
    assert page.headers["cross-origin-opener-policy"] == "unsafe-none"
    other = await service.get("/lti/canvas.json")
    assert "frame-ancestors *" not in other.headers["content-security-policy"]


async def test_an_lms_that_cannot_be_asked_is_told_with_the_way_on_and_the_link_stays_good(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    token = (await invitation(service)).rpartition("=")[2]
    for _ in range(2):
        failed = await service.send("/lti/register", invitation=token, **ABOUT)
        assert failed.status_code == 400
        assert "Waymark cannot reach nothing-here.invalid." in failed.text
        assert "The link was not used up" in failed.text
    assert await service.db.read(list_platforms) == []


async def test_the_log_says_why_an_lms_was_not_registered_and_holds_no_token(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    token = (await invitation(service)).rpartition("=")[2]
    with capture_logs() as logged:
        await service.send("/lti/register", invitation=token, **(ABOUT | {"registration_token": "do-not-log-me"}))
    (told,) = [each for each in logged if each["event"] == "registration refused"]
    assert "nothing-here.invalid" in told["reason"]
    assert token not in str(logged)
    assert "do-not-log-me" not in str(logged)


async def test_what_is_no_address_of_an_lms_is_refused_in_words(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    address = await invitation(service)
    for about in ("javascript:alert(1)", "x" * 5000, "https://user:pw@lms.example/"):
        assert (await service.get(f"{address}&openid_configuration={about}")).status_code == 400
    token = address.rpartition("=")[2]
    refused = await service.send("/lti/register", invitation=token, openid_configuration="", registration_token="")
    assert refused.status_code == 400
    assert (await service.send("/lti/register", invitation="guessed", **ABOUT)).status_code == 401


async def test_a_platform_that_waits_is_approved_with_what_was_shown(service: Service) -> None:
    now = datetime.now(UTC)
    pending: dict[str, Any] = {"client_id": "abc", "name": "City", "status": PlatformStatus.PENDING}
    await service.db.write(keep_registration, URLS, **pending, now=now)
    (waiting,) = await service.db.read(list_platforms)
    await service.db.write(is_approved, waiting.id, "7", now=now)
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    address = f"{LIST}/{waiting.id}"
    assert "waits for approval" in (await service.get(LIST)).text
    page = (await service.get(address)).text
    assert "Approve this platform?" in page
    shown = re.search(r'<textarea name="deployment_ids" hidden>(.*?)</textarea>', page, re.DOTALL)
    assert shown
    sent = await service.send(address, act="approve", deployment_ids=shown[1].replace("\n", "\r\n"))
    assert sent.headers["location"] == address
    page = (await service.get(address)).text
    assert "Approve this platform?" not in page
    assert [each.approved for each in await service.db.read(list_deployments, waiting.id)] == [True]
    again = await service.send(address, act="approve")
    assert again.status_code == 409
    assert "Somebody else has decided" in again.text


async def test_a_platform_is_renamed_moved_disabled_and_let_in_again(service: Service) -> None:
    address = f"{LIST}/{(await add(service)).id}"
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    assert "City &lt;Moodle&gt;" in (await service.get(address)).text
    assert (await service.send(address, act="rename", name="Academy")).status_code == 303
    moved = {"auth_login_url": f"{AWAY}/a", "token_url": f"{AWAY}/t", "jwks_url": "jwks", "reason": " "}
    faulty = await service.send(address, act="move", **moved)
    assert faulty.status_code == 400
    assert "Public keyset URL: this is not a full web address." in html.unescape(faulty.text)
    assert "Reason: this is empty." in faulty.text
    assert f'value="{AWAY}/a"' in faulty.text
    assert 'name="jwks_url" type="text" value="jwks"' in faulty.text
    emptied = await service.send(address, act="move", **(moved | {"jwks_url": "", "reason": "x"}))
    assert 'name="jwks_url" type="text" value=""' in emptied.text
    right = moved | {"jwks_url": f"{AWAY}/j", "reason": "New server"}
    assert (await service.send(address, act="move", **right)).status_code == 303
    assert (await service.send(address, act="disable", reason="")).status_code == 400
    assert (await service.send(address, act="disable", reason="Closed in August")).status_code == 303
    assert "Nobody can come in from here" in (await service.get(address)).text
    assert (await service.send(address, act="enable")).status_code == 303
    (now,) = await service.db.read(list_platforms)
    assert (now.name, now.jwks_url, now.status) == ("Academy", f"{AWAY}/j", PlatformStatus.APPROVED)
    found = await service.db.read(decisions, AskedDecisions(), following=None, limit=50)
    assert {one.act: one.reason for one in found}["platform.disable"] == "Closed in August"
    assert (await service.send(address, act="explode")).status_code == 400


async def test_a_platform_is_removed_only_after_seeing_what_would_be_lost(service: Service) -> None:
    added = await add(service)
    address = f"{LIST}/{added.id}"
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    page = (await service.get(f"{address}/remove")).text
    assert "1 deployment" in page
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found
    seen = html.unescape(found[1])
    assert (await service.send(address, act="remove", reason="x")).status_code == 400
    assert (await service.send(address, act="remove", seen=seen, reason=" ")).status_code == 400
    await service.db.write(is_approved, added.id, "2", now=datetime.now(UTC))
    grown = await service.send(address, act="remove", seen=seen, reason="Ended")
    assert grown.status_code == 409
    assert "2 deployments" in grown.text
    found = re.search(r'name="seen" value="([^"]*)"', grown.text)
    assert found
    removed = await service.send(address, act="remove", seen=html.unescape(found[1]), reason="Ended")
    assert removed.headers["location"] == LIST
    assert (await service.get(address)).status_code == 404


async def test_trying_a_connection_tells_which_step_fails_and_what_to_do(service: Service) -> None:
    address = f"{LIST}/{(await add(service)).id}"
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    tried = await service.send(f"{address}/test")
    assert tried.status_code == 200
    assert tried.text.count("Nobody answers there.") == 3
    assert "nothing-here.invalid" in tried.text


async def test_an_auditor_reads_a_platform_and_decides_nothing(service: Service) -> None:
    address = f"{LIST}/{(await add(service)).id}"
    await service.sign_in(await service.add(Role.AUDITOR))
    page = (await service.get(address)).text
    assert f"{AWAY}/jwks" in page
    assert "<form" not in page.partition('id="content"')[2].partition("</main>")[0]
    for sent in (address, f"{address}/test", f"{address}/deployments", f"{LIST}/invitations"):
        assert (await service.send(sent, act="enable", deployment_id="1", name="x")).status_code == 403
    assert (await service.get(f"{address}/remove")).status_code == 403
    assert (await service.get(f"{LIST}/new")).status_code == 403


async def test_the_json_for_canvas_is_there_for_anybody(service: Service) -> None:
    said = (await service.get("/lti/canvas.json")).json()
    assert said["target_link_uri"] == f"{APP}/lti/launch"
