"""Signing in at a real provider: there, back, and everything that may be wrong with what comes back."""

import asyncio
import re
import socket
import threading
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import msgspec
import pytest

from app.settings import Settings
from people import Account, addresses_of, person_of_account
from tests.app.conftest import APP, Service
from tests.demo_lms import server
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider, application


@pytest.fixture(scope="module")
def running() -> Iterator[OpenIdProvider]:
    """The provider on a port of this machine, in a thread of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    provider = OpenIdProvider(f"http://127.0.0.1:{port}", f"{APP}/sign-in/from/ministry")
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
def provider(running: OpenIdProvider, monkeypatch: pytest.MonkeyPatch) -> OpenIdProvider:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # on loopback, without TLS
    running.issuer, running.forged = running.url, {}
    return running


@pytest.fixture
def settings(settings: Settings, provider: OpenIdProvider, tmp_path: Path) -> Settings:
    file = tmp_path / "oidc.toml"
    file.write_text(
        f'[[providers]]\nid = "ministry"\nname = "the Ministry"\nissuer = "{provider.url}"\n'
        f'client_id = "{CLIENT_ID}"\nclient_secret = "{CLIENT_SECRET}"\n'
    )
    return msgspec.structs.replace(settings, oidc=file)


def seen(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


async def leave(service: Service, to: str = "/paths") -> str:
    """The address at the provider to which the button leads."""
    page = (await service.get(f"/sign-in?to={to}")).text
    link = unescape(re.findall(r'href="(/sign-in/with/ministry[^"]*)"', page)[0])
    sent = await service.get(link)
    assert sent.status_code == 303
    return str(sent.headers["location"])


async def choose(address: str, user: str) -> str:
    """The address at Waymark to which the provider sends the browser back."""
    async with httpx.AsyncClient() as there:
        answer = await there.post(address, data={"user": user})
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


async def come_back(service: Service, user: str = "u-1", to: str = "/paths") -> httpx.Response:
    return await service.get(await choose(await leave(service, to), user))


async def test_somebody_signs_in_at_a_provider_and_arrives_where_they_wanted(
    service: Service, provider: OpenIdProvider
) -> None:
    answer = await come_back(service)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/paths"
    assert (await service.get("/paths")).status_code == 200
    person = await service.db.read(person_of_account, Account(provider.url, "u-1"))
    assert person is not None
    assert person.full_name == "Aygün Əliyeva"


async def test_they_are_the_same_person_the_next_time(service: Service, provider: OpenIdProvider) -> None:
    await come_back(service)
    first = await service.db.read(person_of_account, Account(provider.url, "u-1"))
    await come_back(service)
    assert await service.db.read(person_of_account, Account(provider.url, "u-1")) == first


async def test_mail_address_of_a_provider_is_written_down_and_not_taken_as_proven(
    service: Service, provider: OpenIdProvider
) -> None:
    await come_back(service)
    person = await service.db.read(person_of_account, Account(provider.url, "u-1"))
    assert person is not None
    (address,) = await service.db.read(addresses_of, person.id)
    assert (address.address, address.verified_at) == ("aygun@town.example", None)


async def test_name_that_only_userinfo_tells_is_asked_for_there(service: Service, provider: OpenIdProvider) -> None:
    await come_back(service, "u-2")
    person = await service.db.read(person_of_account, Account(provider.url, "u-2"))
    assert person is not None
    assert person.full_name == "Levan Beridze"


async def test_whom_the_provider_does_not_name_is_asked_by_us(service: Service) -> None:
    assert (await come_back(service, "u-3")).headers["location"] == "/name?to=%2Fpaths"


async def test_what_is_asked_of_the_provider_is_bound_to_this_login(service: Service) -> None:
    first, second = [dict(parse_qsl(urlsplit(await leave(service)).query)) for _ in range(2)]
    assert first["response_type"] == "code"
    assert first["code_challenge_method"] == "S256"
    assert first["redirect_uri"] == f"{APP}/sign-in/from/ministry"
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]


async def test_answer_serves_once(service: Service) -> None:
    back = await choose(await leave(service), "u-1")
    assert (await service.get(back)).status_code == 303
    again = await service.get(back)
    assert again.status_code == 401
    assert "already used, or it waited too long" in seen(again.text)


async def test_answer_in_another_browser_is_refused_and_spent(service: Service) -> None:
    back = await choose(await leave(service), "u-1")
    own = dict(service.browser.cookies)
    service.browser.cookies.clear()
    other = await service.get(back)
    assert other.status_code == 401
    assert "began in another browser" in seen(other.text)
    service.browser.cookies.update(own)
    assert (await service.get(back)).status_code == 401


async def test_code_of_one_login_does_not_serve_another(service: Service) -> None:
    """A stolen code in the thief's own login: its challenge is another, so the provider refuses it (RFC 7636 §1)."""
    stolen = dict(parse_qsl(urlsplit(await choose(await leave(service), "u-1")).query))["code"]
    own = urlsplit(await choose(await leave(service), "u-2"))
    swapped = urlencode({**dict(parse_qsl(own.query)), "code": stolen})
    refused = await service.get(f"{own.path}?{swapped}")
    assert refused.status_code == 401
    assert (await service.get("/paths")).status_code == 401


@pytest.mark.parametrize(
    "forged",
    [
        {"iss": "https://evil.example"},
        {"aud": "somebody-else"},
        {"aud": [CLIENT_ID, "somebody-else"]},
        {"azp": "somebody-else"},
        {"nonce": "of another login"},
        {"nonce": None},
        {"exp": 1_600_000_000},
        {"iat": 1_600_000_000},
        {"exp": 1e300},
        {"sub": ""},
        {"sub": "x" * 256},
        {"sub": "nul\x00"},
    ],
    ids=str,
)
async def test_token_that_is_not_for_this_login_is_refused(
    service: Service, provider: OpenIdProvider, forged: dict[str, Any]
) -> None:
    provider.forged = forged
    refused = await come_back(service)
    assert refused.status_code == 401
    assert "We could not check this sign-in." in seen(refused.text)
    assert (await service.get("/paths")).status_code == 401


async def test_provider_that_calls_itself_otherwise_is_refused_before_anybody_goes_there(
    service: Service, provider: OpenIdProvider
) -> None:
    provider.issuer = f"{provider.url}/"
    refused = await service.get("/sign-in/with/ministry")
    assert refused.status_code == 401
    assert "calls itself by another name than the one set up here" in seen(refused.text)


async def test_answer_that_names_another_issuer_is_refused(service: Service) -> None:
    """RFC 9207: the answer of one provider must not be taken for another's."""
    back = urlsplit(await choose(await leave(service), "u-1"))
    mixed = urlencode({**dict(parse_qsl(back.query)), "iss": "https://evil.example"})
    refused = await service.get(f"{back.path}?{mixed}")
    assert refused.status_code == 401
    assert "another name" in seen(refused.text)


async def test_whoever_changes_their_mind_is_told_the_way_on(service: Service) -> None:
    refused = await service.get(await choose(await leave(service), "nobody"))
    assert refused.status_code == 401
    assert "The other service did not sign you in." in seen(refused.text)
    assert 'href="/sign-in"' in refused.text


async def test_provider_that_is_not_set_up_is_missing(service: Service) -> None:
    assert (await service.get("/sign-in/with/unknown")).status_code == 404
    assert (await service.get("/sign-in/from/unknown?state=x&code=y")).status_code == 404


async def test_way_back_leads_nowhere_else(service: Service) -> None:
    assert (await come_back(service, to="//evil.example")).headers["location"] == "/"


async def test_logins_begun_again_and_again_are_slowed_down(service: Service) -> None:
    answers = [(await service.get("/sign-in/with/ministry")).status_code for _ in range(31)]
    assert answers[:30] == [303] * 30
    assert answers[30] == 429
