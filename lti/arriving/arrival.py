"""What a verified launch brings about: a person, an enrolment, a place for the grade, and a session of its own."""

from datetime import datetime
from urllib.parse import urlencode

import msgspec
from sqlalchemy import Connection

from base import Conflict, KeyRing, Missing
from lti.arriving.reviewing import review_location
from lti.grading.grade_lines import keep_grade_line
from lti.launching.framing import learn_framers
from lti.launching.launch import Launch
from lti.launching.previews import PREVIEW_LIFE, Preview, Unkept, preview_address
from lti.launching.targets import Target
from lti.linking import begin_picking, kept_target, resolved
from lti.refusals import NOBODY, NOT_OURS, TEST_STUDENT, LaunchRefused
from lti.registering.courses import keep_course
from lti.registering.platforms import is_approved
from lti.registering.products import note_product
from lti.rostering.timing import read_soon
from lti.standard.claims import GradeService, Message
from lti.standard.roles import CourseRole
from paths import Path, enrol, path
from people import Account, Person, admit, asks_name, follow_language, name_as_told, open_session


class Arrival(msgspec.Struct, frozen=True):
    """Where the browser goes, behind the frame's prefix, and the token of its session there; None for a preview."""

    location: str
    session: str | None


def receive_launch(conn: Connection, launch: Launch, *, frame: str, keys: KeyRing, now: datetime) -> Arrival | None:
    """Let the person in; None when the deployment still awaits approval, which is noted for an administrator.

    Of whom the platform does not name, and of test users, nothing is kept: they are shown the path. Raises
    LaunchRefused where the launch leads nowhere.
    """
    if not is_approved(conn, launch.platform.id, launch.deployment_id, now=now):
        return None
    launch = msgspec.structs.replace(launch, target=_target(conn, launch))
    if launch.account is None or launch.standing.is_test_user:
        return _preview(conn, launch, keys, now)
    _note_course(conn, launch, now)
    person = _settle(conn, launch.account, launch, now)
    location = _location(conn, launch, person, frame, now)
    if asks_name(conn, person):  # the platform did not send it
        location = f"/name?{urlencode({'to': location})}"
    return Arrival(location, open_session(conn, person.id, frame=frame, now=now))


def _target(conn: Connection, launch: Launch) -> Target:
    """What the link says, or else what was chosen here for it, or for the link that it is a copy of.

    Whoever teaches and opens it may choose anew, so that for them nothing is chosen yet; their page tells what was.
    """
    target, link = resolved(conn, launch.target), launch.resource_link
    if link is None or target.path is not None or target.is_home:
        return target
    key = launch.platform.id, launch.deployment_id, link.id
    may_choose = launch.message is Message.RESOURCE_LINK and launch.standing.role is CourseRole.INSTRUCTOR
    if may_choose and kept_target(conn, *key) is not None:
        return target
    return kept_target(conn, *key, launch.link_history) or target


def _preview(conn: Connection, launch: Launch, keys: KeyRing, now: datetime) -> Arrival:
    why = Unkept.ANONYMOUS if launch.account is None else Unkept.TEST_STUDENT
    slug = launch.target.path
    if slug is None or launch.message is not Message.RESOURCE_LINK:
        message = NOBODY if why is Unkept.ANONYMOUS else TEST_STUDENT
        raise LaunchRefused(f"{why} launch of what is no path, so that there is nothing to show", message)
    if not _path(conn, slug).is_open:
        raise LaunchRefused(f"the path {slug} takes no learners, so it is not shown to just anybody", NOT_OURS)
    shown = Preview(slug, why, launch.locale, now + PREVIEW_LIFE)
    anchor = f"#{launch.target.requirement}" if launch.target.requirement else ""
    return Arrival(f"{preview_address(keys, shown)}{anchor}", None)


def _note_course(conn: Connection, launch: Launch, now: datetime) -> None:
    """What the launch says of the course that it comes from, and of the product that sent it."""
    note_product(conn, launch.platform, launch.tool_platform)
    picked = launch.deep_linking.deep_link_return_url if launch.deep_linking else None
    learn_framers(conn, launch.platform, [launch.return_url, picked], now=now)
    if launch.context is not None:
        told = launch.grade_service if launch.grade_service != GradeService() else None
        key = launch.platform.id, launch.deployment_id, launch.context
        course_id = keep_course(conn, *key, grades=told, roster=launch.roster_service, now=now)
        read_soon(conn, course_id, now=now)


def _settle(conn: Connection, account: Account, launch: Launch, now: datetime) -> Person:
    """The person, with what the platform says of them where they have said nothing themselves."""
    person = admit(conn, account, full_name=launch.full_name, language=launch.language, now=now)
    named = name_as_told(conn, person, launch.full_name)
    return follow_language(conn, named, launch.locale) if launch.locale else named


def _location(conn: Connection, launch: Launch, person: Person, frame: str, now: datetime) -> str:
    """Where the message leads; who learns is on the path from now on, who teaches sees it and may begin it there."""
    if launch.message is Message.SUBMISSION_REVIEW:
        return review_location(conn, launch, person)
    nothing_chosen = launch.target.path is None and not launch.target.is_home
    if launch.message is Message.DEEP_LINKING or nothing_chosen:
        return begin_picking(conn, launch, frame=frame, now=now)
    if launch.target.path is not None:
        asked = _path(conn, launch.target.path)
        if launch.standing.is_graded:
            _enrol(conn, launch, person, asked, now)
    return launch.target.location


def _enrol(conn: Connection, launch: Launch, person: Person, asked: Path, now: datetime) -> None:
    reason = f"launched from {launch.platform.name}"
    try:
        enrolment = enrol(conn, person, asked.id, origin="lti", by=None, reason=reason, now=now)
    except Conflict:  # it takes no new learners, which its page says
        return
    keep_grade_line(conn, launch, enrolment, now=now)


def _path(conn: Connection, slug: str) -> Path:
    try:
        return path(conn, slug)
    except Missing as missing:
        raise LaunchRefused(missing.message, NOT_OURS) from missing
