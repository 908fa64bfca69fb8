"""People to try things on."""

from datetime import datetime

from sqlalchemy import Connection

from people import Account, Person, add_person, admit
from tests.times import NOW

MOODLE = "https://moodle.example"


def on_paper(conn: Connection, full_name: str | None = "Aygün", *, now: datetime = NOW) -> Person:
    """Somebody known by name alone, as from a paper list."""
    return add_person(conn, full_name=full_name, language="az", now=now)


def arrive(conn: Connection, name: str, home_page: str = MOODLE, *, now: datetime = NOW) -> Person:
    """Whoever has this account in an LMS."""
    return admit(conn, Account(home_page, name), full_name="Aygün", language="az", now=now)
