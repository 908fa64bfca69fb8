"""A path as a drawing: where each step stands, from what must come first at the top to the end at the bottom. Pure.

Lengths are in units of which a phone's screen is some 360 wide; the drawing is never wider, so nobody must drag it.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

import msgspec

from paths.learning.step_view import Elsewhere, Step, Steps, flat

WIDTH = 360
LINE_HEIGHT = 18
HEAD_HEIGHT = 34
"""Where the state is told, above the title of a box."""

_COLUMNS = 2
_GAP = 16
_WAY = 30
_PADDING = 10
_WIDE_SCRIPTS = range(0x0530, 0x0590), range(0x10A0, 0x1100)
"""Armenian and Georgian, whose letters take more room."""
_LETTER, _WIDE_LETTER = 7.8, 9.8


class Part(msgspec.Struct, frozen=True):
    """One step in the drawing, its title in lines; of a group, the frame around its items."""

    step: Step | Elsewhere
    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]


class Way(msgspec.Struct, frozen=True):
    """From the foot of what must come first to the head of what opens after it."""

    x1: int
    y1: int
    x2: int
    y2: int


class PathMap(msgspec.Struct, frozen=True):
    """The parts stand in the order of the list, a frame before what is in it."""

    width: int
    height: int
    parts: tuple[Part, ...]
    ways: tuple[Way, ...]


def draw_path(items: Steps) -> PathMap:
    """The drawing of a path's steps."""
    placed, height = _place(items, 1, 1, WIDTH - 2)
    by_id = {part.step.id: part for part in placed}
    parts = tuple(_in_order(items, by_id))
    ways = [
        _way(by_id[before], by_id[step.id])
        for step in flat(items)
        for before in step.after
        if before in by_id and step.id in by_id
    ]
    return PathMap(WIDTH, height + 1, parts, tuple(ways))


def _place(items: Steps, x: int, y: int, width: int) -> tuple[list[Part], int]:
    """The parts of `items` below `y`, and where they end."""
    placed: list[Part] = []
    for last, row in _rows(items):
        if isinstance(row[0], Step) and row[0].items:
            parts, y = _frame(row[0], x, y, width)
        else:
            parts, y = _boxes(row, x, y, width)
        placed += parts
        y += _WAY if last else _GAP
    return placed, max(y - _WAY, 0) if placed else y


def _frame(group: Step, x: int, y: int, width: int) -> tuple[list[Part], int]:
    lines = _lines(group.title, width - 2 * _PADDING)
    top = y + HEAD_HEIGHT + len(lines) * LINE_HEIGHT + _PADDING
    inside, end = _place(group.items, x + _PADDING, top, width - 2 * _PADDING)
    height = end + _PADDING - y
    return [Part(group, x, y, width, height, lines), *inside], y + height


def _boxes(row: Sequence[Step | Elsewhere], x: int, y: int, width: int) -> tuple[list[Part], int]:
    """Side by side, all as high as the highest."""
    own = (width - (len(row) - 1) * _GAP) // len(row)
    titles = [_lines(each.title, own - 2 * _PADDING) for each in row]
    height = HEAD_HEIGHT + max(map(len, titles)) * LINE_HEIGHT + _PADDING
    parts = [
        Part(each, x + place * (own + _GAP), y, own, height, lines)
        for place, (each, lines) in enumerate(zip(row, titles, strict=True))
    ]
    return parts, y + height


def _rows(items: Steps) -> Iterator[tuple[bool, list[Step | Elsewhere]]]:
    """The items from top to bottom; of each row, whether the next one waits for something."""
    layers = _layers(items)
    ordered = sorted(items, key=lambda item: layers[item.id])
    rows: list[tuple[int, list[Step | Elsewhere]]] = []
    for (layer, framed), run in groupby(ordered, key=lambda item: (layers[item.id], _is_group(item))):
        own, most = list(run), 1 if framed else _COLUMNS
        rows += [(layer, own[start : start + most]) for start in range(0, len(own), most)]
    for (layer, row), (following, _) in pairwise([*rows, (-1, [])]):
        yield layer != following, row


def _is_group(item: Step | Elsewhere) -> bool:
    return isinstance(item, Step) and bool(item.items)


def _layers(items: Steps) -> dict[str, int]:
    """By item, below how many others of `items` it stands."""
    inside = {item.id: {item.id, *(each.id for each in flat([item]))} for item in items}
    wanted = {item.id: {before for each in flat([item]) for before in each.after} for item in items}
    before = {
        id_: [other for other, ids in inside.items() if other != id_ and ids & wants] for id_, wants in wanted.items()
    }
    found: dict[str, int] = {}

    def layer(id_: str, above: frozenset[str]) -> int:
        if id_ not in found:
            # Groups may wait for each other's parts, though no requirement waits for itself.
            firsts = [other for other in before[id_] if other not in above]
            found[id_] = 1 + max((layer(other, above | {id_}) for other in firsts), default=-1)
        return found[id_]

    for item in items:
        layer(item.id, frozenset())
    return found


def _in_order(items: Steps, by_id: Mapping[str, Part]) -> Iterator[Part]:
    for item in items:
        yield by_id[item.id]
        if isinstance(item, Step):
            yield from _in_order(item.items, by_id)


def _way(first: Part, then: Part) -> Way:
    return Way(first.x + first.width // 2, first.y + first.height, then.x + then.width // 2, then.y)


def _lines(title: str, width: int) -> tuple[str, ...]:
    wide = any(ord(letter) in script for letter in title for script in _WIDE_SCRIPTS)
    return tuple(textwrap.wrap(title, int(width / (_WIDE_LETTER if wide else _LETTER)))) or ("",)
