"""What is kept of somebody's way through paths. It names them by their id alone, so that nothing of it is erased."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from paths.register.register import enrolments_of
from paths.tables.paths import enrolment_extensions, enrolment_statuses, enrolments, verdicts


def known_to_paths(conn: Connection, person_id: UUID) -> dict[str, Any]:
    """The enrolments of the person and of those joined to them, what became of each, and every verdict."""
    theirs = [each.id for each in enrolments_of(conn, person_id)]
    judged = select(verdicts).where(verdicts.c.enrolment_id.in_(theirs))
    stood = select(enrolment_statuses).where(enrolment_statuses.c.enrolment_id.in_(theirs))
    extended = select(enrolment_extensions).where(enrolment_extensions.c.enrolment_id.in_(theirs))
    enrolled = select(enrolments).where(enrolments.c.id.in_(theirs)).order_by(enrolments.c.enrolled_at)
    return {
        "enrolments": [dict(row) for row in conn.execute(enrolled).mappings()],
        "enrolment_statuses": [dict(row) for row in conn.execute(stood.order_by(enrolment_statuses.c.seq)).mappings()],
        "enrolment_extensions": [dict(row) for row in conn.execute(extended).mappings()],
        "verdicts": [
            {**row, "evidence": msgspec.json.decode(row["evidence"])} for row in conn.execute(judged).mappings()
        ],
    }
