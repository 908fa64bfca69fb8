"""Two hundred people come from twenty courses in the same moment."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, func, select
from structlog.testing import capture_logs

from base import Database
from lti import Platform, courses_of
from lti.tables import grade_lines, lti_states
from people.tables import persons, sessions
from tests.demo_lms import DemoLms, Draft, signed
from tests.demo_lms import Person as Attendee
from tests.demo_lms.lms import LTI
from tests.journeys.learner import enrol_class
from tests.lti.browser import Browser
from tests.lti.conftest import PATH

COURSES, IN_EACH = 20, 10

pytestmark = pytest.mark.usefixtures("growth")


def in_a_course_of_its_link(draft: Draft) -> str:
    """The LMS sends the course as another for each link."""
    course = {"id": f"course of {draft.claims[f'{LTI}resource_link']['id']}"}
    return signed(Draft(draft.header, {**draft.claims, f"{LTI}context": course}, draft.key))


@pytest.mark.slow
async def test_two_hundred_launches_at_once_from_twenty_courses_all_get_in(
    lms: DemoLms, platform: Platform, new_browser: Callable[..., Browser], db: Database
) -> None:
    links = [msgspec.structs.replace(PATH, id=f"link-{number}") for number in range(COURSES)]
    for link in links:
        lms.add(link)
    lms.forge = in_a_course_of_its_link
    people = enrol_class(lms, COURSES * IN_EACH)

    async def arrive(number: int, person: Attendee) -> int:
        return (await new_browser(person).launch(links[number % COURSES])).status_code

    with capture_logs() as logs:
        answers = await asyncio.gather(*(arrive(number, person) for number, person in enumerate(people)))
    assert Counter(answers) == {303: COURSES * IN_EACH}
    assert [each for each in logs if each["log_level"] in {"warning", "error"}] == []
    kept = await db.read(_kept)
    assert kept == {"persons": 200, "sessions": 200, "grade_lines": 200, "lti_states": 0}
    courses = await db.read(courses_of, platform.id)
    assert {each.context_id for each in courses} == {f"course of link-{number}" for number in range(COURSES)}


def _kept(conn: Connection) -> dict[str, Any]:
    tables = (persons, sessions, grade_lines, lti_states)
    return {table.name: conn.scalar(select(func.count()).select_from(table)) for table in tables}
