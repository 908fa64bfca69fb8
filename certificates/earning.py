"""How a completion earns a certificate, and what becomes of it when the completion is lost."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, case, update

from base import Invalid, lock, new_uuid, publish, upsert
from certificates.events import CertificateDue
from certificates.evidence import EvidenceForm, seal_evidence
from certificates.numbers import new_number
from certificates.tables import STANDING, State, certificates
from lrs import Activity, statements_with_ids
from modules import modules
from paths import PathCompleted, PathLost, path, verdict
from paths import State as PathState
from people import holder_of, person


def earn(conn: Connection, completed: PathCompleted, *, issuer: str, now: datetime) -> None:
    """A certificate stands for this completion, if it still is one; heard again or late, it changes nothing.

    The same completion, lost and found again, lifts the review of its certificate. One of another date replaces the
    certificate, for what that one certified is not so. Raises Invalid for a learner without a name.
    """
    lock(conn, _key(completed.enrolment_id))
    if _completed_at(conn, completed.enrolment_id) != completed.completed_at:
        return  # lost meanwhile; if it came back otherwise, that is told by an event of its own
    if _lift_review(conn, completed, now=now):
        return
    _supersede(conn, completed)
    row = _snapshot(conn, completed, issuer=issuer, now=now)
    new_id: UUID | None = conn.scalar(
        upsert(conn, certificates).values(row).on_conflict_do_nothing().returning(certificates.c.id)
    )
    if new_id is not None:
        publish(conn, CertificateDue(completed.subject, new_id), now=now)


def put_under_review(conn: Connection, lost: PathLost) -> None:
    """What stands for a completion that is no more is under review until that completion is found again."""
    lock(conn, _key(lost.enrolment_id))
    found_again_at = _completed_at(conn, lost.enrolment_id)
    conn.execute(
        update(certificates)
        .where(
            certificates.c.enrolment_id == lost.enrolment_id,
            certificates.c.state.in_([State.PENDING, State.ISSUED]),
            certificates.c.completed_at.is_distinct_from(found_again_at),
        )
        .values(state=State.UNDER_REVIEW)
    )


def learning_minutes(conn: Connection, evidence: Collection[UUID]) -> int:
    """The minutes of the modules that the evidence is about, each counted once."""
    objects = (stored.statement.object for stored in statements_with_ids(conn, evidence))
    done = {each.id for each in objects if isinstance(each, Activity)}
    return sum(module.minutes for module in modules(conn) if module.activity in done)


def _snapshot(conn: Connection, completed: PathCompleted, *, issuer: str, now: datetime) -> dict[str, Any]:
    """The row of a new certificate: all that its paper will say, as it is now."""
    learner = person(conn, holder_of(conn, completed.person_id))
    if learner.full_name is None:
        raise Invalid(
            f"Person {learner.id} completed path {completed.path_id} and has no name; "
            "a certificate names its holder: give them a name, then deliver this again.",
            rule="certificate.name",
        )
    earned_on = path(conn, completed.path_id)
    return {
        "id": new_uuid(),
        "number": new_number(),
        "person_id": completed.person_id,
        "path_id": completed.path_id,
        "path_version": completed.version,
        "enrolment_id": completed.enrolment_id,
        "state": State.PENDING,
        "language": learner.language,
        "name": learner.full_name,
        "path_title": earned_on.texts.title[learner.language],
        "issuer": issuer,
        "minutes": learning_minutes(conn, completed.evidence),
        "time_zone": earned_on.time_zone,
        "completed_at": completed.completed_at,
        "created_at": now,
        "evidence": msgspec.json.encode(sorted(completed.evidence)),
        "evidence_sha256": seal_evidence(conn, completed.evidence, completed.rule_hash),
        "evidence_form": EvidenceForm.CONTENTS,
        "rule_hash": completed.rule_hash,
    }


def _completed_at(conn: Connection, enrolment_id: UUID) -> datetime | None:
    """Since when the path is complete, by the newest verdict; events may come in any order, and late."""
    found = verdict(conn, enrolment_id)
    return found.since if found is not None and found.state == PathState.SATISFIED else None


def _key(enrolment_id: UUID) -> str:
    return f"certificates of {enrolment_id}"


def _lift_review(conn: Connection, completed: PathCompleted, *, now: datetime) -> bool:
    """Whether a certificate under review stands again, as it did; one that was not issued yet is due again."""
    lifted = conn.execute(
        update(certificates)
        .where(
            certificates.c.enrolment_id == completed.enrolment_id,
            certificates.c.path_version == completed.version,
            certificates.c.completed_at == completed.completed_at,
            certificates.c.state == State.UNDER_REVIEW,
        )
        .values(state=case((certificates.c.file_sha256.is_(None), State.PENDING), else_=State.ISSUED))
        .returning(certificates.c.id, certificates.c.state)
    ).one_or_none()
    if lifted is not None and lifted.state == State.PENDING:
        publish(conn, CertificateDue(completed.subject, lifted.id), now=now)
    return lifted is not None


def _supersede(conn: Connection, completed: PathCompleted) -> None:
    """What stands for a completion of another date stands no more."""
    conn.execute(
        update(certificates)
        .where(
            certificates.c.enrolment_id == completed.enrolment_id,
            certificates.c.path_version == completed.version,
            certificates.c.completed_at != completed.completed_at,
            certificates.c.state.in_(STANDING),
        )
        .values(state=State.SUPERSEDED)
    )
