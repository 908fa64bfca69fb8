"""Paths into a statement, such as `result.score.scaled` or `context.extensions["https://…"]`, for tables of values."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import Struct

from base import Cell, Invalid

COLUMNS_LIMIT: Final = 100

DEFAULT_COLUMNS: Final = (
    "id,timestamp,stored,actor.name,actor.mbox,actor.account.homePage,actor.account.name,verb.id,object.objectType,"
    "object.id,result.score.scaled,result.success,result.completion,result.duration,context.registration,authority.name"
)

_STEP: Final = re.compile(r"""\.?(?P<name>[^.\[\]",\s]+)|\[(?P<index>\d{1,6})\]|\[(?P<quoted>"(?:[^"\\]|\\.)*")\]""")
_PATHS: Final = re.compile(r"""(?:[^,"]|"(?:[^"\\]|\\.)*")+""")


class JsonPath(Struct, frozen=True):
    """Member names and places in lists, one after the other; `text` is the path as it was written."""

    text: str
    steps: tuple[str | int, ...]

    def value(self, statement: Any) -> Any:
        """What stands there; None where nothing does."""
        found = statement
        for step in self.steps:
            if isinstance(step, str):
                found = found.get(step) if isinstance(found, dict) else None
            else:
                found = found[step] if isinstance(found, list) and step < len(found) else None
        return found


def parse_paths(columns: str) -> tuple[JsonPath, ...]:
    """Paths with commas between them. Raises Invalid, naming the one that is none."""
    paths = tuple(_path(text.strip()) for text in _PATHS.findall(columns) if text.strip())
    if not 0 < len(paths) <= COLUMNS_LIMIT:
        raise Invalid(f"Name 1 to {COLUMNS_LIMIT} columns, with commas between them.", where="columns")
    return paths


def _path(text: str) -> JsonPath:
    steps: list[str | int] = []
    place = 0
    while place < len(text):
        step = _STEP.match(text, place)
        if step is None or (place == 0) != (text[place] not in ".[") or (step["quoted"] and not steps):
            raise Invalid(
                f"{text!r} is no path; one is written like actor.mbox, context.contextActivities.parent[0].id or "
                'context.extensions["https://example.org/x"].',
                where="columns",
            )
        steps.append(_taken(step))
        place = step.end()
    return JsonPath(text, tuple(steps))


def _taken(step: re.Match[str]) -> str | int:
    if step["index"] is not None:
        return int(step["index"])
    name: str = step["name"] if step["quoted"] is None else msgspec.json.decode(step["quoted"], type=str)
    return name


_decoder: Final = msgspec.json.Decoder(float_hook=Decimal)
_encoder: Final = msgspec.json.Encoder(decimal_format="number")  # so numbers leave with the digits they came with


def cells(raw: bytes, paths: Sequence[JsonPath]) -> list[Cell]:
    """The values of a statement at these paths, as a table has them: lists, objects and booleans as JSON."""
    statement = _decoder.decode(raw)
    return [_cell(path.value(statement)) for path in paths]


def _cell(value: Any) -> Cell:
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, bool)):
        return value
    if isinstance(value, Decimal):
        return float(value) if str(float(value)) == str(value) else str(value)
    return _encoder.encode(value).decode()
