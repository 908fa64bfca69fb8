"""Tables that people send: CSV and XLSX, as rows of text. Nothing in a cell is ever evaluated."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import NamedTuple

from base.encodings import NO_SHEET, decode
from base.errors import Invalid, TooLarge
from base.words import msgid
from base.workbooks import read_workbook

LARGEST_SHEET_BYTES = 10 * 1024 * 1024
MOST_SHEET_ROWS = 100_000
MOST_SHEET_COLUMNS = 200
DELIMITERS = (",", ";", "\t", "|")

_SAMPLE_ROWS = 20
_SAMPLE_CHARACTERS = 64 * 1024
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")  # [MS-CFB], 2.2
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SEPARATOR = re.compile(r"sep=([,;\t|])\r?\n")  # what Excel writes and reads before the first row


class Line(NamedTuple):
    """One row that is not blank. `number` counts all rows from 1, as spreadsheet programs show them."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table as it was read; `encoding` and `delimiter` are None for XLSX.

    `rows` holds what follows the header and can be walked once. Walking it raises Invalid for a row that cannot be
    read, and TooLarge after the most rows that we take.
    """

    header: tuple[str, ...]
    rows: Iterator[Line]
    encoding: str | None = None
    delimiter: str | None = None


def read_sheet(data: bytes, *, encoding: str | None = None, delimiter: str | None = None) -> Sheet:
    """The table in `data`, CSV or the first sheet of XLSX, told apart by their bytes and never by a name.

    Without `encoding` and `delimiter` those of a CSV are guessed. Raises TooLarge, and Invalid for what is no sheet.
    """
    if len(data) > LARGEST_SHEET_BYTES:
        raise TooLarge(
            msgid("The file has %(size)s bytes; it must have at most %(most)s. Split it."),
            where="file",
            values={"size": len(data), "most": LARGEST_SHEET_BYTES},
        )
    if data.startswith(_OLD_EXCEL):
        raise Invalid(
            msgid("This is no XLSX: it is locked with a password or in the old XLS. Save it as XLSX."), where="file"
        )
    if data.startswith(_ZIP):
        lines = _numbered(read_workbook(data, most_columns=MOST_SHEET_COLUMNS))
        return Sheet(_header(lines), _limited(lines))
    text, encoding = decode(data, encoding)
    if _NO_TEXT.search(text):
        raise Invalid(NO_SHEET, where="file")
    if delimiter is not None and delimiter not in DELIMITERS:
        raise Invalid(msgid("The delimiter must be a comma, a semicolon, a tab or a vertical bar."), where="delimiter")
    chosen = delimiter or _guess_delimiter(text)
    lines = _numbered(_csv_rows(text, chosen))
    return Sheet(_header(lines), _limited(lines), encoding, chosen)


def _guess_delimiter(text: str) -> str:
    """The one that Excel's first line names, else the one by which most rows have as many cells as the first."""
    if named := _SEPARATOR.match(text):
        return named[1]

    def fit(delimiter: str) -> tuple[int, int]:
        sample = csv.reader(StringIO(text[:_SAMPLE_CHARACTERS], newline=""), delimiter=delimiter)
        widths = [len(row) for row in islice(filter(None, sample), _SAMPLE_ROWS)]
        return (widths.count(widths[0]), widths[0]) if widths and widths[0] > 1 else (0, 0)

    return max(DELIMITERS, key=fit)


def _csv_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    named = _SEPARATOR.match(text)
    if named:
        yield []  # a row as spreadsheet programs count them, and not ours
    reader = csv.reader(StringIO(text[named.end() if named else 0 :], newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise Invalid(
            msgid(
                "Line %(line)s cannot be read. A cell that holds a quotation mark or a line break stands between "
                "quotation marks, and each mark inside it is doubled."
            ),
            where=f"line {reader.line_num}",
            values={"line": str(reader.line_num)},
        ) from error


def _numbered(rows: Iterable[Iterable[str]]) -> Iterator[Line]:
    """The rows that are not blank, without the blank cells at their ends."""
    for number, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield Line(number, tuple(cells))


def _header(lines: Iterator[Line]) -> tuple[str, ...]:
    first = next(lines, None)
    if first is None:
        raise Invalid(msgid("The sheet is empty. Its first row names the columns."), where="file")
    if len(first.cells) > MOST_SHEET_COLUMNS:
        raise TooLarge(
            msgid("The first row has more than %(most)s columns. Remove those not needed."),
            where="file",
            values={"most": MOST_SHEET_COLUMNS},
        )
    return first.cells


def _limited(lines: Iterator[Line]) -> Iterator[Line]:
    yield from islice(lines, MOST_SHEET_ROWS)
    if next(lines, None) is not None:
        raise TooLarge(
            msgid("The sheet has more than %(most)s rows. Split it into several files."),
            where="file",
            values={"most": MOST_SHEET_ROWS},
        )
