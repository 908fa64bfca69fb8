"""Who may do what, and where: one table, asked by every route."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

import msgspec

from base import Forbidden


class Role(StrEnum):
    """What a person is in the network; everybody is a learner about themselves, the other roles are granted."""

    LEARNER = "learner"
    FACILITATOR = "facilitator"
    MENTOR = "mentor"
    REVIEWER = "reviewer"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class ScopeKind(StrEnum):
    """How far something reaches, from the narrowest to the widest."""

    SELF = "self"
    COHORT = "cohort"
    ORGANISATION = "organisation"
    COUNTRY = "country"
    NETWORK = "network"


class Scope(msgspec.Struct, frozen=True):
    """One person, cohort, organisation or country, by its id; or the network, which needs none."""

    kind: ScopeKind
    id: str | None = None


class Grant(NamedTuple):
    """Somebody holds `role` within `scope`."""

    role: Role
    scope: Scope


Place = frozenset[Scope]
"""Where something is: every scope that it lies within. Made by `place`."""

NETWORK = Scope(ScopeKind.NETWORK)


def place(*scopes: Scope) -> Place:
    """What lies within all these scopes, and within the network as everything does."""
    return frozenset({*scopes, NETWORK})


def oneself(person_id: UUID) -> Scope:
    """The scope that holds this person and nobody else."""
    return Scope(ScopeKind.SELF, str(person_id))


class Action(StrEnum):
    """What a route lets somebody do; an action that only shows something has "view" as its second word."""

    VIEW_CATALOGUE = "catalogue.view"
    VIEW_OWN_PATHS = "paths.view.own"
    OPEN_MODULES = "modules.open"
    VIEW_OWN_SESSIONS = "sessions.view.own"
    END_OWN_SESSIONS = "sessions.end.own"
    TELL_OWN_NAME = "name.tell.own"
    VIEW_OWN_ACCOUNTS = "accounts.view.own"
    LINK_OWN_ACCOUNTS = "accounts.link.own"
    VIEW_OWN_CERTIFICATES = "certificates.view.own"
    VIEW_ALL_CERTIFICATES = "certificates.view.all"
    VIEW_EVIDENCE = "evidence.view"
    VIEW_PLATFORMS = "platforms.view"
    REGISTER_PLATFORMS = "platforms.register"
    VIEW_DELIVERIES = "deliveries.view"
    RETRY_DELIVERIES = "deliveries.retry"
    VIEW_CREDENTIALS = "credentials.view"
    MANAGE_CREDENTIALS = "credentials.manage"
    VIEW_AUDIT = "audit.view"
    VIEW_STATEMENTS = "statements.view"
    REPLACE_AGENTS = "agents.replace"
    GRANT_ROLES = "roles.grant"
    VIEW_ORGANISATIONS = "organisations.view"
    MANAGE_ORGANISATIONS = "organisations.manage"
    VIEW_PEOPLE = "people.view"
    MANAGE_MEMBERS = "members.manage"
    VIEW_ENROLMENTS = "enrolments.view"
    MANAGE_ENROLMENTS = "enrolments.manage"
    REQUEST_MEMBERSHIP = "membership.request"
    VIEW_KEYS = "keys.view"
    ROTATE_KEYS = "keys.rotate"
    VIEW_OWN_DATA = "data.view.own"
    CHANGE_OWN_CONSENTS = "consents.change.own"
    ERASE_OWN_DATA = "data.erase.own"
    EXPORT_DATA = "data.export"
    ERASE_DATA = "data.erase"
    VIEW_IMPORTS = "imports.view"
    MAKE_IMPORTS = "imports.make"
    VIEW_STORES = "stores.view"
    MANAGE_STORES = "stores.manage"
    VIEW_COUNTS = "counts.view"
    EXPORT_STATEMENTS = "statements.export"
    VIEW_PROGRESS = "progress.view"
    WAIVE_MODULES = "modules.waive"
    RECOGNISE_LEARNING = "learning.recognise"
    SIGN_OFF_MODULES = "modules.sign"
    RECORD_WORK = "work.record"
    VOID_DECISIONS = "decisions.void"
    VIEW_UNMATCHED = "unmatched.view"
    VIEW_DRAFTS = "drafts.view"
    EDIT_PATHS = "paths.edit"
    VIEW_VERSIONS = "versions.view"
    MIGRATE_LEARNERS = "learners.migrate"


Reach = Mapping[Role, ScopeKind]
"""Who may, and what the widest thing is that they may do it to, within the scope that their role was granted for."""

_ONESELF: Reach = {Role.LEARNER: ScopeKind.SELF}
_READERS: dict[Role, ScopeKind] = {Role.ADMINISTRATOR: ScopeKind.NETWORK, Role.AUDITOR: ScopeKind.NETWORK}
_ADMINISTRATORS: dict[Role, ScopeKind] = {Role.ADMINISTRATOR: ScopeKind.NETWORK}
_COORDINATORS: dict[Role, ScopeKind] = _ADMINISTRATORS | {Role.COORDINATOR: ScopeKind.COUNTRY}
_COORDINATORS_AND_READERS: Reach = _READERS | _COORDINATORS
_HELPERS: dict[Role, ScopeKind] = dict.fromkeys((Role.FACILITATOR, Role.MENTOR), ScopeKind.ORGANISATION)
_REVIEWERS: dict[Role, ScopeKind] = {Role.REVIEWER: ScopeKind.ORGANISATION}

PERMISSIONS: Mapping[Action, Reach] = {
    Action.VIEW_CATALOGUE: _ONESELF,
    Action.VIEW_OWN_PATHS: _ONESELF,
    Action.OPEN_MODULES: _ONESELF,
    Action.VIEW_OWN_SESSIONS: _ONESELF,
    Action.END_OWN_SESSIONS: _ONESELF,
    Action.TELL_OWN_NAME: _ONESELF,
    Action.VIEW_OWN_ACCOUNTS: _ONESELF,
    Action.LINK_OWN_ACCOUNTS: _ONESELF,
    Action.VIEW_OWN_CERTIFICATES: _ONESELF,
    Action.VIEW_ALL_CERTIFICATES: _READERS,
    Action.VIEW_EVIDENCE: _READERS,
    Action.VIEW_PLATFORMS: _READERS,
    Action.REGISTER_PLATFORMS: _ADMINISTRATORS,
    Action.VIEW_DELIVERIES: _READERS,
    Action.RETRY_DELIVERIES: _ADMINISTRATORS,
    Action.VIEW_CREDENTIALS: _READERS,
    Action.MANAGE_CREDENTIALS: _ADMINISTRATORS,
    Action.VIEW_AUDIT: _READERS,
    Action.VIEW_STATEMENTS: _READERS,
    Action.REPLACE_AGENTS: _ADMINISTRATORS,
    Action.GRANT_ROLES: _ADMINISTRATORS,
    Action.VIEW_ORGANISATIONS: _COORDINATORS_AND_READERS,
    Action.MANAGE_ORGANISATIONS: _COORDINATORS,
    Action.VIEW_PEOPLE: _COORDINATORS_AND_READERS,
    Action.MANAGE_MEMBERS: _COORDINATORS,
    Action.VIEW_ENROLMENTS: _COORDINATORS_AND_READERS,
    Action.MANAGE_ENROLMENTS: _COORDINATORS,
    Action.REQUEST_MEMBERSHIP: _ONESELF,
    Action.VIEW_KEYS: _READERS,
    Action.ROTATE_KEYS: _ADMINISTRATORS,
    Action.VIEW_OWN_DATA: _ONESELF,
    Action.CHANGE_OWN_CONSENTS: _ONESELF,
    Action.ERASE_OWN_DATA: _ONESELF,
    Action.EXPORT_DATA: _ADMINISTRATORS,
    Action.ERASE_DATA: _ADMINISTRATORS,
    Action.VIEW_IMPORTS: _COORDINATORS_AND_READERS,
    Action.MAKE_IMPORTS: _COORDINATORS,
    Action.VIEW_STORES: _READERS,
    Action.MANAGE_STORES: _ADMINISTRATORS,
    Action.VIEW_COUNTS: _READERS,
    Action.EXPORT_STATEMENTS: _ADMINISTRATORS,
    Action.VIEW_PROGRESS: _READERS | _COORDINATORS | _HELPERS | _REVIEWERS,
    Action.WAIVE_MODULES: _COORDINATORS,
    Action.RECOGNISE_LEARNING: _COORDINATORS | _REVIEWERS,
    Action.SIGN_OFF_MODULES: _COORDINATORS | _HELPERS,
    Action.RECORD_WORK: _COORDINATORS | _HELPERS | _REVIEWERS,
    Action.VOID_DECISIONS: _COORDINATORS,
    Action.VIEW_UNMATCHED: _READERS,
    Action.VIEW_DRAFTS: _READERS,
    Action.EDIT_PATHS: _ADMINISTRATORS,
    Action.VIEW_VERSIONS: _READERS,
    Action.MIGRATE_LEARNERS: _ADMINISTRATORS,
}
"""The table, a row for each action: `{Role.COORDINATOR: ScopeKind.COUNTRY}` lets a coordinator do it to whatever is no
wider than a country, inside the country or organisation that they coordinate."""


OF_THE_NETWORK = frozenset(
    {
        Action.VIEW_PLATFORMS,
        Action.REGISTER_PLATFORMS,
        Action.VIEW_DELIVERIES,
        Action.RETRY_DELIVERIES,
        Action.VIEW_CREDENTIALS,
        Action.MANAGE_CREDENTIALS,
        Action.VIEW_AUDIT,
        Action.VIEW_STATEMENTS,
        Action.REPLACE_AGENTS,
        Action.VIEW_KEYS,
        Action.ROTATE_KEYS,
        Action.VIEW_STORES,
        Action.MANAGE_STORES,
        Action.VIEW_COUNTS,
        Action.EXPORT_STATEMENTS,
        Action.VIEW_UNMATCHED,
        Action.VIEW_DRAFTS,
        Action.EDIT_PATHS,
        Action.VIEW_VERSIONS,
        Action.MIGRATE_LEARNERS,
    }
)
"""Actions on what the network has once: its platforms, keys, log and the like."""


def may(grants: Collection[Grant], action: Action, where: Place) -> bool:
    """Whether one of the grants permits the action there."""
    reach = PERMISSIONS[action]
    size = min(_SIZE[scope.kind] for scope in where)
    return any(grant.role in reach and size <= _SIZE[reach[grant.role]] and grant.scope in where for grant in grants)


def may_somewhere(grants: Collection[Grant], action: Action) -> bool:
    """Whether one of the grants permits the action anywhere at all; a handler then asks `may` of its very place.

    What belongs to the whole network has no narrower place, so there a grant for a country permits nothing.
    """
    whole = action in OF_THE_NETWORK
    return any(grant.role in PERMISSIONS[action] and (grant.scope == NETWORK or not whole) for grant in grants)


def scopes_for(grants: Collection[Grant], action: Action) -> frozenset[Scope]:
    """Where the grants permit the action to something as narrow as one person or organisation: for lists of those."""
    return frozenset(grant.scope for grant in grants if grant.role in PERMISSIONS[action])


def require(grants: Collection[Grant], action: Action, where: Place) -> None:
    """Raises Forbidden, naming the action and the roles that may, unless one of the grants permits it there."""
    if not may(grants, action, where):
        raise _refusal(grants, action, " here" if may_somewhere(grants, action) else "")


def require_somewhere(grants: Collection[Grant], action: Action) -> None:
    """Raises Forbidden as `require` does, unless one of the grants permits the action anywhere at all."""
    if not may_somewhere(grants, action):
        raise _refusal(grants, action, "")


def _refusal(grants: Collection[Grant], action: Action, here: str) -> Forbidden:
    roles = ", ".join(sorted({grant.role for grant in grants})) or "nobody"
    permitted = ", ".join(sorted(PERMISSIONS[action]))
    return Forbidden(
        f'You act as {roles}; "{action}" is not open to you{here}. It is open to: {permitted}. '
        "An administrator can grant you such a role.",
        rule=action,
    )


_SIZE = {kind: size for size, kind in enumerate(ScopeKind)}
