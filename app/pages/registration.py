"""Where an LMS registers itself by the link of an invitation; shown inside the LMS, to its administrator."""

from typing import Annotated, Any

import msgspec
import structlog
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST, HTTP_401_UNAUTHORIZED

from app.page import page
from app.settings import Settings
from app.visit import PUBLIC, Visit
from base import Database, Invalid, Outward
from lti import (
    InvitationRefused,
    RegistrationOffer,
    canvas_configuration,
    find_invitation,
    host_of,
    register_platform,
)

log = structlog.get_logger(__name__)

# The LMS is not known yet, so no list of framers could name it. What the page does needs the secret in its address,
# which nobody has who would lay it under their own page. A window that the LMS opened must keep its opener, to close.
_HEADERS = {
    "content-security-policy": "default-src 'none'; base-uri 'none'; img-src 'self' data:; script-src 'self'; "
    "style-src 'self'; form-action 'self'; frame-ancestors *",
    "cross-origin-opener-policy": "unsafe-none",
    "referrer-policy": "no-referrer",
}


class OfferForm(msgspec.Struct, frozen=True):
    """What the LMS has put into the address, or our own page into its form; any of it may be missing."""

    invitation: Annotated[str, msgspec.Meta(max_length=200)] = ""
    openid_configuration: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    registration_token: Annotated[str, msgspec.Meta(max_length=16_000)] = ""


@get("/lti/register", opt=PUBLIC)
async def registration_page(
    request: Request[Any, Any, Any], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    """Asks before it does anything, since programs that look at links beforehand would use the link up."""
    try:
        offer = msgspec.convert(dict(request.query_params.items()), OfferForm)
        invitation = await db.read(find_invitation, offer.invitation, now=visit.now)
        if not offer.openid_configuration:
            return _page(visit, "paste", invitation=invitation)
        return _page(visit, "ask", invitation=invitation, offer=offer, host=host_of(offer.openid_configuration))
    except InvitationRefused as refused:
        return _page(visit, "refused", HTTP_401_UNAUTHORIZED, refused=refused)
    except (Invalid, msgspec.ValidationError):
        return _page(visit, "unreadable", HTTP_400_BAD_REQUEST)


@post("/lti/register", opt=PUBLIC, status_code=HTTP_200_OK)
async def register(
    data: URLEncodedBody[OfferForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    outward: NamedDependency[Outward],
    settings: NamedDependency[Settings],
) -> Response[str]:
    try:
        offer = msgspec.convert(msgspec.structs.asdict(data), RegistrationOffer)
        added = await register_platform(db, outward, offer, waymark_url=settings.url, now=visit.now)
    except InvitationRefused as refused:
        return _page(visit, "refused", HTTP_401_UNAUTHORIZED, refused=refused)
    except Invalid as refused:
        log.warning("registration refused", reason=refused.message)
        return _page(visit, "failed", HTTP_400_BAD_REQUEST, refused=refused, detail=getattr(refused, "detail", None))
    except msgspec.ValidationError:
        return _page(visit, "unreadable", HTTP_400_BAD_REQUEST)
    return _page(visit, "done", added=added)


@get("/lti/canvas.json", opt=PUBLIC)
async def canvas_json(settings: NamedDependency[Settings]) -> Response[dict[str, Any]]:
    return Response(canvas_configuration(settings.url), headers={"cache-control": "public, max-age=300"})


REGISTRATION_PAGES = (registration_page, register, canvas_json)


def _page(visit: Visit, state: str, status: int = HTTP_200_OK, **values: object) -> Response[str]:
    answer = page("registration.html", visit, status=status, state=state, **values)
    answer.headers.update(_HEADERS)
    return answer
