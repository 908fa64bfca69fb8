"""`python -m tests.kills --times 20`: on SQLite and on PostgreSQL."""

import argparse
import asyncio
import logging
import random
import sys
import tempfile
from pathlib import Path

from tests.kills.ordeal import undergo
from tests.postgresql import postgresql


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="to try the same moments again")
    chosen = parser.parse_args()
    logging.disable(logging.INFO)  # of the migrations and of PostgreSQL's wheel
    _tell(f"seed {chosen.seed}")
    with tempfile.TemporaryDirectory() as on_sqlite, tempfile.TemporaryDirectory() as on_postgresql:
        faults = _undergo("SQLite", Path(on_sqlite), chosen)
        with postgresql() as url:
            faults += _undergo("PostgreSQL", Path(on_postgresql), chosen, url)
    for fault in faults:
        _tell(fault)
    sys.exit(bool(faults))


def _undergo(name: str, folder: Path, chosen: argparse.Namespace, url: str | None = None) -> list[str]:
    def tell(line: str) -> None:
        _tell(f"{name}: {line}")

    chance = random.Random(chosen.seed)
    return asyncio.run(undergo(folder, times=chosen.times, chance=chance, database_url=url, tell=tell))


def _tell(line: str) -> None:
    print(line, flush=True)  # noqa: T201 (a command's output)


main()
