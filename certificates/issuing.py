"""How an earned certificate is issued: put into words, drawn and signed outside the database, recorded once."""

import asyncio
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select, update

from base import Effect, Errand, FileStore, Subscription, newest_seal, publish, words_for
from certificates.earning import earn, put_under_review
from certificates.events import CertificateDue, CertificateIssued
from certificates.paper import Audited, Certificate
from certificates.press import Press
from certificates.tables import State, certificates
from certificates.wording import Earned, Issuer, put_into_words
from lrs import (
    Account,
    Activity,
    ActivityDefinition,
    Agent,
    Context,
    ContextActivities,
    Result,
    Statement,
    Verb,
    record_statement,
)
from paths import PathCompleted, PathLost, enrolment, path
from people import person

CERTIFIED = "https://w3id.org/xapi/tla/verbs/certified"
"""Total Learning Architecture, Master Object Model: the learner was granted a certificate."""


class Printed(msgspec.Struct, frozen=True):
    """A signed certificate in the file store; `issued_at` and `audited` are the date and the seal that it bears."""

    file_sha256: str
    issued_at: datetime
    audited: Audited | None = None


def subscriptions(*, issuer: Issuer, press: Press, files: FileStore) -> tuple[Subscription, ...]:
    """What certificates hear: completions, lost completions, and their own dues, which are printed."""
    return (
        Effect("certificates.earn", PathCompleted, _any, lambda c, e, now: earn(c, e, issuer=issuer.name, now=now)),
        Effect("certificates.review", PathLost, _any, lambda c, e, _: put_under_review(c, e)),
        Errand(
            "certificates.issue",
            CertificateDue,
            _any,
            lambda c, e, now: due(c, e, issuer=issuer, now=now),
            partial(_print, press, files),
            lambda c, e, printed, now: issue(c, e, printed, now=now),
        ),
    )


def due(conn: Connection, event: CertificateDue, *, issuer: Issuer, now: datetime) -> Certificate | None:
    """What is to be printed, dated now; None where the certificate waits no more."""
    row = _pending(conn, event)
    if row is None:
        return None
    earned = Earned(
        number=row.number,
        name=row.name,
        path_title=row.path_title,
        issuer=row.issuer,
        minutes=row.minutes,
        time_zone=row.time_zone,
        completed_at=row.completed_at,
    )
    words = words_for(row.language)
    return put_into_words(words, earned, issuer=issuer, issued_at=now, audited=_audited(conn))


def issue(conn: Connection, event: CertificateDue, printed: Printed, *, now: datetime) -> None:
    """The certificate is issued and a statement says so; a print of what waits no more is left aside."""
    row = _pending(conn, event)
    if row is None:
        return
    issued = {"state": State.ISSUED, "issued_at": printed.issued_at, "file_sha256": printed.file_sha256}
    if printed.audited is not None:
        issued |= {"audit_seal": printed.audited.seal, "audit_root": printed.audited.root}
    conn.execute(update(certificates).where(certificates.c.id == row.id).values(issued))
    record_statement(conn, _certified(conn, row, printed.issued_at), now=now)
    publish(conn, CertificateIssued(event.subject, row.id, row.person_id, row.path_id, row.number), now=now)


def _any(_event: object) -> bool:
    return True


async def _print(press: Press, files: FileStore, certificate: Certificate) -> Printed:
    pdf = await press.draw_and_sign(certificate)
    return Printed(await asyncio.to_thread(files.put, pdf), certificate.issued_at, certificate.audited)


def _pending(conn: Connection, event: CertificateDue) -> Row[Any] | None:
    """The certificate while it waits to be issued, locked to the end of the transaction."""
    waiting = (certificates.c.id == event.certificate_id) & (certificates.c.state == State.PENDING)
    return conn.execute(select(certificates).where(waiting).with_for_update()).one_or_none()


def _audited(conn: Connection) -> Audited | None:
    seal = newest_seal(conn)
    return None if seal is None else Audited(seal.number, seal.root.hex())


def _certified(conn: Connection, row: Row[Any], issued_at: datetime) -> Statement:
    """The learner was certified for the path; the certificate is named by its id, never by the number that opens it."""
    holder = person(conn, row.person_id).opaque
    earned_on = path(conn, row.path_id)
    certificate = Activity(id=f"urn:uuid:{row.id}")
    return Statement(
        actor=Agent(account=Account(home_page=holder.home_page, name=holder.name)),
        verb=Verb(id=CERTIFIED, display={"en": "was certified"}),
        object=Activity(id=earned_on.activity, definition=ActivityDefinition(name=earned_on.texts.title)),
        result=Result(completion=True),
        context=Context(
            registration=enrolment(conn, row.enrolment_id).registration,
            language=row.language,
            context_activities=ContextActivities(other=(certificate,)),
        ),
        timestamp=issued_at,
    )
