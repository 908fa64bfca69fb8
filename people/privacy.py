"""What the register knows of a person, and how it forgets them: values and mappings go, its rows stay."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, delete, or_, select, update

from base import forget_personal_values, installation_iri, new_uuid
from people.claims import is_unclaimed
from people.focal_points import focal_points_of, relieve_focal_point
from people.holding import held_by, links_now
from people.linking_tables import claims, link_codes, link_offers, mail_addresses
from people.membership import leave, memberships_of
from people.organisation_tables import focal_points, invitation_uses, invitations, membership_requests, memberships
from people.permissions import Role
from people.roles import grants_of, withdraw_role
from people.sign_in_tables import consents
from people.tables import account_links, accounts, persons, role_grants, sessions, sign_in_links, traits
from people.traits import TraitKind, say_trait, words_of

ERASED_HOME_PAGE = "urn:waymark:erased"
"""The home page of accounts whose person was erased; the name beside it is a fresh UUID that leads nowhere."""


def known_to_people(conn: Connection, person_id: UUID) -> dict[str, Any]:
    """Everything that the register keeps of the person and of those joined to them; tokens are kept as hashes only."""
    theirs = held_by(conn, person_id)
    told = (persons.c.id, persons.c.full_name, persons.c.language, persons.c.created_at)
    return {
        "persons": _rows(conn, persons.c.id.in_(theirs), *told),
        "accounts": _accounts(conn, theirs),
        "mail_addresses": _known(conn, mail_addresses, theirs),
        "memberships": _known(conn, memberships, theirs),
        "membership_requests": _known(conn, membership_requests, theirs),
        "invitations_used": _known(conn, invitation_uses, theirs),
        "focal_points": _known(conn, focal_points, theirs),
        "roles": _known(conn, role_grants, theirs),
        "positions_and_needs": _known(conn, traits, theirs),
        "consents": _known(conn, consents, theirs),
        "claims": _known(conn, claims, theirs),
        "link_codes": _known(conn, link_codes, theirs),
        "link_offers": _known(conn, link_offers, theirs),
        "sign_in_links": _known(conn, sign_in_links, theirs),
        "sessions": _known(conn, sessions, theirs),
    }


def mail_addresses_ever(conn: Connection, person_id: UUID) -> list[str]:
    """Every mail address that is or was the person's, as far as it is still kept."""
    theirs = mail_addresses.c.person_id.in_(held_by(conn, person_id))
    return list(conn.scalars(select(mail_addresses.c.address).where(theirs).distinct()))


def end_offices(conn: Connection, person_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> None:
    """The person, and all joined to them, belong nowhere, speak for nobody and hold no role or position from now on.

    What they said that they do and need is so no more.
    """
    for kind in TraitKind:
        for word in sorted(words_of(conn, [person_id], kind)[person_id]):
            say_trait(conn, person_id, kind, word, held=False, since=None, by=by, reason=reason, now=now)
    for each in held_by(conn, person_id):
        for membership in memberships_of(conn, each):
            leave(conn, each, membership.organisation_id, by=by, reason=reason, now=now)
        _relieve_everywhere(conn, each, by=by, reason=reason, now=now)
        for grant in grants_of(conn, each):
            if grant.role is not Role.LEARNER:
                withdraw_role(conn, each, grant.role, scope=grant.scope, by=by, reason=reason, now=now)


def erase_from_people(conn: Connection, person_id: UUID) -> dict[str, int]:
    """Nothing in the register tells any more who the person was, or those joined to them; how many values went.

    Their rows stay, and so do the opaque accounts that the statements name. Nobody is found by the accounts and
    addresses that they came with: whoever arrives with one of them is new. Erased again, nothing is left to go.
    """
    theirs = held_by(conn, person_id)
    addresses = mail_addresses_ever(conn, person_id)
    unknown = {"full_name": None, "folded_name": None}
    named = persons.c.id.in_(theirs), persons.c.full_name.is_not(None)
    invited = update(invitations).where(invitations.c.address.in_(addresses)).values(address=None)
    coded = or_(link_codes.c.person_id.in_(theirs), link_codes.c.address.in_(addresses))
    asked = membership_requests.c.person_id.in_(theirs)
    said = or_(membership_requests.c.note.is_not(None), membership_requests.c.answer.is_not(None))
    wordless = update(membership_requests).where(asked, said).values(note=None, answer=None)
    pleaded = claims.c.person_id.in_(theirs), claims.c.words != ""
    return {
        "names": conn.execute(update(persons).where(*named).values(unknown)).rowcount,
        "accounts": _erase_accounts(conn, theirs),
        "mail_addresses": _delete(conn, mail_addresses, theirs) + conn.execute(invited).rowcount,
        "sign_ins": sum(_delete(conn, table, theirs) for table in (sessions, sign_in_links, link_offers))
        + conn.execute(delete(link_codes).where(coded)).rowcount,
        "messages": conn.execute(wordless).rowcount
        + conn.execute(update(claims).where(*pleaded).values(words="")).rowcount,
        "audit_values": sum(forget_personal_values(conn, each) for each in theirs),
    }


def idle_on_paper(conn: Connection, *, before: datetime) -> list[UUID]:
    """Whoever is known from paper alone, never had a role, and was not heard of in the register since `before`."""
    heard = select(memberships.c.person_id).where(memberships.c.at >= before).union(select(role_grants.c.person_id))
    old = persons.c.created_at < before, persons.c.full_name.is_not(None), persons.c.id.not_in(heard)
    return list(conn.scalars(select(persons.c.id).where(is_unclaimed(), *old).order_by(persons.c.id)))


def _relieve_everywhere(conn: Connection, person_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> None:
    """Somebody may speak for an organisation that they do not belong to."""
    named = select(focal_points.c.organisation_id).where(focal_points.c.person_id == person_id).distinct()
    for organisation_id in conn.scalars(named).all():
        for point in focal_points_of(conn, organisation_id):
            if point.person_id == person_id:
                relieve_focal_point(conn, person_id, organisation_id, point.theme, by=by, reason=reason, now=now)


def _erase_accounts(conn: Connection, theirs: Collection[UUID]) -> int:
    """Rename what they came with; an account that was theirs once and is another's now stays that person's.

    Pseudonyms stay: they tell nothing, and what they did counts by them.
    """
    nothing_told = {ERASED_HOME_PAGE, installation_iri(conn)}
    foreign = [row.account_id for each in theirs for row in links_now(conn, each) if row.home_page not in nothing_told]
    for account_id in foreign:
        nobody = {"home_page": ERASED_HOME_PAGE, "name": str(new_uuid())}
        conn.execute(update(accounts).where(accounts.c.id == account_id).values(nobody))
    return len(foreign)


def _accounts(conn: Connection, theirs: Collection[UUID]) -> list[dict[str, Any]]:
    columns = accounts.c.home_page, accounts.c.name, account_links.c.at, account_links.c.reason, account_links.c.way
    linked = select(*columns).join(account_links, account_links.c.account_id == accounts.c.id)
    rows = conn.execute(linked.where(account_links.c.person_id.in_(theirs)).order_by(account_links.c.seq))
    return [dict(row) for row in rows.mappings()]


def _known(conn: Connection, table: Table, theirs: Collection[UUID]) -> list[dict[str, Any]]:
    """The table's rows of these persons, without what is kept of tokens and codes."""
    return _rows(conn, table.c.person_id.in_(theirs), *(each for each in table.c if not each.name.endswith("_hash")))


def _rows(conn: Connection, where: ColumnElement[bool], *columns: ColumnElement[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in conn.execute(select(*columns).where(where)).mappings()]


def _delete(conn: Connection, table: Table, theirs: Collection[UUID]) -> int:
    return conn.execute(delete(table).where(table.c.person_id.in_(theirs))).rowcount
