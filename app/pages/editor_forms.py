"""The forms of the editor: from the fields of a form to what an author says, and back."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
from litestar.datastructures import FormMultiDict

from base import LANGUAGES, Invalid, Words
from content import Problem
from paths import Item, PathSource, Root

Fields: TypeAlias = Mapping[str, Sequence[str]]
"""What a form sends: by the name of a field, its values. The name says where the value stands, as in `when.due`."""

TITLES = tuple(f"title.{language}" for language in LANGUAGES)
SUMMARIES = tuple(f"summary.{language}" for language in LANGUAGES)
_DATES = ("opens", "opens_after", "closes", "due", "due_after", "recency", "valid_for", "renew_within")
WHEN = tuple(f"when.{name}" for name in _DATES)
_SHOWN = ("sessions", "minutes", "reviews", "signed_off", "signed_off_by", "submitted", "contributed")
ASKS = tuple(f"asks.{name}" for name in _SHOWN)

HEAD_FIELDS = ("status", "role", "time_zone", "recertification", *TITLES, *SUMMARIES)
ROOT_FIELDS = ("kind", "n", "credits", "at_least", "positions", *WHEN)
_ITEM_FIELDS = {
    "module": ("module", "also", "optional", "after", "min_score", "credits", *ASKS, *WHEN),
    "kind": (*ROOT_FIELDS, *TITLES),
    "path": ("path", *WHEN),
    "url": ("url", *TITLES),
}
_OF_KIND = {"n": "n-of", "credits": "credits", "at_least": "team", "positions": "team"}
_COUNTS = {"n", "at_least", "asks.sessions", "asks.minutes", "asks.reviews"}
_SHARES = {"min_score"}
_CHOSEN = {"after", "also"}
_LISTED = {"positions", "asks.signed_off_by"}
_TICKED = {"optional", "asks.signed_off", "asks.submitted", "asks.contributed"}


class Filled(msgspec.Struct, frozen=True):
    """The fields of a form as they are shown, by name."""

    values: dict[str, tuple[str, ...]]

    def one(self, name: str) -> str:
        return next(iter(self.values.get(name, ())), "")

    def any(self, prefix: str) -> bool:
        """Whether a field whose name begins so is filled."""
        return any(values for name, values in self.values.items() if name.startswith(prefix))

    def has(self, name: str, value: str) -> bool:
        return value in self.values.get(name, ())


def fields_sent(form: FormMultiDict) -> Fields:
    """The texts that a form sends, without the space around them."""
    return {name: [value.strip() for value in form.getall(name) if isinstance(value, str)] for name in form}


def one(fields: Fields, name: str) -> str:
    """The value of a field, or nothing."""
    return next(iter(fields.get(name, ())), "")


def revision_sent(fields: Fields) -> int:
    """The revision of the draft that the form was filled for. Raises Invalid."""
    try:
        return int(one(fields, "revision"))
    except ValueError:
        raise Invalid("The form names no revision of the draft. Open the page again.", where="revision") from None


def fields_of(item: Item) -> tuple[str, ...]:
    """The fields of the form for an item, by what the item is."""
    kinds = (kind for kind in _ITEM_FIELDS if getattr(item, kind) is not None)
    return _ITEM_FIELDS[next(kinds, "module")]


def shown(said: Item | Root | PathSource, names: Iterable[str]) -> Filled:
    """The form filled with what is said."""
    plain = msgspec.to_builtins(said)
    return Filled({name: tuple(_texts(name, _found(plain, name))) for name in names})


def entered(said: Item | Root | PathSource, fields: Fields, names: Iterable[str]) -> dict[str, Any]:
    """What is said, in plain values, with the fields of these names as they were sent."""
    plain: dict[str, Any] = msgspec.to_builtins(said)
    kind = one(fields, "kind")
    for name in names:
        asked = not kind or _OF_KIND.get(name, kind) == kind
        _put(plain, name, _value(name, fields.get(name, ())) if asked else None)
    return plain


def faults_by_field(problems: Iterable[Problem], words: Words) -> dict[str, str]:
    """What is wrong with each field, and the cure."""
    return {re.sub(r"\[.*?\]", "", each.key): f"{words.said(each.rule)}. {words.said(each.cure)}." for each in problems}


def _value(name: str, texts: Sequence[str]) -> Any:
    """The value that was meant; what is no number stays a text, and is told as such by the format."""
    given = [text for text in texts if text]
    if not given:
        return None
    if name in _CHOSEN:
        return given
    if name in _LISTED:
        return [word for text in given for word in re.split(r"[\s,]+", text) if word]
    return True if name in _TICKED else _one_value(name, given[0])


def _one_value(name: str, text: str) -> Any:
    if name in _COUNTS:
        return int(text) if re.fullmatch(r"\d{1,9}", text) else text
    if name in _SHARES:
        percent = _number(text.removesuffix("%").strip())
        return percent if isinstance(percent, str) else round(percent / 100, 6)
    return _number(text) if name == "credits" else text


def _number(text: str) -> float | str:
    return float(text.replace(",", ".")) if re.fullmatch(r"\d{1,6}([.,]\d{1,6})?", text) else text


def _texts(name: str, value: Any) -> Iterator[str]:
    if value is None or value is False:
        return
    if name in _LISTED:
        yield ", ".join(value)
    elif isinstance(value, list | tuple):
        yield from value
    elif name in _SHARES:
        yield f"{value * 100:g}"
    else:
        yield "yes" if value is True else f"{value:g}" if isinstance(value, float) else str(value)


def _found(plain: Mapping[str, Any], name: str) -> Any:
    table, _, key = name.rpartition(".")
    return (plain.get(table) or {}).get(key) if table else plain.get(key)


def _put(plain: dict[str, Any], name: str, value: Any) -> None:
    """Write the value at its place; nothing is left where nothing was entered, nor a table that says nothing."""
    table, _, key = name.rpartition(".")
    within = plain.setdefault(table, {}) if table else plain
    within.pop(key, None)
    if value is not None:
        within[key] = value
    if table and not within:
        del plain[table]
