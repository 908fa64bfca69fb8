"""People and organisations that many tests begin with."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from base import settle_installation
from people import Organisation, OrganisationKind, Person, add_organisation, add_person
from tests.times import NOW

MakePerson = Callable[..., Person]
MakeOrganisation = Callable[..., Organisation]


@pytest.fixture
def make_person(write: Callable[..., Any]) -> MakePerson:
    """Adds somebody; all that is not given does not matter."""
    write(settle_installation, "https://learn.example", now=NOW)

    def make(full_name: str | None = "Aygün Əliyeva", language: str = "az") -> Person:
        added: Person = write(add_person, full_name=full_name, language=language, now=NOW)
        return added

    return make


@pytest.fixture
def make_organisation(write: Callable[..., Any]) -> MakeOrganisation:
    """Registers a city; all that is not given does not matter."""

    def make(
        name: str = "Gyumri",
        *,
        kind: OrganisationKind = OrganisationKind.CITY,
        country: str = "AM",
        parent_id: UUID | None = None,
        **rest: Any,
    ) -> Organisation:
        facts = {"by": None, "reason": "a test", "now": NOW} | rest
        added: Organisation = write(
            add_organisation, name=name, kind=kind, country=country, parent_id=parent_id, **facts
        )
        return added

    return make
