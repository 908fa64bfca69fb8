"""The seal over a certificate's evidence, in both forms."""

import hashlib
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import Connection, select, text, update

from base import Missing
from certificates import EvidenceCheck, EvidenceForm, check_evidence
from certificates.evidence import seal_of_contents, seal_of_ids
from certificates.tables import certificates
from lrs.tables.statements import statements
from tests.certificates.conftest import Office
from tests.certificates.makers import complete, make_learner_on_path

ONE, TWO = UUID(int=1), UUID(int=2)
IDS = b"00000000-0000-0000-0000-000000000001", b"00000000-0000-0000-0000-000000000002"


def test_the_first_form_is_over_the_ids_in_order_and_the_rule() -> None:
    expected = hashlib.sha256(b"%s\n%s\nrule" % IDS).hexdigest()
    assert seal_of_ids((TWO, ONE), "rule") == seal_of_ids((ONE, TWO), "rule") == expected


def test_the_second_form_is_over_ids_with_their_digests_and_the_rule() -> None:
    expected = hashlib.sha256(b"%s aa\n%s bb\nrule" % IDS).hexdigest()
    assert seal_of_contents({TWO: "bb", ONE: "aa"}, "rule") == expected


async def _checked(office: Office, number: str | None = None) -> EvidenceCheck:
    (found,) = await office.db.read(lambda conn: list(check_evidence(conn, number)))
    return found


async def test_a_new_certificate_seals_what_its_evidence_says(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    evidence = await office.db.write(complete, learner)
    await office.deliver()
    found = await _checked(office)
    assert (found.form, found.holds, found.missing) == (EvidenceForm.CONTENTS, True, ())
    assert await _checked(office, found.number) == found
    payload = select(statements.c.payload).where(statements.c.id == evidence)
    said = msgspec.json.decode(await office.db.read(lambda conn: conn.scalars(payload).one()))
    said["result"] = {"completion": False}
    changed = update(statements).where(statements.c.id == evidence).values(payload=msgspec.json.encode(said))
    await office.db.write(lambda conn: conn.execute(changed))
    assert not (await _checked(office)).holds


def _as_before_pseudonyms(conn: Connection) -> None:
    row = conn.execute(select(certificates)).one()
    seal = seal_of_ids(msgspec.json.decode(row.evidence, type=list[UUID]), row.rule_hash)
    older = {"evidence_form": EvidenceForm.IDS, "evidence_sha256": seal, "rule_hash": None}
    conn.execute(update(certificates).values(older))
    conn.execute(text("DELETE FROM lrs_commitments"))


async def test_a_certificate_from_before_holds_as_it_was_sealed(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    await office.db.write(complete, learner)
    await office.deliver()
    await office.db.write(_as_before_pseudonyms)
    found = await _checked(office)
    assert (found.form, found.holds) == (EvidenceForm.IDS, True)
    await office.db.write(lambda conn: conn.execute(update(certificates).values(evidence_sha256="0" * 64)))
    assert not (await _checked(office)).holds


async def test_what_is_not_stored_is_named(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    await office.db.write(complete, learner)
    await office.deliver()
    gone = msgspec.json.encode([ONE])
    await office.db.write(lambda conn: conn.execute(update(certificates).values(evidence=gone)))
    found = await _checked(office)
    assert (found.holds, found.missing) == (False, (ONE,))
    with pytest.raises(Missing):
        await _checked(office, "0000-0000-0000-0000")
