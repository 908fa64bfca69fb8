"""Who may choose, for what, how long, and what a platform must have said for it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, func, select

from base import Missing, new_uuid
from lti import LaunchRefused, Platform, erase_from_lti, forget_pickings, picking
from lti.launching.launch import Launch
from lti.linking import begin_picking
from lti.linking.pickings import PICKING_LIFE
from lti.standard.claims import Context, Message
from lti.standard.roles import CourseRole, Standing
from lti.tables import pickings
from people import Account, admit, person_of_account
from tests.lti.linking.conftest import FRAME, TEACHER, begun, id_of, launch_of
from tests.lti.linking.settings import settings
from tests.times import NOW

Write = Callable[..., Any]


def test_choice_for_a_course_keeps_what_the_platform_takes_back(to_course: Launch, write: Write) -> None:
    found = write(begun, to_course)
    assert found.settings == settings()  # data and all, byte for byte
    assert (found.platform.id, found.deployment_id) == (to_course.platform.id, "1")
    assert (found.title, found.resource_link_id) == ("Local economic development", None)


def test_data_that_did_not_come_is_not_there_later(to_course: Launch, write: Write) -> None:
    assert write(begun, to_course, settings(data=msgspec.UNSET)).settings.data is msgspec.UNSET


def test_choice_for_a_link_knows_the_link(to_link: Launch, write: Write) -> None:
    found = write(begun, to_link)
    assert (found.settings, found.resource_link_id, found.title) == (None, "link-7", "Our path")


def test_names_that_a_platform_gives_are_fit_to_be_kept_and_shown(to_course: Launch, write: Write) -> None:
    launch = msgspec.structs.replace(to_course, context=Context("ctx-1", title="A\x00B\n" + "x" * 300))
    assert write(begun, launch).title == "A B " + "x" * 251


@pytest.mark.parametrize("role", [CourseRole.LEARNER, CourseRole.MENTOR])
def test_who_does_not_teach_is_told_to_wait_for_the_teacher(role: CourseRole, to_link: Launch, write: Write) -> None:
    launch = msgspec.structs.replace(to_link, standing=Standing(role, is_test_user=False))
    with pytest.raises(LaunchRefused) as refused:
        write(begun, launch)
    assert refused.value.message.startswith("Your teacher has not chosen yet")


def test_who_may_add_to_a_course_is_for_its_platform_to_say(to_course: Launch, write: Write) -> None:
    # An administrator of the LMS has no role in the course, and may add to it all the same.
    launch = msgspec.structs.replace(to_course, standing=Standing(CourseRole.LEARNER, is_test_user=False))
    assert write(begun, launch).settings is not None


def test_nobody_in_particular_chooses_nothing(to_course: Launch, write: Write) -> None:
    with pytest.raises(LaunchRefused):
        write(begin_picking, msgspec.structs.replace(to_course, account=None), frame=FRAME, now=NOW)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "/return",
        "//lms.example/return",
        "ftp://lms.example/",
        "https://[",
        "",
    ],
)
def test_answer_goes_to_web_addresses_alone(address: str, to_course: Launch, write: Write) -> None:
    with pytest.raises(LaunchRefused) as refused:
        write(begun, to_course, settings(deep_link_return_url=address))
    assert "deep_link_return_url" in refused.value.reason


def test_request_without_settings_is_refused(platform: Platform, write: Write) -> None:
    with pytest.raises(LaunchRefused):
        write(begun, launch_of(platform, message=Message.DEEP_LINKING))


def test_choice_is_there_for_whoever_began_it_in_their_frame_alone(to_course: Launch, write: Write) -> None:
    id_ = id_of(write(begin_picking, to_course, frame=FRAME, now=NOW))
    teacher = write(person_of_account, TEACHER)
    other = write(admit, Account("https://lms.example", "3"), full_name="B", language="en", now=NOW)
    for person, frame in ((other.id, FRAME), (teacher.id, "other-frame-of-the-browser"), (teacher.id, None)):
        with pytest.raises(Missing):
            write(picking, id_, person, frame=frame, now=NOW)
    with pytest.raises(Missing):
        write(picking, new_uuid(), teacher.id, frame=FRAME, now=NOW)
    assert write(picking, id_, teacher.id, frame=FRAME, now=NOW).id == id_


def test_choice_ends_with_the_session_and_is_swept(to_course: Launch, write: Write) -> None:
    id_ = id_of(write(begin_picking, to_course, frame=FRAME, now=NOW))
    teacher, over = write(person_of_account, TEACHER), NOW + PICKING_LIFE
    assert write(forget_pickings, before=over - timedelta(seconds=1), limit=10) == 0
    with pytest.raises(Missing):
        write(picking, id_, teacher.id, frame=FRAME, now=over)
    assert write(forget_pickings, before=over, limit=10) == 1
    assert write(_rows) == 0


def test_choice_of_somebody_who_is_erased_is_over(to_course: Launch, write: Write) -> None:
    write(begin_picking, to_course, frame=FRAME, now=NOW)
    teacher = write(person_of_account, TEACHER)
    write(erase_from_lti, teacher.id)
    assert write(_rows) == 0


def _rows(conn: Connection) -> int | None:
    return conn.scalar(select(func.count()).select_from(pickings))
