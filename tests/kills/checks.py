"""What must hold of a database, whenever its service was killed; each check tells what does not."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection, func, select

from base import FileStore, Missing
from certificates import State
from certificates.issuing import CERTIFIED
from certificates.tables import STANDING, certificates
from lrs import Agent, Stored, agent_key, statements_of_agents, statements_with_ids
from lrs.documents.documents import DocumentContext, Kind, find_document
from lrs.log.attachments import files_of
from lrs.standard.intake import AttachedFile
from lrs.tables.statements import postings, statements
from paths import enrolled_persons, replay
from paths.keeping.facts import agents_of
from tests.journeys.sending import STATE_AGENT, STATE_CONTEXT, Ledger


def statement_faults(conn: Connection, ledger: Ledger) -> list[str]:
    """Acknowledged statements are there once, requests are stored whole or not at all, and so are their postings."""
    rows = conn.execute(
        select(statements.c.id, func.count(postings.c.seq))
        .outerjoin(postings, postings.c.seq == statements.c.seq)
        .group_by(statements.c.seq, statements.c.id)
    )
    ways: dict[UUID, int] = dict(iter(rows))
    doubled = conn.execute(select(statements.c.id).group_by(statements.c.id).having(func.count() > 1)).all()
    faults = [f"statement {each} was acknowledged and is not there" for each in ledger.acknowledged - ways.keys()]
    faults += [f"statement {each.id} is there more than once" for each in doubled]
    sent = {each for request in ledger.requests for each in request.ids}
    usual = Counter(ways[each] for each in sent & ways.keys()).most_common(1)
    faults += [
        f"statement {each} is found in {ways[each]} ways" for each in sent & ways.keys() if ways[each] != usual[0][0]
    ]
    return faults + [fault for request in ledger.requests for fault in _halved(request.ids, ways.keys())]


def _halved(ids: tuple[UUID, ...], there: Collection[UUID]) -> Iterator[str]:
    stored = [each for each in ids if each in there]
    if 0 < len(stored) < len(ids):
        yield f"of a request of {len(ids)} statements {len(stored)} are stored"


def file_faults(conn: Connection, files: FileStore, ledger: Ledger) -> list[str]:
    """Statements that are there have the files that came with them, each of them whole."""
    faults = []
    for request in ledger.requests:
        for stored in statements_with_ids(conn, request.ids) if request.files else ():
            attached = files_of(conn, [stored.id])
            if {each.sha2 for each in attached} != request.files:
                faults.append(f"statement {stored.id} has not the files that came with it")
            faults += [fault for each in attached if (fault := _unreadable(files, each))]
    return faults


def _unreadable(files: FileStore, attached: AttachedFile) -> str | None:
    try:
        found = hashlib.sha256(files.get(attached.file)).hexdigest()
    except Missing:
        found = "missing"
    return None if found == attached.sha2 else f"the file {attached.sha2} is {found}"


def state_faults(conn: Connection, ledger: Ledger) -> list[str]:
    """Each state is what it was last made, or what it was being made when the service was killed."""
    key = agent_key(Agent(mbox=STATE_AGENT["mbox"]))
    context = DocumentContext(Kind.STATE, STATE_CONTEXT["activityId"], key)
    faults = []
    for name, written in ledger.states.items():
        try:
            is_possible = find_document(conn, context, name).content.body in written.possible
        except Missing:
            is_possible = not written.acknowledged
        if not is_possible:
            faults.append(f"state {name} is not what it was made")
    return faults


def standing_faults(conn: Connection) -> list[str]:
    """No enrolment has two certificates that stand."""
    doubled = conn.execute(
        select(certificates.c.enrolment_id, func.count())
        .where(certificates.c.state.in_(STANDING))
        .group_by(certificates.c.enrolment_id)
        .having(func.count() > 1)
    )
    return [f"enrolment {enrolment} has {count} certificates that stand" for enrolment, count in doubled]


def issuing_faults(conn: Connection, files: FileStore, *, learners: int) -> list[str]:
    """Each of as many `learners` has one issued certificate, its file, and one statement that says so."""
    rows = conn.execute(select(certificates)).all()
    faults = [f"certificate {row.id} is {row.state}" for row in rows if row.state != State.ISSUED]
    if len({row.person_id for row in rows}) != learners:
        faults.append(f"{len(rows)} certificates for {learners} learners")
    for row in rows:
        told = [each for each in statements_of_agents(conn, agents_of(conn, row.person_id)) if _certifies(each, row.id)]
        if len(told) != 1:
            faults.append(f"certificate {row.id} was told of {len(told)} times")
        if row.file_sha256 is not None and not files.get(row.file_sha256).startswith(b"%PDF-"):
            faults.append(f"the file of certificate {row.id} is no PDF")
    return faults


def _certifies(stored: Stored, certificate_id: UUID) -> bool:
    context = stored.statement.context
    listed = context and context.context_activities
    others = (listed.other if listed else None) or ()
    return stored.statement.verb.id == CERTIFIED and [each.id for each in others] == [f"urn:uuid:{certificate_id}"]


def replay_faults(conn: Connection) -> list[str]:
    """What is stored of completion is what the statements say."""
    return [
        f"person {person_id}: {difference}"
        for person_id in enrolled_persons(conn)
        for difference in replay(conn, [person_id], now=datetime.now(UTC), check=True)
    ]
