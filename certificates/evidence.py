"""The seal over what a certificate rests on, which everybody who may read the statements can take again.

There are two forms. The first, of certificates before pseudonyms, seals which statements they were; the second what
they said, too, with commitments in the place of agents, so that it holds when one of them is forgotten.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from enum import IntEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, select

from base import Missing, installation_iri
from certificates.numbers import read_number
from certificates.tables import certificates
from lrs import Selection, commit_to_evidence, evidence_digests, next_exported
from paths import enrolment


class EvidenceForm(IntEnum):
    """What of the statements is sealed: their ids alone, or ids and what they say."""

    IDS = 1
    CONTENTS = 2


class EvidenceCheck(msgspec.Struct, frozen=True):
    """Whether a certificate's seal is the one that its evidence has now; `missing` statements are not stored."""

    number: str
    form: EvidenceForm
    holds: bool
    missing: tuple[UUID, ...]


def seal_evidence(conn: Connection, evidence: Collection[UUID], rule_hash: str) -> str:
    """The seal, of the newest form, over statements that prove something from now on, and the rule that they meet."""
    return seal_of_contents(commit_to_evidence(conn, evidence), rule_hash)


def check_evidence(conn: Connection, number: str | None = None) -> Iterator[EvidenceCheck]:
    """Take each certificate's seal again, or that of one. Raises Missing where there is none of this number."""
    which = select(certificates).order_by(certificates.c.created_at, certificates.c.id)
    if number is not None:
        which = which.where(certificates.c.number == read_number(number))
    rows = conn.execute(which).all()
    if number is not None and not rows:
        raise Missing("There is no certificate of this number. Compare it with the paper, letter by letter.")
    return (_checked(conn, row) for row in rows)


def seal_of_ids(evidence: Collection[UUID], rule_hash: str) -> str:
    """The SHA-256, in hex, over the ids of the statements in order and the hash of the rule, a line each."""
    return _sealed([*map(str, sorted(evidence)), rule_hash])


def seal_of_contents(digests: Mapping[UUID, str], rule_hash: str) -> str:
    """The SHA-256, in hex, over a line for each statement in the order of ids (id, space, its digest as evidence
    (lrs/evidence.py)), and the hash of the rule on the last."""
    return _sealed([*(f"{each} {digests[each]}" for each in sorted(digests)), rule_hash])


def _sealed(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _checked(conn: Connection, row: Row[Any]) -> EvidenceCheck:
    evidence = msgspec.json.decode(row.evidence, type=list[UUID])
    digests = evidence_digests(conn, evidence)
    form = EvidenceForm(row.evidence_form)
    seals = (
        {seal_of_contents(digests, row.rule_hash)}
        if form is EvidenceForm.CONTENTS
        else {seal_of_ids(evidence, each) for each in _rules_told(conn, row.enrolment_id)}
    )
    missing = tuple(each for each in evidence if each not in digests)
    return EvidenceCheck(row.number, form, row.evidence_sha256 in seals and not missing, missing)


def _rules_told(conn: Connection, enrolment_id: UUID) -> set[str]:
    """The hashes of the rules by which the path was complete, as Waymark's own statements say (paths/satisfied.py)."""
    selection = Selection(registration=enrolment(conn, enrolment_id).registration)
    told = f"{installation_iri(conn)}/xapi/rule-hash"
    found: set[str] = set()
    after = 0
    while True:
        stretch = next_exported(conn, selection, after=after, voided=True)
        contexts = (msgspec.json.decode(each.raw)["context"] for each in stretch.statements)
        found |= {each["extensions"][told] for each in contexts if told in each.get("extensions", {})}
        if stretch.through == after:
            return found
        after = stretch.through
