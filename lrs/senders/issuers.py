"""Issuers of bearer tokens: the OpenID providers whose access tokens open the record store."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, delete, select

from base import Conflict, Invalid, Missing, msgid, record_decision, upsert
from lrs.tables.credentials import issuers

LONGEST_ISSUER = 500
_LONGEST_NAME = 200
_LONGEST_CLAIM = 100
_DEFAULT_REASON = msgid("done at the command line")


class Issuer(Struct, frozen=True):
    """Tokens of `issuer` for `audience` are let in, with the scopes that stand in the claim `scope_claim`."""

    issuer: str
    audience: str
    name: str
    scope_claim: str = "scope"


def add_issuer(
    conn: Connection, issuer: Issuer, *, by: UUID | None = None, reason: str = _DEFAULT_REASON, now: datetime
) -> None:
    """Let tokens of this issuer in. Raises Invalid for what is no issuer, Conflict when the pair is known otherwise."""
    _check(issuer)
    row = upsert(conn, issuers).values(
        issuer=issuer.issuer,
        audience=issuer.audience,
        name=issuer.name,
        scope_claim=issuer.scope_claim,
        created_at=now,
    )
    if conn.execute(row.on_conflict_do_nothing()).rowcount:
        _record(conn, "issuer.add", issuer, by=by, reason=reason, now=now)
    elif issuer not in list_issuers(conn):
        raise Conflict(
            f"{issuer.issuer} with audience {issuer.audience} is known with another name or scope claim; "
            "remove it first.",
            where="issuer",
        )


def remove_issuer(
    conn: Connection,
    issuer: str,
    audience: str,
    *,
    by: UUID | None = None,
    reason: str = _DEFAULT_REASON,
    now: datetime,
) -> None:
    """Let no more of its tokens in. Raises Missing."""
    known = [each for each in list_issuers(conn) if (each.issuer, each.audience) == (issuer, audience)]
    if not known:
        raise Missing(f"{issuer} with audience {audience} is not known; see the list of issuers for those that are.")
    conn.execute(delete(issuers).where(issuers.c.issuer == issuer, issuers.c.audience == audience))
    _record(conn, "issuer.remove", known[0], by=by, reason=reason, now=now)


def list_issuers(conn: Connection) -> Sequence[Issuer]:
    """All issuers whose tokens are let in, by name."""
    rows = conn.execute(select(issuers).order_by(issuers.c.name, issuers.c.issuer, issuers.c.audience))
    return [Issuer(row.issuer, row.audience, row.name, row.scope_claim) for row in rows]


def _check(issuer: Issuer) -> None:
    """What a provider calls itself is a URL without query and fragment (OpenID Connect Discovery 1.0 §3)."""
    try:
        parts = urlsplit(issuer.issuer)
    except ValueError as error:
        raise Invalid(f"The issuer is {issuer.issuer!r}; it must be a web address.", where="issuer") from error
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.query or parts.fragment:
        raise Invalid(
            f"The issuer is {issuer.issuer!r}; it must be a web address without query, such as https://id.example.",
            where="issuer",
        )
    lengths = {"issuer": LONGEST_ISSUER, "audience": LONGEST_ISSUER, "name": _LONGEST_NAME}
    for field, longest in {**lengths, "scope_claim": _LONGEST_CLAIM}.items():
        value = getattr(issuer, field)
        if not value.strip() or len(value) > longest:
            raise Invalid(f"{field} is {value!r}; it must have 1 to {longest} characters.", where=field)


def _record(conn: Connection, act: str, issuer: Issuer, *, by: UUID | None, reason: str, now: datetime) -> None:
    subject = f"issuer {issuer.issuer}"
    record_decision(conn, by=by, act=act, subject=subject, reason=reason, after=issuer, now=now)
