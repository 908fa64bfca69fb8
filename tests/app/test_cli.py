"""The command line as an operator uses it: real processes, exit codes and one clear line on failure."""

import json
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from tests.running import LIBRARY, ROOT, WAYMARK, environment_in

PLATFORM = (
    "--name=City Moodle",
    "--issuer=https://moodle.example",
    "--client-id=abc",
    "--auth-login-url=https://moodle.example/mod/lti/auth.php",
    "--token-url=https://moodle.example/mod/lti/token.php",
    "--jwks-url=https://moodle.example/mod/lti/certs.php",
    "--deployment=1",
)


def run(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([WAYMARK, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A migrated installation."""
    made = environment_in(tmp_path_factory.mktemp("installation"), 8000)
    assert json.loads(run(made, "migrate", "--json").stdout)["applied"][0] == "0001"
    return made


def test_a_platform_that_was_added_is_listed(environment: Mapping[str, str]) -> None:
    added = run(environment, "platform", "add", *PLATFORM)
    assert "/lti/login" in added.stdout
    (listed,) = json.loads(run(environment, "platform", "list", "--json").stdout)
    assert listed["platform"]["issuer"] == "https://moodle.example"
    assert listed["deployments"][0]["approved"] is True


def test_a_platform_is_sent_the_grades_that_it_lacks(environment: Mapping[str, str]) -> None:
    run(environment, "platform", "add", *PLATFORM)
    told = json.loads(run(environment, "platform", "resync", "City Moodle", "--json").stdout)
    assert told == {"compared": 0}
    unknown = run(environment, "platform", "resync", "City Moodle", "--course", "Economics")
    assert (unknown.returncode, "0 courses" in unknown.stderr) == (1, True)


def test_an_lms_is_invited_by_a_link_that_is_shown_once(environment: Mapping[str, str]) -> None:
    made = json.loads(run(environment, "platform", "invite", "City Moodle", "--json").stdout)
    assert made["link"].startswith("http://127.0.0.1:8000/lti/register?invitation=")
    assert "it works once" in run(environment, "platform", "invite", "Another").stdout


def test_a_platform_is_disabled_enabled_tried_and_removed_by_its_name(environment: Mapping[str, str]) -> None:
    own = [each.replace("moodle.example", "gone.invalid").replace("City Moodle", "Gone") for each in PLATFORM]
    run(environment, "platform", "add", *own)
    assert "is disabled" in run(environment, "platform", "disable", "Gone", "--reason=moves").stdout
    again = run(environment, "platform", "disable", "https://gone.invalid")
    assert (again.returncode, "is disabled; only one that is" in again.stderr) == (1, True)
    assert json.loads(run(environment, "platform", "enable", "Gone", "--json").stdout)["status"] == "approved"
    assert "only one that is pending" in run(environment, "platform", "approve", "Gone").stderr
    tried = run(environment, "platform", "test", "Gone")
    assert tried.returncode == 1
    assert "FAILS  issuer  nobody answers there" in tried.stdout
    assert "Nothing was removed" in run(environment, "platform", "remove", "Gone").stdout
    removed = json.loads(run(environment, "platform", "remove", "Gone", "--yes", "--json").stdout)
    assert (removed["removed"], removed["holdings"]["deployments"]) == (True, 1)
    assert "No platform has the id" in run(environment, "platform", "test", "Gone").stderr


def test_a_platform_that_changed_its_issuer_is_renamed(environment: Mapping[str, str]) -> None:
    run(environment, "platform", "add", *(each.replace("moodle.example", "old.example") for each in PLATFORM))
    rename = ("platform", "rename", "--from=https://old.example", "--to=https://new.example")
    assert "https://old.example is https://new.example now; 0 accounts" in run(environment, *rename).stdout
    listed = json.loads(run(environment, "platform", "list", "--json").stdout)
    assert "https://new.example" in {each["platform"]["issuer"] for each in listed}
    again = run(environment, *rename)
    assert again.returncode != 0
    assert "No platform is registered" in again.stderr


def test_a_credential_shows_its_secret_once(environment: Mapping[str, str]) -> None:
    answer = json.loads(run(environment, "credential", "add", "logs", "--scope", "statements/write", "--json").stdout)
    assert answer["scopes"] == ["statements/write"]
    assert len(answer["secret"]) >= 32


def test_a_broken_library_is_reported_whole_and_nothing_is_loaded(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    broken = tmp_path / "library"
    shutil.copytree(LIBRARY, broken)
    module = broken / "modules" / "local-economy-in-data" / "module.toml"
    module.write_text(module.read_text().replace("minutes = ", 'minutes = "some" # '))
    path = broken / "paths" / "pathways-for-economic-growth.toml"
    path.write_text(path.read_text().replace('module = "pathway-for-economic-growth"', 'module = "no-such-module"'))

    checked = run(environment, "check", str(broken))
    assert checked.returncode == 1
    assert "local-economy-in-data/module.toml: minutes:" in checked.stdout
    assert "no-such-module" in checked.stdout

    loaded = run(environment, "import", str(broken))
    assert loaded.returncode == 1
    assert "no-such-module" in loaded.stderr
    assert "Traceback" not in loaded.stderr


@pytest.mark.parametrize(
    ("change", "arguments", "said"),
    [
        ({"WAYMARK_PORT": "http"}, ("migrate",), "WAYMARK_PORT"),
        ({"WAYMARK_DATABASE_URL": "sqlite:////no/such/folder/w.db"}, ("migrate",), "/no/such/folder"),
        ({"WAYMARK_ENV": "production"}, ("platform", "list"), "WAYMARK_KEYS_PASSPHRASE"),
        ({}, ("replay",), "--person"),
    ],
)
def test_a_failure_is_one_clear_line(
    environment: Mapping[str, str], change: Mapping[str, str], arguments: tuple[str, ...], said: str
) -> None:
    failed = run({**environment, **change}, *arguments)
    assert failed.returncode == 1
    assert said in failed.stderr
    assert len(failed.stderr.strip().splitlines()) == 1


def test_an_unmigrated_database_says_what_to_run(tmp_path: Path) -> None:
    failed = run(environment_in(tmp_path, 8000), "platform", "list")
    assert failed.returncode == 1
    assert "waymark migrate" in failed.stderr


def test_two_servers_do_not_share_a_port(environment: Mapping[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = run({**environment, "WAYMARK_PORT": port}, "serve")
    assert refused.returncode == 1
    assert "WAYMARK_PORT" in refused.stderr


def test_every_command_shows_an_example() -> None:
    for command in ("serve", "worker", "migrate", "check", "import", "admin-link", "replay", "explain"):
        assert "Example:" in CliRunner().invoke(main, [command, "--help"]).output


def test_a_mail_that_reports_no_bounce_is_passed_over_in_peace(environment: Mapping[str, str]) -> None:
    command = [str(WAYMARK), "mail", "bounce"]
    vacation = "To: learn@town.example\nSubject: On leave\n\nI am away."
    done = subprocess.run(
        command, env=environment, cwd=ROOT, input=vacation, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "nothing was changed" in done.stdout


def test_audit_rows_are_sealed_and_verified_and_an_altered_one_is_named(environment: Mapping[str, str]) -> None:
    run(environment, "platform", "add", *PLATFORM)
    sealed = json.loads(run(environment, "audit", "seal", "--json").stdout)
    assert "sealed already" in run(environment, "audit", "seal").stdout
    published = f"--published={sealed[-1]['number']}:{sealed[-1]['root']}"
    verified = run(environment, "audit", "verify", published)
    assert verified.returncode == 0
    assert "all as they were sealed" in verified.stdout
    assert "--published" in run(environment, "audit", "verify", "--published=7:x").stderr

    with closing(sqlite3.connect(environment["WAYMARK_DATABASE_URL"].removeprefix("sqlite:///"))) as conn, conn:
        conn.execute("UPDATE audit_rows SET reason = 'another' WHERE position = 1")
    found = run(environment, "audit", "verify")
    assert found.returncode == 1
    assert "position 1) does not match its hash" in found.stdout
