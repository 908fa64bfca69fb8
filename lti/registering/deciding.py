"""What administrators decide about a registration: whether it lets people in, what it is called, and where it is."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, update

from base import Conflict, lock, record_decision
from lti.registering.platforms import (
    Platform,
    PlatformStatus,
    check_length,
    check_url,
    let_in,
    list_deployments,
    platform,
)
from lti.standard.claims import LONGEST_ID
from lti.tables import platforms

_ADDRESSES = ("auth_login_url", "token_url", "jwks_url", "token_audience")


def approve_platform(
    conn: Connection,
    platform_id: UUID,
    *,
    deployment_ids: Sequence[str] | None = None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> Platform:
    """The registration that had waited lets people in, through these deployments: None is all that it has named.

    Raises Missing, and Conflict for one that did not wait.
    """
    _turn(conn, platform_id, {PlatformStatus.PENDING}, PlatformStatus.APPROVED)
    named = [each.deployment_id for each in list_deployments(conn, platform_id) if not each.approved]
    approved = [each for each in named if deployment_ids is None or each in deployment_ids]
    for deployment_id in approved:
        let_in(conn, platform_id, deployment_id, now=now)
    after = {"deployments": approved}
    _record(conn, "platform.approve", platform_id, after=after, by=by, reason=reason, now=now)
    return platform(conn, platform_id)


def disable_platform(conn: Connection, platform_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> Platform:
    """Nobody comes in by this registration and nothing is sent to it; all that is known stays.

    Raises Missing, and Conflict for one that is disabled already.
    """
    _turn(conn, platform_id, {PlatformStatus.APPROVED, PlatformStatus.PENDING}, PlatformStatus.DISABLED)
    _record(conn, "platform.disable", platform_id, by=by, reason=reason, now=now)
    return platform(conn, platform_id)


def enable_platform(conn: Connection, platform_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> Platform:
    """A disabled registration lets people in again. Raises Missing, and Conflict for one that is not disabled."""
    _turn(conn, platform_id, {PlatformStatus.DISABLED}, PlatformStatus.APPROVED)
    _record(conn, "platform.enable", platform_id, by=by, reason=reason, now=now)
    return platform(conn, platform_id)


def rename_platform(
    conn: Connection, platform_id: UUID, name: str, *, by: UUID | None, reason: str, now: datetime
) -> None:
    """People see it under this name from now on. Raises Missing, and Invalid for a name that cannot be."""
    name = name.strip()
    check_length("name", name, LONGEST_ID)
    before = platform(conn, platform_id).name
    if before != name:
        conn.execute(update(platforms).where(platforms.c.id == platform_id).values(name=name))
        told = {"before": {"name": before}, "after": {"name": name}}
        _record(conn, "platform.name", platform_id, **told, by=by, reason=reason, now=now)


def move_platform(
    conn: Connection,
    platform_id: UUID,
    *,
    auth_login_url: str,
    token_url: str,
    jwks_url: str,
    token_audience: str | None = None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> list[Platform]:
    """The issuer has these addresses from now on, in all its registrations: they share them, so they change together.

    Returns those registrations. Raises Missing, and Invalid for what is no URL.
    """
    new = {"auth_login_url": auth_login_url, "token_url": token_url, "jwks_url": jwks_url}
    for field, url in new.items() if token_audience is None else (new | {"token_audience": token_audience}).items():
        check_url(field, url)
    issuer = platform(conn, platform_id).issuer
    lock(conn, f"lti-issuer:{issuer}")
    moved = select(platforms.c.id, *(platforms.c[field] for field in _ADDRESSES)).where(platforms.c.issuer == issuer)
    before = [dict(row) for row in conn.execute(moved.order_by(platforms.c.name, platforms.c.id)).mappings()]
    after = new | {"token_audience": token_audience}
    conn.execute(update(platforms).where(platforms.c.issuer == issuer).values(after))
    if any({field: row[field] for field in _ADDRESSES} != after for row in before):
        _record(conn, "platform.move", platform_id, before=before, after=after, by=by, reason=reason, now=now)
    return [platform(conn, row["id"]) for row in before]


def _turn(conn: Connection, platform_id: UUID, before: Collection[PlatformStatus], after: PlatformStatus) -> None:
    mine = platforms.c.id == platform_id, platforms.c.status.in_([status.value for status in before])
    if conn.execute(update(platforms).where(*mine).values(status=after.value)).rowcount == 0:
        found = platform(conn, platform_id)
        allowed = " or ".join(sorted(status.value for status in before))
        raise Conflict(f"{found.name} is {found.status.value}; only one that is {allowed} can become {after.value}.")


def _record(conn: Connection, act: str, platform_id: UUID, **told: Any) -> None:
    record_decision(conn, act=act, subject=f"platform:{platform_id}", **told)
