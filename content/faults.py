"""Every fault of a document against a Struct at once, where msgspec itself stops at the first."""

import re
import types
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Meta, Struct

from base import Invalid, Said, msgid

T = TypeVar("T")


class Problem(Struct, frozen=True, order=True):
    """One thing wrong in a library: where it stands, the rule it breaks, and what would mend it.

    Of what the editor shows, rule and cure are sentences that pages say in the reader's language (`base.Said`).
    """

    file: str
    key: str
    rule: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}: {f'{self.key}: ' if self.key else ''}{self.rule}. {self.cure}."


class LibraryBroken(Invalid):
    """The library has faults; nothing of it is loaded. `problems` names every one."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)), rule="library format", where=problems[0].file)
        self.problems = problems


def parsed(kind: type[T], value: object, file: str) -> tuple[T | None, list[Problem]]:
    """The value as a `kind`, or None with every problem in it."""
    try:
        return msgspec.convert(value, kind), []
    except msgspec.ValidationError:
        return None, sorted(Problem(file, *fault) for fault in _faults(kind, value, "", msgid("Correct it")))


Fault = tuple[str, str, str]
"""Key, rule, cure."""


def _faults(kind: Any, value: object, key: str, cure: str) -> Iterator[Fault]:
    """A fault for each innermost part of `value` that is not what `kind` wants there."""
    plain, description = _plain(kind, value)
    cure = Said("Give %(what)s", what=Said(description)) if description else cure
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        yield from list(_inner_faults(plain, value, key, cure)) or [_own_fault(str(error), value, key, cure)]


def _own_fault(message: str, value: object, key: str, cure: str) -> Fault:
    """msgspec's words without the pattern, which helps nobody, and with what was given."""
    said, _, place = message.partition(" - at `$")
    said = re.sub(r" matching regex .*", " of another form", said)
    if not place and ", got" not in said and said.startswith(("Expected", "Invalid")):
        said = f"{said}, got {value!r:.80}"
    rule = Said("%(given)s cannot stand here", english=said, given=f"{value!r:.80}")
    return key + place.rstrip("`"), rule, cure


def _inner_faults(kind: Any, value: object, key: str, cure: str) -> Iterator[Fault]:
    of = get_args(kind)
    if isinstance(kind, type) and issubclass(kind, Struct) and isinstance(value, dict):
        yield from _field_faults(kind, value, key)
    elif get_origin(kind) is tuple and isinstance(value, list):
        for index, each in enumerate(value):
            yield from _faults(of[0], each, f"{key}[{_name(each, index)}]", cure)
    elif get_origin(kind) is dict and isinstance(value, dict):
        for name, each in value.items():
            yield from _faults(of[0], name, _joined(key, name), msgid("Use another key"))
            yield from _faults(of[1], each, _joined(key, name), cure)


def _field_faults(kind: type[Struct], value: dict[str, Any], key: str) -> Iterator[Fault]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name in value.keys() - fields.keys() - {kind.__struct_config__.tag_field}:
        near = get_close_matches(name, fields, n=1)
        known = Said("perhaps %(name)s is meant", name=near[0]) if near else _known(fields)
        rule = Said("%(name)s is not a key of the format", name=name)
        yield _joined(key, name), rule, Said("Remove or rename it: %(known)s", known=known)
    for name, field in fields.items():
        if name in value:
            yield from _faults(field.type, value[name], _joined(key, name), msgid("Correct it"))
        elif field.required:
            wanted = Said(_plain(field.type, None)[1] or msgid("a value"))
            yield _joined(key, name), Said("%(name)s is missing", name=name), Said("Add it: %(what)s", what=wanted)


def _known(fields: Iterable[str]) -> Said:
    return Said("known are %(names)s", names=", ".join(fields))


def _plain(kind: Any, value: object) -> tuple[Any, str]:
    """`kind` without its annotations, as the member of a union that `value` means, and how it is described."""
    description = ""
    while (origin := get_origin(kind)) in (Annotated, Union, types.UnionType):
        if origin is Annotated:
            kind, *metas = get_args(kind)
            description = next((meta.description for meta in metas if isinstance(meta, Meta)), None) or description
        else:
            members = [member for member in get_args(kind) if member is not type(None)]
            meant = members if len(members) == 1 else [member for member in members if _is_tagged_as(member, value)]
            kind = meant[0] if meant else None
    return kind, description


def _is_tagged_as(member: Any, value: object) -> bool:
    if not (isinstance(value, dict) and isinstance(member, type) and issubclass(member, Struct)):
        return False
    return member.__struct_config__.tag == value.get(str(member.__struct_config__.tag_field))


def _name(each: object, index: int) -> object:
    """A part of a list is known by its own id where it has one: that is what an author can search for."""
    return each.get("id", index) if isinstance(each, dict) else index


def _joined(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
