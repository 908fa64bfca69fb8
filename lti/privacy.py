"""What grade books know of somebody here, and how they are told of them no more."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select, update

from base import new_uuid
from lti.linking.pickings import forget_pickings_of
from lti.rostering.privacy import erase_from_rosters, known_to_rosters
from lti.tables import grade_deliveries, grade_lines, lti_states
from paths import enrolments_of

_ERASED = "the learner was erased"


def known_to_lti(conn: Connection, person_id: UUID) -> dict[str, Any]:
    """Where grades of the person, and of those joined to them, are sent, every score that was, and their courses."""
    theirs = [each.id for each in enrolments_of(conn, person_id)]
    lines = select(grade_lines).where(grade_lines.c.enrolment_id.in_(theirs)).order_by(grade_lines.c.id)
    sent = select(grade_deliveries).join(grade_lines, grade_lines.c.id == grade_deliveries.c.grade_line_id)
    of_theirs = sent.where(grade_lines.c.enrolment_id.in_(theirs)).order_by(grade_deliveries.c.timestamp)
    return {
        "grade_lines": [dict(row) for row in conn.execute(lines).mappings()],
        "grade_deliveries": [dict(row) for row in conn.execute(of_theirs).mappings()],
        "course_members": known_to_rosters(conn, person_id),
    }


def erase_from_lti(conn: Connection, person_id: UUID) -> dict[str, int]:
    """Their lines name nobody whom an LMS knows and are closed; that scores were sent, and which, stays.

    No roster takes them again, and what they were choosing is over.
    """
    forget_pickings_of(conn, person_id)
    theirs = [each.id for each in enrolments_of(conn, person_id)]
    named = select(grade_lines.c.id).where(
        grade_lines.c.enrolment_id.in_(theirs), grade_lines.c.closed_because.is_distinct_from(_ERASED)
    )
    line_ids = conn.scalars(named).all()
    for line_id in line_ids:
        nobody = {"user_id": str(new_uuid()), "closed_because": _ERASED}
        conn.execute(update(grade_lines).where(grade_lines.c.id == line_id).values(nobody))
    return {"grade_lines": len(line_ids), "course_members": erase_from_rosters(conn, person_id)}


def forget_lti_logins(conn: Connection, *, before: datetime, limit: int) -> int:
    """Delete up to `limit` logins that had expired by `before` and never came back; how many went."""
    over = select(lti_states.c.state_hash).where(lti_states.c.expires_at <= before).limit(limit)
    return conn.execute(delete(lti_states).where(lti_states.c.state_hash.in_(over))).rowcount
