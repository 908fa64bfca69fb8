"""The canonical definition of an activity, merged from the statements that speak of it (xAPI-Data 2.4.4.1)."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Raw, json
from sqlalchemy import Connection, bindparam, select

from base import upsert
from lrs.log.names import known_numbers, number_of
from lrs.tables.activities import activities
from lrs.tables.statements import names

_CHUNK = 500

_KNOWN = select(activities.c.activity, activities.c.heard, activities.c.definition).where(
    activities.c.activity.in_(bindparam("numbers", expanding=True))
)

_members: Final = json.Decoder(dict[str, Raw])
_texts: Final = json.Decoder(dict[str, str])
_components: Final = json.Decoder(list[dict[str, Any]])

_BY_LANGUAGE: Final = ("name", "description")
_LISTS: Final = ("choices", "scale", "source", "target", "steps")
_INTERACTION: Final = ("interactionType", "correctResponsesPattern", *_LISTS)


def define(conn: Connection, definitions: Mapping[int, bytes], *, now: datetime) -> None:
    """Merge each activity's definition, as it came, into the canonical one; keys are the activities' numbers.

    One reading for all of them, and a write only for those that change. The caller holds the log's lock, so that
    nobody else merges meanwhile.
    """
    known = _known(conn, list(definitions))
    rows = []
    for activity, raw in definitions.items():
        heard = hashlib.sha256(raw).digest()
        last_heard, old = known.get(activity, (b"", None))
        if heard != last_heard and (new := merged(old, raw)) != old:
            rows.append({"activity": activity, "heard": heard, "definition": new, "updated": now})
    if rows:
        insert = upsert(conn, activities)
        changed = {name: insert.excluded[name] for name in ("heard", "definition", "updated")}
        conn.execute(insert.on_conflict_do_update(index_elements=["activity"], set_=changed), rows)


def _known(conn: Connection, numbers: list[int]) -> dict[int, tuple[bytes, bytes]]:
    found: dict[int, tuple[bytes, bytes]] = {}
    for start in range(0, len(numbers), _CHUNK):
        rows = conn.execute(_KNOWN, {"numbers": numbers[start : start + _CHUNK]})
        found.update({activity: (heard, definition) for activity, heard, definition in rows})
    return found


def definition_of(conn: Connection, activity: str) -> bytes | None:
    """The canonical definition, as JSON, of the activity with this IRI; None when none was ever heard."""
    found = activities.join(names, names.c.id == activities.c.activity)
    number = number_of(conn, activity)
    return conn.scalar(select(activities.c.definition).select_from(found).where(names.c.id == number))


def definitions_of(conn: Connection, iris: Collection[str]) -> dict[str, bytes]:
    """The canonical definitions, as JSON, of those of these activities of which one was ever heard."""
    numbers = known_numbers(conn, iris)
    known = _known(conn, list(numbers.values()))
    return {iri: known[number][1] for iri, number in numbers.items() if number in known}


def merged(old: bytes | None, new: bytes) -> bytes:
    """What is known of an activity once `new` is heard: JSON in, JSON out, values that are kept stay as they came.

    Name and description gain languages, and a language that comes again is replaced; so are extensions, key by key,
    the type and moreInfo: the small corrections that the standard allows. An interaction that is known stays
    (xAPI-Data 2.4.4.1: no significant changes, such as to correct responses, for an answer is judged by the key it was
    given under); its choices, steps and so on gain the languages in which they are told again. Its members are one
    set: what belongs to a choice never stands beside another type.
    """
    if old is None:
        return json.encode(_members.decode(new))
    before, after = _members.decode(old), _members.decode(new)
    whole: dict[str, Any] = before | after
    for name in _BY_LANGUAGE:
        if name in before and name in after:
            whole[name] = _texts.decode(before[name]) | _texts.decode(after[name])
    if "extensions" in before and "extensions" in after:
        whole["extensions"] = _members.decode(before["extensions"]) | _members.decode(after["extensions"])
    if "interactionType" in before:
        kept = _interaction(before, after)
        whole = {
            name: kept.get(name, value) for name, value in whole.items() if name in kept or name not in _INTERACTION
        }
    return json.encode(whole)


def _interaction(before: Mapping[str, Raw], after: Mapping[str, Raw]) -> dict[str, Any]:
    """The known interaction, its components with the descriptions of both."""
    kept: dict[str, Any] = {name: before[name] for name in _INTERACTION if name in before}
    for name in _LISTS:
        if name in before and name in after:
            kept[name] = _with_languages(_components.decode(before[name]), _components.decode(after[name]))
    return kept


def _with_languages(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[dict[str, Any]]:
    told = {component["id"]: component["description"] for component in after if "description" in component}
    return [
        {**component, "description": component.get("description", {}) | told[component["id"]]}
        if component["id"] in told
        else component
        for component in before
    ]
