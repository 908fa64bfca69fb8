"""Plain links lead where a teacher chose, copies of courses too; links that name a path by its id outlive its name."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from base import Asked, decisions, new_uuid
from lti import Platform, keep_target, kept_target
from lti.launching.targets import Target, target_of
from lti.linking import resolved
from people import admit
from tests.lti.linking.conftest import TEACHER
from tests.lti.waymark import URL
from tests.paths import world
from tests.paths.makers import PATH_ID, leaf
from tests.times import NOW

Write = Callable[..., Any]

pytestmark = pytest.mark.usefixtures("growth")


@pytest.fixture
def choose(platform: Platform, write: Write) -> Callable[..., None]:
    """A teacher chooses for a link of the demo LMS."""
    teacher = write(admit, TEACHER, full_name="Anahit", language="en", now=NOW)

    def to(link: str, requirement: str | None = None, minutes: int = 0) -> None:
        at = NOW + timedelta(minutes=minutes)
        what = {"path_id": UUID(PATH_ID), "requirement": requirement, "by": teacher.id}
        write(keep_target, platform.id, "1", link, **what, now=at)

    return to


def test_link_leads_where_a_teacher_chose(platform: Platform, choose: Callable[..., None], read: Write) -> None:
    assert read(kept_target, platform.id, "1", "link-7") is None
    choose("link-7", "r-intro")
    assert read(kept_target, platform.id, "1", "link-7") == Target("growth", "r-intro")


def test_link_of_another_platform_or_deployment_is_another_link(
    platform: Platform, choose: Callable[..., None], read: Write
) -> None:
    choose("link-7")
    assert read(kept_target, platform.id, "2", "link-7") is None
    assert read(kept_target, new_uuid(), "1", "link-7") is None


def test_copy_of_a_course_leads_where_its_nearest_original_does(
    platform: Platform, choose: Callable[..., None], read: Write
) -> None:
    choose("link-1")
    choose("link-3", "r-intro")
    history = ("link-4", "link-3", "link-1")
    assert read(kept_target, platform.id, "1", "link-9", history) == Target("growth", "r-intro")
    choose("link-9", "r-budget")
    assert read(kept_target, platform.id, "1", "link-9", history) == Target("growth", "r-budget")
    assert read(kept_target, platform.id, "1", "link-8", ("unknown",)) is None


def test_choosing_again_is_a_decision_and_choosing_the_same_is_none(
    platform: Platform, choose: Callable[..., None], read: Write
) -> None:
    choose("link-7")
    choose("link-7", minutes=1)
    choose("link-7", "r-intro", minutes=2)
    found = read(decisions, Asked(act="link.choose"), limit=10)
    assert [(each.before, each.after) for each in reversed(found)] == [
        (None, {"path": "growth", "requirement": None}),
        ({"path": "growth", "requirement": None}, {"path": "growth", "requirement": "r-intro"}),
    ]


def test_link_that_was_put_into_a_course_follows_its_path_to_a_new_name(write: Write) -> None:
    in_course = target_of(f"{URL}/paths/{PATH_ID}/r-intro", URL)
    assert write(resolved, in_course) == Target("growth", "r-intro")
    write(world.publish, leaf("r-intro", "intro"), slug="growth-anew")
    assert write(resolved, in_course) == Target("growth-anew", "r-intro")


def test_old_custom_parameters_of_a_copied_course_still_lead_there(write: Write) -> None:
    by_name = target_of(f"{URL}/lti/launch", URL, {"path": "growth", "requirement": "r-budget"})
    by_id = target_of(f"{URL}/lti/launch", URL, {"path": PATH_ID, "requirement": "r-budget"})
    assert write(resolved, by_name) == write(resolved, by_id) == Target("growth", "r-budget")


def test_what_names_nothing_stays_as_it_is(write: Write) -> None:
    for target in (Target(), Target("nowhere"), Target(str(new_uuid()), "r-intro")):
        assert write(resolved, target) == target


def test_module_taken_by_itself_can_be_linked_to_by_name() -> None:
    assert target_of(f"{URL}/paths/module.intro", URL) == Target("module.intro")


def test_step_of_a_path_within_the_path_can_be_linked_to() -> None:
    assert target_of(f"{URL}/paths/{PATH_ID}/p-basics.r-intro", URL) == Target(PATH_ID, "p-basics.r-intro")
