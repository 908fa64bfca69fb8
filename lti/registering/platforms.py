"""The LMSs that may send people here: their registrations and deployments."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, select, update

from base import Conflict, Invalid, Missing, lock, new_uuid, record_decision, upsert
from lti.standard.claims import LONGEST_ID, LONGEST_ISSUER, LONGEST_URL
from lti.tables import deployments, platforms
from people import Renamed, rename_home_page


class PlatformStatus(StrEnum):
    """Whether a registration lets anybody in.

    PENDING: it came by itself and waits for an administrator. DISABLED: an administrator has closed it; nothing is
    forgotten, and grades wait.
    """

    PENDING = "pending"
    APPROVED = "approved"
    DISABLED = "disabled"


class Platform(msgspec.Struct, frozen=True):
    """One registration of Waymark in an LMS; the URLs are the platform's own."""

    id: UUID
    issuer: str
    client_id: str
    name: str
    auth_login_url: str
    token_url: str
    jwks_url: str
    status: PlatformStatus = PlatformStatus.APPROVED
    product: str | None = None
    product_version: str | None = None
    token_audience: str | None = None


class Deployment(msgspec.Struct, frozen=True):
    """A deployment that a platform has named, approved or still pending."""

    platform_id: UUID
    deployment_id: str
    approved: bool
    first_seen_at: datetime


def add_platform(
    conn: Connection,
    *,
    issuer: str,
    client_id: str,
    name: str,
    auth_login_url: str,
    token_url: str,
    jwks_url: str,
    deployment_ids: Sequence[str],
    token_audience: str | None = None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> Platform:
    """The registration (issuer, client_id) with these deployments approved; adding it again only adds deployments.

    Raises Invalid for what is no URL, Conflict when the issuer is known with another key set or other endpoints.
    """
    urls = {"issuer": issuer, "auth_login_url": auth_login_url, "token_url": token_url, "jwks_url": jwks_url}
    for deployment_id in deployment_ids:
        check_length("deployment_id", deployment_id, LONGEST_ID)
    added = keep_registration(
        conn,
        urls,
        client_id=client_id,
        name=name,
        token_audience=token_audience,
        status=PlatformStatus.APPROVED,
        now=now,
    )
    registered = find_platform(conn, issuer, client_id)
    approved = [d for d in deployment_ids if let_in(conn, registered.id, d, now=now)]
    if added or approved:
        after = {"platform": registered, "approved": approved}
        subject = f"platform:{registered.id}"
        record_decision(conn, by=by, act="platform.add", subject=subject, reason=reason, after=after, now=now)
    return registered


def keep_registration(
    conn: Connection,
    urls: Mapping[str, str],
    *,
    client_id: str,
    name: str,
    status: PlatformStatus,
    token_audience: str | None = None,
    product: str | None = None,
    product_version: str | None = None,
    now: datetime,
) -> bool:
    """Whether the registration (issuer, client_id) is new; one that is known stays as it is.

    `urls` are issuer, auth_login_url, token_url and jwks_url. Raises as `add_platform` does.
    """
    for field, url in urls.items():
        check_url(field, url)
    check_length("issuer", urls["issuer"], LONGEST_ISSUER)
    for field, value in {"client_id": client_id, "name": name}.items():
        check_length(field, value, LONGEST_ID)
    if token_audience is not None:
        check_url("token_audience", token_audience)
    lock(conn, f"lti-issuer:{urls['issuer']}")
    refuse_takeover(conn, urls)
    said = {"token_audience": token_audience, "product": product, "product_version": product_version}
    row = {"id": new_uuid(), "client_id": client_id, "name": name, "added_at": now, "status": status, **urls, **said}
    new = upsert(conn, platforms).values(row).on_conflict_do_nothing()
    return conn.scalar(new.returning(platforms.c.id)) is not None


def approve_deployment(
    conn: Connection, platform_id: UUID, deployment_id: str, *, by: UUID | None, reason: str, now: datetime
) -> None:
    """Let launches from this deployment pass; it may be one that no launch has named yet. Raises Missing."""
    subject = f"platform:{platform(conn, platform_id).id}"
    if let_in(conn, platform_id, deployment_id, now=now):
        after = {"deployment_id": deployment_id}
        record_decision(conn, by=by, act="deployment.approve", subject=subject, reason=reason, after=after, now=now)


def rename_issuer(conn: Connection, old: str, new: str, *, by: UUID | None, reason: str, now: datetime) -> Renamed:
    """The platform calls itself `new` from now on, and everybody it sends is who they were (`rename_home_page`).

    Its registrations change with their issuer alone; where `new` has been registered meanwhile, both stay as they are.
    Raises Missing for an issuer that is not registered, Invalid for a new one that cannot be.
    """
    check_url("issuer", new)
    check_length("issuer", new, LONGEST_ISSUER)
    for issuer in sorted({old, new}):
        lock(conn, f"lti-issuer:{issuer}")
    if not _platforms(conn, platforms.c.issuer == old):
        raise Missing(f"No platform is registered with issuer {old!r}; see the list of platforms for what is.")
    renamed = rename_home_page(conn, old, new, by=by, reason=reason, now=now)
    if not _platforms(conn, platforms.c.issuer == new):
        conn.execute(update(platforms).where(platforms.c.issuer == old).values(issuer=new))
    before, after = {"issuer": old}, {"issuer": new, "accounts": renamed.accounts}
    subject = f"issuer {old}"
    record_decision(
        conn, by=by, act="platform.rename", subject=subject, reason=reason, before=before, after=after, now=now
    )
    return renamed


def is_approved(conn: Connection, platform_id: UUID, deployment_id: str, *, now: datetime) -> bool:
    """Whether launches from this deployment pass; one never seen before is kept as pending, for an administrator."""
    row = {"platform_id": platform_id, "deployment_id": deployment_id}
    status = conn.scalar(select(deployments.c.status).filter_by(**row))
    if status is None:  # only then, so that the usual launch is spared a write
        seen = upsert(conn, deployments).values(**row, status="pending", first_seen_at=now)
        conn.execute(seen.on_conflict_do_nothing())
    return status == "approved"


def list_platforms(conn: Connection) -> list[Platform]:
    """All registrations, by name."""
    return _platforms(conn)


def list_deployments(conn: Connection, platform_id: UUID) -> list[Deployment]:
    """What a platform has named or an administrator approved, oldest first."""
    mine = select(deployments).where(deployments.c.platform_id == platform_id)
    rows = conn.execute(mine.order_by(deployments.c.first_seen_at, deployments.c.deployment_id))
    return [Deployment(row.platform_id, row.deployment_id, row.status == "approved", row.first_seen_at) for row in rows]


def find_platform(conn: Connection, issuer: str, client_id: str | None, deployment_id: str | None = None) -> Platform:
    """The registration of an issuer; without a client id, which a login may omit, the only one that it has.

    One issuer may send all its customers (hosted Canvas does): then also the one that has this deployment. Raises
    Missing when there is none, Invalid when there are several to choose from.
    """
    of_client = [] if client_id is None else [platforms.c.client_id == client_id]
    found = _platforms(conn, platforms.c.issuer == issuer, *of_client)
    if not found:
        raise Missing(f"No platform is registered with issuer {issuer!r} and client id {client_id!r}.")
    if len(found) > 1 and deployment_id is not None:
        having = select(deployments.c.platform_id).where(deployments.c.deployment_id == deployment_id)
        found = _platforms(conn, platforms.c.issuer == issuer, platforms.c.id.in_(having)) or found
    if len(found) > 1:
        raise Invalid(f"{issuer!r} is registered with several client ids; the login must send client_id.")
    return found[0]


def named_platform(conn: Connection, named: str) -> Platform:
    """The one registration with this id, client id, issuer or name, as operators name it.

    Raises Missing when there is none, Invalid when there are several.
    """
    found = [each for each in _platforms(conn) if named in {str(each.id), each.client_id, each.issuer, each.name}]
    if not found:
        raise Missing(f"No platform has the id, client id, issuer or name {named!r}; see the list of platforms.")
    if len(found) > 1:
        ids = ", ".join(str(each.id) for each in found)
        raise Invalid(f"{named!r} names several platforms; name one by its id: {ids}.")
    return found[0]


def platform(conn: Connection, platform_id: UUID) -> Platform:
    """One registration. Raises Missing."""
    found = find_registration(conn, platform_id)
    if found is None:
        raise Missing(f"No platform {platform_id} is registered.")
    return found


def find_registration(conn: Connection, platform_id: UUID) -> Platform | None:
    """One registration; None where it has been removed since."""
    return next(iter(_platforms(conn, platforms.c.id == platform_id)), None)


def _platforms(conn: Connection, *where: ColumnElement[bool]) -> list[Platform]:
    columns = [platforms.c[field] for field in Platform.__struct_fields__]
    mine = select(*columns).where(*where).order_by(platforms.c.name, platforms.c.client_id)
    rows = conn.execute(mine).mappings()
    return [Platform(**{**row, "status": PlatformStatus(row["status"])}) for row in rows]


def let_in(conn: Connection, platform_id: UUID, deployment_id: str, *, now: datetime) -> bool:
    """Approve a deployment; whether this made a difference."""
    row = {"platform_id": platform_id, "deployment_id": deployment_id, "first_seen_at": now}
    approved = upsert(conn, deployments).values(**row, status="approved")
    changed = approved.on_conflict_do_update(
        index_elements=["platform_id", "deployment_id"],
        set_={"status": "approved"},
        where=deployments.c.status == "pending",
    )
    return conn.execute(changed.returning(deployments.c.status)).first() is not None


def refuse_takeover(conn: Connection, urls: Mapping[str, str]) -> None:
    """Raise Conflict unless the issuer is new or known by the same key set and endpoints."""
    for known in _platforms(conn, platforms.c.issuer == urls["issuer"]):
        for field, url in urls.items():
            if url != (stored := getattr(known, field)):
                raise Conflict(
                    f"{known.issuer} is registered with {field} {stored}, and {url} was sent. One issuer has one "
                    "key set and one set of endpoints, since people are known by it. If the LMS has moved, change "
                    "that registration.",
                    rule="one issuer, one key set",
                    where=field,
                )


def check_url(field: str, url: str) -> None:
    """Raise Invalid for what is no absolute URL of the web."""
    parts = urlsplit(url)
    if (
        parts.scheme not in {"https", "http"}
        or not parts.hostname
        or len(url) > LONGEST_URL
        or "#" in url
        or not url.isprintable()
    ):
        raise Invalid(f"{field} is {url!r}; it must be an absolute http or https URL.", where=field)


def check_length(field: str, value: str, longest: int) -> None:
    """Raise Invalid for what nobody can see, or is too long."""
    if not value.strip() or len(value) > longest or not value.isprintable():
        raise Invalid(f"{field} is {value!r}; it must hold 1 to {longest} visible characters.", where=field)
