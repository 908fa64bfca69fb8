"""Who holds which role, where and since when.

A person may hold several roles, and one role in several scopes; what is permitted is the sum of them. Each role in each
scope has a history of its own: to withdraw it in one country leaves it in the other.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, func, insert, select

from base import Invalid, record_decision
from people.dated import beginning
from people.permissions import NETWORK, Grant, Role, Scope, ScopeKind, oneself
from people.registry import Person, person
from people.tables import role_grants


class RoleRow(NamedTuple):
    """One row of the register: from `since` on the role is held in the scope, or held no more; `at` we heard of it."""

    role: Role
    scope: Scope
    held: bool
    since: datetime
    at: datetime
    by: UUID | None
    reason: str


def grant_role(
    conn: Connection,
    person_id: UUID,
    role: Role,
    *,
    scope: Scope = NETWORK,
    since: datetime | None = None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    """The person holds `role` in `scope` from `since` (now) on; granting it again adds a row and changes nothing.

    `by` is None for the operator at the command line. Raises Missing for an unknown person, Invalid for Role.LEARNER,
    which everybody has, for a scope without its id, and for a future `since`.
    """
    _decide(conn, person_id, Grant(role, scope), held=True, since=since, by=by, reason=reason, now=now)


def withdraw_role(
    conn: Connection,
    person_id: UUID,
    role: Role,
    *,
    scope: Scope = NETWORK,
    since: datetime | None = None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    """The person holds `role` in `scope` no more from `since` (now) on; in other scopes they keep it.

    The rows that say when they did remain. Raises as `grant_role`.
    """
    _decide(conn, person_id, Grant(role, scope), held=False, since=since, by=by, reason=reason, now=now)


def grants_of(
    conn: Connection, person_id: UUID, *, as_of: datetime | None = None, known_at: datetime | None = None
) -> frozenset[Grant]:
    """What the person holds and where: learner about themselves, as everybody, and what was granted and not withdrawn.

    `as_of` asks for another moment than now, `known_at` for what the register said then.
    """
    newest = {
        Grant(row.role, row.scope): row.held
        for row in role_rows(conn, person_id)
        if (as_of is None or row.since <= as_of) and (known_at is None or row.at <= known_at)
    }
    held = {grant for grant, is_held in newest.items() if is_held}
    return frozenset({Grant(Role.LEARNER, oneself(person_id)), *held})


def roles_of(
    conn: Connection, person_id: UUID, *, as_of: datetime | None = None, known_at: datetime | None = None
) -> frozenset[Role]:
    """The roles that the person holds anywhere, read as `grants_of`."""
    return frozenset(grant.role for grant in grants_of(conn, person_id, as_of=as_of, known_at=known_at))


def role_rows(conn: Connection, person_id: UUID) -> list[RoleRow]:
    """All that the register says of the person's roles, in the order in which it became true."""
    begun = func.coalesce(role_grants.c.since, role_grants.c.at)
    rows = conn.execute(
        select(role_grants, begun.label("begun"))
        .where(role_grants.c.person_id == person_id)
        .order_by(begun, role_grants.c.seq)
    )
    return [
        RoleRow(
            role=Role(row.role),
            scope=Scope(ScopeKind(row.scope_kind), row.scope_id),
            held=row.held,
            since=row.begun,
            at=row.at,
            by=row.by,
            reason=row.reason,
        )
        for row in rows
    ]


def persons_with(conn: Connection, role: Role) -> list[Person]:
    """Whoever holds `role` in the whole network, the one who has held it longest first."""
    asked = role_grants.c.role == role.value, role_grants.c.scope_kind == ScopeKind.NETWORK.value
    newest = func.max(role_grants.c.seq)
    ever = select(role_grants.c.person_id).where(*asked).group_by(role_grants.c.person_id).order_by(newest)
    holders = [each for each in conn.scalars(ever) if Grant(role, NETWORK) in grants_of(conn, each)]
    return [person(conn, each) for each in holders]


def _decide(
    conn: Connection,
    person_id: UUID,
    grant: Grant,
    *,
    held: bool,
    since: datetime | None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    if grant.role is Role.LEARNER:
        raise Invalid("Everybody is a learner; that role is neither granted nor withdrawn.", rule="roles")
    if (grant.scope.kind is ScopeKind.NETWORK) != (grant.scope.id is None):
        raise Invalid(
            f"The scope is {grant.scope}; the network has no id, and every other scope has one.", rule="roles"
        )
    before = grants_of(conn, person(conn, person_id).id)
    conn.execute(
        insert(role_grants).values(
            person_id=person_id,
            role=grant.role.value,
            scope_kind=grant.scope.kind.value,
            scope_id=grant.scope.id,
            held=held,
            since=beginning(since, now=now),
            at=now,
            by=by,
            reason=reason,
        )
    )
    record_decision(
        conn,
        by=by,
        act="role.grant" if held else "role.withdraw",
        subject=f"person {person_id}",
        reason=reason,
        before=_told(before),
        after=_told(grants_of(conn, person_id)),
        now=now,
    )


def _told(grants: frozenset[Grant]) -> list[str]:
    """Grants as an audit row says them, such as "coordinator (country AM)"."""
    return sorted(
        grant.role.value if grant.scope.id is None else f"{grant.role} ({grant.scope.kind} {grant.scope.id})"
        for grant in grants
        if grant.role is not Role.LEARNER
    )
