"""Names that nobody knew before there was a list of them stand in it after the upgrade."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from app.migrating import change_schema, upgrade
from tests.app.places import Place, empty_place

KNOWN = "account::https://lms.example::4711"
UNKNOWN = "account::https://lms.example::4712"
FACTS = [
    (1, KNOWN, "https://x.example/a", 10),
    (2, UNKNOWN, "https://x.example/b", 20),
    (3, UNKNOWN, "https://x.example/b", 30),
]


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with empty_place(request.param, tmp_path, request) as empty:
        yield empty


def upgraded(conn: Connection) -> list[tuple[str, str, UUID, int]]:
    """The rows of the list, where facts had been kept before."""
    upgrade(conn, "0012")
    account = {"id": _stored(conn, 9), "home_page": "https://lms.example", "name": "4711"}
    conn.execute(text("INSERT INTO accounts (id, home_page, name) VALUES (:id, :home_page, :name)"), account)
    for number, agent, activity, known_at in FACTS:
        fact = {"id": _stored(conn, number), "agent": agent, "activity": activity, "known_at": known_at}
        conn.execute(
            text(
                "INSERT INTO facts (statement_id, kind, agent, activity, at, known_at, authority)"
                " VALUES (:id, 'passed', :agent, :activity, :known_at, :known_at, 'x')"
            ),
            fact,
        )
    upgrade(conn, "0013")
    rows = conn.execute(text("SELECT kind, name, statement_id, known_at FROM unmatched ORDER BY kind, name")).all()
    return [(row.kind, row.name, UUID(str(row.statement_id)), row.known_at) for row in rows]


def _stored(conn: Connection, number: int) -> str:
    """A UUID as the database keeps it."""
    made = UUID(int=number)
    return str(made) if conn.dialect.name == "postgresql" else made.hex


def test_names_of_facts_that_were_kept_before_stand_in_the_list_with_their_first_statement(place: Place) -> None:
    assert change_schema(place.url, upgraded) == [
        ("activity", "https://x.example/a", UUID(int=1), 10),
        ("activity", "https://x.example/b", UUID(int=2), 20),
        ("agent", UNKNOWN, UUID(int=2), 20),
    ]
