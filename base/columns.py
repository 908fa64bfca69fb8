"""What all tables are made of: one metadata, the column types, and the statements that both databases spell alike."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Connection, Dialect, Integer, MetaData, Table, TypeDecorator
from sqlalchemy.dialects import postgresql, sqlite

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Serial = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit key counted by the database (SQLite counts only what is spelled INTEGER)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as microseconds since 1970 in UTC: exact, ordered and alike on both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 (the base's signature)
        return None if value is None else to_microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (the base's signature)
        return None if value is None else from_microseconds(value)


def from_microseconds(value: int) -> datetime:
    """The instant that an Instant column keeps so."""
    return _EPOCH + timedelta(microseconds=value)


def to_microseconds(instant: datetime) -> int:
    """The instant as an Instant column keeps it."""
    return (instant - _EPOCH) // _MICROSECOND


def upsert(conn: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The dialect's own INSERT for `table`, which has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return postgresql.insert(table) if conn.dialect.name == "postgresql" else sqlite.insert(table)


def lock(conn: Connection, *keys: str) -> None:
    """Hold `keys` until the transaction ends; whoever asks for one meanwhile waits.

    Several are taken in one order everywhere, so that two who ask for the same ones never wait for each other. SQLite
    has one writer, so there every write transaction holds every key.
    """
    if keys and conn.dialect.name == "postgresql":
        taken = "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest($1::text[]) AS key"
        conn.exec_driver_sql(taken, (sorted(set(keys)),))
