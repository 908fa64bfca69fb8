import csv
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from base import Invalid, TooLarge, read_sheet, write_csv, write_xlsx
from base.sheets import LARGEST_SHEET_BYTES, MOST_SHEET_ROWS
from base.workbooks import LARGEST_UNPACKED_BYTES

AZ = "Ad,Şəhər\nAygün Əliyeva,Gəncə\nElçin Məmmədov,Şuşa\n"
TURKISH = "Ad;Şehir\nElçin Aliyev;Şuşa\nGülnarə;Bakı\n".replace("ə", "e")
RU = "Имя;Город\nИван Петров;Кишинёв\nОльга;Баку\n"
UK = "Ім'я;Місто\nЄвген Їжак;Київ\nОля;Ґорохів\n"
RO = "Nume;Oraș\nÎon Râșcanu;Bălți\nElena;Hîncești\n"
WESTERN = "Name,City\nJosé Müller,Malmö\nRené,Île\n"
KA = "სახელი,ქალაქი\nნინო ბერიძე,ქუთაისი\n"
HY = "Անուն,Քաղաք\nՆարեկ,Գյումրի\n"


def workbook(*rows: tuple[Any, ...]) -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    data = BytesIO()
    made.save(data)
    return data.getvalue()


def repacked(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The archive again, each member as `change` makes it."""
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return changed.getvalue()


@pytest.mark.parametrize(
    ("text", "written", "guessed"),
    [
        (AZ, "utf-8", "utf-8"),
        (AZ, "utf-8-sig", "utf-8"),
        (KA, "utf-16", "utf-16-le"),
        (HY, "utf-16-be", "utf-16-be"),
        (AZ, "utf-16-le", "utf-16-le"),
        (RU, "utf-16-be", "utf-16-be"),
        (RU, "windows-1251", "windows-1251"),
        (UK, "windows-1251", "windows-1251"),
        (TURKISH, "windows-1254", "windows-1254"),
        (WESTERN, "windows-1252", "windows-1252"),
        ("Name,City\nJohn,Leeds\n", "ascii", "utf-8"),
    ],
)
def test_the_encoding_is_guessed_and_shown(text: str, written: str, guessed: str) -> None:
    sheet = read_sheet(text.encode(written))
    assert sheet.encoding == guessed
    read = [sheet.header, *(line.cells for line in sheet.rows)]
    assert read == [tuple(row) for row in csv.reader(StringIO(text), delimiter=sheet.delimiter or "")]


def test_letters_that_come_late_in_a_long_file_still_tell_its_encoding() -> None:
    text = "Name;City\n" + "John;Leeds\n" * 20_000 + "Иван;Баку\n"
    assert read_sheet(text.encode("windows-1251")).encoding == "windows-1251"


def test_the_operator_overrides_the_guess() -> None:
    data = "Name;City\nÀ;É\n".encode("windows-1252")
    assert read_sheet(data).encoding == "windows-1251"  # single letters could be either
    assert [line.cells for line in read_sheet(data, encoding="windows-1252").rows] == [("À", "É")]
    assert read_sheet(b"a;b,c\n", delimiter=",").header == ("a;b", "c")


def test_a_wrong_encoding_is_refused_with_its_place_and_a_cure() -> None:
    with pytest.raises(Invalid, match="not in utf-8: byte 1 does not fit"):
        read_sheet("Имя".encode("windows-1251"), encoding="utf-8")
    with pytest.raises(Invalid, match="it must be one of utf-8"):
        read_sheet(b"a", encoding="rot13")


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ('a;b\n"1,5";2\n2,5;3\n', ";"),
        ("a\tb\n1\t2,5\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ("alone\n1\n", ","),
        ("sep=;\r\na;b\r\n", ";"),
    ],
)
def test_the_delimiter_is_guessed_and_shown(text: str, delimiter: str) -> None:
    assert read_sheet(text.encode()).delimiter == delimiter


def test_rows_keep_the_numbers_that_spreadsheet_programs_show() -> None:
    sheet = read_sheet(b'sep=,\n\nname,city\n\n"Two\nlines",Gori,,\n , ,\nNino,\n')
    assert sheet.header == ("name", "city")
    assert list(sheet.rows) == [(5, ("Two\nlines", "Gori")), (7, ("Nino",))]


def test_xlsx_is_read_as_text_and_its_formulas_are_not_evaluated() -> None:
    data = workbook(
        ("name", "value"),
        ("=1+1", 12.0),
        ('=HYPERLINK("https://evil.example")', datetime(2026, 11, 22)),  # noqa: DTZ001 (a sheet knows no zones)
        (ArrayFormula("A4", "=SUM(B1:B2)"), 2.5),
        (None, None),
        (True, datetime(2026, 11, 22, 9, 30)),  # noqa: DTZ001 (likewise)
    )
    sheet = read_sheet(data)
    assert (sheet.header, sheet.encoding, sheet.delimiter) == (("name", "value"), None, None)
    assert list(sheet.rows) == [
        (2, ("=1+1", "12")),
        (3, ('=HYPERLINK("https://evil.example")', "2026-11-22")),
        (4, ("=SUM(B1:B2)", "2.5")),
        (6, ("TRUE", "2026-11-22T09:30:00")),
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The sheet is empty"),
        (b"\xef\xbb\xbf\r\n ,\r\n", "The sheet is empty"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "old XLS"),
        (b"%PDF-1.7\n\x00\x01\x02\x93binary", "not a sheet"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not a sheet"),
        (b"PK\x03\x04 but no archive", "damaged or was cut short"),
        (workbook(("name",), ("Nino",))[:-300], "damaged or was cut short"),
        (workbook(("name",))[:700], "damaged or was cut short"),
        (repacked(workbook(("name",)), lambda name, data: data[:-9] if "sheet1" in name else data), "cut short"),
        (repacked(workbook(("name",)), lambda _, data: data.replace(b'r="1"', b'r="x"')), "damaged"),
    ],
)
def test_what_is_no_sheet_is_refused_and_the_message_says_what_to_do(data: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        list(read_sheet(data).rows)


def test_a_quotation_mark_out_of_place_is_refused_with_its_line() -> None:
    with pytest.raises(Invalid, match="Line 3 cannot be read") as refused:
        list(read_sheet(b'name,city\nNino,Gori\nAna,"Old" town\n').rows)
    assert refused.value.where == "line 3"


@pytest.mark.parametrize(
    "entity",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "https://evil.example/x.dtd">',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_workbook_with_entities_is_refused_before_it_is_read(entity: str, encoding: str) -> None:
    def declare(name: str, data: bytes) -> bytes:
        if name != "xl/workbook.xml":
            return data
        root = data.decode().partition("?>")[2] or data.decode()
        return f'<?xml version="1.0" encoding="{encoding}"?>{" " * 9000}{entity}{root}'.encode(encoding)

    with pytest.raises(Invalid, match="declares XML entities"):
        list(read_sheet(repacked(workbook(("name",), ("Nino",)), declare)).rows)


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/workbook.xml", "w") as member:
        for _ in range(LARGEST_UNPACKED_BYTES // 2**20 + 1):
            member.write(b" " * 2**20)
    assert len(bomb.getvalue()) < 200_000
    with pytest.raises(TooLarge, match="unpacks to"):
        read_sheet(bomb.getvalue())


def test_a_row_that_lies_about_its_number_ends_the_reading() -> None:
    far = repacked(workbook(("name",), ("Nino",)), lambda _, data: data.replace(b'<row r="2"', b'<row r="9999999999"'))
    with pytest.raises(TooLarge, match="claims more than 1,048,576 rows"):
        list(read_sheet(far).rows)


def test_a_hundred_thousand_rows_are_taken_and_one_more_is_not() -> None:
    most = b"name\n" + b"Nino\n" * MOST_SHEET_ROWS
    assert sum(1 for _ in read_sheet(most).rows) == 100_000
    with pytest.raises(TooLarge, match="more than 100,000 rows"):
        list(read_sheet(most + b"Ana\n").rows)


def test_what_is_larger_than_ten_megabytes_or_wider_than_two_hundred_columns_is_refused() -> None:
    with pytest.raises(TooLarge, match="at most 10,485,760"):
        read_sheet(b"x" * (LARGEST_SHEET_BYTES + 1))
    for wide in (b",".join([b"x"] * 201), workbook(("x",) * 300)):
        with pytest.raises(TooLarge, match="more than 200 columns"):
            read_sheet(wide)


DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1")


def test_cells_given_out_as_csv_cannot_become_formulas() -> None:
    written = b"".join(write_csv(["name", "=n"], [*((cell, -1) for cell in DANGEROUS), ("a,b", None)]))
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(written.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["name", "'=n"]
    assert [row[0] for row in rows[1:]] == [*(f"'{cell}" for cell in DANGEROUS), "a,b"]
    assert rows[1][1] == "-1"


def test_cells_given_out_as_xlsx_cannot_become_formulas() -> None:
    data = write_xlsx(["name"], [*((cell,) for cell in DANGEROUS), ("a\x01b",), (-1.5,)], title="Who/what")
    sheet = load_workbook(BytesIO(data)).active
    assert sheet is not None
    assert sheet.title == "Who what"
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert "f" not in {cell.data_type for cell in cells}
    assert [cell.value for cell in cells[:4]] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)"]
    assert [cell.value for cell in cells[-2:]] == ["ab", -1.5]


def test_what_is_written_is_read_back() -> None:
    rows = [(f"Ада {number}", "Київ") for number in range(1200)]
    for data in (b"".join(write_csv(["name", "city"], rows)), write_xlsx(["name", "city"], rows, title="People")):
        sheet = read_sheet(data)
        assert sheet.header == ("name", "city")
        assert [line.cells for line in sheet.rows] == rows
