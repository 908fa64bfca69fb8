"""The editor's forms for the items of a draft: adding one, changing, moving and removing it, all without a drag."""

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.pages.editor_forms import (
    ROOT_FIELDS,
    Fields,
    Filled,
    entered,
    faults_by_field,
    fields_of,
    fields_sent,
    one,
    revision_sent,
    shown,
)
from app.pages.editor_view import DraftView, readable, spoken, view_draft
from app.visit import Visit, acts
from base import Database, Invalid, words_for
from content import Problem, Status, parsed
from modules import modules
from paths import ROOT, Item, PathSource, Root, drafts, editing, paths
from people import Action

Choices = list[tuple[str, str]]
"""What can be chosen in a field: values, and what they are called."""


class ItemForm(msgspec.Struct, frozen=True):
    """The form of one item, or of the tree as a whole, and what its fields choose from."""

    view: DraftView
    item: Item
    title: str
    problems: tuple[Problem, ...]
    filled: Filled
    group: str
    groups: Choices
    others: Choices
    modules: Choices
    paths: Choices


@get("/paths/{slug:str}/draft/add", opt=acts(Action.EDIT_PATHS))
async def add_page(
    slug: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database], to: FromQuery[str] = ROOT
) -> Response[str]:
    return await _show_adding(db, slug, to, visit, {})


@post("/paths/{slug:str}/draft/items", opt=acts(Action.EDIT_PATHS))
async def add_item(
    slug: FromPath[str], request: Request[Any, Any, Any], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str] | Redirect:
    fields = fields_sent(await request.form())
    made = {name: one(fields, name) for name in ("module", "kind", "path", "url") if one(fields, name)}
    title = {"en": one(fields, "title")} if one(fields, "title") else {}
    item, problems = parsed(Item, {"id": "new", **made, "title": title}, slug)
    if item is None or not made:
        words = words_for(visit.language)
        faults = faults_by_field(problems, words) or {"module": words.text("Choose something to add.")}
        return await _show_adding(db, slug, one(fields, "to"), visit, faults, status=HTTP_400_BAD_REQUEST)
    whole = msgspec.structs.replace(item, n=1 if item.kind == "n-of" else None)
    wanted = item.module or item.path or one(fields, "title") or "link"

    def added(source: PathSource) -> PathSource:
        named = msgspec.structs.replace(whole, id=editing.free_id(source, wanted))
        return editing.with_item(source, one(fields, "to"), named)

    return await _change(db, slug, added, fields, visit)


@get("/paths/{slug:str}/draft/items/{item_id:str}", opt=acts(Action.EDIT_PATHS))
async def item_page(
    slug: FromPath[str], item_id: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    form = await db.read(_item_form, slug, item_id, visit.language)
    return page("editor_item.html", visit, form=form, faults={})


@post("/paths/{slug:str}/draft/items/{item_id:str}", opt=acts(Action.EDIT_PATHS))
async def change_item(
    slug: FromPath[str],
    item_id: FromPath[str],
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    fields = fields_sent(await request.form())
    form = await db.read(_item_form, slug, item_id, visit.language)
    names = ROOT_FIELDS if item_id == ROOT else fields_of(form.item)
    said = entered(_root(form.item) if item_id == ROOT else form.item, fields, names)
    changed, problems = parsed(Root, said, slug) if item_id == ROOT else parsed(Item, said, slug)
    if changed is None:
        told = msgspec.structs.replace(form, filled=Filled({name: tuple(fields.get(name, ())) for name in names}))
        faults = faults_by_field(problems, words_for(visit.language))
        return page("editor_item.html", visit, status=HTTP_400_BAD_REQUEST, form=told, faults=faults)

    def replaced(source: PathSource) -> PathSource:
        if isinstance(changed, Root):
            return msgspec.structs.replace(source, tree=changed)
        done = editing.with_changed(source, item_id, changed)
        return editing.with_regrouped(done, item_id, one(fields, "group") or form.group)

    return await _change(db, slug, replaced, fields, visit, to=item_id)


@post("/paths/{slug:str}/draft/items/{item_id:str}/move", opt=acts(Action.EDIT_PATHS))
async def move_item(
    slug: FromPath[str],
    item_id: FromPath[str],
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Redirect:
    fields = fields_sent(await request.form())
    way = one(fields, "way")
    if way not in {"up", "down"}:
        raise Invalid(f"way is {way[:20]!r}; it must be up or down.", where="way")
    return await _change(
        db,
        slug,
        lambda source: editing.with_moved(source, item_id, "up" if way == "up" else "down"),
        fields,
        visit,
        to=item_id,
    )


@post("/paths/{slug:str}/draft/items/{item_id:str}/remove", opt=acts(Action.EDIT_PATHS))
async def remove_item(
    slug: FromPath[str],
    item_id: FromPath[str],
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Redirect:
    fields = fields_sent(await request.form())
    return await _change(db, slug, lambda source: editing.without_item(source, item_id), fields, visit)


async def _change(
    db: Database,
    slug: str,
    change: Callable[[PathSource], PathSource],
    fields: Fields,
    visit: Visit,
    *,
    to: str = "",
) -> Redirect:
    """The draft is changed, and its page shown at the item `to`."""
    revision = revision_sent(fields)
    await db.write(drafts.change_draft, slug, change, revision=revision, by=visit.person_id, now=visit.now)
    return see_other(visit, f"/paths/{slug}/draft" + (f"#{to}" if to and to != ROOT else ""))


async def _show_adding(
    db: Database, slug: str, to: str, visit: Visit, faults: dict[str, str], *, status: int = HTTP_200_OK
) -> Response[str]:
    form = await db.read(_item_form, slug, to or ROOT, visit.language)
    return page("editor_add.html", visit, status=status, form=form, faults=faults)


def _item_form(conn: Connection, slug: str, id_: str, language: str) -> ItemForm:
    """The form for an item as it is in the draft. Raises Missing, and Invalid where the draft's text is no path."""
    view = view_draft(conn, slug, language)
    source = readable(view)
    placed = None if id_ == ROOT else editing.place_of(source, id_)
    said: Item | Root = source.tree if placed is None else placed.item
    item = Item(ROOT, **msgspec.structs.asdict(source.tree)) if placed is None else placed.item
    titles = view.titles
    own = {ROOT, id_}
    return ItemForm(
        view=view,
        item=item,
        title=titles[id_],
        problems=view.faults if placed is None else next(each.faults for each in view.all_lines if each.item.id == id_),
        filled=shown(said, ROOT_FIELDS if placed is None else fields_of(item)),
        group="" if placed is None else placed.group,
        groups=[] if placed is None else [(each, titles[each]) for each in editing.groups_for(source, id_)],
        others=[(each.id, titles[each.id]) for each in source.items if each.url is None and each.id not in own],
        modules=_with(item.module, _modules(conn, item, language)),
        paths=_with(
            item.path,
            [(each.slug, spoken(each.texts.title, language, each.slug)) for each in paths(conn) if each.slug != slug],
        ),
    )


def _modules(conn: Connection, item: Item, language: str) -> list[tuple[str, str]]:
    """By slug, the titles of those that may be named; a retired one only where it is named already."""
    return [
        (each.slug, spoken(each.title, language, each.slug))
        for each in modules(conn)
        if each.status is not Status.RETIRED or each.slug in {item.module, *item.also}
    ]


def _with(named: str | None, choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The choices, and what is named now though there is no such thing: saving must not put another in its place."""
    return choices if named is None or named in dict(choices) else [(named, named), *choices]


def _root(item: Item) -> Root:
    return Root(**{name: getattr(item, name) for name in Root.__struct_fields__})


ITEM_PAGES = (add_page, add_item, item_page, change_item, move_item, remove_item)
