"""Long lists in an order that somebody chose, a page at a time."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, tuple_


def in_order(
    query: Select[Any],
    by: Sequence[ColumnElement[Any]],
    *,
    descending: bool = False,
    behind: Sequence[Any] | None = None,
) -> Select[Any]:
    """`query` in the order of `by`, of which none may be NULL and the last tells rows apart.

    With the values `behind` of one row it begins with the next, so that a page neither repeats nor leaves out a row
    when others come or go meanwhile.
    """
    ordered = query.order_by(*(each.desc() if descending else each for each in by))
    if behind is None:
        return ordered
    here, there = tuple_(*by), tuple(behind)
    return ordered.where(here < there if descending else here > there)
