"""Mail domains of organisations: whoever has a confirmed address there may join without being asked."""

import re
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select

from base import Invalid, record_decision
from people.organisation_tables import mail_domains

_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")
_PUBLIC_SERVICES = (
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com aol.com proton.me protonmail.com "
    "gmx.com gmx.de mail.com mail.ru inbox.ru bk.ru list.ru yandex.ru yandex.com ya.ru rambler.ru ukr.net i.ua meta.ua "
    "box.az mail.az"
)
_OPEN_TO_ALL = frozenset(_PUBLIC_SERVICES.split())


def parse_domain(domain: str) -> str:
    """The domain in small letters and ASCII (RFC 5890 A-labels). Raises Invalid for none, and for public mail services.

    Whoever likes has an address at a public service, so a rule for one would let everybody in.
    """
    try:
        parsed = domain.strip().removeprefix("@").rstrip(".").casefold().encode("idna").decode()
    except UnicodeError:
        parsed = ""
    if not _DOMAIN.fullmatch(parsed):
        raise Invalid(
            f"{domain[:80]!r} is no mail domain; it must be what stands behind the @, such as yerevan.am.",
            where="mail_domains",
        )
    if parsed in _OPEN_TO_ALL:
        raise Invalid(
            f"Anybody can have an address at {parsed}; name a domain of the organisation's own.", where="mail_domains"
        )
    return parsed


def open_domain(
    conn: Connection, organisation_id: UUID, domain: str, *, by: UUID | None, reason: str, now: datetime
) -> None:
    """Confirmed addresses at `domain` let people join from now on; opening it twice changes nothing. Raises Invalid."""
    _decide(conn, organisation_id, parse_domain(domain), held=True, by=by, reason=reason, now=now)


def close_domain(
    conn: Connection, organisation_id: UUID, domain: str, *, by: UUID | None, reason: str, now: datetime
) -> None:
    """`domain` lets nobody join any more; who has joined by it stays."""
    _decide(conn, organisation_id, parse_domain(domain), held=False, by=by, reason=reason, now=now)


def domains_of(conn: Connection, organisation_ids: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    """The open domains of each of these organisations, in order of letters; one without any is left out."""
    rows = conn.execute(
        select(mail_domains.c.organisation_id, mail_domains.c.domain, mail_domains.c.held)
        .where(mail_domains.c.organisation_id.in_(organisation_ids))
        .order_by(mail_domains.c.seq)
    )
    newest = {(row.organisation_id, row.domain): row.held for row in rows}
    opened: dict[UUID, tuple[str, ...]] = {}
    for organisation_id, domain in sorted(key for key, held in newest.items() if held):
        opened[organisation_id] = (*opened.get(organisation_id, ()), domain)
    return opened


def _decide(
    conn: Connection, organisation_id: UUID, domain: str, *, held: bool, by: UUID | None, reason: str, now: datetime
) -> None:
    conn.execute(
        insert(mail_domains).values(
            organisation_id=organisation_id, domain=domain, held=held, at=now, by=by, reason=reason
        )
    )
    record_decision(
        conn,
        by=by,
        act="organisation.open_domain" if held else "organisation.close_domain",
        subject=f"organisation {organisation_id}",
        reason=reason,
        after=domain,
        now=now,
    )
