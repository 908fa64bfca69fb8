"""`python -m bench [--json] [names…]`: a row for each thing that is measured, or those that are named."""

import argparse
import asyncio
import logging
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import msgspec

from bench.auditing import audit_verify, audit_write, permission
from bench.batching import batch_on_postgresql, batch_on_sqlite
from bench.certifying import certificate
from bench.importing import people_import
from bench.launching import launch
from bench.load import Caller, caller
from bench.measuring import SLICES, Row
from bench.pages import path_page
from bench.posting import (
    post_and_hear_on_postgresql,
    post_and_hear_on_sqlite,
    post_on_postgresql,
    post_on_sqlite,
    post_same_rows_on_postgresql,
    post_same_rows_on_sqlite,
)
from bench.searching import search_on_postgresql, search_on_sqlite

ROWS: dict[str, Callable[[Caller, Path], Awaitable[Row | list[Row]]]] = {
    "post-sqlite": post_on_sqlite,
    "post-sqlite-heard": post_and_hear_on_sqlite,
    "post-sqlite-same": post_same_rows_on_sqlite,
    "post-postgresql": post_on_postgresql,
    "post-postgresql-heard": post_and_hear_on_postgresql,
    "post-postgresql-same": post_same_rows_on_postgresql,
    "batch-sqlite": batch_on_sqlite,
    "batch-postgresql": batch_on_postgresql,
    "search-sqlite": search_on_sqlite,
    "search-postgresql": search_on_postgresql,
    "path-page": path_page,
    "launch": launch,
    "certificate": certificate,
    "import": people_import,
    "audit-write": audit_write,
    "audit-verify": audit_verify,
    "permission": permission,
}
_COLUMNS = "{:<28} {:>9} {:>9}  {:<14} {:>6} {:>5}  {:<6} {}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(ROWS), choices=[[], *ROWS])
    parser.add_argument("--json", action="store_true", help="a line of JSON for each row")
    chosen = parser.parse_args()
    logging.disable(logging.INFO)
    asyncio.run(_measure(chosen.names or list(ROWS), _tell_as_json if chosen.json else _tell))


async def _measure(names: Sequence[str], tell: Callable[[Row], None]) -> None:
    if tell is _tell:
        print(f"{_machine()}; medians of {SLICES} slices in turns")
        print(_COLUMNS.format("what", "ours", "floor", "unit", "ratio", "bar", "", "sizes"), flush=True)
    async with caller() as call:
        for name in names:
            with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder:
                rows = await ROWS[name](call, Path(folder))
                for row in rows if isinstance(rows, list) else [rows]:
                    tell(row)


def _tell(row: Row) -> None:
    bar = "" if row.bar is None else f"{row.bar:.2f}"
    numbers = (f"{row.value:.1f}", f"{row.floor:.1f}", row.unit, f"{row.ratio:.3f}", bar, row.verdict)
    print(_COLUMNS.format(row.name, *numbers, row.sizes), flush=True)


def _tell_as_json(row: Row) -> None:
    line = msgspec.structs.asdict(row) | {"verdict": row.verdict, "machine": _machine()}
    print(msgspec.json.encode(line).decode(), flush=True)


def _machine() -> str:
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
        f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}"
    )


main()
