"""JSON into statements: one pass by msgspec, and the few faults of form that its types let through."""

import re
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct, json

from base import Invalid, TooLarge
from lrs.standard.distinct_names import check_distinct
from lrs.standard.forms import NEGATIVE_ZERO_OFFSET
from lrs.standard.refusals import refuse
from lrs.standard.statements import Activity, Agent, Statement, StatementRef, SubStatement

DEPTH_LIMIT = 32
"""How deep objects and lists may stand in each other: no statement needs a third of it."""

Members = dict[str, Raw]
"""The members of a JSON object, each as the bytes that came."""

_members: Final = json.Decoder(Members)
_elements: Final = json.Decoder(list[Raw])
_anything: Final = json.Decoder()


class _Target(Struct):
    objectType: Any = "Activity"  # noqa: N815 (the standard's word)
    object: Raw = Raw(b"{}")


_target: Final = json.Decoder(_Target)


def _decoder(base: type[Statement] | type[SubStatement], target: type[Struct]) -> json.Decoder[Statement]:
    """A decoder of `base` for one type of object: msgspec tells types apart by a tag, and "objectType" is optional."""
    return json.Decoder(_narrowed(base, target))


def _narrowed(base: type[Struct], target: type[Struct]) -> type[Any]:
    return msgspec.defstruct(base.__name__, [("object", target)], bases=(base,), frozen=True, kw_only=True)


_PLAIN: Final[dict[str, type[Struct]]] = {
    "Activity": Activity,
    "Agent": Agent,
    "Group": Agent,
    "StatementRef": StatementRef,
}
_STATEMENTS: Final = {kind: _decoder(Statement, target) for kind, target in _PLAIN.items()} | {
    f"SubStatement of {kind}": _decoder(Statement, _narrowed(SubStatement, target)) for kind, target in _PLAIN.items()
}
"""A decoder for each type of object."""


def elements_of(body: bytes) -> tuple[list[bytes], bool]:
    """The statements of a request's body, each as it came, and whether they came as a list."""
    if body.lstrip()[:1] == b"[":
        return [bytes(element) for element in _decode(_elements, body, "$")], True
    return [body], False


def decode_statement(raw: bytes, at: str = "$") -> tuple[Statement, Members]:
    """A statement that was sent, and its members as they came.

    Raises Invalid with the JSON path for what the types refuse, for null outside extensions and for UUIDs and
    timestamps in forms that the standard does not have; TooLarge for what is nested too deeply.
    """
    members: Members = _decode(_members, raw, at)
    decoder = _STATEMENTS[_kind_of(members.get("object", Raw(b"{}")), at)]
    try:
        statement = _decode(decoder, raw, at)
    except Invalid as refusal:
        if _LONE_ACTIVITY.fullmatch(refusal.message) is None:
            raise
        members = _with_lists(members)
        raw = json.encode(members)
        statement = _decode(decoder, raw, at)
    if _is_suspect(raw):
        plain = _decode(_anything, raw, at)
        _check_depth(plain, at)
        _check_forms(plain, at)
    check_distinct(raw, at)
    return statement, members


_LONE_ACTIVITY: Final = re.compile(r".*\.contextActivities\.\w+: Expected `array`, got `object` .*")


def _with_lists(members: Members) -> Members:
    """The same members with a context activity that came alone as a list of one (xAPI-Data 2.4.6.2)."""
    mended = _with_listed_context(members)
    inner = _members_of(members.get("object"))
    return {**mended, "object": Raw(json.encode(_with_listed_context(inner)))} if "context" in inner else mended


def _with_listed_context(members: Members) -> Members:
    context = _members_of(members.get("context"))
    activities = _members_of(context.get("contextActivities"))
    if not activities:
        return members
    listed = {name: [value] if bytes(value)[:1] == b"{" else value for name, value in activities.items()}
    return {**members, "context": Raw(json.encode({**context, "contextActivities": listed}))}


def _members_of(value: Raw | None) -> Members:
    """The members of what is not yet known to be an object."""
    return _members.decode(value) if value is not None and bytes(value)[:1] == b"{" else {}


def decode_stored(payload: bytes) -> Statement:
    """A statement that this store wrote."""
    return _STATEMENTS[_kind_of(_members.decode(payload)["object"], "$")].decode(payload)


def _decode(decoder: json.Decoder[Any], raw: bytes, at: str) -> Any:
    try:
        return decoder.decode(raw)
    except RecursionError as error:
        raise _too_deep(at) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        text, _, path = str(error).replace(" | null`", "`").partition(" - at `$")
        where = at + path.rstrip("`")
        raise Invalid(f"{where}: {text} (xAPI-Data 2.2).", rule="xAPI-Data 2.2", where=where) from error


def _kind_of(target: Raw, at: str) -> str:
    """Which decoder reads a statement with this object."""
    kind = _type_of(target, f"{at}.object")
    if kind == "SubStatement":
        inner = _decode(_target, target, f"{at}.object").object
        return f"SubStatement of {_plain(_type_of(inner, f'{at}.object.object'), f'{at}.object.object')}"
    return _plain(kind, f"{at}.object")


def _type_of(target: Raw, at: str) -> Any:
    return _decode(_target, target, at).objectType if b"objectType" in bytes(target) else "Activity"


def _plain(kind: Any, at: str) -> str:
    if isinstance(kind, str) and kind in _PLAIN:
        return kind
    return refuse(f"{at}.objectType", kind, f"be one of {', '.join(_PLAIN)}, or SubStatement once", "xAPI-Data 2.4.4")


_PLAIN_UUID: Final = re.compile(rb'"[0-9A-Fa-f]{32}"')
_NEGATIVE_ZERO: Final = re.compile(rb'-00(?::?00)?"')


def _is_suspect(raw: bytes) -> bool:
    """Whether a closer look is needed; most statements are spared it."""
    return (
        b"extensions" in raw
        or b"null" in raw
        or _NEGATIVE_ZERO.search(raw) is not None
        or _PLAIN_UUID.search(raw) is not None
    )


def _check_forms(value: Any, at: str) -> None:
    if value is None:
        refuse(at, value, "be left out: null stands only inside extensions", "xAPI-Data 2.2")
    if isinstance(value, dict):
        for name, member in value.items():
            if name != "extensions":
                _check_forms(member, f"{at}.{name}")
                _check_form(name, member, f"{at}.{name}", value)
    elif isinstance(value, list):
        for index, element in enumerate(value):
            _check_forms(element, f"{at}[{index}]")


def _check_form(name: str, value: Any, at: str, owner: dict[str, Any]) -> None:
    if name == "timestamp" and isinstance(value, str) and NEGATIVE_ZERO_OFFSET.fullmatch(value):
        refuse(at, value, "name its zone: +00:00, Z or another, not -00:00", "xAPI-Data 4.5")
    is_uuid = name == "registration" or (name == "id" and ("actor" in owner or "StatementRef" in owner.values()))
    if is_uuid and isinstance(value, str) and "-" not in value:
        refuse(at, value, "be a UUID with its four hyphens (RFC 4122)", "xAPI-Data 4.4")


def _check_depth(value: Any, at: str) -> None:
    level = [value]
    for _ in range(DEPTH_LIMIT):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise _too_deep(at)


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _too_deep(at: str) -> TooLarge:
    return TooLarge(
        f"{at} is nested more than {DEPTH_LIMIT} levels deep; send it flatter, or as an attachment.",
        rule="depth limit",
        where=at,
    )
