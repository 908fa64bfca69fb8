"""A draft as the editor shows it: every item at its place, with what is wrong beside it."""

import re
from collections.abc import Iterator, Mapping

import msgspec
from sqlalchemy import Connection

from base import Invalid, Missing
from content import Problem
from modules import modules
from paths import ROOT, Item, Path, PathSource, drafts, path, paths


class Line(msgspec.Struct, frozen=True):
    """One item, what it is called, what is wrong with it, and the items in it."""

    item: Item
    title: str
    faults: tuple[Problem, ...]
    lines: tuple["Line", ...]
    is_first: bool
    is_last: bool


class DraftView(msgspec.Struct, frozen=True):
    """A draft; `faults` are those of the tree as a whole, `others` those of no item. `published` is what there is."""

    judged: drafts.JudgedDraft
    title: str
    lines: tuple[Line, ...]
    faults: tuple[Problem, ...]
    others: tuple[Problem, ...]
    published: Path | None

    @property
    def all_lines(self) -> Iterator[Line]:
        """Every line, a group before its items."""
        return _flat(self.lines)

    @property
    def titles(self) -> dict[str, str]:
        """What each item is called, by its id, and the path itself by that of the root."""
        return {ROOT: self.title, **{line.item.id: line.title for line in self.all_lines}}

    @property
    def draft(self) -> drafts.Draft:
        return self.judged.draft


def _flat(lines: tuple[Line, ...]) -> Iterator[Line]:
    for line in lines:
        yield line
        yield from _flat(line.lines)


def view_draft(conn: Connection, slug: str, language: str) -> DraftView:
    """The draft of the path with everything in its place. Raises Missing."""
    judged = drafts.judge_draft(conn, slug)
    ids = set() if judged.source is None else {ROOT, *(item.id for item in judged.source.items)}
    by_id: dict[str, list[Problem]] = {}
    for problem in judged.problems:
        by_id.setdefault(item_named(problem.key, ids), []).append(problem)
    title = slug if judged.source is None else spoken(judged.source.title, language, slug)
    return DraftView(
        judged,
        title,
        _lines(judged, by_id, titles_of(conn, judged, language)),
        tuple(by_id.get(ROOT, ())),
        tuple(by_id.get("", ())),
        published_path(conn, slug),
    )


def published_path(conn: Connection, slug: str) -> Path | None:
    try:
        return path(conn, slug)
    except Missing:
        return None


def readable(view: DraftView) -> PathSource:
    """What the draft says, for a form. Raises Invalid where its text is no path."""
    if view.judged.source is None:
        raise Invalid(f"The text of the draft {view.draft.slug} cannot be read. Mend it, then go on.")
    return view.judged.source


def item_named(key: str, ids: set[str]) -> str:
    """The id of the item that a problem's key is about: the root where it is about the tree, else nothing."""
    if key == "tree" and ROOT in ids:
        return ROOT
    found = re.match(r"tree\.([a-z0-9-]+)", key)
    if found is None or not ids:
        return ""
    return found[1] if found[1] in ids else ROOT


def titles_of(conn: Connection, judged: drafts.JudgedDraft, language: str) -> dict[str, str]:
    """What each item is called: as its author says, or as its module or path is."""
    if judged.source is None:
        return {}
    by_module = {module.slug: module.title for module in modules(conn)}
    by_path = {each.slug: each.texts.title for each in paths(conn)}

    def told(item: Item) -> str:
        texts = item.title or by_module.get(item.module or "") or by_path.get(item.path or "") or {}
        return spoken(texts, language, item.id)

    return {item.id: told(item) for item in judged.source.items}


def spoken(texts: Mapping[str, str], language: str, otherwise: str) -> str:
    """The text in the language, else in English."""
    return texts.get(language) or texts.get("en") or otherwise


def _lines(
    judged: drafts.JudgedDraft, by_id: Mapping[str, list[Problem]], titles: Mapping[str, str]
) -> tuple[Line, ...]:
    def within(items: tuple[Item, ...]) -> tuple[Line, ...]:
        return tuple(
            Line(
                item,
                titles[item.id],
                tuple(by_id.get(item.id, ())),
                within(item.items),
                is_first=place == 0,
                is_last=place == len(items) - 1,
            )
            for place, item in enumerate(items)
        )

    return () if judged.source is None else within(judged.source.tree.items)
