"""How the rows of a report look, to people and to programs."""

import os
import platform
import sqlite3
import sys

import msgspec

from bench.measuring import SLICES, Row

_COLUMNS = "{:<34} {:>9} {:>9}  {:<14} {:>6} {:>5}  {:<6} {}"


def head() -> None:
    print(f"{_machine()}; medians of {SLICES} slices in turns")
    print(_COLUMNS.format("what", "ours", "floor", "unit", "ratio", "bar", "", "sizes"), flush=True)


def tell(row: Row) -> None:
    bar = "" if row.bar is None else f"{row.bar:.2f}"
    numbers = (f"{row.value:.1f}", f"{row.floor:.1f}", row.unit, f"{row.ratio:.3f}", bar, row.verdict)
    print(_COLUMNS.format(row.name, *numbers, row.sizes), flush=True)


def tell_as_json(row: Row) -> None:
    line = msgspec.structs.asdict(row) | {"verdict": row.verdict, "machine": _machine()}
    print(msgspec.json.encode(line).decode(), flush=True)


def _machine() -> str:
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
        f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}"
    )
