"""What is made of what the public suite tells, which is not here when the tests run."""

import sys
import time
from pathlib import Path

from msgspec import json

from tests.conformance_suite.runs import Run, _counts, _failures, _output


def test_tests_that_were_never_counted_are_missed() -> None:
    """A hook that fails leaves its tests out: 1,104 of 1,104 is no pass."""
    assert Run("1.0.3", 1365, 0, 1.0, ()).is_complete
    assert not Run("1.0.3", 1104, 0, 1.0, ()).is_complete
    assert not Run("2.0.0", 1441, 1, 1.0, ()).is_complete


def test_the_last_count_is_the_one_that_counts() -> None:
    told = 'Starting\n{"total":9,"passed":1,"failed":0}\n{"total":9,"passed":8,"failed":1}\nClosed\n'
    assert _counts(told) == {"total": 9, "passed": 8, "failed": 1}
    assert _counts("Error: cannot find module") == {"passed": 0, "failed": 0}


def test_failures_are_told_by_their_titles(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    inner = {"title": "must be refused", "status": "failed", "error": "expected 400", "tests": []}
    log.write_bytes(
        json.encode({"log": {"name": "console", "status": "failed", "tests": [{"title": "Actor", "tests": [inner]}]}})
    )
    assert _failures(f"Full run log written to {log}\n") == ["Actor › must be refused: expected 400"]
    assert not log.exists()
    log.write_bytes(b"{}")
    assert _failures(f"Full run log written to {log}\n") == []


def test_what_never_ends_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    sleeper = "import time; time.sleep(60)"
    script = f"import subprocess, sys; print('begun', flush=True); subprocess.run([sys.executable, '-c', {sleeper!r}])"
    began = time.monotonic()
    assert _output([sys.executable, "-c", script], tmp_path, limit_seconds=2) == "begun\n"
    assert time.monotonic() - began < 30
