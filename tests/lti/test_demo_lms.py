"""The demo LMS is strict where real platforms are, so that launching from it proves something."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
import pytest
from joserfc import jws

from base import KeyRing, new_token
from tests.demo_lms import AYGUN, NINO, TEACHER, DemoLms, application
from tests.demo_lms.columns import LINE_ITEMS_TYPE, RESULTS_TYPE
from tests.demo_lms.lms import AGS, NRPS
from tests.demo_lms.services import ASSERTION_TYPE, SCORE_TYPE
from tests.lti.browser import Browser
from tests.lti.conftest import PATH
from tests.lti.waymark import URL
from tests.times import NOW

NewBrowser = Callable[..., Browser]


def asked(lms: DemoLms, **changed: str) -> dict[str, str]:
    begun = lms.begin_launch(AYGUN, PATH, "iframe")
    return {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": "waymark-demo",
        "redirect_uri": f"{URL}/lti/launch",
        "login_hint": begun["login_hint"],
        "lti_message_hint": begun["lti_message_hint"],
        "state": "s",
        "nonce": "n",
        **changed,
    }


async def test_authorization_goes_to_the_registered_address_once(lms: DemoLms, new_browser: NewBrowser) -> None:
    browser, query = new_browser(AYGUN), urlencode(asked(lms))
    fields = await browser.form(f"{lms.url}/auth?{query}")
    assert fields["state"] == "s"
    again = await browser.get(f"{lms.url}/auth?{query}")
    assert again.status_code == 400
    assert "already used" in again.text


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": f"{URL}/lti/launch/"},
        {"redirect_uri": "https://evil.example/"},
        {"client_id": "other"},
        {"scope": "profile"},
        {"response_mode": "query"},
        {"nonce": ""},
        {"state": ""},
        {"login_hint": NINO.id},
    ],
)
async def test_authorization_that_differs_from_the_registration_is_refused(
    changed: dict[str, str], lms: DemoLms, new_browser: NewBrowser
) -> None:
    answer = await new_browser(AYGUN).get(f"{lms.url}/auth?{urlencode(asked(lms, **changed))}")
    assert answer.status_code == 400
    assert "id_token" not in answer.text


async def test_authorization_for_somebody_else_is_refused(lms: DemoLms, new_browser: NewBrowser) -> None:
    answer = await new_browser(NINO).get(f"{lms.url}/auth?{urlencode(asked(lms))}")
    assert "not signed in as the person" in answer.text


def assertion(lms: DemoLms, keys: KeyRing, **changed: Any) -> str:
    key = keys.lti_key()
    at = int(NOW.timestamp())
    claims = {"iss": "waymark-demo", "sub": "waymark-demo", "aud": f"{lms.url}/token", "iat": at, "exp": at + 60}
    payload = msgspec.json.encode({**claims, "jti": new_token(), **changed})
    return jws.serialize_compact({"alg": "RS256", "kid": key.kid}, payload, key)


def client_of(lms: DemoLms) -> httpx.AsyncClient:
    # Litestar spells ASGI's types its own way.
    return httpx.AsyncClient(transport=httpx.ASGITransport(application(lms)), base_url=lms.url)  # type: ignore[arg-type]


async def ask_token(client: httpx.AsyncClient, proof: str, scope: str = f"{AGS}scope/score") -> httpx.Response:
    fields = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE}
    return await client.post("/token", data={**fields, "client_assertion": proof, "scope": scope})


async def test_token_is_given_once_for_an_assertion(lms: DemoLms, keys: KeyRing) -> None:
    async with client_of(lms) as client:
        proof = assertion(lms, keys)
        assert (await ask_token(client, proof)).json()["scope"] == f"{AGS}scope/score"
        assert (await ask_token(client, proof)).status_code == 400


@pytest.mark.parametrize(
    "changed",
    [{"aud": "https://other.example/token"}, {"iss": "other"}, {"sub": "other"}, {"exp": 1}, {"iat": 9999999999}],
)
async def test_token_is_not_given_for_an_assertion_that_is_wrong(
    changed: dict[str, Any], lms: DemoLms, keys: KeyRing
) -> None:
    async with client_of(lms) as client:
        assert (await ask_token(client, assertion(lms, keys, **changed))).status_code == 400


async def test_token_is_not_given_for_the_signature_of_a_stranger(lms: DemoLms, keys: KeyRing) -> None:
    proof = jws.serialize_compact({"alg": "RS256", "kid": keys.lti_key().kid}, b"{}", lms.key)
    async with client_of(lms) as client:
        assert (await ask_token(client, proof)).status_code == 400


async def post(client: httpx.AsyncClient, token: str, link: str = "path", **changed: Any) -> int:
    score = {
        "timestamp": NOW.isoformat(),
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "userId": AYGUN.id,
        "scoreGiven": 5,
        "scoreMaximum": 10,
        **changed,
    }
    headers = {"authorization": f"Bearer {token}", "content-type": SCORE_TYPE}
    return (await client.post(f"/lineitems/{link}/scores?course=1", json=score, headers=headers)).status_code


async def test_scores_are_kept_as_moodle_keeps_them(lms: DemoLms) -> None:
    token = lms.grant(frozenset({f"{AGS}scope/score"}))
    async with client_of(lms) as client:
        assert await post(client, token) == 200
        assert lms.grade_book.cells["path", AYGUN.id].score == 50
        assert await post(client, token, timestamp=(NOW + timedelta(milliseconds=999)).isoformat()) == 409
        assert await post(client, token, userId=TEACHER.id) == 400
        assert await post(client, token, link="nowhere") == 404
        later: dict[str, Any] = {
            "timestamp": (NOW + timedelta(seconds=1)).isoformat(),
            "scoreGiven": 120,
            "scoreMaximum": 100,
        }
        assert await post(client, token, **later) == 200
        assert lms.grade_book.cells["path", AYGUN.id].score == 100
        pending = {"timestamp": (NOW + timedelta(seconds=2)).isoformat(), "gradingProgress": "Pending"}
        assert await post(client, token, **pending) == 200
        assert lms.grade_book.cells["path", AYGUN.id].score is None


async def test_services_want_a_token_of_their_scope_that_is_still_good(lms: DemoLms) -> None:
    reading, writing = (lms.grant(frozenset({f"{AGS}scope/{name}"})) for name in ("lineitem.readonly", "score"))
    async with client_of(lms) as client:
        assert await post(client, reading) == 401
        assert await post(client, "made-up") == 401
        lms.clock = lambda: NOW + timedelta(hours=1)
        assert await post(client, writing) == 401


async def test_line_items_and_results_can_be_read(lms: DemoLms) -> None:
    scopes = frozenset({f"{AGS}scope/{name}" for name in ("lineitem.readonly", "result.readonly", "score")})
    headers = {"authorization": f"Bearer {lms.grant(scopes)}"}
    async with client_of(lms) as client:
        await post(client, headers["authorization"].removeprefix("Bearer "))
        items = (await client.get("/lineitems?course=1", headers=headers)).json()
        assert [item["id"] for item in items] == [f"{lms.url}/lineitems/{name}?course=1" for name in ("path", "intro")]
        item = await client.get(items[0]["id"], headers=headers)
        assert item.json() == {**items[0], "scoreMaximum": 100, "label": "Growth", "resourceLinkId": "path"}
        for url, media_type in (("/lineitems", RESULTS_TYPE), ("/lineitems/path/results", LINE_ITEMS_TYPE)):
            assert (await client.get(url, headers={**headers, "accept": media_type})).status_code == 406
        (result,) = (await client.get("/lineitems/path/results", headers=headers)).json()
        assert (result["userId"], result["resultScore"], result["resultMaximum"]) == (AYGUN.id, 50, 100)


async def test_roster_comes_in_pages(lms: DemoLms) -> None:
    headers = {"authorization": f"Bearer {lms.grant(frozenset({f'{NRPS}scope/contextmembership.readonly'}))}"}
    names: list[str] = []
    url: str | None = f"{lms.url}/members?limit=3"
    async with client_of(lms) as client:
        while url:
            page = await client.get(url, headers=headers)
            names += [member["given_name"] for member in page.json()["members"]]
            url = page.links.get("next", {}).get("url")
        assert names == ["Anahit", "Aygün", "ნინო", "Олена"]
        teachers = (await client.get(f"{lms.url}/members?role=Instructor", headers=headers)).json()["members"]
        assert [(member["user_id"], member["roles"]) for member in teachers] == [(TEACHER.id, ["Instructor"])]


async def test_people_sign_in_and_see_their_own_grades(lms: DemoLms) -> None:
    async with client_of(lms) as client:
        assert (await client.get("/")).headers["location"] == "/sign-in"
        assert "Олена" in (await client.get("/sign-in")).text
        await client.post("/sign-in", data={"person": AYGUN.id})
        assert "Growth" in (await client.get("/")).text
        assert 'src="/links/path/launch"' in (await client.get("/links/path")).text
        grades = (await client.get("/grades")).text
        assert "Aygün" in grades
        assert "Олена" not in grades
        await client.post("/sign-out")
        await client.post("/sign-in", data={"person": TEACHER.id})
        assert "Олена" in (await client.get("/grades")).text
