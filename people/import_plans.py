"""What is to become of a row, what became of it, and what the dry run tells."""

from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar
from uuid import UUID

import msgspec

from base import msgid
from people.import_rows import Fault, OrganisationRow, PersonRow
from people.organisations import Organisation
from people.permissions import Role

R = TypeVar("R", PersonRow, OrganisationRow)

UNKNOWN_ORGANISATION = msgid("There is no such organisation. Add it first.")
SEVERAL_ORGANISATIONS = msgid("Several organisations have this name. Enter the country too.")
OTHER_NAME = msgid("This belongs to somebody with another name.")
OTHER_PERSON = msgid("This belongs to somebody else than the rest of the row.")
NOT_YOURS = msgid("You may not add anybody here.")


class Outcome(StrEnum):
    """What a row would do or has done; PERHAPS waits for a human, CONFIRMED was found by one to be somebody new."""

    ADD = "add"
    CHANGE = "change"
    UNCHANGED = "unchanged"
    PERHAPS = "perhaps"
    CONFIRMED = "confirmed"
    FAULT = "fault"


APPLICABLE = frozenset({Outcome.ADD, Outcome.CHANGE, Outcome.CONFIRMED})


class Plan(msgspec.Struct, Generic[R], frozen=True):
    """One row against the registry: who or what it is about where that is known, and what it would add there."""

    number: int
    row: R
    outcome: Outcome
    subject_id: UUID | None = None
    organisation_id: UUID | None = None
    joins: bool = False
    roles: tuple[Role, ...] = ()
    positions: tuple[str, ...] = ()
    language: str = "en"
    fault: Fault | None = None

    @property
    def is_new(self) -> bool:
        """Whether the row adds somebody or something that nobody knows yet."""
        return self.outcome in {Outcome.ADD, Outcome.CONFIRMED}


PlannedRow: TypeAlias = Plan[PersonRow] | Plan[OrganisationRow]
"""A plan of a table of either kind."""


class Done(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a row added to the register: enough to take it back, and nothing personal."""

    subject_id: UUID
    added: bool = False
    organisation_id: UUID | None = None
    joined: bool = False
    roles: tuple[Role, ...] = ()
    positions: tuple[str, ...] = ()
    before: Organisation | None = None
    domains: tuple[str, ...] = ()


class Namesake(msgspec.Struct, frozen=True):
    """A row that is perhaps about somebody we know."""

    number: int
    name: str
    subject_id: UUID


class Report(msgspec.Struct, frozen=True):
    """What the dry run found; of faults and namesakes the first, and how many there are."""

    counts: dict[Outcome, int]
    faults: tuple[Fault, ...]
    fault_count: int
    namesakes: tuple[Namesake, ...]
    ignored: tuple[str, ...]
