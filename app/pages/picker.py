"""The picker: whoever teaches chooses what goes into a course of their LMS, or where a link of it leads."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.pages.paths import LENGTHS
from app.pages.picker_forms import Entry, Found, Looking, entries_sent, faults_in, looking_at, part_of
from app.security_headers import let_forms_lead_to
from app.settings import Settings
from app.visit import Visit, acts
from base import Database, KeyRing, Missing, msgid, origin_of, words_for
from lti import (
    Acceptance,
    Picking,
    Placement,
    Trouble,
    acceptance_of,
    answer_of,
    content_item,
    keep_target,
    kept_target,
    picking,
)
from paths import Linkable, PathView, find_offers, linkable, path_view
from people import Action

_ONE_LINK = Acceptance(links=True, several=False, grades=False, frame=False, tab=False)
_TAKES_NO_LINKS = msgid("This place in the course takes no links to activities. Choose another place, and try again.")
_NO_LINKS_LOG = "accept_types has no ltiResourceLink, and Waymark offers nothing else"

Asking = Request[Any, Any, Any]


@get("/pick/{picking_id:uuid}", opt=acts(Action.VIEW_CATALOGUE))
async def picker_page(
    picking_id: FromPath[UUID], request: Asking, visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    chosen_for = await db.read(_picking, picking_id, visit)
    taken = _acceptance(chosen_for)
    if not taken.links:
        return page("picker_none.html", visit, picking=chosen_for)
    looking = looking_at(picking_id, request.query_params, several=taken.several)
    found, leads_to = await db.read(_found, looking, chosen_for, request.query_params.get("after") or "", visit)
    return page(
        "picker.html",
        visit,
        picking=chosen_for,
        taken=taken,
        looking=looking,
        found=found,
        lengths=LENGTHS,
        leads_to=leads_to,
        page_of=page_of,
    )


@get("/pick/{picking_id:uuid}/preview", opt=acts(Action.VIEW_CATALOGUE))
async def preview_page(
    picking_id: FromPath[UUID], request: Asking, visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    taken = _acceptance(await db.read(_picking, picking_id, visit))
    looking = looking_at(picking_id, request.query_params, several=taken.several)
    view = await db.read(_preview, request.query_params.get("look") or "", visit)
    return page("picker_preview.html", visit, taken=taken, looking=looking, view=view)


@get("/pick/{picking_id:uuid}/chosen", opt=acts(Action.VIEW_CATALOGUE))
async def chosen_page(
    picking_id: FromPath[UUID], request: Asking, visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    chosen_for = await db.read(_picking, picking_id, visit)
    looking = looking_at(picking_id, request.query_params, several=_acceptance(chosen_for).several)
    chosen = await db.read(_linkables, looking.chosen, visit)
    entries = [Entry(value, each.title) for value, each in chosen.items()]
    return _chosen_page(visit, chosen_for, looking, chosen, entries)


@post("/pick/{picking_id:uuid}/answer", opt=acts(Action.VIEW_CATALOGUE), status_code=HTTP_200_OK)
async def answer(
    picking_id: FromPath[UUID],
    request: Asking,
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    keys: NamedDependency[KeyRing],
    settings: NamedDependency[Settings],
) -> Response[str] | Redirect:
    """Back to the LMS with what is chosen; for a link, to what it leads to from now on."""
    chosen_for = await db.read(_picking, picking_id, visit)
    taken = _acceptance(chosen_for)
    entries = entries_sent(await request.form(), several=taken.several)
    chosen = await db.read(_linkables, [entry.value for entry in entries], visit)
    entries = [entry for entry in entries if entry.value in chosen]
    if chosen_for.settings is None:
        return await _lead(chosen_for, next(iter(chosen.values()), None), visit, db)
    if faults_in(entries):
        looking = Looking(picking_id, chosen=tuple(chosen))
        return _chosen_page(visit, chosen_for, looking, chosen, entries, status=HTTP_400_BAD_REQUEST)
    placed = [_placement(entry, chosen[entry.value]) for entry in entries]
    items = [content_item(each, taken, settings.url) for each in placed] if taken.links else []
    trouble = None if taken.links else Trouble(words_for(visit.language).text(_TAKES_NO_LINKS), _NO_LINKS_LOG)
    told = answer_of(chosen_for, items, keys, trouble=trouble, now=visit.now)
    sender = chosen_for.platform
    let_forms_lead_to(request.scope, {origin_of(url) for url in (told.address, sender.issuer, sender.auth_login_url)})
    return page("picker_answer.html", visit, answer=told, count=len(items))


PICKER_PAGES = (answer, chosen_page, picker_page, preview_page)


def _picking(conn: Connection, picking_id: UUID, visit: Visit) -> Picking:
    return picking(conn, picking_id, visit.person_id, frame=visit.frame, now=visit.now)


def _acceptance(chosen_for: Picking) -> Acceptance:
    return _ONE_LINK if chosen_for.settings is None else acceptance_of(chosen_for.settings)


def _found(
    conn: Connection, looking: Looking, chosen_for: Picking, after: str, visit: Visit
) -> tuple[Found, Linkable | None]:
    """What is found, and for a link what it leads to now; nothing, where that takes nobody new any more."""
    found = part_of(find_offers(conn, looking.wanted, language=visit.language), looking, after)
    link = chosen_for.resource_link_id
    kept = kept_target(conn, chosen_for.platform.id, chosen_for.deployment_id, link) if link else None
    value = "" if kept is None else f"{kept.path}/{kept.requirement or ''}"
    return found, _linkables(conn, [value], visit).get(value)


def _preview(conn: Connection, slug: str, visit: Visit) -> PathView:
    return path_view(conn, visit.somebody, slug, language=visit.language, now=visit.now)


def _linkables(conn: Connection, values: Sequence[str], visit: Visit) -> dict[str, Linkable]:
    """By value what is chosen; without what takes nobody new any more."""
    found: dict[str, Linkable] = {}
    for value in values:
        slug, _, requirement = value.partition("/")
        try:
            found[value] = linkable(conn, slug, requirement or None, language=visit.language)
        except Missing:
            continue
    return found


def page_of(what: Linkable) -> str:
    """Where a link leads that leads there."""
    return f"/paths/{what.slug}" + (f"#{what.requirement}" if what.requirement else "")


def _placement(entry: Entry, what: Linkable) -> Placement:
    new_tab = {"tab": True, "frame": False}.get(entry.place)
    return Placement(what, entry.title, points=entry.most if entry.graded else None, new_tab=new_tab)


async def _lead(chosen_for: Picking, what: Linkable | None, visit: Visit, db: Database) -> Redirect:
    if what is None:
        return see_other(visit, f"/pick/{chosen_for.id}")
    assert chosen_for.resource_link_id is not None  # what has no settings is for a link
    await db.write(
        keep_target,
        chosen_for.platform.id,
        chosen_for.deployment_id,
        chosen_for.resource_link_id,
        path_id=what.path_id,
        requirement=what.requirement,
        by=visit.person_id,
        now=visit.now,
    )
    return see_other(visit, page_of(what))


def _chosen_page(
    visit: Visit,
    chosen_for: Picking,
    looking: Looking,
    chosen: dict[str, Linkable],
    entries: list[Entry],
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    return page(
        "picker_chosen.html",
        visit,
        status=status,
        picking=chosen_for,
        taken=_acceptance(chosen_for),
        looking=looking,
        chosen=chosen,
        entries=entries,
        faults=faults_in(entries) if status == HTTP_400_BAD_REQUEST else {},
        gone=len(looking.chosen) - len(chosen),
    )
