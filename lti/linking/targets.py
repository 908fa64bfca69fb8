"""Where links lead whose address does not say it: what was chosen for them here."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from base import Missing, msgid, record_decision, upsert
from lti.launching.targets import Target
from lti.tables import link_targets
from paths import path

_REASON = msgid("chosen by somebody who teaches the course")


def kept_target(
    conn: Connection, platform_id: UUID, deployment_id: str, resource_link_id: str, history: Sequence[str] = ()
) -> Target | None:
    """What was chosen for the link, or for the nearest of those that it is a copy of; None before anybody has.

    `history` are the ids of the links that this one was copied from, the latest first (LTI 1.3 core, appendix D,
    ResourceLink.id.history).
    """
    ids = (resource_link_id, *history)
    of_link = (
        link_targets.c.platform_id == platform_id,
        link_targets.c.deployment_id == deployment_id,
        link_targets.c.resource_link_id.in_(ids),
    )
    found = {row.resource_link_id: row for row in conn.execute(select(link_targets).where(*of_link))}
    nearest = next((found[each] for each in ids if each in found), None)
    return None if nearest is None else Target(path(conn, nearest.path_id).slug, nearest.requirement)


def resolved(conn: Connection, target: Target) -> Target:
    """The target as it is called now: links that were put into courses name their path by its id, which never changes.

    What names nothing stays as it is.
    """
    if target.path is None:
        return target
    try:
        return Target(path(conn, UUID(target.path)).slug, target.requirement)
    except (ValueError, Missing):
        return target


def keep_target(
    conn: Connection,
    platform_id: UUID,
    deployment_id: str,
    resource_link_id: str,
    *,
    path_id: UUID,
    requirement: str | None,
    by: UUID,
    now: datetime,
) -> None:
    """From now on the link leads there, for everybody; what it led to before is in the decisions."""
    key = {"platform_id": platform_id, "deployment_id": deployment_id, "resource_link_id": resource_link_id}
    before = kept_target(conn, platform_id, deployment_id, resource_link_id)
    value = {"path_id": path_id, "requirement": requirement}
    row = upsert(conn, link_targets).values(**key, **value, chosen_at=now)
    conn.execute(row.on_conflict_do_update(index_elements=list(key), set_={**value, "chosen_at": now}))
    after = Target(path(conn, path_id).slug, requirement)
    if after != before:
        record_decision(
            conn,
            by=by,
            act="link.choose",
            subject=f"platform:{platform_id} link {resource_link_id}",
            reason=_REASON,
            before=None if before is None else _told(before),
            after=_told(after),
            now=now,
        )


def _told(target: Target) -> dict[str, str | None]:
    return {"path": target.path, "requirement": target.requirement}
