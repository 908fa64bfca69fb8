"""Many rows into a table, or out of it, at once: straight to the driver, since SQLAlchemy would weigh each value."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Dialect, LargeBinary, Table
from sqlalchemy.dialects import postgresql, sqlite

_DIALECTS: dict[str, Dialect] = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}  # type: ignore[no-untyped-call] # SQLAlchemy does not say
_CHUNK = 500


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
        if conn.dialect.name == "sqlite" and not any(binds):
            conn.exec_driver_sql(self._sqlite, list(rows))
            return
        columns = [
            list(column if bind is None else map(bind, column))
            for bind, column in zip(binds, zip(*rows, strict=True), strict=True)
        ]
        if conn.dialect.name == "postgresql":
            conn.exec_driver_sql(self._postgresql, tuple(columns))
        else:
            conn.exec_driver_sql(self._sqlite, list(zip(*columns, strict=True)))


class RowsIn:
    """Finds rows by one column whose values are many; made once, beside its table.

    For columns that drivers give and take as they are: numbers, texts and bytes.
    """

    def __init__(self, key: Column[Any], *columns: Column[Any]) -> None:
        listed = ", ".join(column.name for column in columns)
        self._select = f"SELECT {listed} FROM {key.table} WHERE {key.name}"  # noqa: S608 (likewise)
        self._postgresql = f"{self._select} = ANY($1::{_type(key)}[])"

    def __call__(self, conn: Connection, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        if conn.dialect.name == "postgresql":
            yield from conn.exec_driver_sql(self._postgresql, (values,)).all()
            return
        for start in range(0, len(values), _CHUNK):
            some = tuple(values[start : start + _CHUNK])
            yield from conn.exec_driver_sql(f"{self._select} IN ({', '.join('?' * len(some))})", some).all()


def _type(column: Column[Any]) -> str:
    return column.type.compile(_DIALECTS["postgresql"])


def _bind(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes a value of the column into one that the driver takes; None where it takes the value as it is."""
    if isinstance(column.type, LargeBinary):
        return None
    bind: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    return bind
