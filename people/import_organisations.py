"""Organisations of an import: found by name and country, entered, changed, and taken back."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from people.dated import in_force
from people.import_plans import NOT_YOURS, SEVERAL_ORGANISATIONS, UNKNOWN_ORGANISATION, Done, Outcome, Plan
from people.import_rows import Fault, OrganisationRow
from people.mail_domains import close_domain, open_domain
from people.names import folded
from people.organisation_tables import memberships
from people.organisations import Organisation, add_organisation, change_organisation, organisation, organisations
from people.permissions import Place, Scope, ScopeKind, place
from people.withdrawing import withdraw


def plan_organisations(
    conn: Connection,
    rows: Mapping[int, OrganisationRow],
    *,
    allowed: Callable[[Place], bool],
    confirmed: Collection[int],
) -> list[Plan[OrganisationRow]]:
    """What each row would do. A row whose name differs from a known one in marks alone is held back for a human."""
    known = organisations(conn, limit=None)
    by_name = _grouped(known, lambda name: name.casefold())
    alike = _grouped(known, folded)
    names = {each.id: each.name for each in known}
    above: set[tuple[str, str]] = set()
    plans = []
    for number, row in rows.items():
        found = by_name.get((row.name.casefold(), row.country), [])
        similar = alike.get((folded(row.name), row.country), [])
        parents = by_name.get((row.parent.casefold(), row.country), []) if row.parent else []
        parent_is_above = row.parent is not None and (row.parent.casefold(), row.country) in above
        fault = None
        if not allowed(place(Scope(ScopeKind.COUNTRY, row.country))):
            fault = Fault(number, "Country", NOT_YOURS)
        elif len(found) > 1:
            fault = Fault(number, "Name", SEVERAL_ORGANISATIONS)
        elif row.parent and len(parents) != 1 and not parent_is_above:
            fault = Fault(number, "Parent", SEVERAL_ORGANISATIONS if parents else UNKNOWN_ORGANISATION)
        above.add((row.name.casefold(), row.country))
        plans.append(_plan(number, row, found, similar, names, fault=fault, confirmed=number in confirmed))
    return plans


def _plan(
    number: int,
    row: OrganisationRow,
    found: Sequence[Organisation],
    similar: Sequence[Organisation],
    names: Mapping[UUID, str],
    *,
    fault: Fault | None,
    confirmed: bool,
) -> Plan[OrganisationRow]:
    if fault:
        return Plan(number, row, Outcome.FAULT, fault=fault)
    if found:
        outcome = Outcome.CHANGE if _differs(row, found[0], names) else Outcome.UNCHANGED
        return Plan(number, row, outcome, found[0].id)
    if similar and not confirmed:
        return Plan(number, row, Outcome.PERHAPS, similar[0].id)
    return Plan(number, row, Outcome.CONFIRMED if confirmed else Outcome.ADD)


def _differs(row: OrganisationRow, known: Organisation, names: Mapping[UUID, str]) -> bool:
    parent = names.get(known.parent_id, "") if known.parent_id else ""
    return (
        row.kind != known.kind
        or (row.parent is not None and row.parent.casefold() != parent.casefold())
        or bool(row.themes and set(row.themes) != set(known.themes))
        or not set(row.mail_domains) <= set(known.domains)
    )


def _grouped(known: Sequence[Organisation], key: Callable[[str], str]) -> dict[tuple[str, str], list[Organisation]]:
    grouped: dict[tuple[str, str], list[Organisation]] = {}
    for each in known:
        grouped.setdefault((key(each.name), each.country), []).append(each)
    return grouped


def enter_organisations(
    conn: Connection, plans: Sequence[Plan[OrganisationRow]], *, by: UUID | None, reason: str, now: datetime
) -> dict[int, Done]:
    """What each plan says is in the register; what was added or changed, by the number of the row."""
    said: dict[str, Any] = {"by": by, "reason": reason, "now": now}
    done = {}
    for plan in plans:
        row = plan.row
        parent_id = _parent(conn, row)
        if plan.is_new or plan.subject_id is None:
            fields = msgspec.structs.asdict(row)
            del fields["parent"]
            added = add_organisation(conn, **fields, parent_id=parent_id, **said)
            done[plan.number] = Done(added.id, added=True)
        else:
            done[plan.number] = _change(conn, plan.subject_id, row, parent_id, **said)
    return done


def _parent(conn: Connection, row: OrganisationRow) -> UUID | None:
    if row.parent is None:
        return None
    named = organisations(conn, country=row.country, text=row.parent, limit=None)
    return next(each.id for each in named if each.name.casefold() == row.parent.casefold())


def _change(
    conn: Connection,
    organisation_id: UUID,
    row: OrganisationRow,
    parent_id: UUID | None,
    *,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> Done:
    before = organisation(conn, organisation_id)
    change_organisation(
        conn,
        organisation_id,
        name=before.name,
        kind=row.kind,
        country=before.country,
        parent_id=parent_id or before.parent_id,
        themes=row.themes or before.themes,
        by=by,
        reason=reason,
        now=now,
    )
    opened = tuple(domain for domain in row.mail_domains if domain not in before.domains)
    for domain in opened:
        open_domain(conn, organisation_id, domain, by=by, reason=reason, now=now)
    return Done(organisation_id, before=before, domains=opened)


def take_back_organisations(
    conn: Connection, entered: Mapping[int, Done], *, by: UUID | None, reason: str, now: datetime
) -> int:
    """What these rows added is true no more: new organisations are withdrawn, changed ones are what they were.

    Returns how many new ones stay, because somebody belongs to them by now.
    """
    for done in entered.values():
        if (before := done.before) is not None:
            change_organisation(
                conn,
                done.subject_id,
                name=before.name,
                kind=before.kind,
                country=before.country,
                parent_id=before.parent_id,
                themes=before.themes,
                by=by,
                reason=reason,
                now=now,
            )
            for domain in done.domains:
                close_domain(conn, done.subject_id, domain, by=by, reason=reason, now=now)
    added = {done.subject_id for done in entered.values() if done.added}
    used = _peopled(conn, added)
    withdraw(conn, added - used, by=by, reason=reason, now=now)
    return len(used)


def _peopled(conn: Connection, added: set[UUID]) -> set[UUID]:
    belonging = select(memberships.c.organisation_id).where(
        memberships.c.organisation_id.in_(added),
        memberships.c.held,
        in_force(memberships, "person_id", "organisation_id"),
    )
    return set(conn.scalars(belonging))
