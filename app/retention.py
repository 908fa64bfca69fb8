"""How long what is kept of people is kept, in one table of rules; the worker follows it, but for erasing people."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.privacy import Erasure, erase
from lrs import forget_mendings, forget_session_tokens
from lti import forget_lti_logins, forget_pickings, forget_refused_launches, forget_storage_frames, forget_tried_rosters
from messages import forget_old_mail
from modules import forget_return_addresses
from paths import enrolments_of
from people import forget_expired, forget_invited_addresses, idle_on_paper, imports

BATCH = 500
"""Rows of one transaction at most, so that a sweep never holds the writer for long."""


@dataclass(frozen=True)
class Rule:
    """What `forget` takes away goes once it is `after` old; `says` names it for people.

    `forget` takes the moment before which things are old, and how many to take away at most; it returns how many went.
    """

    name: str
    says: str
    after: timedelta
    forget: Callable[[Connection, datetime, int], int]


RULES = (
    Rule(
        "sign-in",
        "sign-in links, sessions, logins under way, codes and offers that link accounts, as soon as they are over",
        timedelta(0),
        lambda conn, old, limit: forget_expired(conn, now=old, limit=limit),
    ),
    Rule(
        "lti-logins",
        "logins from learning platforms that never came back",
        timedelta(0),
        lambda conn, old, limit: forget_lti_logins(conn, before=old, limit=limit),
    ),
    Rule(
        "storage-frames",
        "which frames have their session kept by their learning platform, as soon as it is over",
        timedelta(0),
        lambda conn, old, limit: forget_storage_frames(conn, before=old, limit=limit),
    ),
    Rule(
        "refused-launches",
        "why launches were refused",
        timedelta(days=30),
        lambda conn, old, limit: forget_refused_launches(conn, before=old, limit=limit),
    ),
    Rule(
        "pickings",
        "what learning platforms asked to be chosen, as soon as the session is over",
        timedelta(0),
        lambda conn, old, limit: forget_pickings(conn, before=old, limit=limit),
    ),
    Rule(
        "session-tokens",
        "tokens of content whose session is over",
        timedelta(0),
        lambda conn, old, limit: forget_session_tokens(conn, before=old, limit=limit),
    ),
    Rule(
        "mendings",
        "what lenient mode mended",
        timedelta(days=90),
        lambda conn, old, limit: forget_mendings(conn, before=old, limit=limit),
    ),
    Rule(
        "return-addresses",
        "where modules lead back to, once their session is over",
        timedelta(days=30),
        lambda conn, old, limit: forget_return_addresses(conn, before=old, limit=limit),
    ),
    Rule(
        "mail",
        "address and words of mails that are done with",
        timedelta(days=90),
        lambda conn, old, limit: forget_old_mail(conn, before=old, limit=limit),
    ),
    Rule(
        "rosters",
        "lists of members that were read from learning platforms to be looked at, and filled no path",
        timedelta(days=30),
        lambda conn, old, limit: forget_tried_rosters(conn, before=old, limit=limit),
    ),
    Rule(
        "imports",
        "tables of people that were sent and never saved",
        timedelta(days=30),
        lambda conn, old, limit: imports.forget_waiting_imports(conn, before=old, limit=limit),
    ),
    Rule(
        "invitations",
        "addresses to which invitations were mailed, once these have expired",
        timedelta(days=30),
        lambda conn, old, limit: forget_invited_addresses(conn, before=old, limit=limit),
    ),
)
"""The rules that the worker follows by itself. To erase people takes `waymark privacy retain --apply`."""

UNCLAIMED = timedelta(days=730)
"""How long people known from paper are kept whom nobody has claimed and of whom nothing was heard."""


def sweep(conn: Connection, *, now: datetime) -> int:
    """Follow every rule of the table for one batch; how many things went, 0 when nothing is left to go."""
    return sum(rule.forget(conn, now - rule.after, BATCH) for rule in RULES)


def foresee_retention(conn: Connection, *, now: datetime) -> dict[str, int]:
    """By rule, how many things would go: it is done and undone, so that the forecast cannot differ from the deed."""
    trial = conn.begin_nested()
    try:
        return {**_swept(conn, now=now), "unclaimed": len(erase_unclaimed(conn, now=now))}
    finally:
        trial.rollback()


def retain(conn: Connection, *, now: datetime) -> tuple[dict[str, int], list[Erasure]]:
    """Follow every rule; how many things went by each, and the erasures whose files the caller deletes."""
    erasures = erase_unclaimed(conn, now=now)
    return {**_swept(conn, now=now), "unclaimed": len(erasures)}, erasures


def erase_unclaimed(conn: Connection, *, now: datetime) -> list[Erasure]:
    """Erase those whom nobody has claimed in time; whoever is on a path is left alone."""
    return [
        erase(conn, each, by=None, reason="nobody claimed them in time", now=now)
        for each in idle_on_paper(conn, before=now - UNCLAIMED)
        if not enrolments_of(conn, each)
    ]


def _swept(conn: Connection, *, now: datetime) -> dict[str, int]:
    return {rule.name: _all(rule, conn, now=now) for rule in RULES}


def _all(rule: Rule, conn: Connection, *, now: datetime) -> int:
    gone = 0
    while batch := rule.forget(conn, now - rule.after, BATCH):
        gone += batch
    return gone
