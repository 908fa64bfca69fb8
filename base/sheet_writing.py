"""Tables that we give out, as CSV and XLSX, in which no cell can become a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Cell = str | int | float | bool | None

_ROWS_A_CHUNK = 500
# OWASP, "CSV Injection"; the wide forms of the signs are taken as signs by some programs too.
_ACTS = re.compile(r"[=+\-@\t\r\n＝＋－＠]")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The table as CSV (RFC 4180) in pieces, in UTF-8 with the mark by which Excel knows it."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow([neutral(name) for name in header])
    for number, row in enumerate(rows, 1):
        writer.writerow([neutral(cell) for cell in row])
        if number % _ROWS_A_CHUNK == 0:
            yield _taken(text)
    yield _taken(text)


def csv_lines(rows: Iterable[Sequence[Cell]]) -> bytes:
    """More rows of a table that `write_csv` began, for what is too long to be held at once."""
    text = StringIO(newline="")
    csv.writer(text).writerows([neutral(cell) for cell in row] for row in rows)
    return _taken(text)


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str) -> bytes:
    """The table as a workbook of one sheet, called `title`."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31])  # ECMA-376 Part 1, 18.2.19
    sheet.freeze_panes = "A2"
    sheet.append([_writable(name) for name in header])
    for row in rows:
        sheet.append([_writable(cell) for cell in row])
    data = BytesIO()
    workbook.save(data)
    return data.getvalue()


def neutral(cell: Cell) -> Cell:
    """The cell with an apostrophe before a text that a spreadsheet program would take for a formula."""
    return f"'{cell}" if isinstance(cell, str) and _ACTS.match(cell) else cell


def _writable(cell: Cell) -> Cell:
    """Also without the control characters that XML cannot hold (XML 1.0, 2.2)."""
    return neutral(ILLEGAL_CHARACTERS_RE.sub("", cell)) if isinstance(cell, str) else cell


def _taken(text: StringIO) -> bytes:
    written = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return written
