import asyncio
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, insert, select

from base import Database, Invalid, Unavailable
from base.events import pending_events
from tests.running import free_port
from tests.times import NOW


def add_row(conn: Connection, subject: str) -> None:
    conn.execute(insert(pending_events).values(subscriber="s", subject=subject, payload=b"{}", due_at=NOW))


def subjects(conn: Connection) -> list[str]:
    return list(conn.scalars(select(pending_events.c.subject).order_by(pending_events.c.id)))


def add_row_and_fail(conn: Connection, subject: str) -> None:
    add_row(conn, subject)
    raise Invalid("on purpose")


async def test_what_raises_leaves_nothing_and_its_neighbours_in_the_same_commit_stay(db: Database) -> None:
    outcomes = await asyncio.gather(
        db.write(add_row, "before"),
        db.write(add_row_and_fail, "failing"),
        db.write(add_row, "after"),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], Invalid)
    assert sorted(await db.read(subjects)) == ["after", "before"]


async def test_whatever_a_job_raises_the_next_one_is_served(db: Database) -> None:
    class Stop(BaseException):
        """As test runners and cancellations raise it."""

    def stop(conn: Connection) -> None:
        add_row(conn, "stopped")
        raise Stop

    with pytest.raises(Stop):
        await db.write(stop)
    await db.write(add_row, "next")
    assert await db.read(subjects) == ["next"]


async def test_many_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    opened = await asyncio.gather(*(asyncio.to_thread(asyncio.run, Database.open(url)) for _ in range(8)))
    await opened[0].write(pending_events.metadata.create_all, tables=[pending_events])
    await asyncio.gather(*(db.write(add_row, str(n)) for n, db in enumerate(opened)))
    assert len(await opened[0].read(subjects)) == 8
    for db in opened:
        await db.close()


async def test_a_read_cannot_write(db: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError):
        await db.read(add_row, "sneaked in")
    assert await db.read(subjects) == []


async def test_fifty_writers_at_once_all_succeed(db: Database) -> None:
    def read_then_write(conn: Connection, subject: str) -> None:
        conn.scalar(select(sa.func.count()).select_from(pending_events))
        add_row(conn, subject)

    await asyncio.gather(*(db.write(read_then_write, str(n)) for n in range(50)))
    assert len(await db.read(subjects)) == 50


async def test_a_server_that_is_away_is_told_of_so_that_one_tries_again() -> None:
    away = await Database.open(f"postgresql://waymark@127.0.0.1:{free_port()}/waymark")
    try:
        for ask in (away.read, away.write):
            with pytest.raises(Unavailable, match="cannot be reached"):
                await ask(subjects)
    finally:
        await away.close()


async def test_two_processes_may_write_to_one_sqlite_file(tmp_path: Path, sqlite_template: Path) -> None:
    first = await Database.open(f"sqlite:///{sqlite_template}")
    second = await Database.open(f"sqlite:///{sqlite_template}")
    await asyncio.gather(*(db.write(add_row, str(n)) for n in range(20) for db in (first, second)))
    assert len(await first.read(subjects)) == 40
    await first.write(lambda conn: conn.execute(sa.delete(pending_events)))
    await first.close()
    await second.close()


async def test_a_full_disk_refuses_everything_in_the_commit_and_loses_nothing_acknowledged(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'small.db'}"
    db = await Database.open(url)
    await db.write(pending_events.metadata.create_all, tables=[pending_events])
    await db.write(add_row, "kept")
    # max_page_count fails as a full disk does: with SQLITE_FULL, which undoes the whole transaction.
    await db.write(lambda conn: conn.execute(sa.text("PRAGMA max_page_count=1")))

    def add_much(conn: Connection) -> None:
        for n in range(300):
            add_row(conn, f"{n}" * 500)

    outcomes = await asyncio.gather(db.write(add_row, "small"), db.write(add_much), return_exceptions=True)
    assert isinstance(outcomes[1], Unavailable)
    assert "full" in str(outcomes[1])
    acknowledged = ["kept"] + (["small"] if outcomes[0] is None else [])
    assert await db.read(subjects) == acknowledged
    await db.write(lambda conn: conn.execute(sa.text("PRAGMA max_page_count=1000000")))
    await db.write(add_row, "again")
    assert await db.read(subjects) == [*acknowledged, "again"]
    await db.close()
    with sqlite3.connect(tmp_path / "small.db") as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    conn.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "nonsense", "sqlite:////no/such/folder/w.db"])
async def test_an_address_that_cannot_serve_is_refused_by_name(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        await Database.open(url)
    assert refused.value.rule == "WAYMARK_DATABASE_URL"
