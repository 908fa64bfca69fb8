"""All that is known of a person as one export, and its erasure: each domain tells and forgets what it keeps."""

import asyncio
import io
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec
from sqlalchemy import Connection

from app.pseudonymising import replace_at_once
from base import (
    Asked,
    Database,
    Decision,
    FileStore,
    Invalid,
    Missing,
    decisions,
    installation_iri,
    msgid,
    record_decision,
)
from certificates import erase_from_certificates, known_to_certificates
from lrs import Account, Agent, Step, Stored, account_key, agent_key, statements_of_agents
from lti import erase_from_lti, known_to_lti
from messages import erase_from_messages, known_to_messages
from modules import erase_from_modules, known_to_modules
from paths import enrolments_of, known_to_paths
from people import (
    accounts_of,
    addresses_of,
    end_offices,
    erase_from_people,
    held_by,
    holder_of,
    known_to_people,
    mail_addresses_ever,
    person,
)

_OWN_WISH = msgid("asked for by the person")
_ON_BEHALF = msgid("asked for on behalf of the person")


class Export(msgspec.Struct, frozen=True):
    """Everything known of a person: values by what they are, and the statements about them, byte for byte as stored."""

    known: Mapping[str, Any]
    statements: tuple[bytes, ...]


class Erasure(msgspec.Struct, frozen=True):
    """What goes (or went) with an erasure and what stays, each counted; `files` are to be deleted afterwards."""

    person_id: UUID
    erased: Mapping[str, int]
    kept: Mapping[str, int]
    files: tuple[str, ...]

    @property
    def confirmation(self) -> str:
        """What is to be typed by whoever means it: it fits this one person, in every language."""
        return self.person_id.hex[:8]


def everything_known(conn: Connection, person_id: UUID, *, now: datetime) -> Export:
    """Everything known of the person, and of those joined to them. Raises Missing for somebody unknown."""
    holder = holder_of(conn, person(conn, person_id).id)
    known = {
        "installation": installation_iri(conn),
        "person": holder,
        "made_at": now,
        **known_to_people(conn, holder),
        **known_to_paths(conn, holder),
        **known_to_modules(conn, holder),
        **known_to_certificates(conn, holder),
        **known_to_lti(conn, holder),
        **known_to_messages(conn, holder, mail_addresses_ever(conn, holder)),
        "decisions": [decision for each in held_by(conn, holder) for decision in _decisions_about(conn, each)],
    }
    return Export(known, tuple(each.raw for each in _statements(conn, holder)))


def export_for(conn: Connection, person_id: UUID, *, by: UUID | None, now: datetime) -> Export:
    """As `everything_known`, for somebody other than the person; it is kept who took it."""
    subject = f"person {person(conn, person_id).id}"
    record_decision(conn, by=by, act="person.export", subject=subject, reason=_ON_BEHALF, now=now)
    return everything_known(conn, person_id, now=now)


def packed(export: Export) -> bytes:
    """The export as a ZIP file: `known.json`, and `statements.jsonl` with one statement a line."""
    whole = io.BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as archive:
        archive.writestr("known.json", msgspec.json.format(msgspec.json.encode(export.known)))
        archive.writestr("statements.jsonl", b"".join(_one_line(each) + b"\n" for each in export.statements))
    return whole.getvalue()


def erase(conn: Connection, person_id: UUID, *, by: UUID | None, reason: str | None = None, now: datetime) -> Erasure:
    """Nothing here tells any more who the person was; what they did stays, without them. Raises Missing.

    In statements of other systems that name them by an account or a proven address a pseudonym stands from now on.
    Erased again, nothing is left to go. The files are deleted by the caller once this is on disk.
    """
    holder = holder_of(conn, person(conn, person_id).id)
    why = reason or (_OWN_WISH if by == holder else _ON_BEHALF)
    kept = _counts_of_what_stays(conn, holder)
    addresses = mail_addresses_ever(conn, holder)
    end_offices(conn, holder, by=by, reason=why, now=now)
    certificates = erase_from_certificates(conn, holder, now=now)
    steps = _replace_agents(conn, holder, now=now)
    erased = {
        **erase_from_lti(conn, holder),
        **erase_from_messages(conn, holder, addresses, now=now),
        **erase_from_modules(conn, holder, now=now),
        **erase_from_people(conn, holder),
        "certificates": certificates.count,
        "foreign_statements": len({each for step in steps for each in step.ids}),
    }
    record_decision(conn, by=by, act="person.erase", subject=f"person {holder}", reason=why, after=erased, now=now)
    return Erasure(holder, erased, kept, (*certificates.files, *(each for step in steps for each in step.files)))


def foresee_erasure(conn: Connection, person_id: UUID, *, by: UUID | None, now: datetime) -> Erasure:
    """What `erase` would do: it is done and undone, so that the forecast cannot differ from the deed."""
    trial = conn.begin_nested()
    try:
        return erase(conn, person_id, by=by, now=now)
    finally:
        trial.rollback()


async def erase_confirmed(
    db: Database, files: FileStore, person_id: UUID, *, by: UUID | None, typed: str, now: datetime
) -> Erasure:
    """Erase the person, files too. Raises Invalid unless `typed` is the erasure's confirmation, and nothing is done."""
    done = await db.write(_erase_confirmed, person_id, by=by, typed=typed, now=now)
    await asyncio.to_thread(delete_files, files, done)
    return done


def delete_files(files: FileStore, erasure: Erasure) -> None:
    """The files of an erasure that is on disk are gone; deleting them again changes nothing."""
    for each in erasure.files:
        files.delete(each)


def _erase_confirmed(conn: Connection, person_id: UUID, *, by: UUID | None, typed: str, now: datetime) -> Erasure:
    done = erase(conn, person_id, by=by, now=now)
    if typed.strip().lower() != done.confirmation:
        raise Invalid(
            f"To confirm the erasure, type {done.confirmation}; nothing was erased.", rule="confirmation", where="typed"
        )
    return done


def _counts_of_what_stays(conn: Connection, holder: UUID) -> dict[str, int]:
    """Records that name the person by ids that tell nothing, and statements of others that name them still."""
    opaque = {person(conn, each).opaque.name for each in held_by(conn, holder)}
    told = list(_statements(conn, holder))
    own = sum(1 for each in told if each.statement.actor.account and each.statement.actor.account.name in opaque)
    return {
        "enrolments": len(enrolments_of(conn, holder)),
        "statements": own,
        "foreign_statements": len(told) - own,
        "decisions": sum(1 for each in held_by(conn, holder) for _ in _decisions_about(conn, each)),
    }


def _statements(conn: Connection, holder: UUID) -> Iterator[Stored]:
    """The statements that name the person by an account of theirs, or by a mail address that they have proven."""
    accounts = [account_key(each.home_page, each.name) for each in accounts_of(conn, holder)]
    return statements_of_agents(conn, [*accounts, *map(agent_key, _mailboxes(conn, holder))])


def _replace_agents(conn: Connection, holder: UUID, *, now: datetime) -> list[Step]:
    """Accounts and addresses get a pseudonym each: what an account did counts for the person, and goes on to."""
    ours = installation_iri(conn)
    accounts = [
        Agent(account=Account(home_page=each.home_page, name=each.name))
        for each in accounts_of(conn, holder)
        if each.home_page != ours
    ]
    steps: list[Step] = []
    for agents in (accounts, _mailboxes(conn, holder)):
        if agents:
            with suppress(Missing):  # nobody has sent anything about them
                steps += replace_at_once(conn, agents, drops=False, now=now)
    return steps


def _mailboxes(conn: Connection, holder: UUID) -> list[Agent]:
    proven = [each.address for each in addresses_of(conn, holder) if each.verified_at is not None]
    return [Agent(mbox=f"mailto:{each}") for each in proven]


def _decisions_about(conn: Connection, person_id: UUID) -> Iterator[Decision]:
    asked = Asked(subject=f"person {person_id}")
    following: tuple[datetime, UUID] | None = None
    while page := decisions(conn, asked, following=following):
        yield from page
        following = page[-1].at, page[-1].id


def _one_line(statement: bytes) -> bytes:
    """The statement as it is stored: JSON without line breaks outside of texts, and none can stand inside of them."""
    return statement.replace(b"\n", b" ").replace(b"\r", b" ")
