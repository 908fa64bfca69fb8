"""Who may do what: one table, asked by every route."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from base import Forbidden


class Role(StrEnum):
    """What a person is in the network; everybody is a learner, the other roles are granted."""

    LEARNER = "learner"
    FACILITATOR = "facilitator"
    MENTOR = "mentor"
    REVIEWER = "reviewer"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Action(StrEnum):
    """What a route lets somebody do."""

    VIEW_CATALOGUE = "catalogue.view"
    VIEW_OWN_PATHS = "paths.view.own"
    OPEN_MODULES = "modules.open"
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
    GRANT_ROLES = "roles.grant"


_EVERYBODY = frozenset(Role)
_READERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
_LEARNERS = _EVERYBODY - {Role.AUDITOR}
_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

PERMISSIONS: Mapping[Action, frozenset[Role]] = {
    Action.VIEW_CATALOGUE: _EVERYBODY,
    Action.VIEW_OWN_PATHS: _EVERYBODY,
    Action.OPEN_MODULES: _LEARNERS,
    Action.VIEW_OWN_CERTIFICATES: _EVERYBODY,
    Action.VIEW_ALL_CERTIFICATES: _READERS,
    Action.VIEW_EVIDENCE: _READERS,
    Action.VIEW_PLATFORMS: _READERS,
    Action.REGISTER_PLATFORMS: _ADMINISTRATORS,
    Action.VIEW_DELIVERIES: _READERS,
    Action.RETRY_DELIVERIES: _ADMINISTRATORS,
    Action.VIEW_CREDENTIALS: _READERS,
    Action.MANAGE_CREDENTIALS: _ADMINISTRATORS,
    Action.VIEW_AUDIT: _READERS,
    Action.GRANT_ROLES: _ADMINISTRATORS,
}
"""The table: a row for each action, naming the roles that may."""


def may(roles: Collection[Role], action: Action) -> bool:
    """Whether one of the roles permits the action."""
    return not PERMISSIONS[action].isdisjoint(roles)


def require(roles: Collection[Role], action: Action) -> None:
    """Raises Forbidden, naming the action and the roles that may, unless one of `roles` permits it."""
    if not may(roles, action):
        permitted = ", ".join(sorted(PERMISSIONS[action]))
        raise Forbidden(
            f'You act as {", ".join(sorted(roles)) or "nobody"}; "{action}" is open to: {permitted}. '
            "An administrator can grant you such a role.",
            rule=action,
        )
