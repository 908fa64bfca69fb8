"""Whoever was erased stays so when a backup from before is restored."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection

from app.cli import main
from app.erased import erase_again, erased_persons
from app.migrating import migrate
from app.privacy import erase
from base import Database, settle_installation
from people import Person, Way, add_person, join_persons, person
from tests.times import NOW

Do = Callable[..., Any]
FACTS: dict[str, Any] = {"by": None, "reason": "a test", "now": NOW}


@pytest.fixture
def people(write: Do) -> list[Person]:
    """Aygün, Olena and Nino."""
    write(settle_installation, "https://learn.example", now=NOW)
    return [write(add_person, full_name=name, language="en", now=NOW) for name in ("Aygün", "Olena", "Nino")]


def names(conn: Connection, people: list[Person]) -> list[str | None]:
    return [person(conn, each.id).full_name for each in people]


def test_the_list_has_the_erased_and_those_who_were_joined_to_them(people: list[Person], write: Do) -> None:
    aygun, olena, nino = people
    write(join_persons, olena.id, aygun.id, way=Way.STAFF, **FACTS)
    assert write(erased_persons) == []
    write(erase, aygun.id, by=None, now=NOW)
    assert set(write(erased_persons)) == {aygun.id, olena.id}
    write(erase, nino.id, by=None, now=NOW)
    assert set(write(erased_persons)) == {each.id for each in people}


def test_those_on_the_list_are_erased_once_and_strangers_are_passed_over(people: list[Person], write: Do) -> None:
    aygun, olena, _ = people
    again = write(erase_again, [aygun.id, olena.id, uuid4()], now=NOW)
    assert [each.person_id for each in again.done] == [aygun.id, olena.id]
    assert again.left == ()
    assert write(names, people) == [None, None, "Nino"]
    assert write(erase_again, [aygun.id, olena.id], now=NOW).done == ()


def test_whoever_is_joined_with_somebody_not_erased_is_left_and_named(people: list[Person], write: Do) -> None:
    aygun, olena, nino = people
    write(join_persons, olena.id, aygun.id, way=Way.STAFF, **FACTS)
    again = write(erase_again, [olena.id, nino.id], now=NOW)
    assert ([each.person_id for each in again.done], again.left) == ([nino.id], (aygun.id,))
    assert write(names, people) == ["Aygün", "Olena", None]
    assert f"left: person {aygun.id}" in again.told[1]


@pytest.fixture
def waymark(tmp_path: Path) -> Callable[..., Any]:
    """Runs a command on one of two installations; what it printed as JSON, and its exit code."""

    def run(place: str, *arguments: str) -> tuple[Any, int]:
        environment = {
            "WAYMARK_DATABASE_URL": f"sqlite:///{tmp_path / place}.db",
            "WAYMARK_FILES": str(tmp_path / f"{place}-files"),
            "WAYMARK_KEYS": str(tmp_path / "keys"),
        }
        result = CliRunner().invoke(main, [*arguments, "--json"], env=environment)
        return json.loads(result.stdout), result.exit_code

    return run


@pytest.fixture
def backed_up(tmp_path: Path, waymark: Do, runner: asyncio.Runner) -> Person:
    """Somebody who is in `backup.tar`, and was then erased; `erased.txt` lists them."""
    migrate(f"sqlite:///{tmp_path / 'old.db'}")
    somebody: Person = runner.run(_in(tmp_path / "old.db", _settle))
    assert waymark("old", "backup", str(tmp_path / "backup.tar"))[1] == 0
    runner.run(_in(tmp_path / "old.db", lambda conn: erase(conn, somebody.id, by=None, now=NOW)))
    listed, _ = waymark("old", "privacy", "erased", "--to", str(tmp_path / "erased.txt"))
    assert listed["erased"] == 1
    return somebody


async def _in(file: Path, fn: Callable[[Connection], Any]) -> Any:
    db = await Database.open(f"sqlite:///{file}")
    try:
        return await db.write(fn)
    finally:
        await db.close()


def _settle(conn: Connection) -> Person:
    settle_installation(conn, "https://learn.example", now=NOW)
    return add_person(conn, full_name="Aygün", language="az", now=NOW)


def test_a_restore_with_the_list_erases_them_again(
    tmp_path: Path, waymark: Do, backed_up: Person, runner: asyncio.Runner
) -> None:
    source, listed = str(tmp_path / "backup.tar"), str(tmp_path / "erased.txt")
    restored, code = waymark("new", "restore", source, "--erased", listed)
    assert (code, restored["erased_again"], restored["problems"]) == (0, [str(backed_up.id)], [])
    assert runner.run(_in(tmp_path / "new.db", lambda conn: names(conn, [backed_up]))) == [None]
    assert waymark("new", "audit", "verify")[1] == 0


def test_after_a_restore_without_it_the_list_can_still_be_followed(
    tmp_path: Path, waymark: Do, backed_up: Person, runner: asyncio.Runner
) -> None:
    assert waymark("new", "restore", str(tmp_path / "backup.tar"))[0]["erased_again"] == []
    assert runner.run(_in(tmp_path / "new.db", lambda conn: names(conn, [backed_up]))) == ["Aygün"]
    again, code = waymark("new", "privacy", "erase-again", str(tmp_path / "erased.txt"))
    assert (code, again) == (0, {"erased": [str(backed_up.id)], "left": []})
    assert runner.run(_in(tmp_path / "new.db", lambda conn: names(conn, [backed_up]))) == [None]


def test_a_list_that_is_none_is_refused_before_anything_is_restored(
    tmp_path: Path, waymark: Do, backed_up: Person
) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(f"{backed_up.id}\nAygün\n")
    refused, code = waymark("new", "restore", str(tmp_path / "backup.tar"), "--erased", str(listed))
    assert (code, "Line 2" in refused["error"]) == (1, True)
    assert not (tmp_path / "new.db").exists()
