"""The launches that were refused, kept for administrators: which platform, which check, how often, and when last."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec
from sqlalchemy import Connection, delete, select

from base import upsert
from lti.refusals import DeploymentPending, KeysOutOfReach, LaunchFault, LaunchRefused
from lti.registering.platforms import Platform
from lti.standard.claims import LONGEST_ISSUER
from lti.standard.parsing import shown
from lti.tables import platforms, refused_launches

MOST_KEPT = 100
"""Reasons of one platform, and of all that are unknown together: whoever sends junk fills no more than that."""

LONGEST_REASON = 500

Refusal = LaunchRefused | DeploymentPending | KeysOutOfReach


class RefusedLaunch(msgspec.Struct, frozen=True):
    """One reason for which launches of a platform were refused; without `platform`, of what called itself `issuer`."""

    platform_id: UUID | None
    platform: str | None
    issuer: str | None
    step: str
    fault: LaunchFault
    reason: str
    times: int
    first_at: datetime
    last_at: datetime


def note_refusal(
    conn: Connection, refusal: Refusal, step: str, platform: Platform | None, issuer: str | None, *, now: datetime
) -> None:
    """The refusal is shown to administrators from now on; the same one is counted. `step` is "login" or "launch"."""
    about = refusal.platform_id if isinstance(refusal, LaunchRefused) else None
    sender, called = (platform.id, platform.issuer) if platform else (about, shown(issuer, LONGEST_ISSUER))
    reason = shown(refusal.reason, LONGEST_REASON) or ""
    digest = sha256(msgspec.json.encode([sender, called, step, reason])).hexdigest()
    row = {"platform_id": sender, "issuer": called, "step": step, "fault": refusal.fault.value, "reason": reason}
    noted = upsert(conn, refused_launches).values(digest=digest, **row, times=1, first_at=now, last_at=now)
    again = {"times": refused_launches.c.times + 1, "last_at": now}
    conn.execute(noted.on_conflict_do_update(index_elements=["digest"], set_=again))
    same = refused_launches.c.platform_id.is_not_distinct_from(sender)
    newest_first = select(refused_launches.c.digest).where(same).order_by(refused_launches.c.last_at.desc())
    # Those that somebody else is just deleting or counting are left to them, so that nobody waits in a circle.
    surplus = newest_first.limit(MOST_KEPT).offset(MOST_KEPT).with_for_update(skip_locked=True)
    conn.execute(delete(refused_launches).where(refused_launches.c.digest.in_(surplus)))


def refused_launches_of(
    conn: Connection, platform_id: UUID | None = None, *, limit: int = MOST_KEPT
) -> list[RefusedLaunch]:
    """The latest reasons for which launches were refused, of all platforms or of one, the latest first."""
    rows = select(
        *(refused_launches.c[name] for name in RefusedLaunch.__struct_fields__ if name != "platform"),
        platforms.c.name.label("platform"),
    ).outerjoin(platforms, platforms.c.id == refused_launches.c.platform_id)
    if platform_id is not None:
        rows = rows.where(refused_launches.c.platform_id == platform_id)
    newest = rows.order_by(refused_launches.c.last_at.desc(), refused_launches.c.digest).limit(limit)
    return [RefusedLaunch(**{**row, "fault": LaunchFault(row["fault"])}) for row in conn.execute(newest).mappings()]


def forget_refused_launches(conn: Connection, *, before: datetime, limit: int) -> int:
    """Delete up to `limit` reasons for which none was refused since `before`; how many went."""
    old = select(refused_launches.c.digest).where(refused_launches.c.last_at <= before).limit(limit)
    return conn.execute(delete(refused_launches).where(refused_launches.c.digest.in_(old))).rowcount
