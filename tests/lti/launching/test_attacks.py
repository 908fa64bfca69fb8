"""The attack table: each is refused, the page says nothing of why, and administrators are told which check it was."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import Connection, func, select
from structlog.testing import capture_logs

from base import Conflict, Database
from lti import LaunchFault, Platform, add_platform, list_platforms, refused_launches_of
from lti import refusals as told
from lti.tables import platforms
from people.tables import sessions
from tests.demo_lms import AYGUN, NINO, DemoLms, Draft, Forge, Link, signed
from tests.demo_lms.lms import LTI
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

AT = int(NOW.timestamp())
MARKUP = "<img src=x onerror=alert(1)>"
PLAIN_WORDS = {text for name, text in vars(told).items() if name.isupper() and isinstance(text, str)}


@dataclass
class Scene:
    """The LMS, whom it sends, and what an attacker can lay hands on: browsers, tokens, the network, time."""

    lms: DemoLms
    platform: Platform
    new_browser: Callable[..., Browser]
    db: Database
    clock: Clock

    async def forged(self, forge: Forge) -> httpx.Response:
        self.lms.forge = forge
        return await self.new_browser(AYGUN).launch(HOME)

    async def registered(self, **values: str) -> None:
        await self.db.write(lambda conn: conn.execute(platforms.update().values(values)))


@pytest.fixture
def scene(lms: DemoLms, platform: Platform, new_browser: Callable[..., Browser], db: Database, clock: Clock) -> Scene:
    return Scene(lms, platform, new_browser, db, clock)


def forged(forge: Forge) -> "Attack":
    return lambda scene: scene.forged(forge)


async def replay(scene: Scene) -> httpx.Response:
    browser = scene.new_browser(AYGUN)
    fields = await browser.authorized(HOME)
    assert (await browser.deliver(fields)).status_code == 303
    return await browser.deliver(fields)


async def replay_elsewhere_without_cookies(scene: Scene) -> httpx.Response:
    browser = scene.new_browser(AYGUN)
    fields = await browser.authorized(HOME)
    assert (await browser.deliver(fields)).status_code == 303
    return await scene.new_browser(NINO).deliver(fields)


async def session_fixation(scene: Scene) -> httpx.Response:
    attacker, victim = scene.new_browser(AYGUN), scene.new_browser(NINO)
    assert (await victim.launch(HOME)).status_code == 303
    return await victim.deliver(await attacker.authorized(HOME))


async def login_csrf_without_a_cookie(scene: Scene) -> httpx.Response:
    return await scene.new_browser(NINO).deliver(await scene.new_browser(AYGUN).authorized(HOME))


async def invented_state_that_equals_the_cookie(scene: Scene) -> httpx.Response:
    browser = scene.new_browser(AYGUN)
    fields = await browser.authorized(HOME)
    return await browser.deliver({**fields, "state": browser.client.cookies["waymark-lti"]})


async def token_under_the_state_of_another_login(scene: Scene) -> httpx.Response:
    browser = scene.new_browser(AYGUN)
    first, second = await browser.authorized(HOME), await browser.authorized(HOME)
    return await browser.deliver({**first, "state": second["state"]})


async def key_that_the_platform_has_withdrawn(scene: Scene) -> httpx.Response:
    stolen: RSAKey = scene.lms.key
    assert (await scene.new_browser(AYGUN).launch(HOME)).status_code == 303
    scene.lms.rotate_key()
    scene.clock.now = NOW + timedelta(hours=2)
    return await scene.forged(lambda draft: signed(Draft({**draft.header, "kid": stolen.kid}, draft.claims, stolen)))


async def other_platform_claims_to_be_this_issuer(scene: Scene) -> httpx.Response:
    """It is registered properly, under a name of its own; and signs as if it were its neighbour."""
    await scene.registered(issuer="https://of-its-own.example")
    browser = scene.new_browser(AYGUN)
    begun = await browser.log_in({**scene.lms.begin_launch(AYGUN, HOME, "iframe"), "iss": "https://of-its-own.example"})
    return await browser.deliver(await browser.form(begun.headers["location"]))


async def open_redirect_at_login(scene: Scene) -> httpx.Response:
    asked = scene.lms.begin_launch(AYGUN, HOME, "iframe")
    return await scene.new_browser(AYGUN).log_in({**asked, "target_link_uri": "https://evil.example/paths/x"})


async def stranger_asks_for_a_login(scene: Scene) -> httpx.Response:
    asked = scene.lms.begin_launch(AYGUN, HOME, "iframe")
    return await scene.new_browser(AYGUN).log_in({**asked, "iss": f"https://evil.example/{MARKUP}"})


async def markup_in_the_error_of_the_platform(scene: Scene) -> httpx.Response:
    browser = scene.new_browser(AYGUN)
    fields = await browser.authorized(HOME)
    said = {"state": fields["state"], "error": MARKUP, "error_description": MARKUP}
    return await browser.deliver(said)


def keys_at(address: str) -> "Attack":
    async def attack(scene: Scene) -> httpx.Response:
        await scene.registered(jwks_url=address)
        return await scene.new_browser(AYGUN).launch(HOME)

    return attack


Attack = Callable[[Scene], Awaitable[httpx.Response]]
Fault = LaunchFault

ATTACKS: dict[str, tuple[Attack, LaunchFault, str]] = {
    "replay": (replay, Fault.STATE, "was used already"),
    "replay elsewhere": (replay_elsewhere_without_cookies, Fault.STATE, "was used already"),
    "session fixation": (session_fixation, Fault.BROWSER, "started in another browser"),
    "login CSRF": (login_csrf_without_a_cookie, Fault.BROWSER, "did not send the login's cookie"),
    "invented state": (invented_state_that_equals_the_cookie, Fault.STATE, "never issued"),
    "swapped state": (token_under_the_state_of_another_login, Fault.STATE, "nonce is not the one"),
    "nonce of its own": (forged(claims(nonce="made-up")), Fault.STATE, "nonce is not the one"),
    "forged signature": (forged(signed_by_another_key), Fault.SIGNATURE, "signature does not verify"),
    "alg none": (forged(unsigned), Fault.SIGNATURE, "signed with 'none'"),
    "HS256 by the public key": (forged(signed_with_the_public_key_as_secret), Fault.SIGNATURE, "signed with 'HS256'"),
    "algorithm not published": (
        forged(signed_with_an_algorithm_not_published),
        Fault.SIGNATURE,
        "publishes no single key",
    ),
    "withdrawn key": (key_that_the_platform_has_withdrawn, Fault.SIGNATURE, "publishes no single key"),
    "other audience": (forged(claims(aud="somebody-else")), Fault.CLAIMS, "must name our client id"),
    "audiences without azp": (forged(claims(aud=["waymark-demo", "other"])), Fault.CLAIMS, "it is missing"),
    "azp of another": (forged(claims(azp="other")), Fault.CLAIMS, "azp is 'other'"),
    "issuer of another": (other_platform_claims_to_be_this_issuer, Fault.CLAIMS, "iss is"),
    "late": (forged(claims(exp=AT - 60)), Fault.CLOCK, "our clock says"),
    "alive for days": (forged(claims(exp=AT + 3 * 86400)), Fault.CLOCK, "lives 3 days"),
    "older than its login": (forged(claims(iat=AT - 661)), Fault.CLOCK, "before this login began"),
    "stranger": (stranger_asks_for_a_login, Fault.PLATFORM_UNKNOWN, "No platform is registered"),
    "open redirect at login": (open_redirect_at_login, Fault.TARGET, "is not an address of ours"),
    "open redirect in the token": (
        forged(message(target_link_uri="https://evil.example/")),
        Fault.TARGET,
        "is not the login's",
    ),
    "open redirect by a parameter": (
        forged(message(custom={"path": "//evil.example"})),
        Fault.TARGET,
        "names nothing of ours",
    ),
    "markup in a claim": (forged(message(message_type=MARKUP)), Fault.CLAIMS, "message_type is"),
    "markup in an error": (markup_in_the_error_of_the_platform, Fault.PLATFORM_ERROR, "sent no id_token"),
    "keys on this machine": (keys_at("https://127.0.0.1/jwks"), Fault.KEYS, "address of a private network"),
    "keys of the cloud": (keys_at("https://169.254.169.254/latest"), Fault.KEYS, "address of a private network"),
    "keys behind IPv6": (keys_at("https://[::ffff:10.0.0.1]/jwks"), Fault.KEYS, "address of a private network"),
    "keys without TLS": (keys_at("http://lms.example/jwks"), Fault.KEYS, "must be asked by https"),
}


@pytest.mark.parametrize("attack", ATTACKS)
async def test_attack_is_refused_and_only_administrators_learn_why(
    attack: str, scene: Scene, read: Callable[..., Any]
) -> None:
    run, fault, reason = ATTACKS[attack]
    with capture_logs() as logs:
        answer = await run(scene)
    assert answer.status_code in {401, 503}
    assert answer.json()["message"] in PLAIN_WORDS
    assert "evil" not in answer.text
    assert MARKUP not in answer.text
    assert "set-cookie" not in answer.headers
    assert "location" not in answer.headers
    (line,) = [each for each in logs if each["event"] == "lti refused"]
    assert reason in line["reason"]
    (kept,) = await scene.db.read(refused_launches_of)
    assert kept.fault is fault
    assert reason in kept.reason
    # Who sent it is believed only once the state has been found to be ours.
    unproven = kept.step == "login" or "state was never issued" in kept.reason
    assert kept.platform == (None if unproven else scene.platform.name)


async def test_nothing_secret_stands_in_what_is_kept_of_a_refusal(scene: Scene) -> None:
    scene.lms.forge = message(
        target_link_uri=f"{URL}/paths/other", launch_presentation={"return_url": "https://lms.example/?sesskey=s3cr3t"}
    )
    browser = scene.new_browser(AYGUN)
    fields = await browser.authorized(HOME)
    with capture_logs() as logs:
        await browser.deliver(fields)
    kept = repr((logs, await scene.db.read(refused_launches_of)))
    secrets = [*fields["id_token"].split("."), fields["state"], "s3cr3t", browser.client.cookies["waymark-lti"]]
    assert not [each for each in secrets if each in kept]


async def test_of_many_who_bring_one_token_at_once_exactly_one_gets_in(scene: Scene) -> None:
    browser = scene.new_browser(AYGUN)
    fields = await browser.authorized(HOME)
    answers = await asyncio.gather(*(browser.deliver(fields) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [303, *[401] * 9]
    assert await scene.db.read(_sessions) == 1


async def test_issuer_is_not_taken_over_by_a_second_registration_with_keys_of_its_own(
    scene: Scene, platform: Platform
) -> None:
    mine = {**scene.lms.registration, "client_id": "attacker", "jwks_url": "https://evil.example/jwks"}
    with pytest.raises(Conflict, match="One issuer has one key set"):
        await scene.db.write(_register, mine)
    assert await scene.db.read(list_platforms) == [platform]


async def test_private_address_is_never_asked(scene: Scene, network: Network) -> None:
    port = scene.lms.url.rpartition(":")[2]
    await scene.registered(jwks_url=f"https://127.0.0.1:{port}/jwks")
    assert (await scene.new_browser(AYGUN).launch(HOME)).status_code == 503
    assert network.asked == []


@pytest.mark.parametrize(
    "uri", ["javascript:alert(1)", "data:text/html,x", f"{URL}/lti/launch?next=https://evil.example"]
)
async def test_target_that_is_no_page_of_ours_never_becomes_an_address(uri: str, scene: Scene) -> None:
    link = Link("bad", "Bad", "", "/lti/launch")
    scene.lms.add(link)
    scene.lms.forge = claims(**{f"{LTI}target_link_uri": uri})
    answer = await scene.new_browser(AYGUN).launch(link)
    assert answer.status_code == 401
    assert "location" not in answer.headers


def _sessions(conn: Connection) -> int | None:
    return conn.scalar(select(func.count()).select_from(sessions))


def _register(conn: Connection, registration: dict[str, Any]) -> Platform:
    return add_platform(conn, **registration, by=None, reason="test", now=NOW)
