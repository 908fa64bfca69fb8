"""Whole valid statements as hypothesis draws them, and their JSON as somebody else might write it."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Self

from hypothesis import strategies as st
from msgspec import json

from tests.times import NOW

TEXTS = (
    "Aygün Əliyeva öyrəndi",
    "Դավիթ Հակոբյան",
    "დავით მაისურაძე ღ",
    "Мадина Сәрсенова, Ўқувчи",
    "آیگون علی‌یوا",
    "Γιώργος Παππάς",
    "学习者 明",
    "👩🏽‍🏫 e\u0301 \u202eabc\u202c",
    'a"b\\c/d\b\f\n\r\t\x7f\u2028',
    "",
)


class Number(float):
    """A number that is written with these very digits."""

    def __new__(cls, digits: str) -> Self:
        made = super().__new__(cls, digits)
        made.digits = digits
        return made

    digits: str


DIGITS = (
    *("0", "-0", "1.0", "1.50", "0.1234567890123456789", "3e2", "1E-7", "-1.10e+1"),
    *("9007199254740993", "18446744073709551616", "-170141183460469231731687303715884105728", "1e300"),
)

texts = st.sampled_from(TEXTS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
numbers = st.sampled_from(DIGITS).map(Number)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
"""Any JSON."""

iris = st.sampled_from(
    ("http://example.org/x", "http://example.org/X", "https://ulc.example/modul/ə?q=1#a", "urn:uuid:1", "act:öyrən")
)
tags = st.sampled_from(("en", "az-Latn-AZ", "hy", "ka-GE", "ru", "zh-Hant-TW", "x-own", "fa"))
language_maps = st.dictionaries(tags, texts, max_size=3)
extensions = st.dictionaries(iris, anything, max_size=3)
uuids = st.uuids().map(str) | st.uuids(version=4).map(lambda one: str(one).upper())


def members(required: Mapping[str, st.SearchStrategy[Any]], **optional: st.SearchStrategy[Any]) -> Any:
    """Objects that have all the required members and any of the optional ones."""
    return st.fixed_dictionaries(dict(required), optional=optional)


_accounts = st.fixed_dictionaries({"homePage": iris, "name": texts.filter(lambda text: "\x00" not in text)})
_identifiers = st.one_of(
    st.sampled_from(("mailto:aygun@example.org", "mailto:დავით@example.org")).map(lambda mbox: {"mbox": mbox}),
    st.binary(min_size=20, max_size=20).map(lambda digest: {"mbox_sha1sum": digest.hex()}),
    iris.map(lambda iri: {"openid": iri}),
    _accounts.map(lambda account: {"account": account}),
)


def _identified(kind: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda one, other: {**one, **other}, _identifiers, kind)


agents = _identified(members({}, objectType=st.just("Agent"), name=texts))
_typed_agents = _identified(members({"objectType": st.just("Agent")}, name=texts))
_members = st.lists(agents, min_size=1, max_size=3)
groups = members({"objectType": st.just("Group"), "member": _members}, name=texts) | _identified(
    members({"objectType": st.just("Group")}, name=texts, member=_members)
)

_components = st.lists(
    members({"id": texts}, description=language_maps), max_size=3, unique_by=lambda component: component["id"]
)
_interactions: st.SearchStrategy[dict[str, Any]] = st.one_of(
    members({"interactionType": st.just("choice")}, choices=_components, correctResponsesPattern=st.lists(texts)),
    members({"interactionType": st.just("matching")}, source=_components, target=_components),
    members({"interactionType": st.sampled_from(("fill-in", "numeric"))}, correctResponsesPattern=st.lists(texts)),
    st.just({}),
)
_definitions = st.builds(
    lambda one, other: {**one, **other},
    _interactions,
    members({}, name=language_maps, description=language_maps, type=iris, moreInfo=iris, extensions=extensions),
)
activities = members({"id": iris}, objectType=st.just("Activity"), definition=_definitions)
references = st.builds(lambda one: {"objectType": "StatementRef", "id": one}, uuids)

_scores = st.sampled_from(
    ({}, {"scaled": Number("-1.00")}, {"scaled": Number("0.1")}, {"raw": 3, "min": Number("0e0"), "max": Number("3.0")})
)
results = members(
    {},
    score=_scores,
    success=st.booleans(),
    completion=st.booleans(),
    response=texts,
    duration=st.sampled_from(("PT0S", "P3Y1M29DT4H35M59.14S", "PT16559.14S", "P4W", "PT0,5H")),
    extensions=extensions,
)
_listed = st.lists(activities, max_size=2)
timestamps = st.builds(
    lambda seconds, fraction, zone: f"{NOW + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}{fraction}{zone}",
    st.integers(-(10**8), 10**8),
    st.sampled_from(("", ".1", ".123", ".123456")),
    st.sampled_from(("Z", "+00:00", "+04:00", "-09:30")),
)
attachments = st.lists(
    members(
        {
            "usageType": iris,
            "display": language_maps,
            "contentType": st.sampled_from(("image/jpeg", "text/plain; charset=utf-8")),
            "length": st.integers(0, 2**40),
            "sha2": st.sampled_from((56, 64, 96, 128)).map(lambda digits: "0a" * (digits // 2)),
            "fileUrl": iris,
        },
        description=language_maps,
    ),
    max_size=2,
)


def contexts(*, of_activity: bool, is_2_0: bool) -> Any:
    """Contexts of a statement about an activity, or about something else."""
    software = {"revision": texts, "platform": texts} if of_activity else {}
    kinds = {"relevantTypes": st.lists(iris, min_size=1, max_size=2)}
    parts = {
        "contextAgents": st.lists(members({"objectType": st.just("contextAgent"), "agent": agents}, **kinds)),
        "contextGroups": st.lists(members({"objectType": st.just("contextGroup"), "group": groups}, **kinds)),
    }
    return members(
        {},
        registration=uuids,
        instructor=agents | groups,
        team=groups,
        contextActivities=members({}, parent=_listed, grouping=_listed, category=_listed, other=_listed),
        language=tags,
        statement=references,
        extensions=extensions,
        **software,
        **(parts if is_2_0 else {}),
    )


def _acts(target: st.SearchStrategy[Any], *, of_activity: bool, is_2_0: bool, **own: Any) -> Any:
    return members(
        {
            "actor": agents | groups,
            "verb": members({"id": iris}, display=language_maps),
            "object": target,
        },
        result=results,
        context=contexts(of_activity=of_activity, is_2_0=is_2_0),
        timestamp=timestamps,
        attachments=attachments,
        **own,
    )


_elsewhere = _typed_agents | groups | references


def statements(*, is_2_0: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Valid statements of every kind, without an id."""
    typed = {"objectType": st.just("SubStatement")}
    inner = st.one_of(
        _acts(activities, of_activity=True, is_2_0=is_2_0), _acts(_elsewhere, of_activity=False, is_2_0=is_2_0)
    )
    sub_statements = st.builds(lambda one, kind: {**one, **kind}, inner, st.fixed_dictionaries(typed))
    version = st.sampled_from(("1.0.0", "1.0", "1.0.9", *(("2.0.0",) if is_2_0 else ())))
    return st.one_of(
        _acts(activities, of_activity=True, is_2_0=is_2_0, version=version),
        _acts(_elsewhere | sub_statements, of_activity=False, is_2_0=is_2_0, version=version),
    )


@st.composite
def written(draw: st.DrawFn, value: Any) -> bytes:
    """The value as JSON, with members in any order, any white space, and characters as they are or escaped."""
    space = st.sampled_from(("", "", " ", "\n\t"))

    def text(value: str) -> str:
        plain = json.encode(value).decode()
        return plain if draw(st.booleans()) else _escaped(plain)

    def write(value: Any) -> str:
        match value:
            case dict():
                pairs = draw(st.permutations(list(value.items())))
                inner = [f"{draw(space)}{text(name)}:{draw(space)}{write(each)}" for name, each in pairs]
                return "{" + ",".join(inner) + draw(space) + "}"
            case list():
                return "[" + ",".join(draw(space) + write(each) for each in value) + draw(space) + "]"
            case str():
                return text(value)
            case Number():
                return value.digits
            case _:
                return str(value) if type(value) is int else json.encode(value).decode()

    return write(value).encode()


def _escaped(plain: str) -> str:
    return "".join(each if each.isascii() else _as_escape(each) for each in plain)


def _as_escape(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def new_id() -> str:
    """An id that no earlier example had, so that each starts with nothing stored under it."""
    return str(uuid.uuid4())
