"""Many rows into a table, or out of it, at once: straight to the driver, since SQLAlchemy would weigh each value."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, Dialect, Float, LargeBinary, Row, Table, Uuid
from sqlalchemy.dialects import postgresql, sqlite

from base.columns import Instant, from_microseconds

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

    Each comes as a tuple: the value that it was found by, then its `columns`.
    """

    def __init__(self, key: Column[Any], *columns: Column[Any]) -> None:
        listed = ", ".join(f'"{column.name}"' for column in (key, *columns))  # some are words of SQL, such as "by"
        self._select = f"SELECT {listed} FROM {key.table} WHERE {key.name}"  # noqa: S608 (likewise)
        self._postgresql = f"{self._select} = ANY($1::{_type(key)}[])"
        self._binds = {name: _bind(key, dialect) for name, dialect in _DIALECTS.items()}
        self._reads = {name: [_reader(column, dialect) for column in columns] for name, dialect in _DIALECTS.items()}

    def __call__(self, conn: Connection, values: Collection[Any]) -> Iterator[tuple[Any, ...]]:
        bind = self._binds[conn.dialect.name]
        asked = {value if bind is None else bind(value): value for value in values}
        for rows in self._pages(conn, list(asked)):
            keys, *columns = zip(*rows, strict=True)
            read = (
                column if read is None else read(column)
                for column, read in zip(columns, self._reads[conn.dialect.name], strict=True)
            )
            yield from zip(map(asked.__getitem__, keys), *read, strict=True)

    def _pages(self, conn: Connection, keys: list[Any]) -> Iterator[Sequence[Row[Any]]]:
        """The rows as the driver gives them, no page of them empty."""
        size = len(keys) if conn.dialect.name == "postgresql" else _CHUNK
        for start in range(0, len(keys), size or 1):
            some = keys[start : start + size]
            if conn.dialect.name == "postgresql":
                found = conn.exec_driver_sql(self._postgresql, (some,)).all()
            else:
                found = conn.exec_driver_sql(f"{self._select} IN ({', '.join('?' * len(some))})", tuple(some)).all()
            if found:
                yield found


def _type(column: Column[Any]) -> str:
    return column.type.compile(_DIALECTS["postgresql"])


def _bind(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes a value of the column into one that the driver takes; None where it takes the value as it is."""
    if isinstance(column.type, LargeBinary):
        return None
    bind: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    return bind


def _reader(column: Column[Any], dialect: Dialect) -> Callable[[Iterable[Any]], Iterable[Any]] | None:
    """What makes values of the driver into those of the column; None where they are."""
    if isinstance(column.type, (Float, LargeBinary)):
        return None
    if isinstance(column.type, Uuid) and dialect.name == "sqlite":
        return _uuids
    if isinstance(column.type, Instant):
        return _instants
    read: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).result_processor(dialect, None)
    return None if read is None else partial(map, read)


def _instants(values: Iterable[int | None]) -> list[datetime | None]:
    return [None if value is None else from_microseconds(value) for value in values]


def _uuids(texts: Iterable[str | None]) -> list[UUID | None]:
    """UUIDs from their digits: all at once, since for one at a time Python takes five times as long."""
    return msgspec.convert(texts, list[UUID | None])
