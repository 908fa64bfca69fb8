"""Submission review: who is sent to see what a learner did comes to it only where Waymark lets them see it."""

from collections.abc import Callable

import pytest

from base import Database
from lti import Platform
from people import Account, Role, grant_role, person_of_account
from tests.demo_lms import AYGUN, TEACHER, DemoLms, Draft, Forge
from tests.demo_lms.lms import LTI
from tests.lti.browser import Browser
from tests.lti.conftest import PATH
from tests.lti.forging import claims
from tests.times import NOW

pytestmark = pytest.mark.usefixtures("growth")

NewBrowser = Callable[..., Browser]


def review(user_id: str | None = AYGUN.id, **changed: object) -> Forge:
    """The platform asks to have somebody's submission reviewed (LTI Submission Review 1.0 §3)."""
    of = None if user_id is None else {"user_id": user_id}
    return claims(**{f"{LTI}message_type": "LtiSubmissionReviewRequest", f"{LTI}for_user": of, **changed})


async def _learner_id(db: Database, lms: DemoLms, new_browser: NewBrowser) -> str:
    await new_browser(AYGUN).launch(PATH)
    found = await db.read(person_of_account, Account(lms.url, AYGUN.id))
    assert found is not None
    return str(found.id)


async def test_reviewer_who_may_see_the_learner_comes_to_their_progress(
    lms: DemoLms, new_browser: NewBrowser, db: Database
) -> None:
    learner_id = await _learner_id(db, lms, new_browser)
    await new_browser(TEACHER).launch(PATH)
    teacher = await db.read(person_of_account, Account(lms.url, TEACHER.id))
    assert teacher is not None
    await db.write(grant_role, teacher.id, Role.COORDINATOR, by=None, reason="test", now=NOW)
    lms.forge = review()
    answer = await new_browser(TEACHER).launch(PATH)
    assert answer.headers["location"].endswith(f"/people/{learner_id}/paths/growth")


async def test_teacher_of_the_course_alone_may_not_see_what_somebody_does_in_the_network(
    lms: DemoLms, new_browser: NewBrowser, db: Database
) -> None:
    await _learner_id(db, lms, new_browser)
    lms.forge = review()
    answer = await new_browser(TEACHER).launch(PATH)
    assert answer.status_code == 401
    assert "You may not see this learner's progress here" in answer.json()["message"]


async def test_learner_who_reviews_themselves_comes_to_their_own_path(
    lms: DemoLms, new_browser: NewBrowser, db: Database
) -> None:
    await _learner_id(db, lms, new_browser)
    lms.forge = review()
    assert (await new_browser(AYGUN).launch(PATH)).headers["location"].endswith("/paths/growth")


async def test_submission_of_somebody_who_never_came_is_told_plainly(lms: DemoLms, new_browser: NewBrowser) -> None:
    lms.forge = review("never-came")
    answer = await new_browser(TEACHER).launch(PATH)
    assert answer.status_code == 401
    assert "has not been here yet" in answer.json()["message"]


@pytest.mark.parametrize(
    "forge",
    [review(None), review(sub=None), review(**{"https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": None})],
)
async def test_review_that_lacks_what_it_must_say_is_refused(
    forge: Callable[[Draft], str], lms: DemoLms, platform: Platform, new_browser: NewBrowser
) -> None:
    lms.forge = forge
    assert (await new_browser(TEACHER).launch(PATH)).status_code == 401
