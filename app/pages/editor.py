"""The editor of paths: all paths and drafts, one draft with what is wrong with it, what it would do, publishing it."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.change_words import told_change
from app.page import page, see_other
from app.pages.editor_audience import AUDIENCE_PAGES
from app.pages.editor_items import ITEM_PAGES
from app.pages.editor_texts import TEXT_PAGES
from app.pages.editor_view import DraftView, spoken, view_draft
from app.pages.enrolments import names_of
from app.pages.whatif import TOLD_AT_ONCE, WhatIfAnswer, answer_with_certificates
from app.visit import Visit, acts
from base import Database, Invalid, words_for
from paths import Change, Path, drafts, paths, titles_of
from people import Action

Text = Annotated[str, msgspec.Meta(max_length=600)]


class NewPathForm(msgspec.Struct, frozen=True):
    """What a new path begins with: the word in its address, its English title, and whom it is for."""

    slug: Text = ""
    title: Text = ""
    role: Text = ""


class PublishForm(msgspec.Struct, frozen=True):
    """The decision to publish the draft, or to throw it away, as it was seen."""

    revision: int
    reason: Text = ""
    over_newer: Text = ""


class EditedPath(msgspec.Struct, frozen=True):
    """One row of the list: a path that is published, one that is being written, or both."""

    slug: str
    title: str
    path: Path | None
    draft: drafts.Draft | None


class Preview(msgspec.Struct, frozen=True):
    """What publishing a draft would change, and for whom; nothing of a path that nobody can be on yet."""

    view: DraftView
    answer: WhatIfAnswer | None
    names: dict[UUID, str | None]
    titles: dict[str, str]


@get("/admin/paths", opt=acts(Action.VIEW_DRAFTS))
async def edited_paths(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    return page("editor_paths.html", visit, rows=await db.read(_rows, visit.language))


@get("/admin/paths/new", opt=acts(Action.EDIT_PATHS))
async def new_path_page(visit: NamedDependency[Visit]) -> Response[str]:
    return page("editor_new.html", visit, form=NewPathForm(), faults={})


@post("/admin/paths/new", opt=acts(Action.EDIT_PATHS))
async def new_path(
    data: URLEncodedBody[NewPathForm], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str] | Redirect:
    said = (data.slug.strip(), data.title.strip(), data.role.strip())
    try:
        begun = await db.write(drafts.begin_new_path, *said, by=visit.person_id, now=visit.now)
    except Invalid as invalid:
        faults = {invalid.where or "slug": "wrong"}
        return page("editor_new.html", visit, status=HTTP_400_BAD_REQUEST, form=data, faults=faults)
    return see_other(visit, f"/paths/{begun.slug}/draft")


@post("/paths/{slug:str}/draft", opt=acts(Action.EDIT_PATHS))
async def begin(slug: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Redirect:
    await db.write(drafts.begin_draft, slug, by=visit.person_id, now=visit.now)
    return see_other(visit, f"/paths/{slug}/draft")


@get("/paths/{slug:str}/draft", opt=acts(Action.VIEW_DRAFTS))
async def draft_page(
    slug: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    return page("editor.html", visit, view=await db.read(view_draft, slug, visit.language))


@get("/paths/{slug:str}/draft/what-if", opt=acts(Action.VIEW_DRAFTS))
async def preview_page(
    slug: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    return await _show_preview(db, slug, visit, {})


@post("/paths/{slug:str}/draft/publish", opt=acts(Action.EDIT_PATHS))
async def publish(
    slug: FromPath[str],
    data: URLEncodedBody[PublishForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    judged = await db.read(drafts.judge_draft, slug)
    faults = {} if data.reason.strip() else {"reason": "missing"}
    if judged.overtaken and not data.over_newer:
        faults["over_newer"] = "missing"
    if faults or judged.problems:
        return await _show_preview(db, slug, visit, faults, status=HTTP_400_BAD_REQUEST, reason=data.reason)
    await db.write(
        drafts.publish_draft,
        slug,
        revision=data.revision,
        over_newer=bool(data.over_newer),
        by=visit.person_id,
        reason=data.reason.strip(),
        now=visit.now,
    )
    return see_other(visit, f"/paths/{slug}")


@post("/paths/{slug:str}/draft/discard", opt=acts(Action.EDIT_PATHS))
async def discard(
    slug: FromPath[str],
    data: URLEncodedBody[PublishForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Redirect:
    await db.write(drafts.discard_draft, slug, revision=data.revision)
    return see_other(visit, "/admin/paths")


async def _show_preview(
    db: Database, slug: str, visit: Visit, faults: dict[str, str], *, status: int = HTTP_200_OK, reason: str = ""
) -> Response[str]:
    preview = await db.read(_preview, slug, visit)
    words = words_for(visit.language)

    def told(change: Change) -> object:
        return told_change(change, preview.titles, words)

    return page(
        "editor_what_if.html",
        visit,
        status=status,
        preview=preview,
        told=told,
        faults=faults,
        reason=reason,
        most=TOLD_AT_ONCE,
    )


def _rows(conn: Connection, language: str) -> list[EditedPath]:
    begun = {each.slug: each for each in drafts.drafts(conn)}
    known = [
        EditedPath(each.slug, spoken(each.texts.title, language, each.slug), each, begun.pop(each.slug, None))
        for each in paths(conn)
    ]
    new = [EditedPath(each.slug, _title(each, language), None, each) for each in begun.values()]
    return sorted((*known, *new), key=lambda row: row.slug)


def _title(draft: drafts.Draft, language: str) -> str:
    source = drafts.source_of(draft)
    return draft.slug if source is None else spoken(source.title, language, draft.slug)


def _preview(conn: Connection, slug: str, visit: Visit) -> Preview:
    view = view_draft(conn, slug, visit.language)
    titles = {} if view.published is None else titles_of(conn, view.published, visit.language)
    titles |= view.titles
    found = drafts.what_if_draft(conn, view.judged, limit=TOLD_AT_ONCE, now=visit.now)
    if found is None:
        return Preview(view, None, {}, titles)
    names = names_of(conn, [each.enrolment for each in found.affected])
    return Preview(view, answer_with_certificates(conn, found), names, titles)


EDITOR_PAGES = (
    edited_paths,
    new_path_page,
    new_path,
    begin,
    draft_page,
    preview_page,
    publish,
    discard,
    *AUDIENCE_PAGES,
    *ITEM_PAGES,
    *TEXT_PAGES,
)
