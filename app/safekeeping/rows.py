"""Rows of any table as lines of JSON, and back, the same for both kinds of database.

The tables are read from the database itself, not from what this version declares, so that a backup of any schema can
be made and loaded.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Integer, MetaData, Table, func, insert, inspect, select, text

from base import Invalid

_BATCH_ROWS = 500
_encoder = msgspec.json.Encoder(uuid_format="hex")


def tables_of(conn: Connection) -> dict[str, Table]:
    """The tables that hold our data, by name, each after those that it refers to where that can be."""
    found = MetaData()
    found.reflect(conn, only=lambda name, _: name != "alembic_version")
    return {table.name: table for table in found.sorted_tables}


def columns_of(table: Table) -> tuple[Column[Any], ...]:
    """The columns that are stored and not computed."""
    return tuple(column for column in table.columns if column.computed is None)


def lines_of(conn: Connection, table: Table) -> Iterator[bytes]:
    """A line of JSON for each row, in the order of the primary key, read in batches."""
    query = select(*columns_of(table)).order_by(*table.primary_key)
    for row in conn.execute(query, execution_options={"yield_per": _BATCH_ROWS}):
        yield _encoder.encode(tuple(row)) + b"\n"


def load_lines(conn: Connection, table: Table, columns: Iterable[str], lines: Iterable[bytes]) -> int:
    """Insert the rows of these lines; how many they were. Raises Invalid for a row that the table cannot hold."""
    names = tuple(columns)
    if strangers := set(names) - {column.name for column in columns_of(table)}:
        raise Invalid(f"The table {table.name} has no column {', '.join(sorted(strangers))} at this schema.")
    decoder = msgspec.json.Decoder(tuple[tuple(_type_of(table.c[name]) for name in names)])  # type: ignore[misc]  # a type made of columns
    count = 0
    batch: list[dict[str, Any]] = []
    for line in lines:
        try:
            values: tuple[Any, ...] = decoder.decode(line)
        except msgspec.DecodeError as error:
            raise Invalid(f"Row {count + 1} of {table.name} does not fit the table: {error}.") from error
        batch.append(dict(zip(names, values, strict=True)))
        count += 1
        if len(batch) == _BATCH_ROWS:
            conn.execute(insert(table), batch)
            batch = []
    if batch:
        conn.execute(insert(table), batch)
    return count


def count_rows(conn: Connection, table: Table) -> int:
    """How many rows the table has."""
    return conn.scalar(select(func.count()).select_from(table)) or 0


def defer_references(conn: Connection, tables: Iterable[Table], *, deferred: bool) -> None:
    """Let rows refer to rows that come later, or, with `deferred` False, check all references and be strict again.

    SQLite checks them once for the whole database (`app/migrating.py`).
    """
    if conn.dialect.name != "postgresql":
        return
    if not deferred:
        conn.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    how = "DEFERRABLE INITIALLY DEFERRED" if deferred else "NOT DEFERRABLE"
    quote = conn.dialect.identifier_preparer.quote
    for table in tables:
        for key in inspect(conn).get_foreign_keys(table.name):
            conn.execute(text(f"ALTER TABLE {quote(table.name)} ALTER CONSTRAINT {quote(str(key['name']))} {how}"))


def count_on(conn: Connection, tables: Iterable[Table]) -> None:
    """Let keys that the database counts go on after the highest that was loaded (SQLite does so by itself)."""
    if conn.dialect.name != "postgresql":
        return
    for table in tables:
        for column in table.primary_key:
            if not isinstance(column.type, Integer):
                continue
            sequence = conn.scalar(
                text("SELECT pg_get_serial_sequence(:table, :column)"),
                {"table": conn.dialect.identifier_preparer.quote(table.name), "column": column.name},
            )
            highest = conn.scalar(select(func.max(column)))
            if sequence is not None and highest is not None:
                conn.execute(select(func.setval(sequence, highest)))


def _type_of(column: Column[Any]) -> Any:
    kind = column.type.python_type
    return kind | None if column.nullable else kind
