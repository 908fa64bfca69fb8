"""Empty places to restore into: a database of either kind and a folder for files."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from base import FileStore


@dataclass(frozen=True)
class Place:
    """Where an installation keeps what it has."""

    url: str
    files: FileStore
    folder: Path


@contextmanager
def empty_place(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """A new database of this kind (sqlite or postgresql) without a schema, and no files."""
    name = f"empty_{uuid4().hex}"
    own = folder / name
    own.mkdir()
    files = FileStore(own / "files")
    if kind == "sqlite":
        yield Place(f"sqlite:///{own / 'waymark.db'}", files, own)
        return
    server = sa.make_url(request.getfixturevalue("postgresql_url"))
    asyncio.run(_say(server, f"CREATE DATABASE {name}"))
    yield Place(server.set(database=name).render_as_string(hide_password=False), files, own)
    asyncio.run(_say(server, f"DROP DATABASE {name} WITH (FORCE)"))


async def _say(server: sa.URL, statement: str) -> None:
    engine = create_async_engine(server.set(drivername="postgresql+asyncpg"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as conn:
        await conn.execute(sa.text(statement))
    await engine.dispose()
