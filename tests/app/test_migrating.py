from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from app.migrating import migrate
from base import Database, metadata


def differences(conn: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), metadata))


async def test_the_migrations_make_the_tables_that_the_code_declares(db: Database) -> None:
    assert await db.read(differences) == []


def test_migrating_again_changes_nothing(database_url: str) -> None:
    assert migrate(database_url) == []
