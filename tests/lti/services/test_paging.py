"""Link headers as platforms write them (RFC 8288 §3), and pages that are read to the end or not at all."""

import pytest

from base import Outward, Response
from lti import Platform
from lti.services.access_tokens import AccessTokens
from lti.services.paging import PagesBroken, next_link, pages
from lti.standard.claims import RESULT_SCOPE
from tests.demo_lms import DemoLms
from tests.lti.conftest import Network
from tests.lti.services.conftest import Scripted

SCOPES = frozenset({RESULT_SCOPE})
BASE = "https://lms.example/api/items?limit=1"


@pytest.mark.parametrize(
    ("header", "following"),
    [
        ('<https://lms.example/Api/Page?bookmark=AbCdEf>; rel="next"', "https://lms.example/Api/Page?bookmark=AbCdEf"),
        # Moodle 4.5.6, lineitems.php and results.php
        (
            "<https://lms.example/lineitems?type_id=1&amp;limit=1&amp;from=2>; rel=“next”",
            "https://lms.example/lineitems?type_id=1&limit=1&from=2",
        ),
        ("<https://lms.example/2>; rel=next", "https://lms.example/2"),
        ("<https://lms.example/2>;rel='next'", "https://lms.example/2"),
        ('<https://lms.example/2> ; REL = "Next"', "https://lms.example/2"),
        ('<https://lms.example/2>; title="p, q"; rel="first next"', "https://lms.example/2"),
        (
            '<https://lms.example/1?a=1,2>; rel="prev", <https://lms.example/3>; rel="next",<https://lms.example/9>',
            "https://lms.example/3",
        ),
        ('<?limit=1&from=1>; rel="next"', "https://lms.example/api/items?limit=1&from=1"),
        ('</api/items?from=1>; rel="next"', "https://lms.example/api/items?from=1"),
        (None, None),
        ("", None),
        ('<>; rel="next"', None),
        ('<https://lms.example/2>; rel="nextish"', None),
        ('<https://lms.example/2>; rel="prev"', None),
        ('https://lms.example/2; rel="next"', None),
    ],
)
def test_next_page_is_found_however_the_header_is_written(header: str | None, following: str | None) -> None:
    assert next_link(header, BASE) == following


def test_differences_link_of_a_roster_is_another_relation() -> None:
    header = '<https://lms.example/members?since=7>; rel="differences", <https://lms.example/members?p=2>; rel=next'
    assert next_link(header, BASE, rel="differences") == "https://lms.example/members?since=7"


def test_link_header_without_end_is_read_in_no_time() -> None:
    assert next_link("<" * 1_000_000 + ';rel="' * 100_000, BASE) is None


async def read(outward: Outward, tokens: AccessTokens, sent_to: Platform, url: str, **bounds: int) -> list[Response]:
    pages_read = pages(outward, tokens, sent_to, url, scopes=SCOPES, accept="application/json", **bounds)
    return [page async for page in pages_read]


async def test_pages_are_read_to_the_last(
    lms: DemoLms, scripted: Scripted, outward: Outward, tokens: AccessTokens, sent_to: Platform
) -> None:
    scripted.say("/a", body=b"[1]", link='</b>; rel="next"')
    scripted.say("/b", body=b"[2]", link=f"<{lms.url}/c>; rel=next")
    scripted.say("/c", body=b"[3]", link='</a>; rel="prev"')
    assert [page.body for page in await read(outward, tokens, sent_to, f"{lms.url}/a")] == [b"[1]", b"[2]", b"[3]"]


async def test_pages_in_a_circle_are_an_error_and_not_an_end(
    lms: DemoLms, scripted: Scripted, outward: Outward, tokens: AccessTokens, sent_to: Platform, network: Network
) -> None:
    scripted.say("/a", link='</b>; rel="next"')
    scripted.say("/b", link='</a>; rel="next"')
    with pytest.raises(PagesBroken, match="without end"):
        await read(outward, tokens, sent_to, f"{lms.url}/a")
    assert network.asked == ["/token", "/a", "/b"]


async def test_pages_without_end_are_left_at_a_bound(
    lms: DemoLms, scripted: Scripted, outward: Outward, tokens: AccessTokens, sent_to: Platform
) -> None:
    for number in range(5):
        scripted.say(f"/{number}", link=f'</{number + 1}>; rel="next"')
    with pytest.raises(PagesBroken, match="without end: 4"):
        await read(outward, tokens, sent_to, f"{lms.url}/0", most_pages=4)


@pytest.mark.parametrize("elsewhere", ["http://evil.localhost/2", "https://lms.localhost/2", "//evil.example/2"])
async def test_token_is_not_taken_along_to_another_server(
    elsewhere: str,
    lms: DemoLms,
    scripted: Scripted,
    outward: Outward,
    tokens: AccessTokens,
    sent_to: Platform,
    network: Network,
) -> None:
    scripted.say("/a", link=f'<{elsewhere}>; rel="next"')
    with pytest.raises(PagesBroken, match="another server"):
        await read(outward, tokens, sent_to, f"{lms.url}/a")
    assert network.asked == ["/token", "/a"]


@pytest.mark.parametrize("nowhere", ["http://[lms/2", "http://lms.localhost:port/2"])
async def test_next_page_that_is_no_address_is_an_error(
    nowhere: str, lms: DemoLms, scripted: Scripted, outward: Outward, tokens: AccessTokens, sent_to: Platform
) -> None:
    scripted.say("/a", link=f'<{nowhere}>; rel="next"')
    with pytest.raises(PagesBroken, match="no address"):
        await read(outward, tokens, sent_to, f"{lms.url}/a")


async def test_page_that_is_refused_is_an_error_with_the_platforms_words(
    lms: DemoLms, scripted: Scripted, outward: Outward, tokens: AccessTokens, sent_to: Platform
) -> None:
    scripted.say("/a", link='</b>; rel="next"')
    scripted.say("/b", status=403, body=b"not for you")
    with pytest.raises(PagesBroken, match="403: not for you"):
        await read(outward, tokens, sent_to, f"{lms.url}/a")
