"""What a link from elsewhere may lead to: a path, or one requirement of it, and the dates that all learners share."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from base import Missing
from modules import modules
from paths.learning.step_view import in_language
from paths.register.catalogue import Path, current_version, path
from paths.register.fulfilling import fulfilling_modules
from paths.register.titles import titles_of
from paths.tree.periods import end_of, start_of
from paths.tree.requirements import Group, Leaf, SignPost, When


class Linkable(msgspec.Struct, frozen=True):
    """A path, or with `requirement` one of what it asks for. It opens at `opens`, closes before `closes`, and is due
    before `due`, where its author says days; what is counted from each learner's enrolment is not among them.
    """

    path_id: UUID
    slug: str
    requirement: str | None
    title: str
    text: str
    alone: bool = False
    opens: datetime | None = None
    closes: datetime | None = None
    due: datetime | None = None


def linkable(conn: Connection, slug: str, requirement: str | None = None, *, language: str) -> Linkable:
    """The path, or its requirement, as it is now, titles in `language`.

    Raises Missing for what is not there, or takes no new learners.
    """
    asked = path(conn, slug)
    way = None if not asked.is_open else _way_to(current_version(conn, asked.id).tree, requirement)
    if way is None:
        raise Missing(f"{slug}/{requirement or ''} takes no new learners, or is not there. Choose something else.")
    opens, closes, due = _dates(way, ZoneInfo(asked.time_zone))
    title = titles_of(conn, asked, language)[requirement] if requirement else in_language(asked.texts.title, language)
    text = _text_of(conn, asked, requirement, language)
    return Linkable(asked.id, asked.slug, requirement, title, text, asked.alone is not None, opens, closes, due)


def _way_to(group: Group, requirement: str | None) -> tuple[Group | Leaf, ...] | None:
    """The groups that lead to the requirement, and itself; for None the whole path."""
    if requirement is None:
        return (group,)
    return next((way for way in _ways(group) if way[-1].id == requirement), None)


def _ways(group: Group) -> Iterator[tuple[Group | Leaf, ...]]:
    for item in group.items:
        if isinstance(item, Leaf):
            yield group, item
        elif not isinstance(item, SignPost):
            for way in _ways(item):
                yield group, *way


def _dates(way: tuple[Group | Leaf, ...], zone: ZoneInfo) -> tuple[datetime | None, datetime | None, datetime | None]:
    """When it opens, closes and is due: the groups around it let nothing in earlier, and nothing out later."""
    whens = [node.when or When() for node in way]
    opens = max((each.opens for each in whens if each.opens), default=None)
    closes = min((each.closes for each in whens if each.closes), default=None)
    return start_of(opens, zone) if opens else None, _end(closes, zone), _end(whens[-1].due, zone)


def _end(day: date | None, zone: ZoneInfo) -> datetime | None:
    return end_of(day, zone) if day else None


def _text_of(conn: Connection, asked: Path, requirement: str | None, language: str) -> str:
    fulfilling = fulfilling_modules(conn, asked.id).get(requirement, ()) if requirement else ()
    found = modules(conn, fulfilling[:1])
    return in_language(found[0].summary if found else asked.texts.summary, language)
