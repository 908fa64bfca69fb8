"""Logins over HTTP: where they may go, and what happens where a browser keeps no cookies."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from structlog.testing import capture_logs

from lti import Platform
from lti.launching.login import LOGIN_LIFE, parse_login, start_login
from lti.tables import lti_states, platforms
from tests.demo_lms import AYGUN, DemoLms
from tests.lti.browser import Browser
from tests.lti.conftest import HOME
from tests.lti.waymark import URL
from tests.times import NOW

NewBrowser = Callable[..., Browser]


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


async def test_login_goes_to_the_platform_with_our_one_redirect_address(
    lms: DemoLms, platform: Platform, new_browser: NewBrowser
) -> None:
    browser = new_browser(AYGUN)
    answer = await browser.log_in(lms.begin_launch(AYGUN, HOME, "iframe"))
    sent = query_of(answer.headers["location"])
    assert answer.headers["location"].startswith(f"{lms.url}/auth?")
    assert sent.pop("state") != sent.pop("nonce")
    assert sent.pop("lti_message_hint") in lms.hints
    assert sent == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": "waymark-demo",
        "redirect_uri": f"{URL}/lti/launch",
        "login_hint": AYGUN.id,
    }


async def test_login_may_come_by_get_and_without_what_is_optional(
    lms: DemoLms, platform: Platform, new_browser: NewBrowser
) -> None:
    target = f"{URL}/lti/launch"
    answer = await new_browser(AYGUN).get(f"{URL}/lti/login?iss={lms.url}&login_hint=11&target_link_uri={target}")
    assert answer.status_code == 303
    assert "lti_message_hint" not in answer.headers["location"]


async def test_browser_is_known_by_a_partitioned_cookie_that_is_kept(
    lms: DemoLms, platform: Platform, new_browser: NewBrowser
) -> None:
    browser = new_browser(AYGUN)
    first = await browser.post(f"{URL}/lti/login", lms.begin_launch(AYGUN, HOME, "iframe"))
    value, _, attributes = first.headers["set-cookie"].partition("; ")
    assert value == f"waymark-lti={browser.client.cookies['waymark-lti']}"
    assert attributes == "Path=/lti; HttpOnly; Secure; SameSite=None; Partitioned"
    second = await browser.post(f"{URL}/lti/login", lms.begin_launch(AYGUN, HOME, "iframe"))
    assert second.headers["location"].startswith(f"{lms.url}/auth?")
    assert "set-cookie" not in second.headers


async def test_frame_without_cookies_offers_a_new_tab_where_the_same_login_works(
    lms: DemoLms, platform: Platform, new_browser: NewBrowser
) -> None:
    frame = new_browser(AYGUN, keeps_cookies=False)
    offered = await frame.open_link(HOME)
    assert offered.status_code == 401
    restart_url = offered.json()["restart_url"]
    assert restart_url.startswith(f"{URL}/lti/login?")
    tab = new_browser(AYGUN)
    answer = await tab.get(restart_url)
    while answer.is_redirect and answer.headers["location"].startswith(URL):
        answer = await tab.get(answer.headers["location"])
    fields = await tab.form(answer.headers["location"])
    assert (await tab.deliver(fields)).status_code == 303


async def test_tab_without_cookies_is_told_to_allow_them(
    lms: DemoLms, platform: Platform, new_browser: NewBrowser
) -> None:
    tab = new_browser(AYGUN, keeps_cookies=False)
    tab.client.headers["sec-fetch-dest"] = "document"
    answer = await tab.open_link(HOME)
    assert answer.status_code == 401
    assert answer.json() == {
        "message": "Your browser keeps no cookies from this site. Allow them for it, then open the link again."
    }


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "https://unknown.example"}, "No platform is registered with issuer 'https://unknown.example'"),
        ({"client_id": "unknown"}, "client id 'unknown'"),
        ({"target_link_uri": "https://evil.example/"}, "is not an address of ours"),
        ({"target_link_uri": ""}, "target_link_uri"),
        ({"login_hint": ""}, "login_hint"),
        ({"login_hint": "x" * 4001}, "login_hint"),
        ({"iss": "https://lms.example\0"}, "iss"),
        ({"login_hint": "1\r\nSet-Cookie: a=b"}, "login_hint"),
    ],
)
async def test_login_that_leads_nowhere_is_refused(
    changed: Mapping[str, str], reason: str, lms: DemoLms, platform: Platform, new_browser: NewBrowser
) -> None:
    with capture_logs() as logs:
        answer = await new_browser(AYGUN).log_in({**lms.begin_launch(AYGUN, HOME, "iframe"), **changed})
    assert answer.status_code == 401
    assert "location" not in answer.headers
    assert reason in logs[0]["reason"]


def login(platform: Platform) -> dict[str, str]:
    return {"iss": platform.issuer, "login_hint": "11", "target_link_uri": f"{URL}/lti/launch"}


def test_query_of_the_authorization_address_is_kept(platform: Platform, write: Callable[..., Any]) -> None:
    def with_query(conn: Any) -> str:
        conn.execute(platforms.update().values(auth_login_url="https://lms.example/auth?tenant=7"))
        return start_login(conn, parse_login(login(platform)), browser="b", waymark_url=URL, now=NOW)

    assert parse_qsl(urlsplit(write(with_query)).query)[0] == ("tenant", "7")


def test_logins_that_never_came_back_are_forgotten(platform: Platform, write: Callable[..., Any]) -> None:
    asked = parse_login(login(platform))
    write(start_login, asked, browser="b", waymark_url=URL, now=NOW)
    write(start_login, asked, browser="b", waymark_url=URL, now=NOW + LOGIN_LIFE)
    assert len(write(lambda conn: conn.execute(lti_states.select()).all())) == 1
