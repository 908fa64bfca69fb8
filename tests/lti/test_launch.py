"""Launches over HTTP, from the demo LMS to the frame, and every way to get in that must not work."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from base import Database, token_hash
from lti import Platform, approve_deployment, list_deployments
from lti.tables import lti_states
from people import Account, person_of_account, session_of
from tests.demo_lms import AYGUN, NINO, DemoLms, Draft, Forge, signed
from tests.demo_lms.lms import AGS
from tests.lti.browser import Browser
from tests.lti.conftest import HOME, Network
from tests.lti.forging import (
    claims,
    message,
    signed_by_another_key,
    signed_with_an_algorithm_not_published,
    signed_with_the_public_key_as_secret,
    unsigned,
)
from tests.lti.waymark import URL, Clock
from tests.times import NOW

NewBrowser = Callable[..., Browser]
AT = int(NOW.timestamp())


REFUSED: dict[str, tuple[Forge, str]] = {
    "expired": (claims(exp=AT - 60), "expired at"),
    "from the future": (claims(iat=AT + 61), "issued at"),
    "older than the login": (claims(iat=AT - 661), "before this login began"),
    "without exp": (claims(exp=None), "exp"),
    "without iat": (claims(iat=None), "iat"),
    "alive for days": (claims(exp=AT + 3 * 86400), "lives 3 days"),
    "no time at all": (claims(exp=1e300), "which is no time"),
    "of another issuer": (claims(iss="https://other.example"), "iss is"),
    "for another audience": (claims(aud="somebody-else"), "must name our client id"),
    "for many without azp": (claims(aud=["waymark-demo", "other"]), "azp must name our client id; it is missing"),
    "for many with azp of another": (claims(aud=["waymark-demo", "other"], azp="other"), "azp is 'other'"),
    "with azp of another": (claims(azp="other"), "azp is 'other'"),
    "without nonce": (claims(nonce=None), "nonce"),
    "with a nonce of its own": (claims(nonce="made-up"), "nonce is not the one"),
    "for another target": (message(target_link_uri=f"{URL}/paths/other"), "is not the login's"),
    "without target": (message(target_link_uri=None), "target_link_uri"),
    "of another message type": (message(message_type="LtiStartProctoring"), "message_type is"),
    "of another version": (message(version="1.1"), "Incorrect version"),
    "without version": (message(version=None), "Incorrect version"),
    "without roles": (message(roles=None), "Missing Roles"),
    "without resource link": (message(resource_link=None), "Resource Link"),
    "with an empty resource link": (message(resource_link={"id": ""}), "resource_link"),
    "without deployment": (message(deployment_id=None), "deployment_id"),
    "of nobody": (claims(sub=None), "anonymous launch"),
    "with a deployment that no database keeps": (message(deployment_id="1\0"), "deployment_id"),
    "with a subject that no database keeps": (claims(sub="1\0"), "sub"),
    "with a line item that no database keeps": (
        claims(**{f"{AGS}claim/endpoint": {"lineitem": "https://lms.example/\0"}}),
        "lineitem",
    ),
    "with a claim of the wrong type": (claims(name=["a", "list"]), "name"),
    "signed by another key under a known kid": (signed_by_another_key, "signature does not verify"),
    "unsigned": (unsigned, "signed with 'none'"),
    "signed with HS256 and the public key": (signed_with_the_public_key_as_secret, "signed with 'HS256'"),
    "signed with RS512 by an RS256 key": (signed_with_an_algorithm_not_published, "publishes no single key"),
    "no token at all": (lambda _: "not.a.token", "no signed token"),
    "too large": (claims(name="x" * 70_000), "at most 65536"),
}


@pytest.mark.parametrize("attack", REFUSED)
async def test_bad_token_is_refused_with_a_reason_for_the_log_alone(
    attack: str, lms: DemoLms, platform: Platform, new_browser: NewBrowser, db: Database
) -> None:
    lms.forge, reason = REFUSED[attack]
    with capture_logs() as logs:
        answer = await new_browser(AYGUN).launch(HOME)
    assert answer.status_code == 401
    assert reason in logs[0]["reason"]
    assert reason not in answer.text
    assert "set-cookie" not in answer.headers
    assert await db.read(person_of_account, Account(lms.url, AYGUN.id)) is None


TAKEN: dict[str, Forge] = {
    "as Moodle sends it": signed,
    "expired less than a minute ago": claims(exp=AT - 59),
    "issued by a clock that is fast": claims(iat=AT + 60, exp=AT + 120),
    "for many, us last, with azp": claims(aud=["other", "waymark-demo"], azp="waymark-demo"),
    "for a list of us alone": claims(aud=["waymark-demo"]),
    "without presentation": message(launch_presentation=None),
    "with header members of the platform's own": lambda d: signed(Draft({**d.header, "x-own": "1"}, d.claims, d.key)),
    "without kid, where the platform has one key": lambda d: signed(Draft({"alg": "RS256"}, d.claims, d.key)),
}


@pytest.mark.parametrize("kind", TAKEN)
async def test_good_token_lets_the_person_in(
    kind: str, lms: DemoLms, platform: Platform, new_browser: NewBrowser
) -> None:
    lms.forge = TAKEN[kind]
    assert (await new_browser(AYGUN).launch(HOME)).status_code == 303


async def test_launch_opens_a_session_in_a_frame_of_its_own(
    lms: DemoLms, platform: Platform, new_browser: NewBrowser, db: Database
) -> None:
    answer = await new_browser(NINO).launch(HOME)
    frame = answer.headers["location"].removeprefix(f"{URL}/f/").removesuffix("/")
    name, _, cookie = answer.headers["set-cookie"].partition("=")
    token, attributes = cookie.split("; ", 1)
    assert name == "waymark-frame"
    assert attributes == f"Path=/f/{frame}; HttpOnly; Secure; SameSite=None; Partitioned"
    person = await db.read(session_of, token, frame=frame, now=NOW)
    assert person is not None
    assert (person.full_name, person.language) == ("ნინო ბერიძე", "ka")
    assert person == await db.read(person_of_account, Account(lms.url, NINO.id))


async def test_person_whom_the_platform_does_not_name_is_asked_for_a_name_first(
    lms: DemoLms, platform: Platform, new_browser: NewBrowser
) -> None:
    lms.forge = claims(name=None, given_name=None, family_name=None)
    answer = await new_browser(NINO).launch(HOME)
    assert answer.headers["location"].endswith("/name?to=%2F")


async def test_replayed_launch_is_refused(platform: Platform, new_browser: NewBrowser) -> None:
    browser = new_browser(AYGUN)
    fields = await browser.authorized(HOME)
    assert (await browser.deliver(fields)).status_code == 303
    assert (await browser.deliver(fields)).status_code == 401


async def test_token_is_refused_under_the_state_of_another_login(platform: Platform, new_browser: NewBrowser) -> None:
    browser = new_browser(AYGUN)
    first, second = await browser.authorized(HOME), await browser.authorized(HOME)
    assert (await browser.deliver({**first, "state": second["state"]})).status_code == 401


async def test_state_that_was_never_issued_is_refused(platform: Platform, new_browser: NewBrowser) -> None:
    browser = new_browser(AYGUN)
    fields = await browser.authorized(HOME)
    assert (await browser.deliver({**fields, "state": "made-up"})).status_code == 401
    assert (await browser.deliver({"id_token": fields["id_token"]})).status_code == 401
    assert (await browser.deliver({**fields, "state": "\0\uffff"})).status_code == 401


async def test_login_of_one_browser_opens_nothing_in_another(platform: Platform, new_browser: NewBrowser) -> None:
    attacker, victim = new_browser(AYGUN), new_browser(NINO)
    assert (await victim.launch(HOME)).status_code == 303
    with capture_logs() as logs:
        answer = await victim.deliver(await attacker.authorized(HOME))
    assert answer.status_code == 401
    assert logs[0]["reason"] == "the login was started in another browser"


async def test_launch_without_the_cookie_is_refused(platform: Platform, new_browser: NewBrowser) -> None:
    stranger, browser = new_browser(NINO), new_browser(AYGUN)
    with capture_logs() as logs:
        answer = await stranger.deliver(await browser.authorized(HOME))
    assert answer.status_code == 401
    assert logs[0]["reason"] == "the browser did not send the login's cookie"


async def test_state_is_spent_also_by_a_refused_launch(platform: Platform, new_browser: NewBrowser) -> None:
    browser = new_browser(AYGUN)
    fields = await browser.authorized(HOME)
    assert (await browser.deliver({**fields, "id_token": "not.a.token"})).status_code == 401
    assert (await browser.deliver(fields)).status_code == 401


async def test_two_launches_in_one_browser_do_not_disturb_each_other(
    platform: Platform, new_browser: NewBrowser
) -> None:
    browser = new_browser(AYGUN)
    first, second = await browser.authorized(HOME), await browser.authorized(HOME)
    answers = [await browser.deliver(second), await browser.deliver(first)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] != answers[1].headers["location"]


async def test_login_waits_ten_minutes_and_no_longer(platform: Platform, new_browser: NewBrowser, clock: Clock) -> None:
    browser = new_browser(AYGUN)
    fields = await browser.authorized(HOME)
    clock.now = NOW + timedelta(minutes=10)
    assert (await browser.deliver(fields)).status_code == 401


async def test_only_hashes_of_state_nonce_and_browser_are_kept(
    platform: Platform, new_browser: NewBrowser, db: Database
) -> None:
    browser = new_browser(AYGUN)
    fields = await browser.authorized(HOME)
    row = await db.read(lambda conn: conn.execute(lti_states.select()).one())
    assert row.state_hash == token_hash(fields["state"])
    assert row.browser_hash == token_hash(browser.client.cookies["waymark-lti"])


async def test_error_that_the_platform_sends_is_refused(platform: Platform, new_browser: NewBrowser) -> None:
    browser = new_browser(AYGUN)
    fields = await browser.authorized(HOME)
    with capture_logs() as logs:
        answer = await browser.deliver({"state": fields["state"], "error": "login_required"})
    assert answer.status_code == 401
    assert "'login_required'" in logs[0]["reason"]


async def test_no_token_reaches_the_log(lms: DemoLms, platform: Platform, new_browser: NewBrowser) -> None:
    lms.forge = claims(exp=AT - 60)
    browser = new_browser(AYGUN)
    fields = await browser.authorized(HOME)
    with capture_logs() as logs:
        await browser.deliver(fields)
    told = repr(logs)
    assert fields["state"] not in told
    assert not any(part in told for part in fields["id_token"].split("."))


async def test_unknown_deployment_waits_for_an_administrator(
    lms: DemoLms, platform: Platform, new_browser: NewBrowser, db: Database
) -> None:
    lms.forge = message(deployment_id="new")
    browser = new_browser(AYGUN)
    answer = await browser.launch(HOME)
    assert answer.status_code == 403
    assert "awaits approval" in answer.json()["message"]
    pending = [d.deployment_id for d in await db.read(list_deployments, platform.id) if not d.approved]
    assert pending == ["new"]
    await db.write(approve_deployment, platform.id, "new", by=None, reason="test", now=NOW)
    assert (await browser.launch(HOME)).status_code == 303


async def test_rotated_key_is_found_by_asking_once_more(
    lms: DemoLms, platform: Platform, new_browser: NewBrowser, network: Network, clock: Clock
) -> None:
    browser = new_browser(AYGUN)
    await browser.launch(HOME)
    await browser.launch(HOME)
    assert network.asked == ["/jwks"]
    lms.rotate_key()
    clock.now = NOW + timedelta(seconds=30)
    assert (await browser.launch(HOME)).status_code == 303
    assert network.asked == ["/jwks", "/jwks"]


async def test_unknown_kids_ask_the_platform_once_in_thirty_seconds(
    lms: DemoLms, platform: Platform, new_browser: NewBrowser, network: Network
) -> None:
    lms.forge = lambda draft: signed(Draft({**draft.header, "kid": "nobody's"}, draft.claims, draft.key))
    browser = new_browser(AYGUN)
    answers = [await browser.launch(HOME) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert network.asked == ["/jwks"]


async def test_keys_are_served_stale_for_a_day_while_the_platform_is_down(
    platform: Platform, new_browser: NewBrowser, network: Network, clock: Clock
) -> None:
    browser = new_browser(AYGUN)
    await browser.launch(HOME)
    network.out_of_order = 503
    clock.now = NOW + timedelta(hours=23)
    assert (await browser.launch(HOME)).status_code == 303
    clock.now = NOW + timedelta(hours=24)
    assert (await browser.launch(HOME)).status_code == 503


async def test_platform_that_is_down_at_the_first_launch_is_said_to_be(
    platform: Platform, new_browser: NewBrowser, network: Network
) -> None:
    network.out_of_order = 503
    answer = await new_browser(AYGUN).launch(HOME)
    assert answer.status_code == 503
    assert "could not reach your learning platform" in answer.json()["message"]


async def test_many_launches_at_once_all_get_in_and_fetch_the_keys_once(
    platform: Platform, new_browser: NewBrowser, network: Network
) -> None:
    answers = await asyncio.gather(*(new_browser(AYGUN).launch(HOME) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {303}
    assert network.asked == ["/jwks"]
