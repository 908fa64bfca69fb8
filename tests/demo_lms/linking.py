"""Deep linking: a teacher asks the tool for activities, and what comes back stands in the course (Deep Linking 2.0)."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.handlers.base import BaseRouteHandler
from litestar.params import FromQuery
from litestar.response import Redirect

from tests.demo_lms.cast import Role
from tests.demo_lms.course import Link
from tests.demo_lms.grade_book import LineItem
from tests.demo_lms.lms import DL, LTI, DemoLms, Refused
from tests.demo_lms.pages import let_come_back, show, visitor_of
from tests.demo_lms.storage import storage_of

Asking = Request[Any, Any, Any]
Positive = Annotated[float, msgspec.Meta(gt=0)]


class Column(msgspec.Struct, frozen=True, rename="camel"):
    score_maximum: Positive
    label: str = ""
    resource_id: str = ""
    tag: str = ""


class Window(msgspec.Struct, frozen=True, rename="camel"):
    target_name: str = ""


class Period(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    start_date_time: datetime | None = None
    end_date_time: datetime | None = None


class Item(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="ltiResourceLink"):
    """A content item that launches; no other kind is taken here."""

    url: str
    title: str
    text: str = ""
    custom: dict[str, str] = {}
    line_item: Column | None = None
    window: Window | None = None
    iframe: dict[str, float] | None = None
    available: Period | None = None
    submission: Period | None = None


class Answer(msgspec.Struct, frozen=True):
    """What the tool signs; `data` is what the request brought along."""

    iss: str
    aud: str
    iat: float
    exp: float
    nonce: str
    data: str = msgspec.field(name=f"{DL}data")
    message_type: str = msgspec.field(name=f"{LTI}message_type")
    version: str = msgspec.field(name=f"{LTI}version")
    deployment_id: str = msgspec.field(name=f"{LTI}deployment_id")
    content_items: tuple[Item, ...] = msgspec.field(name=f"{DL}content_items", default=())
    errormsg: str = msgspec.field(name=f"{DL}errormsg", default="")


@get("/add")
async def add_page(request: Asking, lms: NamedDependency[DemoLms], storage: FromQuery[str] = "") -> Response[Any]:
    """Where a teacher adds activities: with the tool in a frame, or by an address; it keeps values as activities do."""
    visitor = visitor_of(request, lms)
    if visitor is None or visitor.role is not Role.INSTRUCTOR:
        return Redirect("/", status_code=303)
    page = show("add.html", visitor, address=f"{lms.tool_url}/lti/launch", storage=storage_of(storage))
    if storage:
        let_come_back(request, page)
    return page


@get("/add/launch")
async def ask_tool(request: Asking, lms: NamedDependency[DemoLms], storage: FromQuery[str] = "") -> Response[Any]:
    """What the frame holds first: a form that posts itself to the tool's login address."""
    visitor = visitor_of(request, lms)
    if visitor is None or visitor.role is not Role.INSTRUCTOR:
        return Redirect("/", status_code=303)
    fields = lms.begin_deep_linking(visitor)
    if kept_in := storage_of(storage).target:
        fields["lti_storage_target"] = kept_in
    return show("form.html", visitor, action=f"{lms.tool_url}/lti/login", fields=fields)


@post("/add/address")
async def paste(request: Asking, lms: NamedDependency[DemoLms]) -> Response[Any]:
    """An activity by the plain address of the tool."""
    visitor, form = visitor_of(request, lms), await request.form()
    target = str(form.get("address", "")).removeprefix(lms.tool_url)
    if visitor is None or visitor.role is not Role.INSTRUCTOR or not target.startswith("/"):
        return Redirect("/", status_code=303)
    number = len(lms.links) + 1
    lms.add(Link(str(number), str(form.get("title", "")), "By its address.", target))
    return Redirect("/", status_code=303)


# The frame's cookie does not come along from another site (SameSite=Lax), so `data` says whose request is answered.
@post("/add/return", status_code=200)
async def take(request: Asking, lms: NamedDependency[DemoLms]) -> Response[str]:
    try:
        answer = await _verified(str((await request.form()).get("JWT", "")), lms)
        for item in answer.content_items:
            lms.add(_link(lms, item), _column(lms, item))
    except Refused as refusal:
        return show("refused.html", None, 400, reason=str(refusal))
    return show("added.html", None, answer=answer)


HANDLERS: list[BaseRouteHandler | Router] = [add_page, ask_tool, paste, take]


async def _verified(token: str, lms: DemoLms) -> Answer:
    """The answer, once its signature and all that it must say have been checked. Raises Refused."""
    try:
        keys = KeySet.import_key_set(await lms.fetch_tool_keys())  # type: ignore[arg-type] # it is JSON from elsewhere
        answer = msgspec.json.decode(jws.deserialize_compact(token, keys, ["RS256"]).payload, type=Answer)
    except (JoseError, msgspec.MsgspecError, ValueError) as error:
        raise Refused(f"The answer does not verify: {error}") from error
    fixed = (answer.iss, answer.aud, answer.deployment_id, answer.message_type, answer.version)
    if fixed != (lms.client_id, lms.url, lms.deployment_id, "LtiDeepLinkingResponse", "1.3.0"):
        raise Refused(f"The answer is of another tool, or for another platform: {fixed}.")
    now = lms.clock()
    if not datetime.fromtimestamp(answer.iat, UTC) <= now < datetime.fromtimestamp(answer.exp, UTC):
        raise Refused("The answer has expired, or is from the future.")
    if answer.nonce in lms.spent_assertions:
        raise Refused("The answer was used before.")
    lms.spent_assertions.add(answer.nonce)
    if answer.data not in lms.deep_linking_asked:
        raise Refused("Nobody asked for this.")
    lms.deep_linking_asked.discard(answer.data)
    if len(answer.content_items) > 1 and lms.deep_linking["accept_multiple"] not in {True, "true"}:
        raise Refused("One activity was asked for.")
    return answer


def _link(lms: DemoLms, item: Item) -> Link:
    if not item.url.startswith(f"{lms.tool_url}/"):
        raise Refused(f"{item.url} is not the tool's.")
    target = item.url.removeprefix(lms.tool_url)
    number = str(len(lms.links) + 1)
    return Link(number, item.title, item.text, target, item.custom, graded=item.line_item is not None)


def _column(lms: DemoLms, item: Item) -> LineItem | None:
    if item.line_item is None:
        return None
    number = str(len(lms.links) + 1)
    line = item.line_item
    return LineItem(number, line.label or item.title, number, line.score_maximum, line.resource_id, line.tag)
