"""Mending a statement that the rules refuse: one walk over its parts, with the cures that belong to each. Pure."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from base import Invalid, TooLarge, msgid
from lrs.log.lenient import Mended
from lrs.senders import cures
from lrs.senders.cures import LEFT_OUT, Apply
from lrs.standard.decoding import decode_statement, elements_of
from lrs.standard.distinct_names import check_distinct
from lrs.standard.rules import check_statement
from lrs.standard.statements import (
    Account,
    Activity,
    ActivityDefinition,
    Agent,
    Attachment,
    Context,
    ContextActivities,
    InteractionComponent,
    Result,
    Score,
    Statement,
    StatementRef,
    SubStatement,
    Verb,
)

T = TypeVar("T")


class Cure(Struct, frozen=True):
    """One row of the table: in which part, at which member (None: the part itself), what is wrong, and what is done."""

    part: str
    member: str | None
    fault: str
    cure: str
    apply: Apply


_NO_IRI = (msgid("no IRI"), msgid("escaped, or given a scheme"), cures.cure_iri)
_NO_LANGUAGE = (
    msgid("no map of languages"),
    msgid("hyphens in tags; “und” for an unknown language"),
    cures.cure_language_map,
)
_NO_LIST = (msgid("no list"), msgid("made a list of one"), cures.cure_list)
_NO_TYPE = (msgid("no type of object"), msgid("written as the standard writes it"), cures.cure_object_type)
_NO_UUID = (msgid("no UUID"), msgid("hyphens put in, or left out"), cures.cure_uuid)
_NO_NUMBER = (msgid("a number as text"), msgid("made a number, or left out when empty"), cures.cure_number)
_NO_BOOLEAN = (msgid("a truth value as text or number"), msgid("made true or false"), cures.cure_boolean)
_NO_TEXT = (msgid("a text that is none"), msgid("made a text"), cures.cure_text)
_NO_PARENT = (msgid("an activity without id"), msgid("left out"), cures.cure_activities)

_NO_TIMESTAMP = (msgid("no timestamp"), msgid("the same instant as RFC 3339 has it"), cures.cure_timestamp)
_NO_VERB = (msgid("a word alone"), msgid("ADL's verb of that word"), cures.cure_verb)
_NO_DURATION = (msgid("no ISO 8601 duration"), msgid("written as one; none when negative"), cures.cure_duration)
_NO_INTERACTION = (msgid("no type of interaction"), msgid("the nearest, or “other”"), cures.cure_interaction)
_NO_EXTENSIONS = (*_NO_IRI[:2], cures.cure_extensions)
_SEVERAL = (msgid("several identifiers, or lists of one"), msgid("one kept, the account first"), cures.cure_agent)
_NO_ADDRESS = (msgid("no mailto address"), msgid("“mailto:” put before it, or left out"), cures.cure_mbox)
_ANSWERS = (msgid("answers without interactionType"), msgid("interactionType “other”"), cures.cure_definition)
_CONTRADICTING = (
    msgid("numbers that contradict each other"),
    msgid("raw kept, bounds left out, percentage scaled"),
    cures.cure_score,
)
_OLD_ACCOUNT = (msgid("names of Tin Can 0.9"), msgid("given those of today"), cures.cure_account)

TABLE: Final = (
    Cure("statement", "id", *_NO_UUID),
    Cure("statement", "version", msgid("no version of xAPI"), msgid("left out"), cures.cure_version),
    Cure("statement", "timestamp", *_NO_TIMESTAMP),
    Cure("statement", "verb", *_NO_VERB),
    Cure("statement", "attachments", *_NO_LIST),
    Cure("substatement", "timestamp", *_NO_TIMESTAMP),
    Cure("substatement", "verb", *_NO_VERB),
    Cure("object", "objectType", *_NO_TYPE),
    Cure("object", None, msgid("no objectType"), msgid("the one that its members tell"), cures.cure_object),
    Cure("agent", "objectType", *_NO_TYPE),
    Cure("agent", None, msgid("members, and no Group"), msgid("made a Group"), cures.cure_group),
    Cure("agent", None, *_SEVERAL),
    Cure("agent", "mbox", *_NO_ADDRESS),
    Cure("agent", "openid", *_NO_IRI),
    Cure("agent", "name", *_NO_TEXT),
    Cure("account", None, *_OLD_ACCOUNT),
    Cure("account", "homePage", *_NO_IRI),
    Cure("account", "name", *_NO_TEXT),
    Cure("verb", "id", *_NO_IRI),
    Cure("verb", "display", *_NO_LANGUAGE),
    Cure("activity", "objectType", *_NO_TYPE),
    Cure("activity", "id", *_NO_IRI),
    Cure("reference", "objectType", *_NO_TYPE),
    Cure("reference", "id", *_NO_UUID),
    Cure("definition", "name", *_NO_LANGUAGE),
    Cure("definition", "description", *_NO_LANGUAGE),
    Cure("definition", "type", *_NO_IRI),
    Cure("definition", "moreInfo", *_NO_IRI),
    Cure("definition", "interactionType", *_NO_INTERACTION),
    Cure("definition", "correctResponsesPattern", *_NO_LIST),
    Cure("definition", None, *_ANSWERS),
    Cure("definition", "extensions", *_NO_EXTENSIONS),
    Cure("component", "id", *_NO_TEXT),
    Cure("component", "description", *_NO_LANGUAGE),
    Cure("result", "success", *_NO_BOOLEAN),
    Cure("result", "completion", *_NO_BOOLEAN),
    Cure("result", "response", *_NO_TEXT),
    Cure("result", "duration", *_NO_DURATION),
    Cure("result", "extensions", *_NO_EXTENSIONS),
    *(Cure("score", name, *_NO_NUMBER) for name in ("scaled", "raw", "min", "max")),
    Cure("score", None, *_CONTRADICTING),
    Cure("context", "registration", *_NO_UUID),
    Cure("context", "language", msgid("no language tag"), msgid("hyphens, or left out"), cures.cure_language),
    Cure("context", "revision", *_NO_TEXT),
    Cure("context", "platform", *_NO_TEXT),
    Cure("context", "extensions", *_NO_EXTENSIONS),
    *(Cure("context activities", name, *_NO_PARENT) for name in ("parent", "grouping", "category", "other")),
    Cure("attachment", "usageType", *_NO_IRI),
    Cure("attachment", "fileUrl", *_NO_IRI),
    Cure("attachment", "length", *_NO_NUMBER),
    Cure("attachment", "display", *_NO_LANGUAGE),
    Cure("attachment", "description", *_NO_LANGUAGE),
)
"""What is mended, and how: each row for itself, in this order within a part."""

_ACT: Final = {
    "actor": "agent",
    "verb": "verb",
    "object": "object",
    "result": "result",
    "context": "context",
    "attachments": "attachment",
}
_INSIDE: Final[Mapping[str, Mapping[str, str]]] = {
    "statement": {**_ACT, "authority": "agent"},
    "substatement": _ACT,
    "agent": {"account": "account", "member": "agent"},
    "activity": {"definition": "definition"},
    "definition": dict.fromkeys(("choices", "scale", "source", "target", "steps"), "component"),
    "result": {"score": "score"},
    "context": {
        "instructor": "agent",
        "team": "agent",
        "contextActivities": "context activities",
        "statement": "reference",
    },
    "context activities": dict.fromkeys(("parent", "grouping", "category", "other"), "activity"),
}
"""Which parts stand in which, alone or in lists; parts of 2.0 alone are not mended: no old tool sends them."""

_TYPES: Final[Mapping[str, type[Struct]]] = {
    "statement": Statement,
    "substatement": SubStatement,
    "agent": Agent,
    "account": Account,
    "verb": Verb,
    "activity": Activity,
    "reference": StatementRef,
    "definition": ActivityDefinition,
    "component": InteractionComponent,
    "result": Result,
    "score": Score,
    "context": Context,
    "context activities": ContextActivities,
    "attachment": Attachment,
}
_TAGGED: Final = {"substatement", "activity", "reference"}
_KNOWN: Final = {
    part: {*(field.encode_name for field in msgspec.structs.fields(kind)), *(["objectType"] if part in _TAGGED else [])}
    for part, kind in _TYPES.items()
}
_CURES: Final = {part: tuple(row for row in TABLE if row.part == part) for part in ("object", *_TYPES)}

_UNKNOWN = (msgid("a member that the standard does not have"), msgid("left out"))
_NULL = (msgid("null"), msgid("left out"))

_decoder: Final = msgspec.json.Decoder(float_hook=Decimal)
_encoder: Final = msgspec.json.Encoder(decimal_format="number")


def mend_statements(body: bytes, *, is_2_0: bool) -> tuple[bytes, tuple[Mended, ...]]:
    """The body with those statements mended that would be refused, and what was mended in them.

    A statement that is valid stays as it came, to the byte, and so does one in which nothing can be mended.
    """
    try:
        elements, is_list = elements_of(body)
    except (Invalid, TooLarge):
        return body, ()
    mended: list[Mended] = []
    for index, element in enumerate(elements):
        if _is_refused(element, is_2_0=is_2_0):
            elements[index] = _mend(element, f"$[{index}]" if is_list else "$", index, mended)
    if not mended:
        return body, ()
    return b"[" + b",".join(elements) + b"]" if is_list else elements[0], tuple(mended)


def mending(parse: Callable[..., T], *, is_2_0: bool, mended: list[Mended]) -> Callable[..., T]:
    """`parse`, given a body that is mended first; what was mended is added to `mended`."""

    def parse_mended(body: bytes, **how: bool) -> T:
        whole, found = mend_statements(body, is_2_0=is_2_0)
        mended.extend(found)
        return parse(whole, **how)

    return parse_mended


def _is_refused(element: bytes, *, is_2_0: bool) -> bool:
    try:
        statement, _ = decode_statement(element)
        check_statement(statement, "$", is_2_0=is_2_0)
    except Invalid:
        return True
    except TooLarge:
        return False
    return False


def _mend(element: bytes, at: str, index: int, mended: list[Mended]) -> bytes:
    """The statement as it can be mended; one with two members of a name stays, since nobody knows which is meant."""
    found: list[Mended] = []
    try:
        plain = _decoder.decode(element)
        check_distinct(element, at)
        cured = _walk(plain, "statement", _Trail(at, index, found))
    except (Invalid, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return element
    mended.extend(found)
    return _encoder.encode(cured) if found else element


class _Trail(Struct, frozen=True):
    """Where the walk is, and what was mended on it so far."""

    at: str
    index: int
    mended: list[Mended]

    def to(self, step: str) -> "_Trail":
        return _Trail(self.at + step, self.index, self.mended)

    def note(self, fault: str, cure: str) -> None:
        self.mended.append(Mended(self.at, fault, cure, self.index))


def _walk(value: Any, part: str, trail: _Trail) -> Any:
    """The part, cured, and then the parts inside it; a value that is no object is left for the rules to refuse."""
    if isinstance(value, list):
        return [_walk(each, part, trail.to(f"[{place}]")) for place, each in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if part == "object":
        told = _cured(value, part, trail)
        named = told.get("objectType", "Activity")
        return _walk(told, _PART_OF.get(named, "activity") if isinstance(named, str) else "activity", trail)
    cured = _cured(_without_strangers(value, part, trail), part, trail)
    inside = _INSIDE.get(part, {})
    return {
        name: _walk(each, inside[name], trail.to(f".{name}")) if name in inside else each
        for name, each in cured.items()
    }


_PART_OF: Final = {
    "Activity": "activity",
    "Agent": "agent",
    "Group": "agent",
    "StatementRef": "reference",
    "SubStatement": "substatement",
}


def _without_strangers(value: dict[str, Any], part: str, trail: _Trail) -> dict[str, Any]:
    """The part without members that say nothing, and without those that no standard has."""
    for name, each in value.items():
        if each is None:
            trail.to(f".{name}").note(*_NULL)
        elif name not in _KNOWN[part] | _OLD_NAMES:
            trail.to(f".{name}").note(*_UNKNOWN)
    return {name: each for name, each in value.items() if each is not None and name in _KNOWN[part] | _OLD_NAMES}


_OLD_NAMES: Final = {"accountServiceHomePage", "accountName"}
"""What the cure of accounts reads; anywhere else the rules refuse it."""


def _cured(value: dict[str, Any], part: str, trail: _Trail) -> dict[str, Any]:
    for row in _CURES[part]:
        if row.member is None:
            cured = row.apply(value)
            if cured != value:
                trail.note(row.fault, row.cure)
                value = cured
        elif row.member in value:
            value = _with_cured_member(value, row, row.member, trail.to(f".{row.member}"))
    return value


def _with_cured_member(value: dict[str, Any], row: Cure, name: str, trail: _Trail) -> dict[str, Any]:
    cured = row.apply(value[name])
    if type(cured) is type(value[name]) and cured == value[name]:
        return value
    trail.note(row.fault, row.cure)
    if cured is LEFT_OUT:
        return {other: each for other, each in value.items() if other != name}
    return {**value, name: cured}
