from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from base import Conflict, Invalid
from people import focal_points_of, name_focal_point, relieve_focal_point, themes_of
from tests.people.conftest import MakeOrganisation, MakePerson
from tests.times import NOW

DAY = timedelta(days=1)
FACTS: dict[str, Any] = {"by": None, "reason": "a test", "now": NOW}


def test_a_theme_may_have_several_focal_points_and_a_person_several_themes(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    aygun, nino, city = make_person(), make_person("ნინო"), make_organisation()
    for each, theme in ((aygun, "Energy"), (nino, "energy"), (aygun, "water")):
        write(name_focal_point, each.id, city.id, theme, since=NOW - 9 * DAY, **FACTS)
    write(relieve_focal_point, aygun.id, city.id, "ENERGY", since=NOW - DAY, **FACTS)

    def points(**moments: Any) -> list[tuple[object, str]]:
        return [(each.person_id, each.theme) for each in read(focal_points_of, city.id, **moments)]

    assert points() == [(nino.id, "energy"), (aygun.id, "water")]
    assert points(as_of=NOW - 2 * DAY) == [(aygun.id, "energy"), (nino.id, "energy"), (aygun.id, "water")]
    assert points(as_of=NOW - 2 * DAY, known_at=NOW - 2 * DAY) == []


def test_a_theme_must_be_named(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any]
) -> None:
    with pytest.raises(Invalid, match="theme is empty"):
        write(name_focal_point, make_person().id, make_organisation().id, " ", **FACTS)


def test_whoever_is_no_focal_point_cannot_be_relieved(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    aygun, city = make_person(), make_organisation()
    write(name_focal_point, aygun.id, city.id, "energy", **FACTS)
    with pytest.raises(Conflict):
        write(relieve_focal_point, aygun.id, city.id, "water", **FACTS)
    write(relieve_focal_point, aygun.id, city.id, "energy", **FACTS)
    with pytest.raises(Conflict):
        write(relieve_focal_point, aygun.id, city.id, "energy", **FACTS)


def test_a_person_is_asked_for_their_themes_as_they_were_and_who_said_so(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    aygun, nino, city, ngo = make_person(), make_person(), make_organisation(), make_organisation("Union")
    then: dict[str, Any] = {"since": NOW - 9 * DAY, "by": nino.id, "reason": "elected", "now": NOW}
    write(name_focal_point, aygun.id, city.id, "water", **then)
    write(name_focal_point, aygun.id, ngo.id, "energy", **FACTS)
    assert [each.theme for each in read(themes_of, aygun.id)] == ["energy", "water"]
    (point,) = read(themes_of, aygun.id, as_of=NOW - DAY)
    assert (point.organisation_id, point.theme, point.by, point.reason) == (city.id, "water", nino.id, "elected")
    assert read(themes_of, nino.id) == []
