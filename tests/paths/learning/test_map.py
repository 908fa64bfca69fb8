from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from paths import Elsewhere, State, Step, draw_path
from paths.learning.map import WIDTH, Part

BLANK: dict[str, Any] = {"since": None, "score": None, "evidence": (), "missing": (), "done": 0, "needed": 1}


def step(id_: str, title: str = "Listening", *, after: tuple[str, ...] = (), items: tuple[Any, ...] = ()) -> Step:
    return Step(id=id_, title=title, state=State.OPEN, minutes=7, after=after, items=items, **BLANK)


@st.composite
def trees(draw: st.DrawFn) -> tuple[Step | Elsewhere, ...]:
    """Steps as a path has them; each may wait for any that stands before it."""
    known: list[str] = []
    numbers = count()

    def items(left: int) -> tuple[Step | Elsewhere, ...]:
        made: list[Step | Elsewhere] = []
        for _ in range(draw(st.integers(1, 4))):
            id_, title = f"r-{next(numbers)}", draw(st.text("abc ქართ", min_size=1, max_size=60))
            kind = draw(st.sampled_from(["step", "elsewhere", "group"] if left else ["step", "elsewhere"]))
            if kind == "elsewhere":
                made.append(Elsewhere(id_, title, "https://law.example/"))
            elif kind == "group":
                made.append(step(id_, title, items=items(left - 1)))
            else:
                after = tuple(draw(st.sets(st.sampled_from(known), max_size=2))) if known else ()
                known.append(id_)
                made.append(step(id_, title, after=after))
        return tuple(made)

    return items(2)


def inside(outer: Part, inner: Part) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def apart(one: Part, other: Part) -> bool:
    return (
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.y + one.height <= other.y
        or other.y + other.height <= one.y
    )


def ids(items: tuple[Any, ...]) -> list[str]:
    return [id_ for item in items for id_ in (item.id, *ids(getattr(item, "items", ())))]


@given(trees())
def test_parts_stand_in_the_order_of_the_list_and_never_on_each_other(items: tuple[Any, ...]) -> None:
    drawn = draw_path(items)
    assert [part.step.id for part in drawn.parts] == ids(items)
    for one in drawn.parts:
        assert one.x >= 0
        assert one.x + one.width <= WIDTH
        assert one.y + one.height <= drawn.height
        own = {one.step.id, *ids(getattr(one.step, "items", ()))}
        for other in drawn.parts:
            if other.step.id in own:
                assert inside(one, other)
            elif one.step.id not in ids(getattr(other.step, "items", ())):
                assert apart(one, other)


def test_what_must_come_first_stands_above_what_opens_after_it() -> None:
    drawn = draw_path((step("late", after=("first",)), step("first"), step("beside")))
    tops = {part.step.id: part.y for part in drawn.parts}
    assert tops["first"] == tops["beside"] < tops["late"]
    (way,) = drawn.ways
    first = drawn.parts[1]
    assert (way.y1, way.y2) == (first.y + first.height, tops["late"])


def test_groups_that_wait_for_each_others_parts_are_drawn_too() -> None:
    one = step("n-one", items=(step("a"), step("b", after=("c",))))
    other = step("n-other", items=(step("c"), step("d", after=("a",))))
    assert len(draw_path((one, other)).ways) == 2


def test_letters_that_are_wide_get_more_lines() -> None:
    latin, georgian = draw_path((step("a", "abcde abcde abcde"),)), draw_path((step("a", "აბგდე აბგდე აბგდე"),))
    two = draw_path((step("a", " ".join(["abcde"] * 5)), step("b", " ".join(["აბგდე"] * 5))))
    assert len(latin.parts[0].lines) == len(georgian.parts[0].lines) == 1
    assert len(two.parts[0].lines) < len(two.parts[1].lines)


def test_a_title_of_one_long_word_is_broken() -> None:
    (part,) = draw_path((step("a", "x" * 100),)).parts
    assert "".join(part.lines) == "x" * 100
    assert len(part.lines) > 1
