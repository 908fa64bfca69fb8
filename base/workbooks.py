"""XLSX files as rows of text, read as what they are: archives from strangers that hold XML."""

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, NoReturn
from xml.parsers import expat

from openpyxl import load_workbook

from base.errors import Invalid, TooLarge
from base.words import msgid

LARGEST_UNPACKED_BYTES = 80 * 1024 * 1024
_MOST_MEMBERS = 1000
_LAST_ROW = 1_048_576  # of any sheet in Excel; what claims more was not written by a spreadsheet program
_CHUNK_BYTES = 256 * 1024

# The library answers whatever is wrong inside a workbook with whichever of these it stumbles upon.
_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


def read_workbook(data: bytes, *, most_columns: int) -> Iterator[list[str]]:
    """The rows of the first sheet, formulas as the text that was typed; cells beyond `most_columns` count as one.

    Raises Invalid for what is no XLSX, is cut short or declares XML entities, and TooLarge for what unpacks to more
    than the limit.
    """
    try:
        _require_harmless(data)
        workbook = load_workbook(BytesIO(data), read_only=True, keep_vba=False, keep_links=False)
        if not workbook.worksheets:
            raise Invalid(msgid("The workbook has no sheet."), where="file")
        sheet: Any = workbook.worksheets[0]
        sheet.reset_dimensions()  # what a sheet says of its own size need not be true
        for number, row in enumerate(sheet.iter_rows(max_col=most_columns + 1, values_only=True), 1):
            if number > _LAST_ROW:
                raise TooLarge(
                    msgid("The sheet claims more than %(most)s rows."), where="file", values={"most": _LAST_ROW}
                )
            yield [] if row.count(None) == len(row) else [_text(value) for value in row]
    except _BROKEN as error:
        raise Invalid(
            msgid(
                "The file cannot be read as XLSX: it is damaged or was cut short. "
                "Open it, save it again, and send that."
            ),
            where="file",
        ) from error


def _require_harmless(data: bytes) -> None:
    """Raises TooLarge for an archive that unpacks to too much, and Invalid where any member declares a document type.

    No member can unpack to more than the archive's directory says: the zip reader stops there and finds it damaged.
    """
    with zipfile.ZipFile(BytesIO(data)) as archive:
        members = archive.infolist()
        unpacked = sum(member.file_size for member in members)
        if len(members) > _MOST_MEMBERS or unpacked > LARGEST_UNPACKED_BYTES:
            raise TooLarge(
                msgid(
                    "The workbook unpacks to %(size)s bytes in %(parts)s parts; it must be at most %(most)s in "
                    "%(most_parts)s. Copy the rows into a new workbook."
                ),
                where="file",
                values={
                    "size": unpacked,
                    "parts": len(members),
                    "most": LARGEST_UNPACKED_BYTES,
                    "most_parts": _MOST_MEMBERS,
                },
            )
        for member in members:
            _require_plain_xml(archive, member)


def _require_plain_xml(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Only a document type can bring entities (XML 1.0, 4.2), and no spreadsheet program writes one.

    Pictures and the like are no XML and end the parser at once; that is no fault of theirs.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        with archive.open(member) as file:
            while chunk := file.read(_CHUNK_BYTES):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        if member.filename.lower().endswith((".xml", ".rels")):
            raise ValueError(f"{member.filename} is no XML") from error


def _refuse_doctype(*_: object) -> NoReturn:
    raise Invalid(
        msgid("The workbook declares XML entities, which no spreadsheet program does. It is refused."), where="file"
    )


def _text(value: object) -> str:
    """The value as somebody would type it: dates as in ISO 8601, whole numbers without a point."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() | date() | time():
            return value.isoformat().removesuffix("T00:00:00")
        case _:
            return str(getattr(value, "text", value))  # an array formula is an object that holds its text
