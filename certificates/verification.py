"""What anyone may learn of a certificate from its number: that it stands, what it certifies, and no name unasked."""

import hmac
import unicodedata
from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, select

from base import Missing, RowsIn, Words, msgid
from certificates.numbers import grouped, read_number
from certificates.tables import State, certificates
from certificates.wording import day_in, learning_time
from people import held_by

_LONGEST_NAME = 400

_STATUS = {
    State.ISSUED: msgid("This certificate is genuine and stands."),
    State.UNDER_REVIEW: msgid("This certificate is genuine, but what it certifies is being looked into."),
    State.REVOKED: msgid("This certificate was withdrawn. It no longer stands."),
    State.SUPERSEDED: msgid("This certificate was replaced by a newer one. It no longer stands."),
}


_ERASED = msgid("This certificate was withdrawn at the holder's request. It no longer stands.")


class VerificationView(msgspec.Struct, frozen=True):
    """What the verify page shows, in the reader's words; the path's title is in the certificate's language.

    `name` is masked ("A… Ə…") unless the reader wrote the same name: `name_matches` is what came of that, None where
    nothing was compared. A replaced certificate shows no name and compares none, for it may have been replaced because
    of its name; of somebody erased there is none to show. `audit_seal` is the seal over the audit rows that was the
    newest when it was issued, written as `waymark audit verify --published` takes it.
    """

    number: str
    state: State
    status: str
    path_title: str
    issuer: str
    language: str
    learning_time: str
    completed_on: date
    issued_on: date
    name: str | None
    name_matches: bool | None
    audit_seal: str | None = None


class HeldCertificate(msgspec.Struct, frozen=True):
    """One certificate as its holder sees it; `issued_at` is None while it is being made."""

    number: str
    path_id: UUID
    path_title: str
    state: State
    completed_at: datetime
    issued_at: datetime | None


def verify(conn: Connection, number: str, words: Words, *, name_on_paper: str | None = None) -> VerificationView:
    """The certificate of this number, typed in any way.

    Raises Missing, in the same words, where there is none and where it was never issued. Names are compared without
    regard to case, accents, spaces and dashes; whoever guesses names must be slowed down at the edge.
    """
    row = _issued(conn, number)
    nameless = row.state == State.SUPERSEDED or row.erased_at is not None
    compared = name_on_paper is not None and not nameless
    matches = same_name(name_on_paper or "", row.name) if compared else None
    return VerificationView(
        number=grouped(row.number),
        state=State(row.state),
        status=words.text(_STATUS[row.state] if row.erased_at is None else _ERASED),
        path_title=row.path_title,
        issuer=row.issuer,
        language=row.language,
        learning_time=learning_time(words, row.minutes),
        completed_on=day_in(row.time_zone, row.completed_at),
        issued_on=day_in(row.time_zone, row.issued_at),
        name=None if nameless else row.name if matches else masked(row.name),
        name_matches=matches,
        audit_seal=None if row.audit_seal is None else f"{row.audit_seal}:{row.audit_root}",
    )


def certificates_of(conn: Connection, person_id: UUID) -> list[HeldCertificate]:
    """The certificates of the person and of all joined to them, the newest completion first, replaced ones left out."""
    query = (
        select(certificates)
        .where(certificates.c.person_id.in_(held_by(conn, person_id)), certificates.c.state != State.SUPERSEDED)
        .order_by(certificates.c.completed_at.desc(), certificates.c.id)
    )
    return [
        HeldCertificate(row.number, row.path_id, row.path_title, State(row.state), row.completed_at, row.issued_at)
        for row in conn.execute(query)
    ]


def standing_numbers(conn: Connection, enrolment_ids: Collection[UUID]) -> dict[UUID, str]:
    """By enrolment, the number of the certificate that stands for it, issued or about to be; none under review."""
    standing = {State.PENDING.value, State.ISSUED.value}
    return {id_: number for id_, number, state in _of_enrolments(conn, enrolment_ids) if state in standing}


def file_of(conn: Connection, person_id: UUID, number: str) -> str:
    """The SHA-256 by which the file store has the holder's signed PDF. Raises Missing for anyone else's."""
    row = _issued(conn, number)
    if row.erased_at is not None or row.person_id not in held_by(conn, person_id):
        raise Missing(_NONE)
    sha: str = row.file_sha256
    return sha


def masked(name: str) -> str:
    """The first letter of each word, and nothing that tells how long it is."""
    return " ".join(f"{word[0]}…" for word in name.split())


def same_name(one: str, other: str) -> bool:
    """Whether both are the same name, however it was typed; the time taken does not tell how much of it was right."""
    return hmac.compare_digest(_comparable(one), _comparable(other))


def _comparable(name: str) -> bytes:
    # Turkic dotless and dotted i fall together, since either is typed for the other on a foreign keyboard.
    decomposed = unicodedata.normalize("NFKD", name[:_LONGEST_NAME].casefold().replace("ı", "i"))
    return "".join(c for c in decomposed if c.isalnum()).encode()


def _issued(conn: Connection, number: str) -> Row[Any]:
    row = conn.execute(
        select(certificates).where(
            certificates.c.number == read_number(number), certificates.c.file_sha256.is_not(None)
        )
    ).one_or_none()
    if row is None:
        raise Missing(_NONE)
    return row


_NONE = "There is no certificate of this number. Compare it with the paper, letter by letter."


_of_enrolments = RowsIn(certificates.c.enrolment_id, certificates.c.number, certificates.c.state)
