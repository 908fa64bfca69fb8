from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from base import Invalid
from people import focal_points_of, name_focal_point, relieve_focal_point
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
