"""Launches whose secrets the platform keeps, over HTTP: who is believed, and who is not. Chromium tries the scripts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from base import Database, token_hash
from lti import Platform, forget_storage_frames, kept_frame
from lti.tables import lti_states, platforms, storage_frames
from people import SESSION_LIFETIME, session_of, use_sign_in_link
from tests.demo_lms import AYGUN, NINO, DemoLms
from tests.lti.browser import Browser
from tests.lti.conftest import HOME
from tests.lti.waymark import URL, Clock
from tests.times import NOW

NewBrowser = Callable[..., Browser]
OURS = {"origin": URL}


async def begun(browser: Browser, target: str = "_parent") -> Any:
    """What a page of ours is told to have kept, at a login from a frame that keeps no cookie."""
    fields = browser.lms.begin_launch(AYGUN, HOME, "iframe")
    answer = await browser.log_in({**fields, "lti_storage_target": target})
    assert answer.status_code == 401
    return answer.json()["keep"]


async def authorized(browser: Browser, keep: Any) -> dict[str, str]:
    """What the platform makes the browser post to the launch."""
    return await browser.form(keep["then"])


async def deliver(browser: Browser, fields: dict[str, str], **headers: str) -> httpx.Response:
    return await browser.client.post(f"{URL}/lti/launch", data=fields, headers=headers)


@pytest.fixture
def frame(platform: Platform, new_browser: NewBrowser) -> Browser:
    """A frame that keeps no cookie."""
    return new_browser(AYGUN, keeps_cookies=False)


async def test_login_without_cookie_is_bound_by_a_secret_that_the_platform_is_to_keep(
    frame: Browser, lms: DemoLms, db: Database
) -> None:
    keep = await begun(frame, "lms-storage")
    row = await db.read(lambda conn: conn.execute(lti_states.select()).one())
    assert row.browser_hash == token_hash(keep["value"])
    assert row.storage_target == "lms-storage"
    assert keep["store"]["origin"] == lms.url  # of the authentication endpoint, and of nothing else
    assert keep["store"]["target"] == "lms-storage"
    assert keep["then"].startswith(f"{lms.url}/auth?")
    assert keep["value"] not in keep["then"]
    assert keep["new_tab"].startswith(f"{URL}/lti/login?")


async def test_secret_is_told_to_the_origin_of_the_authentication_endpoint_where_the_issuer_has_another(
    frame: Browser, db: Database
) -> None:
    moved = platforms.update().values(auth_login_url="https://sso.lms.example:443/auth")
    await db.write(lambda conn: conn.execute(moved))
    assert (await begun(frame))["store"]["origin"] == "https://sso.lms.example"


async def test_cookie_comes_before_storage(platform: Platform, new_browser: NewBrowser, db: Database) -> None:
    browser = new_browser(AYGUN)
    fields = browser.lms.begin_launch(AYGUN, HOME, "iframe")
    answer = await browser.log_in({**fields, "lti_storage_target": "_parent"})
    assert answer.status_code == 303
    row = await db.read(lambda conn: conn.execute(lti_states.select()).one())
    assert row.storage_target is None


async def test_tab_without_cookies_is_told_to_allow_them_whatever_the_platform_offers(frame: Browser) -> None:
    frame.client.headers["sec-fetch-dest"] = "document"
    fields = frame.lms.begin_launch(AYGUN, HOME, "window")
    answer = await frame.log_in({**fields, "lti_storage_target": "_parent"})
    assert answer.json() == {
        "message": "Your browser keeps no cookies from this site. Allow them for it, then open the link again."
    }


async def test_launch_is_believed_once_the_secret_is_proved_and_its_session_is_kept_by_the_platform(
    frame: Browser, lms: DemoLms, db: Database
) -> None:
    first = await begun(frame)
    fields = await authorized(frame, first)
    asked = await deliver(frame, fields)
    assert asked.json()["prove"] == {"store": first["store"], **{name: fields[name] for name in ("state", "id_token")}}
    answer = await deliver(frame, {**fields, "proof": first["value"]}, **OURS)
    keep = answer.json()["keep"]
    assert "set-cookie" not in answer.headers
    prefix = keep["then"].removesuffix("/")
    assert keep["value"] not in keep["then"]
    assert keep["store"]["key"] != first["store"]["key"]
    frame_id = prefix.removeprefix(f"{URL}/f/")
    person = await db.read(session_of, keep["value"], frame=frame_id, now=NOW)
    assert person is not None
    assert person.full_name == AYGUN.name
    kept = await db.read(kept_frame, frame_id, now=NOW)
    assert kept is not None
    assert (kept.store.origin, kept.store.target, kept.store.key) == (lms.url, "_parent", keep["store"]["key"])
    link = keep["new_tab"].removeprefix(f"{URL}/sign-in/").partition("?")[0]
    assert await db.write(use_sign_in_link, link, now=NOW) == person


async def test_proof_serves_once(frame: Browser) -> None:
    keep = await begun(frame)
    fields = {**await authorized(frame, keep), "proof": keep["value"]}
    assert "keep" in (await deliver(frame, fields, **OURS)).json()
    assert "already used" in (await deliver(frame, fields, **OURS)).json()["message"]


@pytest.mark.parametrize("proof", ["", "made-up"])
async def test_wrong_proof_is_refused_and_spends_the_login(proof: str, frame: Browser) -> None:
    keep = await begun(frame)
    fields = await authorized(frame, keep)
    with capture_logs() as logs:
        assert "message" in (await deliver(frame, {**fields, "proof": proof}, **OURS)).json()
    assert logs[0]["reason"] in {"the login was started in another browser", _NO_COOKIE}
    assert "keep" not in (await deliver(frame, {**fields, "proof": keep["value"]}, **OURS)).json()


_NO_COOKIE = "the browser did not send the login's cookie"


@pytest.mark.parametrize("headers", [{}, {"origin": "https://evil.example"}, {"origin": "null"}])
async def test_proof_from_a_page_that_is_not_ours_is_refused(
    headers: dict[str, str], frame: Browser, platform: Platform, new_browser: NewBrowser
) -> None:
    """Whoever starts a login knows its secret; their page may not send it from the browser of somebody else."""
    keep = await begun(frame)
    fields = await authorized(frame, keep)
    victim = new_browser(NINO)
    with capture_logs() as logs:
        answer = await deliver(victim, {**fields, "proof": keep["value"]}, **headers)
    assert answer.status_code == 401
    assert "keep" not in answer.json()
    assert "the proof of the login was sent by a page of" in logs[0]["reason"]
    assert keep["value"] not in repr(logs)
    assert "keep" in (await deliver(frame, {**fields, "proof": keep["value"]}, **OURS)).json()


async def test_login_of_a_cookie_is_not_proved_by_a_form(platform: Platform, new_browser: NewBrowser) -> None:
    """The secret in a cookie is known to its owner too, who may not pass it to another browser as a proof."""
    attacker, victim = new_browser(AYGUN), new_browser(NINO)
    fields = await attacker.authorized(HOME)
    proof = attacker.client.cookies["waymark-lti"]
    answer = await deliver(victim, {**fields, "proof": proof}, **OURS)
    assert "already used" in answer.json()["message"]
    assert (await attacker.deliver(fields)).status_code == 303


async def test_login_that_the_platform_keeps_is_not_believed_by_a_cookie(
    frame: Browser, platform: Platform, new_browser: NewBrowser
) -> None:
    keep = await begun(frame)
    fields = await authorized(frame, keep)
    other = new_browser(AYGUN)
    other.client.cookies.set("waymark-lti", keep["value"], domain="waymark.example")
    assert "prove" in (await deliver(other, fields)).json()


async def test_two_frames_of_one_browser_have_secrets_and_sessions_of_their_own(frame: Browser) -> None:
    keeps = [await begun(frame), await begun(frame)]
    fields = [await authorized(frame, keep) for keep in keeps]
    swapped = await deliver(frame, {**fields[0], "proof": keeps[1]["value"]}, **OURS)
    assert "message" in swapped.json()
    kept = (await deliver(frame, {**fields[1], "proof": keeps[1]["value"]}, **OURS)).json()["keep"]
    third = await begun(frame)
    again = {**await authorized(frame, third), "proof": third["value"]}
    other = (await deliver(frame, again, **OURS)).json()["keep"]
    assert len({kept["value"], other["value"]}) == 2
    assert len({kept["then"], other["then"]}) == 2
    assert len({kept["store"]["key"], other["store"]["key"], *(keep["store"]["key"] for keep in keeps)}) == 4


async def test_login_that_waited_too_long_asks_for_no_proof(frame: Browser, clock: Clock) -> None:
    keep = await begun(frame)
    fields = await authorized(frame, keep)
    clock.now = NOW + timedelta(minutes=10)
    assert "message" in (await deliver(frame, fields)).json()


async def test_frame_is_forgotten_when_its_session_is_over(frame: Browser, db: Database) -> None:
    keep = await begun(frame)
    await deliver(frame, {**await authorized(frame, keep), "proof": keep["value"]}, **OURS)
    row = await db.read(lambda conn: conn.execute(storage_frames.select()).one())
    over = NOW + SESSION_LIFETIME
    assert await db.read(kept_frame, row.frame, now=over) is None
    assert await db.write(forget_storage_frames, before=over - timedelta(seconds=1), limit=9) == 0
    assert await db.write(forget_storage_frames, before=over, limit=9) == 1
