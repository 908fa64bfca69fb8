"""`waymark privacy pseudonymise` and `waymark audit evidence` as an operator uses them, on a migrated database."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, text

from app.cli import main
from base import Database, settle_installation
from lrs import Agent, begin_replacing, parse_statements, replace_next, store_statements
from tests.lrs.makers import AYGUN, DAVIT, LMS, body, make_statement
from tests.running import environment_in

ADDRESS = "mailto:aygun@example.org"


def _seed(conn: Connection) -> None:
    now = datetime.now(UTC)
    settle_installation(conn, "http://waymark.test", now=now)
    made = [make_statement() for _ in range(5)] + [make_statement(actor=DAVIT, object=AYGUN)]
    store_statements(conn, parse_statements(body(*made)), authority=LMS, now=now)


async def _write(environment: Mapping[str, str], fn: Any) -> Any:
    db = await Database.open(environment["WAYMARK_DATABASE_URL"])
    try:
        return await db.write(fn)
    finally:
        await db.close()


@pytest.fixture
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    made = environment_in(tmp_path_factory.mktemp("installation"), 8000)
    assert CliRunner().invoke(main, ["migrate"], env=made).exit_code == 0
    asyncio.run(_write(made, _seed))
    return made


def run(environment: Mapping[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), env=environment)


def test_a_dry_run_counts_and_changes_nothing(environment: Mapping[str, str]) -> None:
    told = run(environment, "privacy", "pseudonymise", ADDRESS, "--dry-run")
    assert "5  statements of their own" in told.stdout
    assert "1  statements about them" in told.stdout
    assert "backups made before" in told.stdout
    again = json.loads(run(environment, "privacy", "pseudonymise", ADDRESS, "--dry-run", "--json").stdout)
    assert (again["whereabouts"]["actor"], again["whereabouts"]["object"]) == (5, 1)


def test_it_takes_a_reason_and_gives_a_receipt(environment: Mapping[str, str]) -> None:
    refused = run(environment, "privacy", "pseudonymise", ADDRESS)
    assert refused.exit_code != 0
    assert "--reason is missing" in refused.output
    done = json.loads(run(environment, "privacy", "pseudonymise", ADDRESS, "--reason", "asked", "--json").stdout)
    assert (done["done"], done["statements"], len(done["receipt"])) == (True, 6, 32)
    again = run(environment, "privacy", "pseudonymise", ADDRESS, "--reason", "asked")
    assert "Nothing in the record store names this agent" in again.output
    assert "every seal holds" in run(environment, "audit", "evidence").stdout


def _break_off(conn: Connection) -> str:
    work = begin_replacing(conn, [Agent(mbox=ADDRESS)], drops=False, now=datetime.now(UTC))
    assert len(replace_next(conn, work, limit=2).ids) == 2
    return work.pseudonym.name


def test_what_was_broken_off_is_gone_on_with(environment: Mapping[str, str]) -> None:
    pseudonym = asyncio.run(_write(environment, _break_off))
    done = json.loads(run(environment, "privacy", "pseudonymise", ADDRESS, "--reason", "asked", "--json").stdout)
    assert (done["pseudonym"], done["statements"], done["receipt"]) == (pseudonym, 4, "")


def _many(conn: Connection) -> None:
    for _ in range(4):
        made = [make_statement() for _ in range(1000)]
        store_statements(conn, parse_statements(body(*made)), authority=LMS, now=datetime.now(UTC))


def _left(conn: Connection) -> int:
    return (
        conn.scalar(text("SELECT count(*) FROM lrs_statements WHERE CAST(payload AS TEXT) LIKE '%aygun@example.org%'"))
        or 0
    )


def test_a_killed_command_is_run_again_and_ends_as_if_it_had_not_been(environment: Mapping[str, str]) -> None:
    asyncio.run(_write(environment, _many))
    waymark = str(Path(sys.executable).parent / "waymark")
    command = [waymark, "privacy", "pseudonymise", ADDRESS, "--reason", "asked", "--json"]
    database = environment["WAYMARK_DATABASE_URL"].removeprefix("sqlite:///")
    # Who reads waits for nobody, so this looks often enough to catch the command midway.
    with closing(sqlite3.connect(database)) as reader:
        renamed = "SELECT 1 FROM lrs_statements WHERE seq = 1500 AND CAST(payload AS TEXT) NOT LIKE ?"
        with subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL) as process:
            while not reader.execute(renamed, (f"%{ADDRESS}%",)).fetchone():
                assert process.poll() is None
                time.sleep(0.005)
            process.kill()
    left = asyncio.run(_write(environment, _left))
    assert 0 < left < 4006
    done = json.loads(run(environment, *command[1:]).stdout)
    assert (done["statements"], done["receipt"]) == (left, "")
    assert asyncio.run(_write(environment, _left)) == 0
    named = text("SELECT count(*) FROM lrs_statements WHERE CAST(payload AS TEXT) LIKE '%' || :name || '%'")
    assert asyncio.run(_write(environment, lambda conn: conn.scalar(named, {"name": done["pseudonym"]}))) == 4006


def test_what_is_no_agent_is_one_clear_line(environment: Mapping[str, str]) -> None:
    told = run(environment, "privacy", "pseudonymise", '{"name": "Aygün"}', "--dry-run")
    assert told.exit_code != 0
    assert "Traceback" not in told.output
