"""Later due dates: who may hand in later than the path says, until when, and why."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection, insert, select

from base import Conflict, Invalid, lock, publish, record_decision
from paths.judging.completion import Extension
from paths.register.catalogue import version
from paths.register.events import RulesChanged
from paths.register.locks import judgement_key
from paths.register.register import Enrolment, enrolment
from paths.tables.paths import enrolment_extensions
from paths.tree.requirements import ROOT, SignPost, nodes


class Extended(msgspec.Struct, frozen=True):
    """From `at` on a node of an enrolment is due at `due`; who decided it, and why."""

    node: str
    due: datetime
    at: datetime
    by: UUID | None
    reason: str


def extend(
    conn: Connection,
    enrolment_id: UUID,
    due: datetime,
    *,
    node: str = ROOT,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    """The node, the whole path if not said, is due at `due` for this enrolment, and is judged so; the last one holds.

    A date that is earlier than the path's own counts too: it takes the place of what the tree says. Raises Missing for
    an unknown enrolment, Invalid for a node that its version does not have and without a reason, Conflict for a date
    that is over.
    """
    extended = enrolment(conn, enrolment_id)
    if not reason.strip():
        raise Invalid("The reason is empty; say why, since those whom it concerns will read it.", where="reason")
    if node not in extendable(conn, extended):
        raise Invalid(f"{node[:80]!r} is no requirement of this version of the path.", where="node")
    if due <= now:
        raise Conflict(f"{due.isoformat()} is over; a new due date lies ahead.", where="due")
    lock(conn, judgement_key(extended.subject_id))
    row = {"enrolment_id": enrolment_id, "node": node, "due": due, "at": now, "by": by, "reason": reason}
    conn.execute(insert(enrolment_extensions).values(row))
    record_decision(
        conn,
        by=by,
        act="path.extend",
        subject=f"enrolment {enrolment_id}",
        reason=reason,
        after={"node": node, "due": due},
        now=now,
    )
    publish(conn, RulesChanged(str(extended.subject_id), enrolment_id=enrolment_id), now=now)


def extendable(conn: Connection, enrolled: Enrolment) -> list[str]:
    """What of the enrolment's version can be due, the whole path first."""
    return [each.id for each in nodes(version(conn, enrolled.version_id).tree) if not isinstance(each, SignPost)]


def extensions_of(conn: Connection, enrolment_ids: Collection[UUID]) -> dict[UUID, tuple[Extension, ...]]:
    """By enrolment, the extensions in the order of the register; as `completion.Register` reads them."""
    return {
        enrolment_id: tuple(Extension(each.node, each.due, each.at) for each in own)
        for enrolment_id, own in extended_of(conn, enrolment_ids).items()
    }


def extended_of(conn: Connection, enrolment_ids: Collection[UUID]) -> dict[UUID, list[Extended]]:
    """By enrolment, all that was said of its due dates, the oldest first; one of which nothing was is left out."""
    rows = select(enrolment_extensions).where(enrolment_extensions.c.enrolment_id.in_(enrolment_ids))
    found: dict[UUID, list[Extended]] = {}
    for row in conn.execute(rows.order_by(enrolment_extensions.c.seq)):
        extended = Extended(row.node, row.due, row.at, row.by, row.reason)
        found.setdefault(row.enrolment_id, []).append(extended)
    return found
