"""Line items: the columns of a grade book (AGS 2.0, "Line item service")."""

from collections.abc import AsyncIterator

import msgspec

from base import Forbidden, Outward, Response
from lti.registering.platforms import Platform
from lti.services.access_tokens import AccessTokens
from lti.services.calls import asking, call, decoded, said
from lti.services.paging import pages, same_server
from lti.standard.claims import LINE_ITEM_SCOPE, LONGEST_ID, LONGEST_URL
from lti.standard.resources import Resource

LINE_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_SCOPES = frozenset({LINE_ITEM_SCOPE})
_GONE = frozenset({404, 410})
_DONE = frozenset({200, 201, 202, 204})


class LineItem(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One column; its `id` is its address. A resource link's own column says which link that is."""

    label: str
    score_maximum: float
    resource_id: str | None = None
    tag: str | None = None
    resource_link_id: str | None = None
    id: str = ""


class LineItemRefused(Forbidden):
    """The platform will not have it; the message holds its own words."""


class GradeColumns:
    """The columns of one course's grade book, at its `lineitems` address."""

    def __init__(self, outward: Outward, tokens: AccessTokens, platform: Platform, url: str) -> None:
        self._outward = outward
        self._tokens = tokens
        self._platform = platform
        self._url = url

    async def found(self, resource: Resource, resource_link_id: str | None = None) -> AsyncIterator[LineItem]:
        """Those for `resource`, also where the platform passes over what it is asked for.

        No limit is asked for: Moodle's answer to one cannot be followed by every client.
        """
        asked = {"resource_id": resource.id, "tag": resource.tag}
        if resource_link_id is not None:
            asked["resource_link_id"] = resource_link_id
        read = pages(
            self._outward,
            self._tokens,
            self._platform,
            asking(self._url, asked),
            scopes=_SCOPES,
            accept=LINE_ITEMS_TYPE,
        )
        async for page in read:
            for item in decoded(page, list[LineItem], self._platform):
                mine = resource_link_id is None or item.resource_link_id == resource_link_id
                if mine and (item.resource_id, item.tag) == (resource.id, resource.tag):
                    yield item

    async def found_or_created(self, resource: Resource, label: str, score_maximum: float) -> LineItem:
        """The first column for `resource`; a new one where there is none, so that asking twice makes one.

        Raises what `call` and `pages` do, and LineItemRefused.
        """
        async for item in self.found(resource):
            return self._checked(item)
        return await self.create(LineItem(label[:LONGEST_ID], score_maximum, resource.id, resource.tag))

    async def create(self, item: LineItem) -> LineItem:
        """The column as the platform made it. Raises LineItemRefused."""
        response = await self._send("POST", self._url, item)
        if response.status not in _DONE:
            raise self._refusal(response)
        return self._checked(decoded(response, LineItem, self._platform))

    async def update(self, item: LineItem) -> bool:
        """Whether the column is still there; it is then as `item` says. Raises LineItemRefused."""
        response = await self._send("PUT", item.id, item)
        if response.status in _GONE:
            return False
        if response.status not in _DONE:
            raise self._refusal(response)
        return True

    async def delete(self, item_url: str) -> None:
        """The column is gone, and was perhaps before. Raises LineItemRefused."""
        response = await call(self._outward, self._tokens, self._platform, "DELETE", item_url, scopes=_SCOPES)
        if response.status not in _DONE | _GONE:
            raise self._refusal(response)

    async def _send(self, method: str, url: str, item: LineItem) -> Response:
        return await call(
            self._outward,
            self._tokens,
            self._platform,
            method,
            url,
            scopes=_SCOPES,
            accept=LINE_ITEM_TYPE,
            body=msgspec.json.encode(item),
            content_type=LINE_ITEM_TYPE,
        )

    def _checked(self, item: LineItem) -> LineItem:
        """Grades will be sent there with our token, so it must be where the grade book is."""
        try:
            is_own = len(item.id) <= LONGEST_URL and same_server(item.id, self._url)
        except ValueError:
            is_own = False
        if not is_own:
            raise LineItemRefused(
                f"{self._platform.name} gave a column whose address {item.id[:200]!r} is not its own."
            )
        return item

    def _refusal(self, response: Response) -> LineItemRefused:
        return LineItemRefused(f"{self._platform.name} answered {response.status}: {said(response)}")
