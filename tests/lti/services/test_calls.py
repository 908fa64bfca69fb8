"""Calls to platforms: their tokens, and what they answer when they cannot."""

import asyncio
from uuid import uuid4

import msgspec
import pytest

from base import Outward, RetryLater, Unavailable
from lti import Platform
from lti.services.access_tokens import AccessTokens, ScopesDenied
from lti.services.calls import asking, below, call, said, seconds_to_wait
from lti.services.line_items import LINE_ITEMS_TYPE
from lti.standard.claims import LINE_ITEM_SCOPE, RESULT_SCOPE
from tests.demo_lms import DemoLms
from tests.lti.conftest import Network
from tests.lti.services.conftest import Scripted

ITEMS = frozenset({LINE_ITEM_SCOPE})


@pytest.mark.parametrize(
    ("line_item", "scores"),
    [
        ("https://lms.example/items/7", "https://lms.example/items/7/scores"),
        (
            "https://moodle.example/mod/lti/services.php/2/lineitems/7/lineitem?type_id=1",
            "https://moodle.example/mod/lti/services.php/2/lineitems/7/lineitem/scores?type_id=1",
        ),
    ],
)
def test_scores_stand_at_the_end_of_the_path_before_the_query(line_item: str, scores: str) -> None:
    assert below(line_item, "scores") == scores


def test_what_is_asked_stands_behind_what_the_address_asks_already() -> None:
    assert asking("https://lms.example/i?type_id=1", {"tag": "a b&c"}) == "https://lms.example/i?type_id=1&tag=a+b%26c"
    assert asking("https://lms.example/i", {"tag": "x"}) == "https://lms.example/i?tag=x"


async def test_many_calls_at_once_ask_for_one_token(
    lms: DemoLms, outward: Outward, tokens: AccessTokens, sent_to: Platform, network: Network
) -> None:
    url = f"{lms.url}/lineitems"
    answers = await asyncio.gather(
        *(call(outward, tokens, sent_to, "GET", url, scopes=ITEMS, accept=LINE_ITEMS_TYPE) for _ in range(5))
    )
    assert [each.status for each in answers] == [200] * 5
    assert network.asked.count("/token") == 1


async def test_token_of_one_registration_or_scope_is_never_used_for_another(
    tokens: AccessTokens, sent_to: Platform
) -> None:
    other = msgspec.structs.replace(sent_to, id=uuid4())
    held = [
        await tokens.token(sent_to, ITEMS),
        await tokens.token(other, ITEMS),
        await tokens.token(sent_to, frozenset({RESULT_SCOPE})),
    ]
    assert len(set(held)) == 3
    assert await tokens.token(sent_to, ITEMS) == held[0]


async def test_platform_that_grants_less_than_was_asked_is_not_asked_with_it(
    lms: DemoLms, outward: Outward, tokens: AccessTokens, sent_to: Platform, network: Network
) -> None:
    scopes = ITEMS | {"https://lms.example/scope/that-nobody-gives"}
    with pytest.raises(ScopesDenied, match="that-nobody-gives"):
        await call(outward, tokens, sent_to, "GET", f"{lms.url}/lineitems", scopes=scopes)
    assert network.asked == ["/token"]


@pytest.mark.parametrize("seconds", [b'"3600"', b"1e300", b"-5", b"null"])
async def test_life_of_a_token_is_read_however_it_is_said(
    seconds: bytes, scripted: Scripted, tokens: AccessTokens, sent_to: Platform
) -> None:
    scripted.granted = b'{"access_token": "t", "expires_in": ' + seconds + b"}"
    assert await tokens.token(sent_to, ITEMS) == "t"


async def test_platform_that_gives_no_token_is_named_with_its_reason_and_nothing_else(
    scripted: Scripted, tokens: AccessTokens, sent_to: Platform
) -> None:
    scripted.granted = b'{"error": "invalid_scope", "id_token": "secret"}'
    with pytest.raises(Unavailable, match=r"gave no access token: status 200 invalid_scope\.$"):
        await tokens.token(sent_to, ITEMS)


async def test_token_that_is_withdrawn_again_and_again_is_tried_twice(
    lms: DemoLms,
    scripted: Scripted,
    outward: Outward,
    tokens: AccessTokens,
    sent_to: Platform,
    network: Network,
) -> None:
    scripted.say("/lineitems", status=401)
    answer = await call(outward, tokens, sent_to, "GET", f"{lms.url}/lineitems", scopes=ITEMS)
    assert answer.status == 401
    assert network.asked == ["/token", "/lineitems", "/token", "/lineitems"]


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
async def test_platform_that_cannot_answer_now_is_asked_another_time(
    status: int, lms: DemoLms, scripted: Scripted, outward: Outward, tokens: AccessTokens, sent_to: Platform
) -> None:
    scripted.say("/lineitems", status=status)
    with pytest.raises(Unavailable, match=str(status)):
        await call(outward, tokens, sent_to, "GET", f"{lms.url}/lineitems", scopes=ITEMS)


async def test_platform_that_says_when_is_asked_then(
    lms: DemoLms, scripted: Scripted, outward: Outward, tokens: AccessTokens, sent_to: Platform
) -> None:
    scripted.say("/lineitems", status=429, retry_after="90")
    with pytest.raises(RetryLater) as raised:
        await call(outward, tokens, sent_to, "GET", f"{lms.url}/lineitems", scopes=ITEMS)
    assert raised.value.seconds == 90


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120),
        # RFC 9110 §10.2.3: a date, here two minutes after the platform's own clock.
        ({"retry-after": "Fri, 31 Dec 1999 23:59:59 GMT", "date": "Fri, 31 Dec 1999 23:57:59 GMT"}, 120),
        ({"retry-after": "Fri, 31 Dec 1999 23:59:59 GMT", "date": "Sat, 01 Jan 2000 00:00:09 GMT"}, 0),
        ({"retry-after": "Fri, 31 Dec 1999 23:59:59 GMT"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "٣"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert seconds_to_wait(headers) == seconds


async def test_words_of_a_platform_are_kept_short_and_on_one_line(
    lms: DemoLms, scripted: Scripted, outward: Outward, tokens: AccessTokens, sent_to: Platform
) -> None:
    scripted.say("/lineitems", status=422, body=b'{"errors":\n\x00["' + b"x" * 5000 + b"\xff")
    answer = await call(outward, tokens, sent_to, "GET", f"{lms.url}/lineitems", scopes=ITEMS)
    assert said(answer).startswith('{"errors": ["xxx')
    assert len(said(answer)) == 300
