"""The demo LMS checks what it is answered as real platforms do, so that putting something into it proves something."""

from typing import Any

import httpx
import msgspec
import pytest
from joserfc import jws

from base import KeyRing
from tests.demo_lms import TEACHER, DemoLms, application
from tests.lti.waymark import URL
from tests.times import NOW

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
ITEM = {"type": "ltiResourceLink", "url": f"{URL}/paths/growth", "title": "Growth"}
AT = int(NOW.timestamp())


def answered(lms: DemoLms, keys: KeyRing, **changed: Any) -> str:
    """What the tool signs, changed; None leaves the claim out."""
    lms.begin_deep_linking(TEACHER)
    claims = {
        "iss": "waymark-demo",
        "aud": lms.url,
        "iat": AT,
        "exp": AT + 60,
        "nonce": "n-1",
        f"{LTI}message_type": "LtiDeepLinkingResponse",
        f"{LTI}version": "1.3.0",
        f"{LTI}deployment_id": "1",
        f"{DL}data": next(iter(lms.deep_linking_asked)),
        f"{DL}content_items": [ITEM],
        **changed,
    }
    payload = msgspec.json.encode({name: value for name, value in claims.items() if value is not None})
    return jws.serialize_compact({"alg": "RS256", "kid": keys.lti_key().kid}, payload, keys.lti_key())


async def post(lms: DemoLms, token: str) -> int:
    # Litestar spells ASGI's types its own way.
    transport = httpx.ASGITransport(application(lms))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=lms.url) as client:
        return (await client.post("/add/return", data={"JWT": token})).status_code


async def test_answer_puts_its_activities_into_the_course_once(lms: DemoLms, keys: KeyRing) -> None:
    before, token = len(lms.links), answered(lms, keys)
    assert await post(lms, token) == 200
    assert await post(lms, token) == 400
    assert [link.title for link in lms.links[before:]] == ["Growth"]


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "other"},
        {"aud": "https://other.example"},
        {"exp": AT},
        {"iat": AT + 1},
        {f"{LTI}deployment_id": "2"},
        {f"{LTI}version": "1.1"},
        {f"{LTI}message_type": "LtiResourceLinkRequest"},
        {f"{DL}data": "guessed"},
        {f"{DL}data": None},
        {"nonce": None},
        {f"{DL}content_items": [{"type": "html", "html": "<b>"}]},
        {f"{DL}content_items": [{**ITEM, "url": "https://other.example/"}]},
        {f"{DL}content_items": [{**ITEM, "lineItem": {"scoreMaximum": 0}}]},
        {f"{DL}content_items": [{**ITEM, "available": {"startDateTime": "tomorrow"}}]},
    ],
)
async def test_answer_that_is_wrong_changes_nothing(changed: dict[str, Any], lms: DemoLms, keys: KeyRing) -> None:
    before = lms.links
    assert await post(lms, answered(lms, keys, **changed)) == 400
    assert lms.links == before


async def test_several_are_refused_where_one_was_asked(lms: DemoLms, keys: KeyRing) -> None:
    lms.deep_linking["accept_multiple"] = False
    assert await post(lms, answered(lms, keys, **{f"{DL}content_items": [ITEM, ITEM]})) == 400
