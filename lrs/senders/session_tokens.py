"""Session tokens: what content is given at its launch, and gives back with every request, until its session is over.

A token is the text that follows "Basic" in the Authorization header, as cmi5 8.2.2 has it: the base64 of "session:" and
a secret. It serves after "Bearer" as well.
"""

from base64 import b64encode
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection, delete, insert, select

from base import Invalid, Unauthenticated, installation_iri, new_token, token_hash
from lrs.senders.credentials import Limits, Scope, Sender
from lrs.senders.session_rules import Session
from lrs.standard.agent_rules import check_single_agent
from lrs.standard.refusals import check_iri
from lrs.standard.statements import Account, Agent
from lrs.tables.credentials import session_tokens

SESSION_KEY = "session"
"""What stands for the key in a token; no credential has so short a key."""

_SECRET_BYTES = 32
_SCOPES = frozenset({Scope.STATEMENTS_WRITE, Scope.STATEMENTS_READ_MINE, Scope.STATE, Scope.PROFILE})
"""Not "define": what stands in a learner's browser must not rename activities for everybody. See session_rules, too."""

_LIMITS = Limits(per_minute=600, at_once=8)


def make_session_token(
    conn: Connection, *, actor: Agent, registration: UUID, activity: str, until: datetime, now: datetime
) -> str:
    """A token with which content may act for this learner, registration and activity until then; told this once.

    Raises Invalid for an actor without exactly one identifier, an activity that is no IRI, or an end that is past.
    """
    check_single_agent(actor, "actor")
    check_iri(activity, "activity")
    if until <= now:
        raise Invalid(f"The session ends at {until.isoformat()}, which is past; it must end later than now.")
    secret = new_token(_SECRET_BYTES)
    row = {
        "secret_hash": token_hash(secret),
        "actor": msgspec.json.encode(actor),
        "registration": registration,
        "activity": activity,
        "expires_at": until,
    }
    conn.execute(insert(session_tokens).values(row))
    return b64encode(f"{SESSION_KEY}:{secret}".encode()).decode()


def revoke_session_tokens(conn: Connection, registration: UUID) -> None:
    """Let nobody in any more by the tokens of this registration; a second time changes nothing."""
    conn.execute(delete(session_tokens).where(session_tokens.c.registration == registration))


def session_sender(conn: Connection, secret: str, *, now: datetime) -> tuple[Sender, datetime]:
    """Whose content holds this secret, and until when. Raises Unauthenticated for an unknown or expired one.

    What a session stores has an authority of the registration's own, so that "its own" statements are those alone.
    """
    row = conn.execute(select(session_tokens).where(session_tokens.c.secret_hash == token_hash(secret))).first()
    if row is None or row.expires_at <= now:
        raise Unauthenticated("This session is over or unknown; open the module again.", rule="cmi5 8.2.1")
    session = Session(msgspec.json.decode(row.actor, type=Agent), row.registration, row.activity)
    name = f"{SESSION_KEY}:{row.registration}"
    account = Account(home_page=installation_iri(conn), name=name)
    sender = Sender(key=name, scopes=_SCOPES, authority=Agent(account=account), limits=_LIMITS, session=session)
    return sender, row.expires_at


def forget_session_tokens(conn: Connection, *, before: datetime, limit: int) -> int:
    """Take away at most `limit` tokens that expired before then; how many went."""
    old = select(session_tokens.c.secret_hash).where(session_tokens.c.expires_at < before).limit(limit)
    return conn.execute(delete(session_tokens).where(session_tokens.c.secret_hash.in_(old))).rowcount
