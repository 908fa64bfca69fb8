"""People of an import are entered into the register, many at a time, and taken back out of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from base import installation_iri, new_uuid, publish_all
from people.events import ProfileChanged
from people.import_plans import Done, Plan
from people.import_rows import PersonRow
from people.linking_tables import mail_addresses
from people.membership import Tier, leave, memberships_of
from people.names import folded
from people.organisation_tables import memberships
from people.permissions import Role, Scope, ScopeKind
from people.positions import end_position, positions_of
from people.roles import withdraw_role
from people.tables import account_links, accounts, persons, role_grants, sessions, traits
from people.traits import TraitKind
from people.withdrawing import withdraw


def enter_people(
    conn: Connection, plans: Sequence[Plan[PersonRow]], *, by: UUID | None, reason: str, now: datetime
) -> dict[int, Done]:
    """What each plan says is in the register, in one statement a table; what was added, by the number of the row."""
    homes = installation_iri(conn)
    rows: dict[str, list[dict[str, Any]]] = {table.name: [] for table in _TABLES}
    done = {}
    said = {"at": now, "by": by, "reason": reason}
    for plan in plans:
        person_id = new_uuid() if plan.is_new else plan.subject_id
        assert person_id is not None  # a row that changes somebody has found them
        if plan.is_new:
            _add_newcomer(rows, person_id, plan, homes, said)
        _add_belonging(rows, person_id, plan, said)
        done[plan.number] = Done(
            person_id, plan.is_new, plan.organisation_id, plan.joins, plan.roles, positions=plan.positions
        )
    for table in _TABLES:
        if rows[table.name]:
            conn.execute(insert(table), rows[table.name])
    changed = {each.subject_id for each in done.values() if each.joined or each.positions}
    publish_all(conn, (ProfileChanged(str(each), each) for each in sorted(changed)), now=now)
    return done


_TABLES = (accounts, persons, account_links, mail_addresses, memberships, role_grants, traits)


def _add_newcomer(
    rows: dict[str, list[dict[str, Any]]],
    person_id: UUID,
    plan: Plan[PersonRow],
    homes: str,
    said: Mapping[str, Any],
) -> None:
    row, opaque_id = plan.row, new_uuid()
    rows["accounts"].append({"id": opaque_id, "home_page": homes, "name": str(new_uuid())})
    rows["persons"].append(
        {
            "id": person_id,
            "full_name": row.full_name,
            "folded_name": folded(row.full_name),
            "language": plan.language,
            "opaque_account_id": opaque_id,
            "created_at": said["at"],
        }
    )
    rows["account_links"].append({"account_id": opaque_id, "person_id": person_id, **said})
    if row.account:
        account_id = new_uuid()
        rows["accounts"].append({"id": account_id, "home_page": row.account.home_page, "name": row.account.name})
        rows["account_links"].append({"account_id": account_id, "person_id": person_id, **said})
    if row.mail:
        rows["mail_addresses"].append(
            {"id": new_uuid(), "person_id": person_id, "address": row.mail, "added_at": said["at"]}
        )


def _add_belonging(
    rows: dict[str, list[dict[str, Any]]], person_id: UUID, plan: Plan[PersonRow], said: Mapping[str, Any]
) -> None:
    dated = {"person_id": person_id, "held": True, "since": said["at"], **said}
    if plan.joins:
        rows["memberships"].append({**dated, "organisation_id": plan.organisation_id, "tier": Tier.MEMBER.value})
    scope = {"scope_kind": ScopeKind.ORGANISATION.value, "scope_id": str(plan.organisation_id)}
    rows["role_grants"] += [{**dated, **scope, "role": role.value} for role in plan.roles]
    held = {**dated, "kind": TraitKind.POSITION.value}
    rows["traits"] += [{**held, "word": position} for position in plan.positions]


def take_back_people(
    conn: Connection, entered: Mapping[int, Done], *, by: UUID | None, reason: str, now: datetime
) -> int:
    """What these rows added is true no more: roles, positions and memberships end, unused newcomers are withdrawn.

    Returns how many newcomers stay, because they have signed in, proven an address, were joined with another person,
    or are known to a platform by an account.
    """
    for done in entered.values():
        _end(conn, done, by=by, reason=reason, now=now)
    added = {done.subject_id for done in entered.values() if done.added}
    unproven = mail_addresses.c.verified_at.is_(None), mail_addresses.c.removed_at.is_(None)
    conn.execute(update(mail_addresses).where(mail_addresses.c.person_id.in_(added), *unproven).values(removed_at=now))
    used = _used(conn, added)
    withdraw(conn, added - used, by=by, reason=reason, now=now)
    return len(used)


def _end(conn: Connection, done: Done, *, by: UUID | None, reason: str, now: datetime) -> None:
    for position in positions_of(conn, done.subject_id) & {*done.positions}:
        end_position(conn, done.subject_id, position, by=by, reason=reason, now=now)
    organisation_id = done.organisation_id
    if organisation_id is None:
        return
    belongs = any(each.organisation_id == organisation_id for each in memberships_of(conn, done.subject_id))
    if done.joined and belongs:
        leave(conn, done.subject_id, organisation_id, by=by, reason=reason, now=now)
        return
    for role in done.roles:
        _withdraw_role(conn, done.subject_id, role, organisation_id, by=by, reason=reason, now=now)


def _withdraw_role(
    conn: Connection, person_id: UUID, role: Role, organisation_id: UUID, *, by: UUID | None, reason: str, now: datetime
) -> None:
    scope = Scope(ScopeKind.ORGANISATION, str(organisation_id))
    withdraw_role(conn, person_id, role, scope=scope, by=by, reason=reason, now=now)


def _used(conn: Connection, added: set[UUID]) -> set[UUID]:
    """Those whom somebody besides the import knows by now."""
    signed_in = select(sessions.c.person_id).where(sessions.c.person_id.in_(added))
    proven = select(mail_addresses.c.person_id).where(
        mail_addresses.c.person_id.in_(added), mail_addresses.c.verified_at.is_not(None)
    )
    more_accounts = select(account_links.c.person_id).where(
        account_links.c.person_id.in_(added),
        account_links.c.account_id.not_in(select(persons.c.opaque_account_id).where(persons.c.id.in_(added))),
    )
    joined = (
        select(persons.c.id)
        .join(account_links, account_links.c.account_id == persons.c.opaque_account_id)
        .where(persons.c.id.in_(added), account_links.c.person_id != persons.c.id)
    )
    return {each for query in (signed_in, proven, more_accounts, joined) for each in conn.scalars(query)}
