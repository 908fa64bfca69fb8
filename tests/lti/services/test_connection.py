"""Trying a connection: each step tells by itself what is wrong."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pytest
from joserfc import jws
from litestar.types import Receive, Scope, Send

from base import KeyRing, Outward
from lti import Fault, Finding, Platform, Step, check_connection
from lti.services.access_tokens import client_assertion
from lti.standard.claims import LINE_ITEM_SCOPE, MEMBERS_SCOPE, RESULT_SCOPE, SCORE_SCOPE
from tests.demo_lms import DemoLms
from tests.lti.conftest import Network
from tests.lti.waymark import Clock
from tests.times import NOW

Check = Callable[..., dict[Step, Finding]]


class Answers:
    """An LMS whose addresses answer as they are told: path → status, body, headers."""

    def __init__(self, key_set: object) -> None:
        self.of: dict[str, tuple[int, bytes]] = {"/": (302, b""), "/jwks": (200, json.dumps(key_set).encode())}
        self.headers: list[tuple[bytes, bytes]] = []
        self.scopes: set[str] = set()
        self.all_or_nothing = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, body = (
            self.of.get(scope["path"], (404, b"")) if scope["path"] != "/token" else await self._token(receive)
        )
        await send({"type": "http.response.start", "status": status, "headers": self.headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _token(self, receive: Receive) -> tuple[int, bytes]:
        if "/token" in self.of:
            return self.of["/token"]
        message = await receive()
        assert message["type"] == "http.request"
        asked = set(dict(parse_qsl(message["body"].decode()))["scope"].split())
        if self.all_or_nothing and not asked <= self.scopes:
            return 400, b'{"error": "invalid_scope"}'
        granted = " ".join(sorted(asked & self.scopes))
        return 200, json.dumps({"access_token": "t", "token_type": "Bearer", "scope": granted}).encode()


@pytest.fixture
def check(runner: asyncio.Runner, outward: Outward, keys: KeyRing, clock: Clock) -> Check:
    clock.now = datetime.now(UTC)  # since the server of the tests says what time it is

    def run(platform: Platform) -> dict[Step, Finding]:
        findings = runner.run(check_connection(outward, keys, platform, clock=clock))
        assert [each.step for each in findings] == list(Step)
        return {each.step: each for each in findings}

    return run


@pytest.fixture
def answers(network: Network, lms: DemoLms) -> Answers:
    """In the place of the demo LMS, with its keys."""
    standing_in = Answers({"keys": [lms.key.as_dict(private=False)]})
    network.app = standing_in
    return standing_in


def faults(findings: dict[Step, Finding]) -> dict[Step, Fault]:
    return {step: found.fault for step, found in findings.items() if found.fault not in {None, Fault.NOT_TRIED}}


def test_a_connection_that_works_has_no_fault(platform: Platform, lms: DemoLms, check: Check) -> None:
    assert faults(check(platform)) == {}


def test_a_client_that_the_platform_does_not_know_is_told_so(platform: Platform, lms: DemoLms, check: Check) -> None:
    lms.client_id = "another"
    found = check(platform)
    assert faults(found) == {Step.TOKEN: Fault.UNKNOWN_CLIENT}
    assert found[Step.TOKEN].said.startswith("HTTP 400 invalid_client")
    assert found[Step.SERVICES].fault is Fault.NOT_TRIED


def test_a_platform_out_of_reach_fails_every_step_with_its_host(platform: Platform, check: Check) -> None:
    away = "https://nothing-here.invalid"
    gone = msgspec.structs.replace(platform, issuer=away, token_url=f"{away}/t", jwks_url=f"{away}/j")
    found = check(gone)
    reachable = (Step.ISSUER, Step.KEYS, Step.TOKEN)
    assert faults(found) == dict.fromkeys(reachable, Fault.UNREACHABLE)
    assert all("nothing-here.invalid" in found[step].said for step in reachable)


def test_an_address_of_a_private_network_is_not_asked(platform: Platform, network: Network, check: Check) -> None:
    inside = msgspec.structs.replace(platform, jwks_url="https://10.0.0.7/jwks")
    assert faults(check(inside)) == {Step.KEYS: Fault.PRIVATE}


def test_a_platform_out_of_order_is_told_as_such(platform: Platform, network: Network, check: Check) -> None:
    network.out_of_order = 503
    assert faults(check(platform)) == {Step.ISSUER: Fault.BROKEN, Step.KEYS: Fault.NO_KEYS, Step.TOKEN: Fault.BROKEN}


@pytest.mark.parametrize(
    "key_set", [b"<html>Sign in</html>", b'{"keys": []}', b'{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}', b"{}"]
)
def test_what_is_no_key_set_is_told_as_such(key_set: bytes, platform: Platform, answers: Answers, check: Check) -> None:
    answers.of["/jwks"] = (200, key_set)
    assert check(platform)[Step.KEYS].fault is Fault.NO_KEYS


def test_scopes_that_are_not_granted_are_named(platform: Platform, answers: Answers, check: Check) -> None:
    answers.scopes = {SCORE_SCOPE, RESULT_SCOPE}
    found = check(platform)
    assert faults(found) == {Step.SERVICES: Fault.FEWER_SCOPES}
    assert found[Step.SERVICES].said.split() == [LINE_ITEM_SCOPE, MEMBERS_SCOPE]


def test_a_platform_that_grants_all_or_nothing_is_asked_for_each_scope_alone(
    platform: Platform, answers: Answers, check: Check
) -> None:
    answers.scopes, answers.all_or_nothing = {LINE_ITEM_SCOPE, SCORE_SCOPE, RESULT_SCOPE}, True
    found = check(platform)
    assert faults(found) == {Step.SERVICES: Fault.FEWER_SCOPES}
    assert found[Step.SERVICES].said == MEMBERS_SCOPE


@pytest.mark.parametrize(("status", "body"), [(200, b"<html>"), (400, b'{"error": "invalid_request"}'), (404, b"")])
def test_no_token_is_told_with_the_status(
    status: int, body: bytes, platform: Platform, answers: Answers, check: Check
) -> None:
    answers.of["/token"] = (status, body)
    found = check(platform)[Step.TOKEN]
    assert found.fault is Fault.NO_TOKEN
    assert found.said.startswith(f"HTTP {status}")


def test_what_looks_like_a_token_is_never_shown(platform: Platform, answers: Answers, check: Check) -> None:
    answers.of["/token"] = (500, b'{"access_token": "top-secret", "error": "x"}')
    assert "top-secret" not in str(check(platform))


@pytest.mark.parametrize("minutes", [-2, 2])
def test_a_clock_that_differs_by_more_than_a_minute_is_told(
    minutes: int, platform: Platform, answers: Answers, clock: Clock, check: Check
) -> None:
    clock.now = clock.now.replace(microsecond=0)
    answers.headers = [(b"date", format_datetime(clock.now + timedelta(minutes=minutes), usegmt=True).encode())]
    found = check(platform)
    assert found[Step.CLOCK].fault is Fault.CLOCKS_DIFFER
    assert found[Step.CLOCK].said == f"{60 * minutes:+d} s"
    answers.headers = [(b"date", format_datetime(clock.now + timedelta(seconds=30), usegmt=True).encode())]
    assert check(platform)[Step.CLOCK].fault is None


def test_a_token_is_asked_for_under_the_name_of_the_authorization_server(platform: Platform, keys: KeyRing) -> None:
    def audience(**changed: Any) -> str:
        signed = client_assertion(msgspec.structs.replace(platform, **changed), keys, now=NOW)
        payload = jws.deserialize_compact(signed, keys.lti_key(), ["RS256"]).payload
        said: str = json.loads(payload)["aud"]
        return said

    assert audience() == platform.token_url
    assert audience(token_audience="https://api.brightspace.example/auth/token") == (
        "https://api.brightspace.example/auth/token"
    )
