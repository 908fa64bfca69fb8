"""One run of the public suite against a real server, and what came of it."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec import json

from tests.running import command, environment_in, free_port, running

EXPECTED = {"1.0.3": 1365, "2.0.0": 1442}
"""How many tests each version of the suite has. A hook that fails leaves its tests out of every count of the suite."""

TIME_LIMIT_SECONDS = 1800
"""Many of its tests wait for ever for an answer that does not come."""


@dataclass(frozen=True)
class Target:
    """A server with nothing in its record store, and a credential that may do everything there."""

    endpoint: str
    key: str
    secret: str


@dataclass(frozen=True)
class Run:
    """What the suite counted, and which tests failed."""

    version: str
    passed: int
    failed: int
    seconds: float
    failures: Sequence[str]

    @property
    def expected(self) -> int:
        return EXPECTED[self.version]

    @property
    def is_complete(self) -> bool:
        return self.passed == self.expected and self.failed == 0


@contextmanager
def served(folder: Path, database_url: str | None) -> Iterator[Target]:
    """`waymark serve` on a new database until the block ends."""
    environment = environment_in(folder, free_port(), database_url)
    command(environment, "migrate")
    added = json.decode(command(environment, "credential", "add", "Conformance suite", "--scope", "all", "--json"))
    with running(environment, folder / "waymark.log") as service:
        yield Target(f"{service.url}/xapi", added["key"], added["secret"])


def run_suite(suite: Path, version: str, target: Target, *, grep: str | None = None) -> Run:
    """The outcome of this version of the suite, in which `grep` may choose some tests."""
    options = ["-x", version, "-e", target.endpoint, "-a", "-u", target.key, "-p", target.secret, "-z"]
    started = time.monotonic()
    told = _output(["node", "bin/console_runner.js", *options, *(["-g", grep] if grep else [])], suite)
    counts = _counts(told)
    return Run(version, counts["passed"], counts["failed"], time.monotonic() - started, _failures(told))


def _output(arguments: Sequence[str], folder: Path, *, limit_seconds: float = TIME_LIMIT_SECONDS) -> str:
    """What a command printed, until it ended or its time was over; then it is ended with all that it started."""
    with subprocess.Popen(
        arguments, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        try:
            return process.communicate(timeout=limit_seconds)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return process.communicate()[0]


def _counts(told: str) -> dict[str, int]:
    """The last count that it printed."""
    lines = [line for line in told.splitlines() if line.startswith("{") and '"passed"' in line]
    counts: dict[str, int] = json.decode(lines[-1], type=dict[str, Any]) if lines else {"passed": 0, "failed": 0}
    return counts


def _failures(told: str) -> list[str]:
    """The titles of the tests that failed, from the log that it wrote."""
    log = re.search(r"Full run log written to (.+)", told)
    if log is None:
        return [f"The suite wrote no log; it ended with:\n{told[-2000:]}"]
    path = Path(log[1].strip())
    record = json.decode(path.read_bytes())
    path.unlink()
    return list(_failed(record.get("log"), []))


def _failed(test: dict[str, Any] | None, above: list[str]) -> Iterator[str]:
    if not test:
        return
    title = [*above, str(test.get("title") or test.get("name") or "")]
    inner = test.get("tests") or []
    for one in inner:
        yield from _failed(one, title)
    if not inner and test.get("status") == "failed":
        yield f"{' › '.join(title[-2:])}: {test.get('error')}"
