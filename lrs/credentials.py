"""Who may send and read statements: a key and a secret, and what they let one do (Communication 4.0)."""

import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, insert, select, update

from base import Forbidden, Invalid, Unauthenticated, installation_iri, new_token, token_hash
from lrs.intake import Incoming
from lrs.session_rules import Session, check_session_document, check_session_statements
from lrs.statements import Account, Agent
from lrs.tables import credentials

_KEY_BYTES = 12
_SECRET_BYTES = 32


class Scope(StrEnum):
    """What a credential lets its holder do (Communication 4.2.1); the last two are PROFILE in two halves."""

    ALL = "all"
    ALL_READ = "all/read"
    STATEMENTS_READ = "statements/read"
    STATEMENTS_READ_MINE = "statements/read/mine"
    STATEMENTS_WRITE = "statements/write"
    STATE = "state"
    DEFINE = "define"
    PROFILE = "profile"
    ACTIVITIES_PROFILE = "activities_profile"
    AGENTS_PROFILE = "agents_profile"


class Credential(Struct, frozen=True):
    """A new credential. The secret is told this once; the database keeps its hash."""

    key: str
    secret: str


class Limits(Struct, frozen=True):
    """How much one credential may ask for: requests a minute, and requests at once; None is no bound."""

    per_minute: int | None = None
    at_once: int | None = 32


class Sender(Struct, frozen=True, kw_only=True):
    """Who sends a request: the credential's key and scopes, and the authority of what it stores.

    A `lenient` one's known faults are mended. One that `sets_authority` may name the authority of a statement itself.
    With a `session`, it may do no more than that session's content.
    """

    key: str
    scopes: frozenset[Scope]
    authority: Agent
    lenient: bool = False
    sets_authority: bool = False
    limits: Limits = Limits()
    session: Session | None = None

    @property
    def voids_any(self) -> bool:
        """Whether it may void statements of other authorities."""
        return Scope.ALL in self.scopes

    @property
    def reads_only_own(self) -> bool:
        return not self.scopes & {Scope.ALL, Scope.ALL_READ, Scope.STATEMENTS_READ}

    @property
    def defines(self) -> bool:
        """Whether what its statements say of activities is taken up (Communication 4.2.1)."""
        return bool(self.scopes & {Scope.ALL, Scope.DEFINE})

    def check_statements(self, incoming: Iterable[Incoming]) -> None:
        """Raise Forbidden for a statement that it may not send, whatever its scopes: content keeps to its session."""
        if self.session is not None:
            check_session_statements(self.session, (one.statement for one in incoming))

    def check_document(
        self, *, activity: str | None = None, agent: Agent | None = None, registration: UUID | None = None
    ) -> None:
        """Raise Forbidden for a document that it may not see or change, whatever its scopes, by what names it."""
        if self.session is not None:
            check_session_document(self.session, activity=activity, agent=agent, registration=registration)

    def require(self, *enough: Scope) -> None:
        """Raise Forbidden unless it has one of the scopes that are `enough`."""
        if not self.scopes & set(enough):
            raise Forbidden(
                f"This credential has {_listed(self.scopes)}; this needs one of {_listed(enough)}.",
                rule="Communication 4.2.1",
            )


def _listed(scopes: Sequence[Scope] | frozenset[Scope]) -> str:
    return ", ".join(sorted(scopes)) or "no scope"


def add_credential(conn: Connection, name: str, scopes: Sequence[Scope | str], *, now: datetime) -> Credential:
    """A new credential called `name`. Raises Invalid for a scope that the standard does not have."""
    known = [_scope(scope) for scope in scopes]
    new = Credential(new_token(_KEY_BYTES), new_token(_SECRET_BYTES))
    conn.execute(
        insert(credentials).values(
            key=new.key, secret_hash=token_hash(new.secret), name=name, scopes=" ".join(known), created_at=now
        )
    )
    return new


def _scope(value: str) -> Scope:
    try:
        return Scope(value)
    except ValueError as error:
        raise Invalid(
            f"{value!r} is no scope; the scopes are {', '.join(Scope)}.", rule="Communication 4.2.1"
        ) from error


def revoke_credential(conn: Connection, key: str, *, now: datetime) -> None:
    """Let nobody in by `key` from now on; a second time changes nothing."""
    conn.execute(
        update(credentials).where(credentials.c.key == key, credentials.c.revoked_at.is_(None)).values(revoked_at=now)
    )


def sender_of(conn: Connection, key: str, secret: str) -> Sender:
    """Who holds this key and secret. Raises Unauthenticated alike for an unknown key, a wrong secret and a revoked one.

    A secret is 32 random bytes of ours, which no dictionary holds: one SHA-256 keeps it as safe as a slow hash would,
    and needs no cache of verified secrets.
    """
    row = conn.execute(select(credentials).where(credentials.c.key == key)).first()
    expected = row.secret_hash if row is not None else token_hash("")
    if not hmac.compare_digest(expected, token_hash(secret)) or row is None or row.revoked_at is not None:
        raise Unauthenticated(
            "This key and secret are not known; send those of a credential of this record store.",
            rule="Communication 4.0",
        )
    account = Account(home_page=installation_iri(conn), name=f"credential:{row.key}")
    return Sender(
        key=row.key,
        scopes=frozenset(map(Scope, row.scopes.split())),
        authority=Agent(name=row.name, account=account),
        lenient=row.lenient,
        sets_authority=row.sets_authority,
        limits=Limits(row.per_minute, row.at_once),
    )
