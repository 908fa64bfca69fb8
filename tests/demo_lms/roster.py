"""Who is in the course, as Moodle 4.5 has it; a test changes it, or makes it as other platforms are."""

from dataclasses import dataclass, field
from typing import Any

from tests.demo_lms.cast import CAST, Person


@dataclass
class Roster:
    """The members, and every change in its order.

    `limit_held` is what a page holds at most whatever is asked; `extra` are entries as they stand, for what mangles
    them. `tells_differences` and `runs_in_circles` are as some platforms are, and none should be.
    """

    entries: dict[str, dict[str, Any]] = field(default_factory=lambda: {each.id: entry(each) for each in CAST})
    extra: list[Any] = field(default_factory=list)
    limit_held: int = 1000
    tells_differences: bool = False
    runs_in_circles: bool = False
    changes: list[dict[str, Any]] = field(default_factory=list)

    def add(self, *people: Person, **changed: Any) -> None:
        """Enrol people, or change what is told of them."""
        for each in people:
            self.entries[each.id] = entry(each) | changed
            self.changes.append(self.entries[each.id])

    def remove(self, *people: Person) -> None:
        """Moodle forgets who is no member; a list of differences says it."""
        for each in people:
            gone = self.entries.pop(each.id)
            self.changes.append(gone | {"status": "Deleted"})

    def listed(self, role: str) -> list[Any]:
        """All members, or those of one role, which may be asked for by its short name or its URI."""
        wanted = role.rpartition("#")[2]
        return [each for each in [*self.entries.values(), *self.extra] if wanted in {"", *_roles(each)}]

    def changed_since(self, number: int) -> list[dict[str, Any]]:
        """The newest of each member whom a change from `number` on concerns."""
        return list({each["user_id"]: each for each in self.changes[number:]}.values())


def entry(person: Person) -> dict[str, Any]:
    """What is told of a member. Moodle sends short roles here, and URIs in launches."""
    return {
        "user_id": person.id,
        "status": "Active",
        "roles": [person.role.value],
        "name": person.name,
        "given_name": person.given_name,
        "family_name": person.family_name,
    }


def _roles(each: Any) -> list[str]:
    return each.get("roles", []) if isinstance(each, dict) else []
