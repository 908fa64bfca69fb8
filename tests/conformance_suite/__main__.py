"""`python -m tests.conformance_suite FOLDER`: the public suite, both versions, on SQLite and on PostgreSQL.

FOLDER is a checkout of adlnet/lrs-conformance-test-suite after `npm install`; it is no part of this project.
"""

import argparse
import logging
import sys
import tempfile
from pathlib import Path

from tests.conformance_suite.runs import EXPECTED, Run, run_suite, served
from tests.postgresql import postgresql


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance_suite", description=__doc__)
    parser.add_argument("suite", type=Path, metavar="FOLDER")
    parser.add_argument("--grep", help="only tests whose title holds this; then no total is expected")
    parser.add_argument("--on", choices=["sqlite", "postgresql"], help="on one of the databases alone")
    parser.add_argument("--version", choices=list(EXPECTED), help="one of the versions alone")
    chosen = parser.parse_args()
    if not (chosen.suite / "node_modules").is_dir():
        parser.error(f"{chosen.suite} is no installed suite: check it out there and run `npm install` in it")
    logging.disable(logging.INFO)  # of the migrations and of PostgreSQL's wheel
    runs: list[Run] = []
    if chosen.on != "postgresql":
        runs += _run("SQLite", chosen)
    if chosen.on != "sqlite":
        with postgresql() as url:
            runs += _run("PostgreSQL", chosen, url)
    sys.exit(not all(run.failed == 0 if chosen.grep else run.is_complete for run in runs))


def _run(database: str, chosen: argparse.Namespace, database_url: str | None = None) -> list[Run]:
    """Both versions against one server, one after the other."""
    runs = []
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), database_url) as target:
        for version in [chosen.version] if chosen.version else EXPECTED:
            run = run_suite(chosen.suite, version, target, grep=chosen.grep)
            runs.append(run)
            _tell(f"{database}, xAPI {version}: {run.passed} of {run.expected} passed in {run.seconds:.0f} s")
            for failure in run.failures:
                _tell(f"  {failure}")
    return runs


def _tell(line: str) -> None:
    print(line, flush=True)  # noqa: T201 (a command's output)


main()
