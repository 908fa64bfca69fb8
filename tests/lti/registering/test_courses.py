from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from base import Missing, new_uuid
from lti.registering.courses import course_of, courses_of, keep_course
from lti.registering.platforms import add_platform
from lti.standard.claims import SCORE_SCOPE, Context, GradeService, RosterService
from tests.times import NOW

LATER = NOW + timedelta(hours=1)
ECON = Context("ctx-1", label="ECON-1", title="Local economic development")
BOOK = GradeService((SCORE_SCOPE,), lineitems="https://moodle.example/lineitems")
ROSTER = RosterService("https://moodle.example/members")


def keep(conn: Connection, context: Context = ECON, deployment: str = "1", **changed: Any) -> UUID:
    platform = add_platform(
        conn,
        issuer="https://moodle.example",
        client_id="abc",
        name="Moodle",
        auth_login_url="https://moodle.example/auth",
        token_url="https://moodle.example/token",
        jwks_url="https://moodle.example/certs",
        deployment_ids=("1",),
        by=None,
        reason="test",
        now=NOW,
    )
    said: dict[str, Any] = {"grades": BOOK, "roster": ROSTER, "now": NOW, **changed}
    return keep_course(conn, platform.id, deployment, context, **said)


def test_course_is_known_with_its_services_once_somebody_launched_from_it(
    write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    course = read(course_of, write(keep))
    assert (course.context_id, course.title) == ("ctx-1", "Local economic development")
    assert (course.memberships_url, course.line_items_url) == (ROSTER.context_memberships_url, BOOK.lineitems)
    assert course.scopes == {SCORE_SCOPE}
    assert read(courses_of, course.platform_id) == [course]


def test_next_launch_renews_what_it_says_and_leaves_the_rest(
    write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    first = write(keep)
    again = write(keep, Context("ctx-1", title="LED 2027"), grades=None, roster=None, now=LATER)
    assert again == first
    course = read(course_of, first)
    assert (course.title, course.line_items_url, course.scopes) == ("LED 2027", BOOK.lineitems, {SCORE_SCOPE})
    assert course.last_launched_at == LATER
    write(keep, grades=GradeService(), now=LATER)  # the platform has taken the grade book away from us
    assert (read(course_of, first).line_items_url, read(course_of, first).scopes) == (None, frozenset())


def test_one_context_id_in_two_deployments_is_two_courses(write: Callable[..., Any], read: Callable[..., Any]) -> None:
    first, second = write(keep), write(keep, deployment="2", now=LATER)
    assert [each.id for each in read(courses_of, read(course_of, first).platform_id)] == [second, first]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (Context("ctx-1", label="ECON-1"), "ECON-1"),
        (Context("ctx-1"), None),
        (Context("ctx-1", title="\0 \n"), None),
        (Context("ctx-1", title="One\0line\r\nonly"), "One line only"),
        (Context("ctx-1", title="x" * 5000), "x" * 255),
        (Context("ctx-1", title="Ştrukturlaşdırılmış ისტორია"), "Ştrukturlaşdırılmış ისტორია"),
    ],
)
def test_title_is_kept_as_one_line_of_writing(
    sent: Context, kept: str | None, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    assert read(course_of, write(keep, sent)).title == kept


def test_course_that_nobody_launched_from_is_missing(read: Callable[..., Any]) -> None:
    with pytest.raises(Missing):
        read(course_of, new_uuid())
    assert read(courses_of, new_uuid()) == []
