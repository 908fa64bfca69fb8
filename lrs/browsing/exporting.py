"""Statements out of the store, a stretch at a time: as lines of JSON as they are, or as a table of chosen values."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from base import csv_lines, write_csv
from lrs.browsing.json_paths import JsonPath, cells
from lrs.browsing.selection import Chosen, Selection, Stretch, walk

EXPORTED_AT_ONCE: Final = 1000
"""Statements of one transaction: short ones, so that a long export holds back nothing in the database."""


def next_exported(
    conn: Connection, selection: Selection, *, after: int, voided: bool, limit: int = EXPORTED_AT_ONCE
) -> Stretch:
    """The next statements to be written out; the export is over when `through` does not move."""
    return walk(conn, selection, after=after, limit=limit, voided=voided)


def as_json_lines(statements: Sequence[Chosen]) -> bytes:
    """Each statement on a line of its own: a line break can only stand between the parts of JSON (RFC 8259, 7)."""
    return b"".join(one.raw.replace(b"\n", b" ").replace(b"\r", b" ") + b"\n" for one in statements)


def csv_head(paths: Sequence[JsonPath]) -> bytes:
    """The first line of a table with these columns."""
    return b"".join(write_csv([path.text for path in paths], []))


def as_csv(statements: Sequence[Chosen], paths: Sequence[JsonPath]) -> bytes:
    """More lines of the table; no value can become a formula."""
    return csv_lines(cells(one.raw, paths) for one in statements)
