import csv
from io import StringIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import json
from sqlalchemy import Connection, select

from base import Database, Invalid, settle_installation
from lrs import (
    Imported,
    JsonPath,
    Line,
    LineFault,
    Selection,
    as_csv,
    as_json_lines,
    csv_head,
    import_lines,
    next_exported,
    parse_paths,
    parse_statements,
    statements_of_agents,
    store_statements,
)
from lrs.browsing.json_paths import cells
from lrs.browsing.selection import EVERYTHING
from lrs.tables.statements import statements
from tests.lrs.attachments import make_attachment
from tests.lrs.makers import (
    COMPLETED,
    DAVIT,
    FIRST,
    LMS,
    OTHER,
    SECOND,
    THIRD,
    VOIDED,
    body,
    make_reference,
    make_statement,
)
from tests.lrs.service import IRI
from tests.times import NOW


def lines_of(data: bytes, first: int = 1) -> list[Line]:
    return [Line(number, raw) for number, raw in enumerate(data.splitlines(keepends=True), first)]


async def kept(db: Database, *sent: dict[str, Any], authority: Any = LMS) -> None:
    await db.write(settle_installation, IRI, now=NOW)
    await db.write(
        store_statements, parse_statements(json.encode(list(sent))), authority=authority, now=NOW, voids_any=True
    )


async def exported(db: Database, selection: Selection = EVERYTHING, *, limit: int = 2, voided: bool = True) -> bytes:
    data, after = b"", 0
    while (stretch := await db.read(next_exported, selection, after=after, voided=voided, limit=limit)).through > after:
        data += as_json_lines(stretch.statements)
        after = stretch.through
    return data


def payloads(conn: Connection) -> list[tuple[Any, ...]]:
    rows = conn.execute(select(statements.c.id, statements.c.voided, statements.c.payload).order_by(statements.c.seq))
    return [(row.id, row.voided, _lasting(row.payload)) for row in rows]


def _lasting(payload: bytes) -> dict[str, Any]:
    """All but the time of storing."""
    statement: dict[str, Any] = json.decode(payload)
    del statement["stored"]
    return statement


async def clean(db: Database) -> None:
    await db.write(_forget_statements)


def _forget_statements(conn: Connection) -> None:
    """Empty the log, as a database that was just made."""
    for table in reversed(statements.metadata.sorted_tables):
        if table.name.startswith("lrs_"):
            conn.execute(table.delete())


async def test_lines_are_the_statements_in_the_order_of_storing(db: Database) -> None:
    spaced = b'[{"id":"%b",\n "actor":{"mbox":\r\n"mailto:a@example.org"},"verb":{"id":"%b"},"object":{"id":"x:y"}}]'
    await kept(db, make_statement(id=FIRST), make_statement(id=SECOND))
    raw = spaced % (THIRD.encode(), COMPLETED.encode())
    await db.write(store_statements, parse_statements(raw), authority=LMS, now=NOW)
    data = await exported(db)
    assert data.count(b"\n") == 3
    assert [json.decode(line)["id"] for line in data.splitlines()] == [FIRST, SECOND, THIRD]


async def test_selection_and_voided_ones(db: Database) -> None:
    await kept(db, make_statement(id=FIRST), make_reference(FIRST, id=SECOND, verb=VOIDED), make_statement(id=THIRD))
    ids = [json.decode(line)["id"] for line in (await exported(db, voided=False)).splitlines()]
    assert ids == [SECOND, THIRD]
    chosen = await exported(db, Selection(agent="account::https://lms.example.org::davit"))
    assert [json.decode(line)["id"] for line in chosen.splitlines()] == [SECOND]


async def test_export_and_import_into_a_clean_database_give_equal_statements(db: Database) -> None:
    await kept(db, make_statement(id=FIRST), make_reference(FIRST, id=SECOND, verb=VOIDED), make_reference(FIRST))
    await kept(
        db, make_statement(actor=DAVIT, result={"score": {"raw": 1.10, "max": 12345678901234567890}}), authority=OTHER
    )
    before, data = await db.read(payloads), await exported(db)
    await clean(db)
    first = await db.write(import_lines, lines_of(data), keeps_authority=True, now=NOW)
    assert (first.new, first.equal, first.faults) == (4, 0, ())
    assert await db.read(payloads) == before
    again = await db.write(import_lines, lines_of(data), keeps_authority=True, now=NOW)
    assert (again.new, again.equal, again.faults) == (0, 4, ())


async def test_a_statement_whose_file_is_here_is_passed_over_and_elsewhere_refused(db: Database) -> None:
    with_file = make_statement(id=FIRST, attachments=[make_attachment(b"a report")])
    incoming = parse_statements(body(with_file, make_statement(id=SECOND)), files_follow=True)
    await db.write(settle_installation, IRI, now=NOW)
    await db.write(store_statements, incoming, authority=OTHER, now=NOW)
    data = await exported(db)
    again = await db.write(import_lines, lines_of(data), keeps_authority=True, now=NOW)
    assert (again.new, again.equal, again.faults) == (0, 2, ())
    await clean(db)
    elsewhere = await db.write(import_lines, lines_of(data), keeps_authority=True, now=NOW)
    assert (elsewhere.new, elsewhere.refused) == (1, 1)
    assert "fileUrl" in elsewhere.faults[0].error


text = st.text(st.characters(codec="utf-8"), max_size=8)
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(anything, min_size=1, max_size=5))
def test_any_extension_survives_export_and_import(runner: Any, db: Database, values: list[Any]) -> None:
    async def there_and_back() -> None:
        await clean(db)
        await kept(db, *(make_statement(context={"extensions": {"https://example.org/x": one}}) for one in values))
        before, data = await db.read(payloads), await exported(db)
        await clean(db)
        assert (await db.write(import_lines, lines_of(data), keeps_authority=True, now=NOW)).refused == 0
        assert await db.read(payloads) == before

    runner.run(there_and_back())


async def test_every_line_is_stored_or_told_and_holds_up_no_other(db: Database) -> None:
    await kept(db, make_statement(id=FIRST))
    data = b"\n".join(
        [
            json.encode(make_statement(id=SECOND)),
            b"",
            b"{",
            json.encode(make_statement(id=FIRST, actor=DAVIT)),
            json.encode({"id": THIRD}),
            json.encode(make_statement(id=SECOND)),
            json.encode(make_statement(id=THIRD)),
        ]
    )
    took = await db.write(import_lines, lines_of(data), keeps_authority=False, now=NOW)
    assert (took.new, took.equal, took.refused) == (2, 1, 3)
    assert [fault.line for fault in took.faults] == [3, 4, 5]
    assert "says something else" in took.faults[1].error
    (second,) = [one for one in await db.read(_stored_by_import) if str(one) == SECOND]
    assert str(second) == SECOND


def _stored_by_import(conn: Connection) -> list[Any]:
    mine = statements_of_agents(conn, ["mbox::mailto:aygun@example.org"])
    return [one.id for one in mine if one.authority == f"account::{IRI}::import"]


async def test_lines_without_ids_are_stored_once_however_often_the_file_comes(db: Database) -> None:
    await db.write(settle_installation, IRI, now=NOW)
    data = (json.encode(make_statement()) + b"\n") * 3
    first = await db.write(import_lines, lines_of(data), keeps_authority=False, now=NOW)
    again = await db.write(import_lines, lines_of(data), keeps_authority=False, now=NOW)
    assert (first.new, again.new, again.equal) == (3, 0, 3)


async def test_dry_run_tells_what_would_come_of_it_and_keeps_nothing(db: Database) -> None:
    await kept(db, make_statement(id=FIRST))
    data = b"\n".join(map(json.encode, (make_statement(id=FIRST), make_statement(id=SECOND), {})))
    took = await db.write(import_lines, lines_of(data), keeps_authority=False, dry_run=True, now=NOW)
    assert (took.new, took.equal, took.refused) == (1, 1, 1)
    assert len(await db.read(payloads)) == 1


def test_only_the_first_faults_are_held() -> None:
    one = Imported(1, 0, 150, tuple(LineFault(n, "x") for n in range(150)))
    both = one + one
    assert (both.new, both.refused, len(both.faults)) == (2, 300, 200)


EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"]


def test_no_value_of_a_table_becomes_a_formula() -> None:
    raw = [json.encode({"actor": {"name": name}, "n": -1.50, "x": {"-a": name}}) for name in EVIL]
    paths = parse_paths("actor.name,n,x")
    chosen = [_Chosen(one) for one in raw]
    text = (csv_head(paths) + as_csv(chosen, paths)).decode("utf-8-sig")  # type: ignore[arg-type]  # only raw is read
    rows = list(csv.reader(StringIO(text, newline="")))
    assert rows[0] == ["actor.name", "n", "x"]
    assert [row[0] for row in rows[1:]] == [f"'{name}" for name in EVIL]
    assert {row[1] for row in rows[1:]} == {"-1.5"}


class _Chosen:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw


def test_paths_lead_to_members_places_and_extensions() -> None:
    raw = json.encode(
        {
            "actor": {"mbox": "mailto:a@example.org"},
            "verb": {"display": {"en-US": "did"}},
            "result": {"success": False, "score": {"scaled": 0.5}},
            "context": {
                "extensions": {'https://x.example/a,"b"': [1, {"c": None}]},
                "contextActivities": {"parent": [{"id": "x:y"}]},
            },
        }
    )
    columns = (
        "actor.mbox, verb.display.en-US,result.success,result.score.scaled,"
        r'context.extensions["https://x.example/a,\"b\""],context.contextActivities.parent[0].id,'
        "context.contextActivities.parent[1].id,actor.mbox.x,nothing"
    )
    assert cells(raw, parse_paths(columns)) == [
        "mailto:a@example.org",
        "did",
        "false",
        0.5,
        '[1,{"c":null}]',
        "x:y",
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    "columns", ["", " , ", "a..b", "a[", "a[x]", '"a"', '["a"]', "a b", ".a", "a.", ",".join("a" * 101)]
)
def test_what_is_no_path_is_refused(columns: str) -> None:
    with pytest.raises(Invalid):
        parse_paths(columns)


def test_path_is_a_value() -> None:
    assert parse_paths("a[0].b") == (JsonPath("a[0].b", ("a", 0, "b")),)
