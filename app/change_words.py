"""What a node of a path says otherwise than in another version, in words."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec

from app.position_words import told_positions
from base import Words, msgid
from paths import Change


class ToldChange(msgspec.Struct, frozen=True):
    """What changed, and how it was said before and after; nothing where it was not said."""

    what: str
    before: str
    after: str


def told_change(change: Change, titles: Mapping[str, str], words: Words) -> ToldChange:
    """The change with nodes by their titles, shares in percent and days as the language has them."""
    label = words.text(_LABELS[change.what]) if change.what in _LABELS else change.what
    return ToldChange(label, *(_value(change.what, value, titles, words) for value in (change.before, change.after)))


def _value(what: str, value: Any, titles: Mapping[str, str], words: Words) -> str:
    if what in {"group", "after", "order"}:
        nodes = (value,) if isinstance(value, str) else value or ()
        return ", ".join(titles.get(node, node) for node in nodes)
    return "" if value is None else _WAYS.get(what, _plain)(value, words)


def _plain(value: Any, words: Words) -> str:
    match value:
        case True:
            return words.text(_YES)
        case date():
            return words.date(value)
        case int() | float():
            return words.number(value)
        case tuple():
            return ", ".join(value)
        case _:
            return str(value)


_LABELS: Mapping[str, str] = {
    "kind": msgid("Kind"),
    "group": msgid("Group"),
    "order": msgid("Order"),
    "after": msgid("What is to be finished before"),
    "optional": msgid("Optional"),
    "min_score": msgid("Least score"),
    "credits": msgid("Credits"),
    "n": msgid("How many are needed"),
    "at_least": msgid("How many members are needed"),
    "positions": msgid("Positions among them"),
    "path": msgid("Taken from the path"),
    "url": msgid("Address"),
    "when.opens": msgid("Opens on"),
    "when.opens_after": msgid("Opens after the enrolment by"),
    "when.closes": msgid("Closes after"),
    "when.due": msgid("Due on"),
    "when.due_after": msgid("Due after the enrolment by"),
    "when.recency": msgid("Evidence before the enrolment counts for"),
    "when.valid_for": msgid("Valid for"),
    "when.renew_within": msgid("Can be shown anew before the end by"),
    "asks.move_on": msgid("What finishes it"),
    "asks.min_score": msgid("Least score"),
    "asks.sessions": msgid("Meetings attended"),
    "asks.minutes": msgid("Minutes attended"),
    "asks.reviews": msgid("Reviews of peers' work"),
    "asks.signed_off": msgid("A sign-off"),
    "asks.signed_off_by": msgid("Who signs off"),
    "asks.submitted": msgid("Work handed in"),
    "asks.contributed": msgid("A contribution"),
}
"""What each thing that can change (paths/versions.py, Change) is called."""

_KINDS: Mapping[str, str] = {
    "leaf": msgid("a requirement"),
    "sign-post": msgid("a link"),
    "all": msgid("all of these"),
    "n-of": msgid("some of these"),
    "credits": msgid("credits from these"),
    "team": msgid("members of a team"),
}


_MOVE_ON: Mapping[str, str] = {
    "Passed": msgid("the quiz is passed"),
    "Completed": msgid("it is gone through"),
    "CompletedAndPassed": msgid("it is gone through, and the quiz passed"),
    "CompletedOrPassed": msgid("it is gone through, or the quiz passed"),
    "NotApplicable": msgid("nothing"),
}
_YES = msgid("yes")


def _period(value: str, words: Words) -> str:
    return words.period(value)


def _share(value: float, words: Words) -> str:
    return words.percent(value)


_WAYS: Mapping[str, Callable[[Any, Words], str]] = {
    "kind": lambda value, words: words.text(_KINDS[value]),
    "positions": told_positions,
    "min_score": _share,
    "asks.min_score": _share,
    "asks.move_on": lambda value, words: words.text(_MOVE_ON[value]),
    "asks.signed_off_by": told_positions,
    **dict.fromkeys(
        ("when.opens_after", "when.due_after", "when.recency", "when.valid_for", "when.renew_within"), _period
    ),
}
"""How what is said of it is put, where not as it stands."""
