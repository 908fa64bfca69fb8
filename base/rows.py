"""Many rows into a table at once: values straight to the driver, since SQLAlchemy would weigh each of them."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Dialect, LargeBinary, Table
from sqlalchemy.dialects import postgresql, sqlite

_DIALECTS: dict[str, Dialect] = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}  # type: ignore[no-untyped-call] # SQLAlchemy does not say


class RowInsert:
    """Inserts rows that are tuples in the order of `columns`; made once, beside its table.

    With `passing_over`, rows whose key is there already are left out. PostgreSQL gets an array for each column, so
    that a thousand rows are one statement and one journey.
    """

    def __init__(self, table: Table, *columns: Column[Any], passing_over: bool = False) -> None:
        listed = f"INSERT INTO {table.name} ({', '.join(column.name for column in columns)})"
        ending = " ON CONFLICT DO NOTHING" if passing_over else ""
        arrays = ", ".join(f"${number}::{_type(column)}[]" for number, column in enumerate(columns, start=1))
        self._sqlite = f"{listed} VALUES ({', '.join('?' * len(columns))}){ending}"
        self._postgresql = f"{listed} SELECT * FROM unnest({arrays}){ending}"  # noqa: S608 (names of our own tables)
        self._binds = {name: [_bind(column, dialect) for column in columns] for name, dialect in _DIALECTS.items()}

    def __call__(self, conn: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        if not rows:
            return
        binds = self._binds[conn.dialect.name]
        columns = [
            list(column if bind is None else map(bind, column))
            for bind, column in zip(binds, zip(*rows, strict=True), strict=True)
        ]
        if conn.dialect.name == "postgresql":
            conn.exec_driver_sql(self._postgresql, tuple(columns))
        else:
            conn.exec_driver_sql(self._sqlite, list(zip(*columns, strict=True)))


def _type(column: Column[Any]) -> str:
    return column.type.compile(_DIALECTS["postgresql"])


def _bind(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes a value of the column into one that the driver takes; None where it takes the value as it is."""
    if isinstance(column.type, LargeBinary):
        return None
    bind: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    return bind
