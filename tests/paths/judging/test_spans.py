from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from paths.judging.spans import Span, at_once, covering, joined, last_end, next_edge, within

HOURS = 24


def hour(n: int) -> datetime:
    return datetime(2026, 1, 1, n, tzinfo=UTC)


@st.composite
def any_spans(draw: st.DrawFn) -> list[Span]:
    """Apart from each other, the last perhaps without end."""
    edges = sorted(draw(st.sets(st.integers(min_value=0, max_value=HOURS - 1), max_size=6)))
    pairs = [edges[n : n + 2] for n in range(0, len(edges), 2)]
    return [Span(hour(pair[0]), hour(pair[1]) if len(pair) == 2 else None) for pair in pairs]


HELD = st.lists(st.tuples(st.integers(min_value=1, max_value=3), any_spans()), max_size=5)


@given(st.integers(min_value=1, max_value=6), HELD)
def test_at_once_holds_exactly_when_the_weights_come_to_enough(least: int, held: list[tuple[int, list[Span]]]) -> None:
    found = at_once(least, held)
    for n in range(HOURS):
        weight = sum(weight for weight, spans in held if any(span.covers(hour(n)) for span in spans))
        assert (covering(found, hour(n)) is not None) == (weight >= least)


@given(HELD)
def test_what_is_found_is_in_order_and_apart(held: list[tuple[int, list[Span]]]) -> None:
    found = at_once(1, held)
    for before, after in pairwise(found):
        assert before.end is not None
        assert before.start < before.end < after.start


def test_spans_that_touch_are_one() -> None:
    assert joined([Span(hour(1), hour(3)), Span(hour(3), hour(5))]) == (Span(hour(1), hour(5)),)


def test_the_end_does_not_belong_to_a_span() -> None:
    assert [Span(hour(1), hour(3)).covers(hour(n)) for n in range(5)] == [False, True, True, False, False]
    assert within([Span(hour(1), hour(3))], [Span(hour(3))]) == ()


def test_edges_are_asked_for_around_a_moment() -> None:
    spans = [Span(hour(1), hour(3)), Span(hour(5), hour(7)), Span(hour(9))]
    assert [last_end(spans, hour(n)) for n in (2, 3, 8)] == [None, hour(3), hour(7)]
    assert [next_edge(spans, hour(n)) for n in (0, 1, 4, 9)] == [hour(1), hour(3), hour(5), None]
