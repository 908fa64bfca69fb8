"""What a verified launch brings about: a person, an enrolment, a place for the grade, and a session of its own."""

from datetime import datetime
from urllib.parse import urlencode

import msgspec
from sqlalchemy import Connection

from lti.grading.grade_lines import keep_grade_line
from lti.launching.launch import Launch
from lti.registering.platforms import is_approved
from paths import enrol, path
from people import admit, asks_name, open_session


class Arrival(msgspec.Struct, frozen=True):
    """Where the browser goes, behind the frame's prefix, and the token of its session there."""

    location: str
    session: str


def receive_launch(conn: Connection, launch: Launch, *, frame: str, now: datetime) -> Arrival | None:
    """Let the person in; None when the deployment still awaits approval, which is noted for an administrator.

    Raises Missing when the target's path is not there. Teachers are enrolled too, so that they see what learners see,
    but never graded.
    """
    if launch.account is None or not is_approved(conn, launch.platform.id, launch.deployment_id, now=now):
        return None
    person = admit(conn, launch.account, full_name=launch.full_name, language=launch.language, now=now)
    if launch.target.path is not None:
        asked = path(conn, launch.target.path)
        reason = f"launched from {launch.platform.name}"
        enrolment = enrol(conn, person, asked.id, origin="lti", by=None, reason=reason, now=now)
        if launch.standing.is_graded:
            keep_grade_line(conn, launch, enrolment, now=now)
    location = launch.target.location
    if asks_name(conn, person):  # the platform did not send it
        location = f"/name?{urlencode({'to': location})}"
    return Arrival(location, open_session(conn, person.id, frame=frame, now=now))
