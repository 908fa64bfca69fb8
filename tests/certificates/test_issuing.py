from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import Connection, Row, select

from base import failures, seal_rows, words_for
from certificates import CertificateDue, State, verify
from certificates.earning import earn, put_under_review
from certificates.issuing import CERTIFIED, Printed, issue
from certificates.paper import Audited
from certificates.tables import certificates
from lrs import Activity, Stored, account_key, statements_of_agents
from paths import PathCompleted, PathLost, enrolments_of, verdict
from people import Person
from tests.certificates.conftest import Office
from tests.certificates.makers import PATH, complete, make_learner_on_path, void
from tests.certificates.poppler import run_tool
from tests.times import NOW

LATER = NOW + timedelta(days=1)


def rows(conn: Connection) -> list[Row[Any]]:
    return list(conn.execute(select(certificates).order_by(certificates.c.created_at)))


def states(conn: Connection) -> list[str]:
    return [row.state for row in rows(conn)]


def certified_statements(conn: Connection, learner: Person) -> list[Stored]:
    of_learner = statements_of_agents(conn, [account_key(learner.opaque.home_page, learner.opaque.name)])
    return [stored for stored in of_learner if stored.statement.verb.id == CERTIFIED]


def completion(conn: Connection, learner: Person) -> PathCompleted:
    """The event that told of the learner's completion, made again from the newest verdict."""
    (enrolled,) = enrolments_of(conn, learner.id)
    found = verdict(conn, enrolled.id)
    assert found is not None
    assert found.since is not None
    return PathCompleted(
        str(learner.id),
        enrolled.id,
        learner.id,
        PATH,
        version=1,
        completed_at=found.since,
        score=None,
        evidence=found.evidence,
        rule_hash="rule",
    )


async def test_a_completion_becomes_a_signed_certificate(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    evidence = await office.db.write(complete, learner)
    await office.deliver()
    (row,) = await office.db.read(rows)
    assert row.state == State.ISSUED
    assert (row.name, row.language, row.path_title) == ("Aygün Əliyeva", "az", "Pathways for Economic Growth (az)")
    assert (row.minutes, row.time_zone, row.completed_at, row.issued_at) == (7, "Asia/Baku", NOW, NOW)
    assert msgspec.json.decode(row.evidence, type=list[UUID]) == [evidence]
    pdf = office.files.get(row.file_sha256)
    assert pdf.startswith(b"%PDF-")
    assert b"/ETSI.CAdES.detached" in pdf


async def test_a_statement_says_that_the_learner_was_certified(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    await office.db.write(complete, learner)
    await office.deliver(now=LATER)
    (stored,) = await office.db.read(certified_statements, learner)
    (row,) = await office.db.read(rows)
    said = stored.statement
    assert isinstance(said.object, Activity)
    assert said.object.id == "https://ulc.waymark.example/paths/growth"
    assert said.timestamp == LATER
    assert row.number not in stored.raw.decode()
    assert f"urn:uuid:{row.id}" in stored.raw.decode()


async def test_hearing_of_a_completion_again_changes_nothing(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    await office.db.write(complete, learner)
    await office.deliver()
    before = await office.db.read(rows)
    event = await office.db.read(completion, learner)
    await office.db.write(earn, event, issuer="Urban Learning Center", now=LATER)
    await office.deliver(now=LATER)
    assert await office.db.read(rows) == before


async def test_a_certificate_printed_twice_is_issued_once(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    await office.db.write(complete, learner)
    await office.deliver()
    (before,) = await office.db.read(rows)
    due = CertificateDue(str(learner.id), before.id)
    await office.db.write(issue, due, Printed("0" * 64, LATER), now=LATER)
    assert await office.db.read(rows) == [before]
    assert len(await office.db.read(certified_statements, learner)) == 1


async def test_an_issued_certificate_carries_the_newest_seal_over_the_decisions(office: Office, tmp_path: Path) -> None:
    learner = await office.db.write(make_learner_on_path)  # whose enrolment was a decision
    sealed = await office.db.write(seal_rows, now=NOW)
    assert sealed is not None
    await office.db.write(complete, learner)
    await office.deliver()
    (issued,) = await office.db.read(rows)
    assert (issued.audit_seal, issued.audit_root) == (sealed.number, sealed.root.hex())
    view = await office.db.read(verify, issued.number, words_for("en"))
    assert view.audit_seal == f"1:{sealed.root.hex()}"
    file = tmp_path / "certificate.pdf"
    file.write_bytes(office.files.get(issued.file_sha256))
    assert f"1:{sealed.root.hex()}" in run_tool("pdftotext", "-layout", file, "-")
    assert "Signature Validation: Signature is Valid." in run_tool("pdfsig", file)


async def test_a_seal_made_while_it_was_printed_is_not_the_one_that_it_bears(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    await office.db.write(complete, learner)
    await office.deliver_effects()
    (row,) = await office.db.read(rows)
    await office.db.write(seal_rows, now=NOW)
    printed = Printed("0" * 64, NOW, Audited(7, "ab" * 32))
    await office.db.write(issue, CertificateDue(str(learner.id), row.id), printed, now=NOW)
    (issued,) = await office.db.read(rows)
    assert (issued.audit_seal, issued.audit_root) == (7, "ab" * 32)


async def test_before_the_first_seal_a_certificate_bears_none(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    await office.db.write(complete, learner)
    await office.deliver()
    (issued,) = await office.db.read(rows)
    assert (issued.audit_seal, issued.audit_root) == (None, None)


async def test_a_lost_completion_puts_its_certificate_under_review(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    evidence = await office.db.write(complete, learner)
    await office.deliver()
    await office.db.write(void, evidence)
    await office.deliver()
    assert await office.db.read(states) == [State.UNDER_REVIEW]


async def test_the_same_completion_found_again_lifts_the_review(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    first = await office.db.write(complete, learner)
    await office.deliver()
    (issued,) = await office.db.read(rows)
    await office.db.write(void, first)
    await office.deliver()
    await office.db.write(complete, learner)
    await office.deliver(now=LATER)
    assert await office.db.read(rows) == [issued]


async def test_another_completion_replaces_the_certificate_of_a_lost_one(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    first = await office.db.write(complete, learner)
    await office.deliver()
    await office.db.write(void, first)
    await office.db.write(complete, learner, now=LATER)
    await office.deliver(now=LATER)
    old, new = await office.db.read(rows)
    assert (old.state, old.completed_at) == (State.SUPERSEDED, NOW)
    assert (new.state, new.completed_at) == (State.ISSUED, LATER)
    assert old.number != new.number


async def test_a_completion_lost_before_it_was_heard_earns_nothing(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    evidence = await office.db.write(complete, learner)
    await office.deliver()
    event = await office.db.read(completion, learner)
    await office.db.write(void, evidence)
    await office.deliver()
    await office.db.write(earn, event, issuer="Urban Learning Center", now=LATER)
    assert await office.db.read(states) == [State.UNDER_REVIEW]


async def test_a_loss_heard_after_the_completion_came_back_changes_nothing(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    await office.db.write(complete, learner)
    await office.deliver()
    event = await office.db.read(completion, learner)
    await office.db.write(put_under_review, PathLost(event.subject, event.enrolment_id, learner.id, PATH))
    assert await office.db.read(states) == [State.ISSUED]


async def test_what_was_lost_while_it_was_printed_is_not_issued(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    evidence = await office.db.write(complete, learner)
    await office.deliver_effects()
    (due,) = await office.db.read(rows)
    await office.db.write(void, evidence)
    await office.deliver_effects()
    await office.db.write(issue, CertificateDue(str(learner.id), due.id), Printed("0" * 64, NOW), now=NOW)
    (row,) = await office.db.read(rows)
    assert (row.state, row.file_sha256) == (State.UNDER_REVIEW, None)
    assert await office.db.read(certified_statements, learner) == []


async def test_a_learner_without_a_name_gets_none_until_they_have_one(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path, full_name=None)
    await office.db.write(complete, learner)
    for day in range(20):
        await office.deliver(now=NOW + timedelta(days=day))
    assert await office.db.read(rows) == []
    (failure,) = await office.db.read(failures)
    assert "has no name" in failure.error


async def test_a_name_that_cannot_be_printed_is_set_aside_with_the_reason(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path, full_name="李雷")
    await office.db.write(complete, learner)
    for day in range(20):
        await office.deliver(now=NOW + timedelta(days=day))
    assert await office.db.read(states) == [State.PENDING]
    (failure,) = await office.db.read(failures)
    assert "U+674E" in failure.error


@pytest.mark.parametrize("learners", [8])
async def test_learners_who_finish_together_get_one_certificate_each(office: Office, learners: int) -> None:
    everyone = [await office.db.write(make_learner_on_path, full_name=f"Learner {n}") for n in range(learners)]
    for learner in everyone:
        await office.db.write(complete, learner)
    await office.deliver()
    issued = await office.db.read(rows)
    assert sorted(row.name for row in issued) == [f"Learner {n}" for n in range(learners)]
    assert {row.state for row in issued} == {State.ISSUED}
    assert len({row.number for row in issued}) == learners
