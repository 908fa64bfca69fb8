"""Asking an LMS who is in a course: all of it within bounds, or the reason why not."""

import asyncio
from urllib.parse import urlsplit

import msgspec

from base import Outward, RetryLater, WaymarkError
from lti.registering.platforms import Platform
from lti.services.access_tokens import AccessTokens
from lti.services.paging import next_link, pages
from lti.standard.claims import LONGEST_URL, MEMBERS_SCOPE
from lti.standard.members import MEMBERS_TYPE, Member, MembersUnreadable, members_url, merged, read_page

PAGE_SIZE = 200
MOST_PAGES = 250
MOST_MEMBERS = 10_000
DEADLINE_SECONDS = 100.0
"""Shorter than the lease of an errand, so that no second worker reads the same list meanwhile."""

_SCOPES = frozenset({MEMBERS_SCOPE})


class ReadTask(msgspec.Struct, frozen=True):
    """One list to be read: of everybody, or behind a differences link of those who have changed."""

    platform: Platform
    url: str
    of_differences: bool = False
    role: str | None = None
    link: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether whoever is not listed is no member."""
        return not self.of_differences and self.role is None and self.link is None


class Reading(msgspec.Struct, frozen=True):
    """What an LMS told: members by user id, each once. `unreadable` entries named nobody who could be known."""

    task: ReadTask
    members: dict[str, Member]
    unreadable: int = 0
    differences_url: str | None = None

    @property
    def is_complete(self) -> bool:
        """Whether whoever is not listed is no member. An entry that could not be read may be anybody's."""
        return self.task.is_whole and not self.unreadable


class Unread(msgspec.Struct, frozen=True):
    """Why a list was not read to its end; nothing of it is used. The LMS may say when to come again."""

    task: ReadTask
    reason: str
    retry_seconds: float | None = None


async def read_members(outward: Outward, tokens: AccessTokens, task: ReadTask) -> Reading | Unread:
    """The whole list behind the task's address; of a list that breaks off, runs in a circle or never ends, nothing."""
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await _read(outward, tokens, task)
    except TimeoutError:
        return Unread(task, f"{task.platform.name} took longer than {DEADLINE_SECONDS:.0f} seconds.")
    except RetryLater as busy:
        return Unread(task, str(busy), busy.seconds)
    except WaymarkError as refused:  # out of reach, or the scope is not granted
        return Unread(task, refused.message)
    except MembersUnreadable as unreadable:
        return Unread(task, f"{task.platform.name} answered {unreadable}.")


async def _read(outward: Outward, tokens: AccessTokens, task: ReadTask) -> Reading | Unread:
    members: list[Member] = []
    unreadable, differences = 0, None
    # The address of the differences is the platform's own, to be used as it stands.
    url = task.url if task.of_differences else members_url(
        task.url, limit=PAGE_SIZE, role=task.role, link=task.link
    )  # fmt: skip
    listed = pages(outward, tokens, task.platform, url, scopes=_SCOPES, accept=MEMBERS_TYPE, most_pages=MOST_PAGES)
    async for response in listed:
        page = read_page(response.body)
        members += page.members
        unreadable += page.unreadable
        if len(members) > MOST_MEMBERS:
            return Unread(task, f"{task.platform.name} lists more than {MOST_MEMBERS:,} members.")
        differences = _differences(response.headers.get("link"), url) or differences
    return Reading(task, merged(members), unreadable, differences)


def _differences(header: str | None, base: str) -> str | None:
    """Where the changes from now on are told (NRPS 2.0, "Membership differences"), on this server and no other."""
    try:
        url = next_link(header, base, rel="differences")
        is_usable = url is not None and len(url) <= LONGEST_URL and urlsplit(url)[:2] == urlsplit(base)[:2]
    except ValueError:
        return None
    return url if is_usable else None
