"""Who was erased, as a list that outlives the database: a backup from before brings them back, and this takes them out.

The list is a text file with the id of one person a line, which tells nothing about them.
"""

import asyncio
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from app.privacy import Erasure, delete_files, erase
from base import Asked, Database, Decision, FileStore, Invalid, Missing, decisions, msgid
from people import held_by, holder_of, person

_ACT = "person.erase"
_AGAIN = msgid("erased before, and brought back by a backup")


class ErasedAgain(msgspec.Struct, frozen=True):
    """Who was erased again, and who was `left` as joined there with somebody who is not on the list."""

    done: tuple[Erasure, ...]
    left: tuple[UUID, ...]

    @property
    def told(self) -> tuple[str, ...]:
        """What the operator has to know."""
        return (
            f"{len(self.done)} people who had been erased were erased again.",
            *(
                f"left: person {each} is joined with somebody who was not erased; unlink them first"
                for each in self.left
            ),
        )


def erased_persons(conn: Connection) -> list[UUID]:
    """Everybody who was erased, with those who were joined to them, the newest erasure first."""
    found: dict[UUID, None] = {}
    following: tuple[datetime, UUID] | None = None
    while page := decisions(conn, Asked(act=_ACT), following=following, as_sealed=True):
        for each in page:
            found |= dict.fromkeys(held_by(conn, _person_of(each)))
        following = page[-1].at, page[-1].id
    return list(found)


def erase_again(conn: Connection, listed: Collection[UUID], *, now: datetime) -> ErasedAgain:
    """Nothing tells any more who those on the list were; who is unknown here or erased already is passed over.

    The caller deletes the files of each erasure once this is on disk.
    """
    done: list[Erasure] = []
    left: list[UUID] = []
    for holder in dict.fromkeys(found for each in listed if (found := _holder(conn, each)) is not None):
        if not set(held_by(conn, holder)) <= set(listed):
            left.append(holder)
        elif not decisions(conn, Asked(act=_ACT, subject=f"person {holder}"), limit=1):
            done.append(erase(conn, holder, by=None, reason=_AGAIN, now=now))
    return ErasedAgain(tuple(done), tuple(left))


def erase_again_in(url: str, files: FileStore, listed: Collection[UUID], *, now: datetime) -> ErasedAgain:
    """As `erase_again`, in the database at `url`, files too; it needs none of the keys."""
    again = asyncio.run(_write(url, listed, now))
    for each in again.done:
        delete_files(files, each)
    return again


def write_list(target: Path, persons: Collection[UUID]) -> None:
    """The list is at `target`, in the place of an earlier one."""
    target.write_text("".join(f"{each}\n" for each in persons), encoding="utf-8")


def read_list(source: Path) -> list[UUID]:
    """The ids of the list at `source`. Raises Invalid naming the first line that is none."""
    persons = []
    for number, line in enumerate(source.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        try:
            persons.append(UUID(line.strip()))
        except ValueError as error:
            raise Invalid(
                f"Line {number} of {source} is no id of a person; the list comes from `waymark privacy erased`.",
                where=f"line {number}",
            ) from error
    return persons


async def _write(url: str, listed: Collection[UUID], now: datetime) -> ErasedAgain:
    db = await Database.open(url)
    try:
        return await db.write(erase_again, listed, now=now)
    finally:
        await db.close()


def _holder(conn: Connection, person_id: UUID) -> UUID | None:
    try:
        return holder_of(conn, person(conn, person_id).id)
    except Missing:
        return None


def _person_of(erasure: Decision) -> UUID:
    return UUID(erasure.subject.removeprefix("person "))
