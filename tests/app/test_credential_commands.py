"""`waymark credential` as an operator uses it, on a migrated database."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.commands.credentials import credential_group, issuer_group
from tests.running import environment_in


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    made = environment_in(tmp_path_factory.mktemp("installation"), 8000)
    assert CliRunner().invoke(main, ["migrate"], env=made).exit_code == 0
    return made


def run(environment: Mapping[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(main, ["credential", *arguments], env=environment)


def answer(environment: Mapping[str, str], *arguments: str) -> Any:
    return json.loads(run(environment, *arguments, "--json").stdout)


def test_a_credential_is_added_changed_in_parts_and_revoked(environment: Mapping[str, str]) -> None:
    key = answer(environment, "add", "Moodle logs", "--scope", "statements/write", "--per-minute", "600")["key"]
    changed = answer(environment, "change", key, "--lenient", "--per-minute", "0", "--at-once", "4")
    assert changed["terms"] == {
        "name": "Moodle logs",
        "scopes": ["statements/write"],
        "lenient": True,
        "sets_authority": False,
        "limits": {"per_minute": None, "at_once": 4},
    }
    listed = run(environment, "list").stdout
    assert f"{key}  Moodle logs  statements/write  (4 at once; lenient; never used)" in listed
    assert run(environment, "revoke", key).exit_code == 0
    assert "revoked" in run(environment, "list").stdout


def test_what_cannot_be_is_one_clear_line(environment: Mapping[str, str]) -> None:
    for arguments, said in (
        (("add", "Nobody"), "at least one"),
        (("revoke", "no-such-key"), "no credential with key 'no-such-key'"),
        (("change", "no-such-key", "--strict"), "no credential with key 'no-such-key'"),
        (("issuer", "add", "id.example", "--audience", "a", "--name", "b"), "https://id.example"),
        (("issuer", "remove", "https://id.example", "--audience", "a"), "is not known"),
    ):
        failed = run(environment, *arguments)
        assert failed.exit_code == 1, arguments
        assert said in failed.stderr
        assert len(failed.stderr.strip().splitlines()) == 1


def test_issuers_are_added_once_listed_and_removed(environment: Mapping[str, str]) -> None:
    town = ("https://id.town.example", "--audience", "waymark")
    for _ in range(2):
        assert run(environment, "issuer", "add", *town, "--name", "Town").exit_code == 0
    assert "another name" in run(environment, "issuer", "add", *town, "--name", "City").stderr
    assert answer(environment, "issuer", "list") == [
        {"issuer": "https://id.town.example", "audience": "waymark", "name": "Town", "scope_claim": "scope"}
    ]
    assert run(environment, "issuer", "remove", *town).exit_code == 0
    assert "No tokens are taken yet" in run(environment, "issuer", "list").stdout


def test_every_command_shows_an_example() -> None:
    for group in (credential_group, issuer_group):
        for name, command in group.commands.items():
            if command is not issuer_group:
                assert "Example:" in CliRunner().invoke(command, ["--help"]).output, name
