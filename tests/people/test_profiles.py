from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from base import Invalid
from people import (
    Organisation,
    OrganisationKind,
    change_organisation,
    end_offices,
    join,
    leave,
    needs,
    positions,
    profiles,
)
from people.profiles import Belonging, Profile
from tests.people.conftest import MakeOrganisation, MakePerson
from tests.times import NOW

DAY = timedelta(days=1)
FACTS: dict[str, Any] = {"by": None, "reason": "a test", "now": NOW}
Do = Callable[..., Any]


def test_a_profile_is_what_somebody_does_needs_and_belongs_to(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Do, read: Do
) -> None:
    aygun, city, ngo = make_person(), make_organisation(), make_organisation("Union", kind=OrganisationKind.NGO)
    write(positions.hold_position, aygun.id, "planner", **FACTS)
    write(needs.say_needs, aygun.id, ["Energy", "water "], by=aygun.id, reason="said so", now=NOW)
    write(join, aygun.id, city.id, since=NOW - DAY, **FACTS)
    write(join, aygun.id, ngo.id, **FACTS)
    write(leave, aygun.id, ngo.id, **FACTS)
    assert read(profiles.profiles_of, [aygun.id]) == {
        aygun.id: Profile(
            frozenset({"planner"}),
            frozenset({"energy", "water"}),
            frozenset({Belonging(OrganisationKind.CITY, "AM")}),
        )
    }
    assert read(profiles.profiles_of, [aygun.id], as_of=NOW - 2 * DAY) == {aygun.id: Profile()}


def _move(write: Do, known: Organisation, country: str) -> None:
    said: dict[str, Any] = {"kind": known.kind, "parent_id": None, "themes": (), **FACTS}
    write(change_organisation, known.id, name=known.name, country=country, **said)


def test_people_are_found_by_all_that_is_asked_and_as_it_is_now(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Do, read: Do
) -> None:
    aygun, nino, ana = make_person(), make_person("Nino"), make_person("Ana")
    city, other = make_organisation(), make_organisation("Gori", country="GE")
    for each in (aygun, nino):
        write(positions.hold_position, each.id, "planner", **FACTS)
    for each, where in ((aygun, city), (nino, other), (ana, city)):
        write(join, each.id, where.id, **FACTS)
    like = profiles.persons_like
    assert read(like, position="planner") == sorted([aygun.id, nino.id])
    assert read(like, position="planner", country="AM") == [aygun.id]
    assert read(like, kind=OrganisationKind.CITY, country="AM") == sorted([aygun.id, ana.id])
    assert read(like, kind=OrganisationKind.NGO) == []
    _move(write, other, "AM")
    assert read(like, position="planner", country="AM") == sorted([aygun.id, nino.id])
    write(positions.end_position, aygun.id, "planner", **FACTS)
    assert read(like, position="planner", country="AM") == [nino.id]


def test_the_kind_and_the_country_are_those_of_one_organisation(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Do, read: Do
) -> None:
    aygun = make_person()
    for where in (make_organisation(), make_organisation("Union", kind=OrganisationKind.NGO, country="GE")):
        write(join, aygun.id, where.id, **FACTS)
    assert read(profiles.persons_like, kind=OrganisationKind.NGO, country="GE") == [aygun.id]
    assert read(profiles.persons_like, kind=OrganisationKind.NGO, country="AM") == []


def test_needs_said_anew_take_the_place_of_the_former_ones(make_person: MakePerson, write: Do, read: Do) -> None:
    aygun = make_person()
    for day, said in ((0, ["Energy"]), (1, ["water", "ENERGY"]), (2, ["water"]), (3, ["water"])):
        write(needs.say_needs, aygun.id, said, by=aygun.id, reason="said so", now=NOW + day * DAY)
    assert read(needs.needs_of, aygun.id) == {"water"}
    assert read(needs.needs_of, aygun.id, as_of=NOW + DAY) == {"water", "energy"}
    with pytest.raises(Invalid, match="At most 20 needs"):
        write(needs.say_needs, aygun.id, map(str, range(21)), by=aygun.id, reason="said so", now=NOW)


def test_whoever_is_erased_holds_and_needs_nothing_from_then_on(make_person: MakePerson, write: Do, read: Do) -> None:
    aygun = make_person()
    write(positions.hold_position, aygun.id, "planner", since=NOW - DAY, **FACTS)
    write(needs.say_needs, aygun.id, ["energy"], by=aygun.id, reason="said so", now=NOW)
    write(needs.say_calling, aygun.id, "mayor", by=aygun.id, reason="said so", now=NOW)
    for _ in range(2):
        write(end_offices, aygun.id, by=None, reason="erased", now=NOW + DAY)
    assert read(profiles.profiles_of, [aygun.id]) == {aygun.id: Profile()}
    assert read(needs.calling_of, aygun.id) == frozenset()
    assert read(positions.positions_of, aygun.id, as_of=NOW) == {"planner"}
    assert len(read(positions.position_rows, aygun.id)) == 2


def test_what_somebody_says_that_they_do_is_no_position(make_person: MakePerson, write: Do, read: Do) -> None:
    aygun = make_person()
    for said in ("mayor", "Planner"):
        write(needs.say_calling, aygun.id, said, by=aygun.id, reason="said so", now=NOW)
    assert read(needs.calling_of, aygun.id) == {"planner"}
    assert read(positions.positions_of, aygun.id) == frozenset()
    write(needs.say_calling, aygun.id, "", by=aygun.id, reason="said so", now=NOW)
    assert read(needs.calling_of, aygun.id) == frozenset()
