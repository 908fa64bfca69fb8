"""Who may send and read statements: a key and a secret, and what they let one do (Communication 4.0)."""

import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, Row, insert, select, true, update

from base import (
    Forbidden,
    Invalid,
    Missing,
    Unauthenticated,
    installation_iri,
    msgid,
    new_token,
    record_decision,
    token_hash,
)
from lrs.documents.documents import Kind
from lrs.senders.session_rules import Session, check_session_document, check_session_statements, check_session_writing
from lrs.standard.intake import Incoming
from lrs.standard.statements import Account, Agent
from lrs.standard.trust import Trust
from lrs.tables.statements import credentials

LONGEST_NAME = 200
HIGHEST_LIMIT = 1_000_000
USE_NOTED_EVERY = timedelta(minutes=1)

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
    at_once: int | None = 64


class Terms(Struct, frozen=True, kw_only=True):
    """What a credential may do, as it was agreed with whoever holds it."""

    name: str
    scopes: tuple[Scope, ...]
    lenient: bool = False
    sets_authority: bool = False
    limits: Limits = Limits()


class KnownCredential(Struct, frozen=True):
    """A credential as its keepers see it; `used_at` lags behind by up to a minute."""

    key: str
    terms: Terms
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


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

    @property
    def trust(self) -> Trust | None:
        """What it may say of authorities; one of this installation's own never."""
        home = None if self.authority.account is None else self.authority.account.home_page
        return Trust(self.authority, keeps=True, home=home) if self.sets_authority else None

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

    def check_writing(self, kind: Kind, name: str | None) -> None:
        """Raise Forbidden for a document that it may see and not change; no name stands for all in a context."""
        if self.session is not None:
            check_session_writing(kind, name)

    def require(self, *enough: Scope) -> None:
        """Raise Forbidden unless it has one of the scopes that are `enough`."""
        if not self.scopes & set(enough):
            raise Forbidden(
                f"This credential has {_listed(self.scopes)}; this needs one of {_listed(enough)}.",
                rule="Communication 4.2.1",
            )


def _listed(scopes: Sequence[Scope] | frozenset[Scope]) -> str:
    return ", ".join(sorted(scopes)) or "no scope"


_DEFAULT_REASON = msgid("done at the command line")


def add_credential(
    conn: Connection,
    name: str,
    scopes: Sequence[Scope | str],
    *,
    lenient: bool = False,
    sets_authority: bool = False,
    limits: Limits = Limits(),  # noqa: B008 (a frozen value)
    by: UUID | None = None,
    reason: str = _DEFAULT_REASON,
    now: datetime,
) -> Credential:
    """A new credential called `name`.

    Raises Invalid for a scope that the standard does not have, a name of no letters, and limits below one.
    """
    terms = _checked(name, scopes, lenient=lenient, sets_authority=sets_authority, limits=limits)
    new = Credential(_new_key(), new_token(_SECRET_BYTES))
    row = insert(credentials).values(key=new.key, secret_hash=token_hash(new.secret), created_at=now, **_row(terms))
    conn.execute(row)
    subject = f"credential:{new.key}"
    record_decision(conn, by=by, act="credential.add", subject=subject, reason=reason, after=terms, now=now)
    return new


def change_credential(
    conn: Connection,
    key: str,
    *,
    name: str,
    scopes: Sequence[Scope | str],
    lenient: bool,
    sets_authority: bool,
    limits: Limits,
    by: UUID | None = None,
    reason: str = _DEFAULT_REASON,
    now: datetime,
) -> None:
    """Let the credential have these terms from now on. Raises Missing for an unknown one, Invalid as for a new one."""
    before = find_credential(conn, key).terms
    after = _checked(name, scopes, lenient=lenient, sets_authority=sets_authority, limits=limits)
    if after == before:
        return
    conn.execute(update(credentials).where(credentials.c.key == key).values(**_row(after)))
    act, subject = "credential.change", f"credential:{key}"
    record_decision(conn, by=by, act=act, subject=subject, reason=reason, before=before, after=after, now=now)


def revoke_credential(
    conn: Connection, key: str, *, by: UUID | None = None, reason: str = _DEFAULT_REASON, now: datetime
) -> None:
    """Let nobody in by `key` from now on; a second time changes nothing. Raises Missing for an unknown one."""
    find_credential(conn, key)
    open_one = update(credentials).where(credentials.c.key == key, credentials.c.revoked_at.is_(None))
    if conn.execute(open_one.values(revoked_at=now)).rowcount:
        subject = f"credential:{key}"
        record_decision(conn, by=by, act="credential.revoke", subject=subject, reason=reason, now=now)


def list_credentials(conn: Connection) -> list[KnownCredential]:
    """All that were ever made, the newest first."""
    newest = select(credentials).order_by(credentials.c.created_at.desc(), credentials.c.key)
    return [_known(row) for row in conn.execute(newest)]


def find_credential(conn: Connection, key: str) -> KnownCredential:
    """Raises Missing."""
    row = conn.execute(select(credentials).where(credentials.c.key == key)).first()
    if row is None:
        raise Missing(f"There is no credential with key {key[:64]!r}; see the list of credentials for those there are.")
    return _known(row)


def sender_of(conn: Connection, key: str, secret: str) -> Sender:
    """Who holds this key and secret. Raises Unauthenticated alike for an unknown key, a wrong secret and a revoked one.

    A secret is 32 random bytes of ours, which no dictionary holds: one SHA-256 keeps it as safe as a slow hash would.
    """
    row = conn.execute(select(credentials).where(credentials.c.key == key)).first()
    expected = row.secret_hash if row is not None else token_hash("")
    if not hmac.compare_digest(expected, token_hash(secret)) or row is None or row.revoked_at is not None:
        raise Unauthenticated(
            "This key and secret are not known; send those of a credential of this record store.",
            rule="Communication 4.0",
        )
    account = Account(home_page=installation_iri(conn), name=f"credential:{row.key}")
    terms = _known(row).terms
    return Sender(
        key=row.key,
        scopes=frozenset(terms.scopes),
        authority=Agent(name=terms.name, account=account),
        lenient=terms.lenient,
        sets_authority=terms.sets_authority,
        limits=terms.limits,
    )


def note_use(conn: Connection, key: str, *, now: datetime) -> None:
    """Keep that the credential is in use; it writes at most once in USE_NOTED_EVERY."""
    lately = credentials.c.used_at > now - USE_NOTED_EVERY
    conn.execute(update(credentials).where(credentials.c.key == key, lately.is_not(true())).values(used_at=now))


def _new_key() -> str:
    """A key that no command line takes for an option."""
    while (key := new_token(_KEY_BYTES)).startswith("-"):
        pass
    return key


def _checked(name: str, scopes: Sequence[Scope | str], *, lenient: bool, sets_authority: bool, limits: Limits) -> Terms:
    if not name.strip() or len(name) > LONGEST_NAME:
        raise Invalid(f"The name is {name!r}; it must have 1 to {LONGEST_NAME} characters.", where="name")
    if not scopes:
        raise Invalid("The credential has no scope; give it at least one.", rule="Communication 4.2.1", where="scopes")
    for field, limit in (("per_minute", limits.per_minute), ("at_once", limits.at_once)):
        if limit is not None and not 1 <= limit <= HIGHEST_LIMIT:
            raise Invalid(f"{field} is {limit}; it must be from 1 to {HIGHEST_LIMIT}, or left out.", where=field)
    known = tuple(dict.fromkeys(_scope(scope) for scope in scopes))
    return Terms(name=name.strip(), scopes=known, lenient=lenient, sets_authority=sets_authority, limits=limits)


def _scope(value: str) -> Scope:
    try:
        return Scope(value)
    except ValueError as error:
        raise Invalid(
            f"{value!r} is no scope; the scopes are {', '.join(Scope)}.", rule="Communication 4.2.1", where="scopes"
        ) from error


def _row(terms: Terms) -> dict[str, object]:
    return {
        "name": terms.name,
        "scopes": " ".join(terms.scopes),
        "lenient": terms.lenient,
        "sets_authority": terms.sets_authority,
        "per_minute": terms.limits.per_minute,
        "at_once": terms.limits.at_once,
    }


def _known(row: Row[Any]) -> KnownCredential:
    terms = Terms(
        name=row.name,
        scopes=tuple(map(Scope, row.scopes.split())),
        lenient=row.lenient,
        sets_authority=row.sets_authority,
        limits=Limits(row.per_minute, row.at_once),
    )
    return KnownCredential(row.key, terms, row.created_at, row.used_at, row.revoked_at)
