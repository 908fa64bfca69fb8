"""A rate of ours against a rate that could not be higher, measured in turns so that both meet the same machine."""

from collections.abc import Awaitable, Callable
from statistics import median

import msgspec

SLICES = 7

Slice = Callable[[], Awaitable[float]]
"""Works for a short while and returns how many it did a second."""


class Row(msgspec.Struct, frozen=True):
    """One line of the report; `ratio` is ours over the floor, and without a bar it is only told."""

    name: str
    value: float
    unit: str
    floor: float
    ratio: float
    bar: float | None
    sizes: str

    @property
    def verdict(self) -> str:
        if self.bar is None:
            return "told"
        return "ok" if self.ratio >= self.bar else "short"


async def measure(
    name: str, ours: Slice, floor: Slice, *, unit: str, bar: float | None, sizes: str, slices: int = SLICES
) -> Row:
    """The medians of both, and of the ratios of neighbouring slices, after a first turn that warms up."""
    pairs = [(await floor(), await ours()) for _ in range(slices + 1)][1:]
    return Row(
        name=name,
        value=median(mine for _, mine in pairs),
        unit=unit,
        floor=median(least for least, _ in pairs),
        ratio=median(mine / least for least, mine in pairs),
        bar=bar,
        sizes=sizes,
    )
