"""Reading a roster over the wire: all of it, or nothing and the reason."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from base import KeyRing, Outward
from lti import Platform
from lti.rostering import reading
from lti.rostering.reading import Reading, ReadTask, Unread, read_members
from lti.services.access_tokens import AccessTokens
from lti.standard.claims import MEMBERS_SCOPE
from tests.demo_lms import AYGUN, CAST, LEARNERS, NINO, OLENA, DemoLms
from tests.lti.conftest import Network
from tests.lti.rostering.conftest import crowd
from tests.lti.waymark import Clock

Read = Callable[..., Any]


@pytest.fixture
def read(outward: Outward, keys: KeyRing, clock: Clock, platform: Platform, lms: DemoLms) -> Read:
    tokens = AccessTokens(outward, keys, clock)

    async def members(path: str = "/members", **asked: Any) -> Reading | Unread:
        return await read_members(outward, tokens, ReadTask(platform, f"{lms.url}{path}", **asked))

    return members


@pytest.fixture
def small_pages() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "PAGE_SIZE", 1)
        yield


async def test_all_pages_are_followed_and_roles_are_short_in_them(read: Read, lms: DemoLms, small_pages: None) -> None:
    found = await read()
    assert isinstance(found, Reading)
    assert {each.user_id: each.full_name for each in found.members.values()} == {each.id: each.name for each in CAST}
    assert found.is_complete
    assert found.differences_url is None  # Moodle has none


async def test_platform_that_holds_its_pages_shorter_than_asked_is_read_to_the_end(read: Read, lms: DemoLms) -> None:
    lms.roster.limit_held = 3
    lms.roster.add(*crowd(20))
    assert len((await read()).members) == len(CAST) + 20


async def test_platform_that_ignores_the_limit_and_sends_no_link_is_read(read: Read, lms: DemoLms) -> None:
    lms.roster.add(*crowd(500))  # as Open edX does; the demo LMS answers an unlimited list to a limit in the address
    found = await read("/members?limit=10000")
    assert len(found.members) == len(CAST) + 500


async def test_media_type_of_the_service_is_asked_for_with_a_token_of_its_scope_alone(
    read: Read, lms: DemoLms, network: Network
) -> None:
    assert isinstance(await read(), Reading)  # the demo LMS answers 406 to another
    assert [scopes for scopes, _ in lms.access_tokens.values()] == [frozenset({MEMBERS_SCOPE})]
    assert network.asked == ["/token", "/members"]


async def test_list_of_one_role_names_nobody_else_and_is_not_the_whole(read: Read) -> None:
    found = await read(role="http://purl.imsglobal.org/vocab/lis/v2/membership#Learner")
    assert set(found.members) == {each.id for each in LEARNERS}
    assert not found.is_complete


async def test_pages_in_a_circle_are_left_and_nothing_of_them_is_used(
    read: Read, lms: DemoLms, small_pages: None
) -> None:
    lms.roster.runs_in_circles = True
    found = await read()
    assert isinstance(found, Unread)
    assert "without end" in found.reason


async def test_more_members_than_can_be_are_too_many(read: Read, lms: DemoLms) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "MOST_MEMBERS", 3)
        found = await read()
    assert isinstance(found, Unread)
    assert "more than 3 members" in found.reason


async def test_list_that_breaks_off_in_the_middle_is_no_list(
    read: Read, lms: DemoLms, network: Network, small_pages: None
) -> None:
    lms.roster.extra.append({"user_id": "99"})
    asked = len(network.asked)

    async def break_off() -> None:
        while len(network.asked) < asked + 3:
            await asyncio.sleep(0)
        network.out_of_order = 503

    found, _ = await asyncio.gather(read(), break_off())
    assert isinstance(found, Unread)
    assert "503" in found.reason


async def test_platform_says_when_to_come_again(read: Read, lms: DemoLms, network: Network) -> None:
    await read()
    network.out_of_order, network.retry_after_seconds = 429, 1800
    found = await read()
    assert isinstance(found, Unread)
    assert found.retry_seconds == 1800


async def test_entry_that_names_nobody_makes_the_list_incomplete(read: Read, lms: DemoLms) -> None:
    lms.roster.extra = [{"roles": ["Learner"]}, {"user_id": 77, "roles": "Learner"}]
    found = await read()
    assert set(found.members) == {*(each.id for each in CAST), "77"}
    assert found.unreadable == 1
    assert not found.is_complete


@pytest.mark.parametrize("path", ["/nowhere", "/jwks"])
async def test_answer_that_is_no_list_is_said(read: Read, path: str) -> None:
    found = await read(path)
    assert isinstance(found, Unread)
    assert found.reason.startswith("Demo LMS answered")


async def test_address_in_our_own_network_is_not_asked(read: Read, platform: Platform, outward: Outward) -> None:
    task = ReadTask(platform, "http://169.254.169.254/members")
    found = await read_members(outward, _NoTokens(), task)  # type: ignore[arg-type] # nothing is signed for it
    assert isinstance(found, Unread)
    assert "169.254.169.254" in found.reason


async def test_platform_that_tells_of_differences_says_where(read: Read, lms: DemoLms) -> None:
    lms.roster.tells_differences = True
    whole = await read()
    assert whole.differences_url == f"{lms.url}/members/changes?since=0"
    lms.roster.remove(NINO)
    lms.roster.add(OLENA, status="Inactive")
    found = await read("/members/changes?since=0", of_differences=True)
    assert {each.user_id: each.is_active for each in found.members.values()} == {NINO.id: False, OLENA.id: False}
    assert found.differences_url == f"{lms.url}/members/changes?since=2"
    assert not found.is_complete
    assert AYGUN.id not in found.members


@pytest.mark.parametrize(
    "header",
    [
        '<https://elsewhere.example/members>; rel="differences"',
        f'<https://lms.example/{"x" * 3000}>; rel="differences"',
        '<http://[::1>; rel="differences"',
        None,
    ],
)
def test_differences_on_another_server_or_of_no_address_are_let_be(header: str | None) -> None:
    assert reading._differences(header, "https://lms.example/members") is None


class _NoTokens:
    async def token(self, *_: object) -> str:
        return "x"
