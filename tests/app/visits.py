"""Visits to show pages to."""

from uuid import UUID

from app.visit import Visit
from people import NETWORK, Account, Grant, Person, Role
from people.permissions import oneself
from tests.times import NOW

ID = UUID("0b9f4f0e-8c5a-4a53-9d7a-2f6f1f1f0001")
FRAME = "Qm9vay1vZi1mcmFtZXM"


def visit(language: str, *roles: Role, frame: str | None = None, path: str = "/") -> Visit:
    """A visit by somebody with these roles; by nobody when there are none."""
    person = Person(ID, "Aygün Əliyeva", language, Account("http://127.0.0.1:8000", "x")) if roles else None
    grants = frozenset(Grant(role, oneself(ID) if role is Role.LEARNER else NETWORK) for role in roles)
    return Visit(person, grants, language, frame, path, NOW)
