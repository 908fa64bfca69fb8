"""The roster over HTTP (NRPS 2.0)."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.handlers.base import BaseRouteHandler
from litestar.params import FromQuery

from tests.demo_lms.lms import COURSE, NRPS, DemoLms
from tests.demo_lms.services import refusal

MEMBERS_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
_SCOPE = f"{NRPS}scope/contextmembership.readonly"


@get("/members")
async def members(
    request: Request[Any, Any, Any],
    lms: NamedDependency[DemoLms],
    limit: FromQuery[int] = 100,
    after: FromQuery[int] = 0,
    role: FromQuery[str] = "",
) -> Response[Any]:
    """In pages: `rel="next"` leads on as long as there is more."""
    if refused := refusal(request, lms, _SCOPE):
        return refused
    if request.headers.get("accept") not in {"*/*", MEMBERS_TYPE}:
        return Response([], status_code=406)
    chosen = lms.roster.listed(role)
    end = after + max(min(limit, lms.roster.limit_held), 1)
    links = []
    if end < len(chosen):
        further = 0 if lms.roster.runs_in_circles else end
        query = urlencode({"limit": limit, "after": further, "role": role})
        links.append(f'<{lms.url}/members?{query}>; rel="next"')
    return _page(lms, chosen[after:end], links)


@get("/members/changes")
async def changes(
    request: Request[Any, Any, Any], lms: NamedDependency[DemoLms], since: FromQuery[int] = 0
) -> Response[Any]:
    """Who has changed since a list was given ("Membership differences")."""
    return refusal(request, lms, _SCOPE) or _page(lms, lms.roster.changed_since(since), [])


HANDLERS: list[BaseRouteHandler | Router] = [members, changes]


def _page(lms: DemoLms, listed: list[Any], links: list[str]) -> Response[Any]:
    if lms.roster.tells_differences:
        links.append(f'<{lms.url}/members/changes?since={len(lms.roster.changes)}>; rel="differences"')
    return Response(
        {"id": f"{lms.url}/members", "context": COURSE, "members": listed},
        media_type=MEMBERS_TYPE,
        headers={"Link": ", ".join(links)} if links else {},
    )
