"""Access tokens of a real OpenID provider: verified by what it publishes, rule by rule (RFC 6750, RFC 7519)."""

import asyncio
import base64
import hmac
import socket
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from msgspec import json

from base import Database, KeySets, Outward
from lrs import BearerTokens, Gate, Issuer, add_issuer, remove_issuer
from tests.demo_lms import server
from tests.lrs.makers import body, make_statement
from tests.lrs.service import STATEMENTS, Xapi
from tests.oidc_provider import OpenIdProvider, application
from tests.times import NOW

AUDIENCE = "https://learn.example/xapi"
SCOPES = "openid statements/write statements/read/mine something/else"


@pytest.fixture(scope="module")
def running() -> Iterator[OpenIdProvider]:
    """The provider on a port of this machine, in a thread of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    provider = OpenIdProvider(f"http://127.0.0.1:{port}", "https://learn.example/back")
    serving = server(application(provider), port)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(serving.serve(),))
    thread.start()
    while not _listens(port):
        time.sleep(0.01)
    yield provider
    loop.call_soon_threadsafe(serving.stop)
    thread.join()
    loop.close()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def provider(running: OpenIdProvider) -> OpenIdProvider:
    running.issuer = running.url
    return running


@pytest.fixture
def xapi(runner: asyncio.Runner, db: Database, provider: OpenIdProvider) -> Iterator[Xapi]:
    """A client of a store that takes tokens of the provider."""
    outward = Outward(frozenset({"127.0.0.1"}))
    client = Xapi(db, Gate(BearerTokens(outward, KeySets(outward))))
    runner.run(client.sign_on("all"))
    runner.run(db.write(add_issuer, Issuer(provider.url, AUDIENCE, "Town"), now=NOW))
    yield client
    runner.run(outward.close())


def claims(**others: Any) -> dict[str, Any]:
    """What a good token says; None leaves a claim out."""
    good = {"sub": "u-1", "aud": AUDIENCE, "exp": _seconds(NOW + timedelta(minutes=5)), "scope": SCOPES, **others}
    return {name: value for name, value in good.items() if value is not None}


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())


async def send(xapi: Xapi, token: str, method: str = "POST") -> httpx.Response:
    content = body(make_statement()) if method == "POST" else b""
    return await xapi.request(method, STATEMENTS, content=content, headers={"Authorization": f"Bearer {token}"})


async def stored_authority(xapi: Xapi, token: str) -> dict[str, Any]:
    answer = await send(xapi, token)
    assert answer.status_code == 200, answer.text
    authority: dict[str, Any] = (await xapi.get(statementId=answer.json()[0])).json()["authority"]
    return authority


async def test_a_client_of_its_own_is_an_account_at_the_issuer(xapi: Xapi, provider: OpenIdProvider) -> None:
    expected = {"objectType": "Agent", "account": {"homePage": provider.url, "name": "u-1"}}
    assert await stored_authority(xapi, provider.sign_access_token(**claims())) == expected
    assert await stored_authority(xapi, provider.sign_access_token(**claims(client_id="u-1"))) == expected


@pytest.mark.parametrize("claim", ["azp", "client_id"])
async def test_a_user_through_an_application_is_a_group_of_the_two(
    xapi: Xapi, provider: OpenIdProvider, claim: str
) -> None:
    # xAPI-Data 2.4.9: the application by its key at the token endpoint, and the user
    assert await stored_authority(xapi, provider.sign_access_token(**claims(**{claim: "portal"}))) == {
        "objectType": "Group",
        "member": [
            {"objectType": "Agent", "account": {"homePage": f"{provider.url}/token", "name": "portal"}},
            {"objectType": "Agent", "account": {"homePage": provider.url, "name": "u-1"}},
        ],
    }


async def test_the_tokens_scopes_are_all_that_it_may(xapi: Xapi, provider: OpenIdProvider) -> None:
    await xapi.stored(make_statement())
    token = provider.sign_access_token(**claims(aud=["other", AUDIENCE]))
    (own,) = (await send(xapi, token)).json()
    assert [each["id"] for each in (await send(xapi, token, "GET")).json()["statements"]] == [own]
    for scope in ("", "openid", None):
        refused = await send(xapi, provider.sign_access_token(**claims(scope=scope)))
        assert refused.status_code == 403
        assert "no scope" in refused.json()["detail"]


async def test_scopes_may_come_as_a_list_in_a_claim_of_another_name(xapi: Xapi, provider: OpenIdProvider) -> None:
    await xapi.db.write(add_issuer, Issuer(provider.url, "lists", "Town", "scp"), now=NOW)
    token = provider.sign_access_token(**claims(aud="lists", scp=["all/read", 7]))
    assert (await send(xapi, token, "GET")).status_code == 200
    assert (await send(xapi, token)).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"aud": "another"}, "aud is"),
        ({"aud": None}, "aud"),
        ({"exp": None}, "exp"),
        ({"exp": _seconds(NOW - timedelta(seconds=60))}, "expired"),
        ({"exp": 1e300}, "must be a time"),
        ({"nbf": _seconds(NOW + timedelta(seconds=61))}, "not to be taken before"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
        ({"scope": 7}, "scopes with spaces"),
        ({"iss": "https://stranger.example"}, "not known here"),
        ({"iss": 7}, "iss"),
    ],
)
async def test_a_token_that_breaks_a_rule_is_refused_by_it(
    xapi: Xapi, provider: OpenIdProvider, wrong: dict[str, Any], said: str
) -> None:
    answer = await send(xapi, provider.sign_access_token(**claims(**wrong)))
    assert answer.status_code == 401
    assert said in answer.json()["detail"]
    assert 'Bearer realm="xAPI", error="invalid_token"' in answer.headers["www-authenticate"]


async def test_clocks_may_differ_by_a_minute(xapi: Xapi, provider: OpenIdProvider) -> None:
    just = {"exp": _seconds(NOW - timedelta(seconds=59)), "nbf": _seconds(NOW + timedelta(seconds=60))}
    assert (await send(xapi, provider.sign_access_token(**claims(**just)))).status_code == 200


async def test_a_token_that_is_remembered_expires_all_the_same(xapi: Xapi, provider: OpenIdProvider) -> None:
    token = provider.sign_access_token(**claims(exp=_seconds(NOW - timedelta(seconds=58))))
    assert (await send(xapi, token, "GET")).status_code == 200
    xapi.clock.now = NOW + timedelta(seconds=3)
    assert (await send(xapi, token, "GET")).status_code == 401


async def test_forged_and_unsigned_tokens_are_refused(xapi: Xapi, provider: OpenIdProvider) -> None:
    said = {"iss": provider.url, **claims()}
    other_use = RSAKey.import_key(provider.key.as_pem(private=True))
    forged = (
        provider.sign_access_token(RSAKey.generate_key(2048), **claims()),
        _handmade({"alg": "none"}, said, b""),
        _handmade({"alg": "HS256", "kid": "provider-1"}, said, provider.key.as_pem(private=False)),
        jwt.encode({"alg": "PS256", "kid": "provider-1"}, said, other_use, algorithms=["PS256"]),
        provider.sign_access_token(**claims())[:-8] + "AAAAAAAA",
        "a.b.c",
        "..",
    )
    for token in forged:
        assert (await send(xapi, token)).status_code == 401, token


def _handmade(header: dict[str, str], said: dict[str, Any], secret: bytes) -> str:
    """A token as no library makes it: unsigned, or with the public key taken for a shared secret."""
    signed = b".".join(base64.urlsafe_b64encode(json.encode(part)).rstrip(b"=") for part in (header, said))
    signature = hmac.digest(secret, signed, "sha256") if secret else b""
    return f"{signed.decode()}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


async def test_an_issuer_that_was_removed_opens_nothing_more(xapi: Xapi, provider: OpenIdProvider) -> None:
    token = provider.sign_access_token(**claims())
    assert (await send(xapi, token, "GET")).status_code == 200
    await xapi.db.write(remove_issuer, provider.url, AUDIENCE, now=NOW)
    xapi.clock.now = NOW + timedelta(seconds=10)
    assert (await send(xapi, token, "GET")).status_code == 401


async def test_a_provider_that_calls_itself_otherwise_or_is_away_verifies_nothing(
    xapi: Xapi, provider: OpenIdProvider
) -> None:
    token = provider.sign_access_token(**claims())
    provider.issuer = "https://another.example"
    assert (await send(xapi, token)).status_code == 503
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{closed.getsockname()[1]}"
        await xapi.db.write(add_issuer, Issuer(away, AUDIENCE, "Away"), now=NOW)
        assert (await send(xapi, provider.sign_access_token(**claims(iss=away)))).status_code == 503
