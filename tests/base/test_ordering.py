from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from base import in_order


@pytest.mark.parametrize("descending", [False, True])
def test_pages_give_every_row_once_in_order_when_rows_come_and_go(
    *, descending: bool, write: Callable[..., Any]
) -> None:
    words = sa.table("words", sa.column("word", sa.String), sa.column("id", sa.Integer))

    def walk(conn: sa.Connection) -> list[tuple[str, int]]:
        conn.execute(sa.text("CREATE TEMPORARY TABLE words (word TEXT, id INTEGER)"))
        rows = [("b", 1), ("a", 2), ("b", 3), ("c", 4), ("a", 5)]
        conn.execute(sa.insert(words), [{"word": word, "id": number} for word, number in rows])
        by = words.c.word, words.c.id
        found: list[tuple[str, int]] = []
        query = in_order(sa.select(words), by, descending=descending)
        while page := conn.execute(query.limit(2)).all():
            found += [(row.word, row.id) for row in page]
            conn.execute(sa.delete(words).where(words.c.id == page[-1].id))
            query = in_order(sa.select(words), by, descending=descending, behind=found[-1])
        return found

    in_full = [("a", 2), ("a", 5), ("b", 1), ("b", 3), ("c", 4)]
    assert write(walk) == (in_full[::-1] if descending else in_full)
