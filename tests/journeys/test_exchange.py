"""Two services that send statements to each other, over real HTTP, while one of them is killed."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.running import ROOT, WAYMARK, Service, command, environment_in, free_port, running

VERSION = {"X-Experience-API-Version": "1.0.3"}
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
WAIT_SECONDS = 150


@dataclass(frozen=True)
class Store:
    """A service with a credential for its record store."""

    service: Service
    key: str
    secret: str

    @property
    def endpoint(self) -> str:
        return f"{self.service.url}/xapi/"

    def send(self, *statements: dict[str, Any]) -> list[str]:
        answer = self._ask("POST", "statements", json=list(statements))
        assert answer.is_success, answer.text
        ids: list[str] = answer.json()
        return ids

    def count(self) -> int:
        counts = self._ask("GET", "extensions/counts", params={"by": "verb"}).json()["counts"]
        return sum(each["statements"] for each in counts)

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        auth = (self.key, self.secret)
        return httpx.request(method, self.endpoint + path, auth=auth, headers=VERSION, timeout=30, **options)


def numbered(first: int, last: int) -> list[dict[str, Any]]:
    return [
        {
            "actor": {"mbox": f"mailto:officer-{n % 7}@example.org"},
            "verb": {"id": COMPLETED},
            "object": {"id": f"https://ulc.example/modules/{n}"},
            "timestamp": "2026-11-01T09:00:00Z",
        }
        for n in range(first, last)
    ]


def until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not reached():
        assert time.monotonic() < deadline, "it was never reached"
        time.sleep(0.25)


@contextmanager
def a_store(folder: Path) -> Iterator[Store]:
    """A service of its own, with a credential that may do everything."""
    folder.mkdir()
    environment = environment_in(folder, free_port())
    command(environment, "migrate")
    with running(environment, folder / "output") as service:
        made = json.loads(command(environment, "credential", "add", "A test", "--scope", "all", "--json"))
        yield Store(service, made["key"], made["secret"])


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Store]:
    with a_store(tmp_path / "ours") as store:
        yield store


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[Store]:
    with a_store(tmp_path / "theirs") as store:
        yield store


def tie(ours: Store, what: str, theirs: Store, tmp_path: Path) -> str:
    """Have our store forward to theirs, or pull from it; the id."""
    secret = tmp_path / "secret.txt"
    secret.write_text(theirs.secret)
    options = ("--endpoint", theirs.endpoint, "--key", theirs.key, "--secret-file", str(secret), "--json")
    added: str = json.loads(command(ours.service.environment, what, "add", "Theirs", *options))["id"]
    return added


def listed(store: Store, what: str) -> dict[str, Any]:
    (found,) = json.loads(command(store.service.environment, what, "list", "--json"))
    one: dict[str, Any] = found
    return one


@pytest.mark.long
def test_killed_sender_and_receiver_lose_nothing_and_repeat_nothing(ours: Store, theirs: Store, tmp_path: Path) -> None:
    for first in range(0, 6000, 500):
        ours.send(*numbered(first, first + 500))
    tie(ours, "forward", theirs, tmp_path)
    until(lambda: theirs.count() > 0)
    ours.service.kill()
    assert theirs.count() < 6000
    with running(ours.service.environment, ours.service.output):
        theirs.service.kill()
        ours.send(*numbered(6000, 6001))
        with running(theirs.service.environment, theirs.service.output):
            until(lambda: theirs.count() == 6001)  # after a minute: the killed sender's lease must end first
            until(lambda: listed(ours, "forward")["behind"] == 0)
            assert theirs.count() == 6001
            assert listed(ours, "forward")["refused"] == 0


@pytest.mark.slow
def test_two_stores_that_forward_to_and_pull_from_each_other_come_to_rest_with_the_same_statements(
    ours: Store, theirs: Store, tmp_path: Path
) -> None:
    ours.send(*numbered(0, 450))
    theirs.send(*numbered(450, 700))
    for what in ("forward", "pull"):
        tie(ours, what, theirs, tmp_path)
        tie(theirs, what, ours, tmp_path)
    until(lambda: ours.count() == theirs.count() == 700)
    for store in (ours, theirs):
        until(lambda store=store: listed(store, "forward")["behind"] == 0)  # type: ignore[misc]  # bound at once
        assert listed(store, "forward")["error"] is None
        assert listed(store, "pull")["error"] is None
        assert listed(store, "pull")["refused"] == 0
    assert ours.count() == theirs.count() == 700


@pytest.mark.slow
def test_operator_imports_exports_counts_and_minds_stores_at_the_command_line(ours: Store, tmp_path: Path) -> None:
    environment = ours.service.environment
    file = tmp_path / "in.jsonl"
    lines = [json.dumps(one) for one in numbered(0, 450)]
    file.write_text("\n".join([*lines, "{}", ""]))
    broken = subprocess.run(
        [str(WAYMARK), "statements", "import", str(file)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert broken.returncode == 1
    assert "line 451: " in broken.stdout
    assert "450 stored, 0 here already, 1 refused." in broken.stdout
    file.write_text("\n".join(lines))
    assert "0 would be stored, 450 here already" in command(environment, "statements", "import", str(file), "--dry-run")

    out = tmp_path / "out.jsonl"
    assert "450 statements written" in command(environment, "statements", "export", str(out))
    assert len(out.read_text().splitlines()) == 450
    columns = ("--format", "csv", "--columns", "object.id,verb.id")
    table = command(environment, "statements", "export", "-", *columns, "--activity", "https://ulc.example/modules/7")
    assert table.splitlines() == ["\ufeffobject.id,verb.id", f"https://ulc.example/modules/7,{COMPLETED}"]
    counts = json.loads(command(environment, "statements", "count", "--by", "agent", "--json"))
    assert counts[0] == {"name": "mbox::mailto:officer-0@example.org", "statements": 65}

    added = tie(ours, "forward", ours, tmp_path)
    for act in ("pause", "resume", "retry", "refused", "remove"):
        command(environment, "forward", act, added)
    unknown = [str(WAYMARK), "forward", "pause", added]
    gone = subprocess.run(unknown, env=environment, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (gone.returncode, len(gone.stderr.splitlines())) == (1, 1)
    assert command(environment, "forward", "list") == "No store gets statements: waymark forward add --help\n"
