from collections.abc import Iterator

import msgspec

from bench.measuring import Row, Slice, measure

AT_THE_BAR = Row(name="x", value=50, unit="a second", floor=100, ratio=0.5, bar=0.5, sizes="")


def slice_of(rates: Iterator[float]) -> Slice:
    async def rate() -> float:
        return next(rates)

    return rate


async def test_the_ratio_is_the_median_of_neighbouring_slices_the_first_left_out() -> None:
    # The machine slows down by half from the fourth pair on: the ratios do not notice, but for one outlier.
    floor = slice_of(iter([1.0, 100.0, 100.0, 100.0, 50.0, 50.0, 50.0, 50.0]))
    ours = slice_of(iter([999.0, 60.0, 60.0, 60.0, 30.0, 30.0, 30.0, 5.0]))
    row = await measure("x", ours, floor, unit="a second", bar=0.5, sizes="")
    assert (row.value, row.floor, row.ratio) == (30.0, 50.0, 0.6)


def test_a_ratio_at_its_bar_is_ok_and_below_it_short() -> None:
    assert AT_THE_BAR.verdict == "ok"
    assert msgspec.structs.replace(AT_THE_BAR, ratio=0.49).verdict == "short"


def test_without_a_bar_a_ratio_is_only_told() -> None:
    assert msgspec.structs.replace(AT_THE_BAR, ratio=0.01, bar=None).verdict == "told"
