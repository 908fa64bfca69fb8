"""Many rows in and out by the driver are what SQLAlchemy would write and read."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Float, LargeBinary, MetaData, String, Table, Uuid, select

from base import Instant, RowInsert, RowsIn
from tests.times import NOW

Do = Callable[..., Any]
A, B, C = (UUID(int=number) for number in (10, 11, 2**128 - 1))
_metadata = MetaData()
kept = Table(
    "rows_of_a_test",
    _metadata,
    Column("id", Uuid, primary_key=True),
    Column("other", Uuid, nullable=True),
    Column("by", String, nullable=True),
    Column("at", Instant, nullable=True),
    Column("value", Float, nullable=True),
    Column("data", LargeBinary, nullable=True),
)
ROWS = [(A, B, "x", NOW, 0.5, b"\x00y"), (B, None, None, None, None, None), (C, C, "", NOW, -1.0, b"")]


def test_rows_come_back_as_they_went_in(write: Do) -> None:
    def there_and_back(conn: Connection) -> None:
        _metadata.create_all(conn)
        RowInsert(kept, *kept.c)(conn, ROWS)
        assert [tuple(row) for row in conn.execute(select(kept).order_by(kept.c.id))] == ROWS
        found = RowsIn(kept.c.id, *list(kept.c)[1:])
        assert sorted(found(conn, [C, A, B])) == ROWS
        assert list(found(conn, [])) == []
        others = RowsIn(kept.c.other, kept.c.id)
        assert sorted(others(conn, {B, C})) == [(B, A), (C, C)]
        _metadata.drop_all(conn)

    write(there_and_back)
