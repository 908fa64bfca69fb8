"""`waymark path`: learners moved and moved back, and what else is accepted, with a dry run before."""

import asyncio
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection

from app.cli import main
from app.migrating import migrate
from base import Database
from paths import enrol, enrolments_of, path
from people import Person
from tests.paths.makers import leaf
from tests.paths.world import make_learner, publish, publish_modules
from tests.running import environment_in


class Installation:
    """A migrated installation with a path of two versions, and one learner on the first."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        migrate(environment["WAYMARK_DATABASE_URL"])
        self.learner: Person = self.write(_fill)

    def write(self, do: Any, *given: Any) -> Any:
        async def written() -> Any:
            db = await Database.open(self.environment["WAYMARK_DATABASE_URL"])
            try:
                return await db.write(do, *given)
            finally:
                await db.close()

        return asyncio.run(written())

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["path", *arguments], env=dict(self.environment))

    @property
    def version(self) -> int:
        (enrolled,) = self.write(enrolments_of, self.learner.id)
        number: int = enrolled.version
        return number


def _fill(conn: Connection) -> Person:
    now = datetime.now(UTC)
    publish_modules(conn)
    publish(conn, leaf("a", "intro"))
    learner = make_learner(conn)
    enrol(conn, learner, path(conn, "growth").id, origin="self", by=learner.id, reason="chose it", now=now)
    publish(conn, leaf("a", "intro"), leaf("b", "budget"))
    return learner


@pytest.fixture
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return Installation(environment_in(tmp_path_factory.mktemp("installation"), 8000))


def test_learners_are_moved_and_moved_back_after_a_dry_run_of_each(installation: Installation) -> None:
    asked = ("migrate", "growth", "2", "--reason", "the module on budgets is new")
    dry = installation.run(*asked)
    assert dry.output == "1 enrolments would be moved.\nNothing was changed; do so with --apply.\n"
    assert installation.version == 1
    done = installation.run(*asked, "--apply")
    assert installation.version == 2
    told = re.fullmatch(r"Moved 1 enrolments to version 2; undo it by ([0-9a-f-]{36})\.\n", done.output)
    assert told is not None
    back = ("undo", told[1], "--reason", "it was not ready")
    assert installation.run(*back).output.startswith("1 enrolments would be moved back.\n")
    assert installation.version == 2
    assert installation.run(*back, "--apply").output.startswith("Moved 1 enrolments back; undo that by ")
    assert installation.version == 1
    again = installation.run(*back)
    assert (again.exit_code, again.output.splitlines()[0]) == (1, "It is undone already.")
    assert installation.run(*back, "--apply").exit_code == 1
    listed = installation.run("migrations", "growth").output.splitlines()
    assert len(listed) == 2
    assert f"undoes {told[1]}" in listed[0]
    assert listed[1].endswith(": the module on budgets is new")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("migrate", "growth", "7", "--reason", "x"), "version 7"),
        (("migrate", "nowhere", "1", "--reason", "x"), "There is no path"),
        (("migrate", "growth", "2", "--reason", " ", "--apply"), "say why"),
        (("accept", "growth", "nowhere", "https://lms.example/7", "--reason", "x"), "no requirement"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(arguments: tuple[str, ...], says: str, installation: Installation) -> None:
    refused = installation.run(*arguments)
    assert refused.exit_code == 1
    assert says in refused.output


def test_one_more_activity_is_accepted_by_days_and_listed(installation: Installation) -> None:
    asked = ("accept", "growth", "a", "https://lms.example/7", "--from", "2026-01-01", "--until", "2026-12-31")
    done = installation.run(*asked, "--reason", "the Georgian translation")
    told = "a: https://lms.example/7 from 2025-12-31T20:00:00+00:00 before 2026-12-31T20:00:00+00:00 "
    assert done.output == f"{told}(the Georgian translation)\n"  # days are days in Baku
    assert installation.run("accepted", "growth").output == done.output
    (found,) = json.loads(installation.run("accepted", "growth", "--json").output)
    assert (found["requirement"], found["activity"]) == ("a", "https://lms.example/7")
