"""The editor's forms for what a draft says of its path as a whole, and for its text."""

from typing import Any
from zoneinfo import available_timezones

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.pages.editor_forms import (
    HEAD_FIELDS,
    Filled,
    entered,
    faults_by_field,
    fields_sent,
    one,
    revision_sent,
    shown,
)
from app.pages.editor_view import DraftView, readable, spoken, view_draft
from app.visit import Visit, acts
from base import Database, words_for
from content import Status, parsed
from paths import PathSource, drafts, paths
from people import Action

_TEXT_FORM_BYTES = 6 * drafts.LARGEST_DRAFT_BYTES
"""A form spells each byte of a letter that is not Latin with three characters, and the end of a line with six."""


class HeadForm(msgspec.Struct, frozen=True):
    """The form of a path as a whole, and what its fields choose from."""

    view: DraftView
    filled: Filled
    statuses: list[str]
    paths: list[tuple[str, str]]


@get("/paths/{slug:str}/draft/head", opt=acts(Action.EDIT_PATHS))
async def head_page(slug: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    form = await db.read(_head_form, slug, visit.language)
    return page("editor_head.html", visit, form=form, faults={})


@post("/paths/{slug:str}/draft/head", opt=acts(Action.EDIT_PATHS), request_max_body_size=_TEXT_FORM_BYTES)
async def change_head(
    slug: FromPath[str], request: Request[Any, Any, Any], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str] | Redirect:
    fields = fields_sent(await request.form())
    form = await db.read(_head_form, slug, visit.language)
    said = entered(readable(form.view), fields, HEAD_FIELDS)
    changed, problems = parsed(PathSource, said, slug)
    words = words_for(visit.language)
    faults = faults_by_field(problems, words)
    if said.get("time_zone") not in available_timezones():
        faults["time_zone"] = words.text("This is no time zone. Give a name of the IANA list, such as Asia/Baku.")
    if changed is None or faults:
        told = msgspec.structs.replace(form, filled=Filled({name: tuple(fields.get(name, ())) for name in HEAD_FIELDS}))
        return page("editor_head.html", visit, status=HTTP_400_BAD_REQUEST, form=told, faults=faults)
    head = changed

    def headed(source: PathSource) -> PathSource:
        return msgspec.structs.replace(head, tree=source.tree)

    revision = revision_sent(fields)
    await db.write(drafts.change_draft, slug, headed, revision=revision, by=visit.person_id, now=visit.now)
    return see_other(visit, f"/paths/{slug}/draft")


@get("/paths/{slug:str}/draft/text", opt=acts(Action.VIEW_DRAFTS))
async def text_page(slug: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    return page("editor_text.html", visit, view=await db.read(view_draft, slug, visit.language))


@post("/paths/{slug:str}/draft/text", opt=acts(Action.EDIT_PATHS), request_max_body_size=_TEXT_FORM_BYTES)
async def change_text(
    slug: FromPath[str], request: Request[Any, Any, Any], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Redirect:
    """Whatever is entered is kept; what is wrong with it is told on the same page."""
    fields = fields_sent(await request.form())
    revision = revision_sent(fields)
    await db.write(
        drafts.save_draft, slug, one(fields, "text") + "\n", revision=revision, by=visit.person_id, now=visit.now
    )
    return see_other(visit, f"/paths/{slug}/draft/text")


def _head_form(conn: Connection, slug: str, language: str) -> HeadForm:
    """Raises Missing, and Invalid where the draft's text is no path."""
    view = view_draft(conn, slug, language)
    return HeadForm(
        view,
        shown(readable(view), HEAD_FIELDS),
        [each.value for each in Status],
        [("", "–"), *((each.slug, spoken(each.texts.title, language, each.slug)) for each in paths(conn))],
    )


TEXT_PAGES = (head_page, change_head, text_page, change_text)
