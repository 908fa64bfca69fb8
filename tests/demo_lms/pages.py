"""What people see of the platform, and the two forms that their browsers post to the tool by themselves."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.handlers.base import BaseRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from tests.demo_lms.cast import CAST, LEARNERS, Person, Role, person
from tests.demo_lms.course import Link
from tests.demo_lms.lms import COURSE, DemoLms, Refused
from tests.demo_lms.storage import storage_of

SESSION_COOKIE = "lms-session"
_HERE = Path(__file__).parent
_templates = Environment(
    loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)

Asking = Request[Any, Any, Any]


@get("/style.css", media_type="text/css")
async def style() -> bytes:
    return (_HERE / "style.css").read_bytes()


@get("/sign-in")
async def sign_in_page() -> Response[str]:
    return show("sign_in.html", None, cast=CAST)


@post("/sign-in")
async def sign_in(request: Asking, lms: NamedDependency[DemoLms]) -> Response[Any]:
    chosen = person(str((await request.form()).get("person")))
    if chosen is None:
        return Redirect("/sign-in", status_code=303)
    answer: Response[Any] = Redirect("/", status_code=303)
    # Lax, as Moodle has it: the login must come back by a plain navigation.
    answer.set_cookie(SESSION_COOKIE, lms.sign_in(chosen), httponly=True, samesite="lax")
    return answer


@post("/sign-out")
async def sign_out() -> Response[Any]:
    answer: Response[Any] = Redirect("/sign-in", status_code=303)
    answer.delete_cookie(SESSION_COOKIE)
    return answer


@get("/")
async def course(request: Asking, lms: NamedDependency[DemoLms]) -> Response[Any]:
    visitor = visitor_of(request, lms)
    return show("course.html", visitor, links=lms.links) if visitor else Redirect("/sign-in", status_code=303)


@get("/links/{link_id:str}")
async def activity(
    request: Asking, link_id: FromPath[str], lms: NamedDependency[DemoLms], storage: FromQuery[str] = ""
) -> Response[Any]:
    """The course page of one activity, with the tool in a frame; `storage` is how it keeps values for the tool."""
    visitor, link = visitor_of(request, lms), lms.link(link_id)
    if visitor is None or link is None:
        return Redirect("/", status_code=303)
    page = show("activity.html", visitor, link=link, storage=storage_of(storage))
    if storage:
        let_come_back(request, page)
    return page


@get("/links/{link_id:str}/launch")
async def launch(
    request: Asking,
    link_id: FromPath[str],
    lms: NamedDependency[DemoLms],
    target: FromQuery[str] = "iframe",
    storage: FromQuery[str] = "",
) -> Response[Any]:
    """What the frame holds first: a form that posts itself to the tool's login address."""
    visitor, link = visitor_of(request, lms), lms.link(link_id)
    if visitor is None or link is None:
        return Redirect("/", status_code=303)
    fields = lms.begin_launch(visitor, link, "window" if target == "window" else "iframe")
    if kept_in := storage_of(storage).target:
        fields["lti_storage_target"] = kept_in
    return show("form.html", visitor, action=f"{lms.tool_url}/lti/login", fields=fields)


@get("/auth")
async def authorize(request: Asking, lms: NamedDependency[DemoLms]) -> Response[str]:
    """The authorization endpoint: the browser is sent on with an id_token, or told why not."""
    visitor = visitor_of(request, lms)
    try:
        fields = lms.authorize(dict(request.query_params.items()), visitor)
    except Refused as refusal:
        return show("refused.html", visitor, 400, reason=str(refusal))
    return show("form.html", visitor, action=f"{lms.tool_url}/lti/launch", fields=fields)


@get("/grades")
async def grades(request: Asking, lms: NamedDependency[DemoLms]) -> Response[Any]:
    """The grade book: all of it for the teacher, one's own row for a learner."""
    visitor = visitor_of(request, lms)
    if visitor is None:
        return Redirect("/sign-in", status_code=303)
    rows = LEARNERS if visitor.role is Role.INSTRUCTOR else (visitor,)
    links: list[Link] = [link for link in lms.links if link.graded]
    return show("grades.html", visitor, learners=rows, links=links, cells=lms.grade_book.cells)


HANDLERS: list[BaseRouteHandler | Router] = [
    style, sign_in_page, sign_in, sign_out, course, activity, launch, authorize, grades,
]  # fmt: skip


def let_come_back(request: Asking, page: Response[Any]) -> None:
    """Whoever comes back by a script of the tool's has left by a page of another site, where Lax stays behind."""
    session = request.cookies[SESSION_COOKIE]
    page.set_cookie(SESSION_COOKIE, session, httponly=True, samesite="none", secure=True)


def visitor_of(request: Asking, lms: DemoLms) -> Person | None:
    return lms.sessions.get(request.cookies.get(SESSION_COOKIE, ""))


def show(template: str, visitor: Person | None, status_code: int = 200, **values: object) -> Response[str]:
    text = _templates.get_template(template).render(visitor=visitor, course=COURSE, **values)
    return Response(text, status_code=status_code, media_type=MediaType.HTML, headers={"Cache-Control": "no-store"})
