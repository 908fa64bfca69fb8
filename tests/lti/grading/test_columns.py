"""Links without a column of their own: one is found in the grade book, or made there."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from base import Database, waiting
from lti import failed_columns
from lti.tables import grade_lines, platforms
from people import erase_from_people
from tests.demo_lms import AYGUN, LEARNERS, NINO, DemoLms, Draft, Link, signed
from tests.demo_lms.lms import AGS
from tests.lti.conftest import INTRO, PATH, Network
from tests.lti.learning import Deliver, NewBrowser, complete, learner, passed
from tests.lti.waymark import Clock
from tests.times import NOW

pytestmark = pytest.mark.usefixtures("growth", "without_columns")

TITLE = "Pathways for Economic Growth (az)"


@pytest.fixture
def without_columns(lms: DemoLms) -> None:
    """As Canvas and D2L have it for links that are no assignments: the grade book may be used, and has no column."""

    def without(draft: Draft) -> str:
        del draft.claims[f"{AGS}claim/endpoint"]["lineitem"]
        return signed(draft)

    lms.forge, lms.product = without, "canvas"
    lms.grade_book.columns.clear()


def lines(conn: Connection) -> list[str]:
    return sorted(row.user_id for row in conn.execute(grade_lines.select()))


async def test_link_without_a_column_is_given_one(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, network: Network
) -> None:
    await new_browser(AYGUN).launch(PATH)
    assert "/lineitems" not in network.asked  # not in the request of the launch
    await complete(db, lms, AYGUN)
    await deliver()
    (column,) = lms.grade_book.columns.values()
    assert (column.tag, column.score_maximum, column.label) == ("path", 100, TITLE)
    assert lms.grade_book.cells[column.id, AYGUN.id].score == 95


async def test_many_learners_at_once_make_one_column(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    for attendee in LEARNERS:
        await new_browser(attendee).launch(PATH)
        await complete(db, lms, attendee)
    await deliver()
    clock.now = NOW + timedelta(seconds=2)
    await deliver()
    assert len(lms.grade_book.columns) == 1
    assert sorted(user for _, user in lms.grade_book.cells) == sorted(attendee.id for attendee in LEARNERS)
    assert await db.read(waiting) == {}


async def test_path_and_its_requirement_have_columns_of_their_own_for_one_enrolment(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver
) -> None:
    browser = new_browser(AYGUN)
    await browser.launch(PATH)
    await browser.launch(INTRO)
    await complete(db, lms, AYGUN)
    await deliver()
    scores = {lms.grade_book.columns[column].tag: cell.score for (column, _), cell in lms.grade_book.cells.items()}
    assert scores == {"path": 95, "r-intro": 90}


async def test_column_that_is_there_already_is_used(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver
) -> None:
    await new_browser(AYGUN).launch(PATH)
    await deliver()
    (made,) = lms.grade_book.columns
    await new_browser(NINO).launch(PATH)
    await complete(db, lms, NINO)
    await deliver()
    assert list(lms.grade_book.cells) == [(made, NINO.id)]


async def test_column_that_the_teacher_deleted_is_made_again_by_a_new_launch_only(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    browser = new_browser(AYGUN)
    await browser.launch(INTRO)
    await deliver()
    lms.grade_book.columns.clear()
    await db.write(passed, lms, AYGUN, "intro", 0.8)
    await deliver()
    await db.write(passed, lms, AYGUN, "intro", 0.9)
    await deliver()
    assert lms.grade_book.columns == {}
    clock.now = NOW + timedelta(days=1)
    await browser.launch(INTRO)
    await deliver()
    (column,) = lms.grade_book.columns
    assert lms.grade_book.cells[column, AYGUN.id].score == 90


@pytest.mark.parametrize("scope", ["lineitem", "score"])
async def test_link_whose_platform_lets_us_make_no_column_is_not_graded(
    scope: str, lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver
) -> None:
    def without(draft: Draft) -> str:
        endpoint = draft.claims[f"{AGS}claim/endpoint"]
        endpoint["scope"].remove(f"{AGS}scope/{scope}")
        del endpoint["lineitem"]
        return signed(draft)

    lms.forge = without
    assert (await new_browser(AYGUN).launch(PATH)).status_code == 303
    await complete(db, lms, AYGUN)
    await deliver()
    assert lms.grade_book.columns == {}
    assert await db.read(waiting) == {}


async def test_link_that_its_teacher_wanted_ungraded_is_given_no_column(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver
) -> None:
    ungraded = Link("path", "Growth", "Without a grade.", "/paths/growth", {"graded": "no"})
    lms.links = (ungraded,)
    await new_browser(AYGUN).launch(ungraded)
    await complete(db, lms, AYGUN)
    await deliver()
    assert lms.grade_book.columns == {}


async def test_moodle_is_given_no_column_since_its_link_says_whether_it_is_graded(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver
) -> None:
    lms.product = "moodle"
    await new_browser(AYGUN).launch(PATH)
    await complete(db, lms, AYGUN)
    await deliver()
    assert lms.grade_book.columns == {}


async def test_column_that_is_refused_is_shown_with_the_platforms_words(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, network: Network
) -> None:
    lms.withheld = frozenset({f"{AGS}scope/lineitem"})
    await new_browser(AYGUN).launch(INTRO)
    await deliver()
    (failed,) = await db.read(lambda conn: failed_columns(conn, language="en"))
    assert (failed.path, failed.requirement) == ("Pathways for Economic Growth (en)", "intro (en)")
    assert "does not let Waymark use" in failed.trouble
    assert await db.read(waiting) == {}


async def test_platform_that_was_removed_meanwhile_is_asked_for_nothing(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver
) -> None:
    await new_browser(AYGUN).launch(PATH)
    await db.write(lambda conn: conn.execute(platforms.delete()))
    await deliver()
    assert lms.grade_book.columns == {}
    assert await db.read(waiting) == {}


async def test_learner_who_was_erased_meanwhile_gets_no_line(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver
) -> None:
    await new_browser(AYGUN).launch(PATH)
    await db.write(lambda conn: erase_from_people(conn, learner(conn, lms, AYGUN).id))
    await deliver()
    assert await db.read(lines) == []
    assert lms.grade_book.columns == {}
