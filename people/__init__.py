"""Who there is: persons, the accounts by which they arrive, how they sign in, and what they may do."""

from people.permissions import PERMISSIONS, Action, Role, may, require
from people.registry import (
    Account,
    Person,
    accounts_of,
    add_person,
    admit,
    choose_language,
    grant_role,
    person,
    person_of_account,
    person_with,
    roles_of,
    withdraw_role,
)
from people.sign_in import (
    FIRST_LINK_LIFETIME,
    close_session,
    forget_expired,
    make_sign_in_link,
    open_session,
    session_of,
    use_sign_in_link,
)

__all__ = [
    "FIRST_LINK_LIFETIME",
    "PERMISSIONS",
    "Account",
    "Action",
    "Person",
    "Role",
    "accounts_of",
    "add_person",
    "admit",
    "choose_language",
    "close_session",
    "forget_expired",
    "grant_role",
    "make_sign_in_link",
    "may",
    "open_session",
    "person",
    "person_of_account",
    "person_with",
    "require",
    "roles_of",
    "session_of",
    "use_sign_in_link",
    "withdraw_role",
]
