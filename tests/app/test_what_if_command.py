"""`waymark what-if` over an installation with the catalogue: a version, a draft in a file, and what it refuses."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection

from app.cli import main
from app.loading import load_library
from app.migrating import migrate
from base import Database, settle_installation
from paths import enrol, path
from people import add_person
from tests.running import LIBRARY, environment_in

SLUG = "pathways-for-economic-growth"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """A migrated installation with the catalogue, and one learner on a path."""
    made = environment_in(tmp_path_factory.mktemp("installation"), 8000)
    migrate(made["WAYMARK_DATABASE_URL"])

    def fill(conn: Connection) -> None:
        now = datetime.now(UTC)
        settle_installation(conn, made["WAYMARK_URL"], now=now)
        load_library(conn, LIBRARY, now=now)
        learner = add_person(conn, full_name="Aygün Əliyeva", language="az", now=now)
        enrol(conn, learner, path(conn, SLUG).id, origin="self", by=learner.id, reason="chose it", now=now)

    async def filled() -> None:
        db = await Database.open(made["WAYMARK_DATABASE_URL"])
        await db.write(fill)
        await db.close()

    asyncio.run(filled())
    return made


def run(environment: Mapping[str, str], *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["what-if", *map(str, arguments)], env=dict(environment))


def test_the_current_version_changes_nothing(environment: Mapping[str, str]) -> None:
    found = run(environment, SLUG)
    assert found.output == (
        "1 enrolments: 0 gains, 0 loses, 0 blocked, 1 unchanged; 0 certificates would go under review\n"
    )


def test_a_draft_in_a_file_is_asked_about(environment: Mapping[str, str], tmp_path: Path) -> None:
    text = (LIBRARY / "paths" / f"{SLUG}.toml").read_text()
    draft = tmp_path / "draft.toml"
    draft.write_text(text)
    assert "1 unchanged" in run(environment, "--file", draft).output
    draft.write_text(f"{text}\n[tree")
    refused = run(environment, "--file", draft)
    assert (refused.exit_code, "not TOML" in refused.output) == (1, True)


def test_a_path_or_a_file_is_needed_and_not_both(environment: Mapping[str, str]) -> None:
    refused = run(environment, "--json")
    assert (refused.exit_code, "Say either" in json.loads(refused.output)["error"]) == (1, True)
    missing = run(environment, SLUG, "--version", "9")
    assert (missing.exit_code, "no version 9" in missing.output) == (1, True)
