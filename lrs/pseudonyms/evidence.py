"""Hashes of statements that prove something: they hold when an agent is made pseudonymous or words are dropped.

What may have to be forgotten (places.py) enters a hash as a salted commitment. To forget it, the salt is erased with
it; the commitment stands for it from then on. Everything else enters as it is stored.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from secrets import token_bytes
from typing import Any, Final
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, and_, or_, select, update

from base import SALT_BYTES, commit, upsert
from lrs.pseudonyms.places import Json, Place, agent_places, canonical, read_payload, word_places
from lrs.tables.pseudonyms import commitments
from lrs.tables.statements import statements

_CHUNK: Final = 500


class Commitment(Struct, frozen=True):
    """What stands for a value in a hash; without a salt the value is forgotten, and may be another by now."""

    commitment: str
    salt: bytes | None


def commit_to_evidence(conn: Connection, ids: Collection[UUID]) -> dict[UUID, str]:
    """As `evidence_digests`, of statements that become evidence now: what they name is committed to from here on.

    To do it again changes no commitment.
    """
    payloads = _payloads(conn, ids)
    before = _commitments(conn, ids)
    new = [row for one, payload in payloads.items() if one not in before for row in _new_rows(one, payload)]
    if new:
        conn.execute(upsert(conn, commitments).on_conflict_do_nothing(), new)
    return evidence_digests(conn, ids)


def evidence_digests(conn: Connection, ids: Collection[UUID]) -> dict[UUID, str]:
    """The SHA-256, in hex, of each statement as evidence, of those of `ids` that are stored.

    It is another one when anything was changed that was not forgotten by the way that erases salts.
    """
    kept = _commitments(conn, ids)
    return {one: evidence_digest(payload, kept.get(one, {})) for one, payload in _payloads(conn, ids).items()}


def evidence_digest(payload: bytes, kept: Mapping[str, Commitment]) -> str:
    """The SHA-256, in hex, of the statement with commitments in the places that have one."""
    statement = read_payload(payload)
    for place in _places(statement):
        if place.path in kept:
            place.owner[place.member] = {"commitment": _standing(place, kept[place.path])}
    return hashlib.sha256(canonical(statement)).hexdigest()


def forget_salts(conn: Connection, forgotten: Mapping[UUID, Sequence[str]]) -> None:
    """The commitments to what stood at these places stand by themselves from now on."""
    rows = [
        and_(commitments.c.statement_id == statement_id, commitments.c.place.in_(places))
        for statement_id, places in forgotten.items()
    ]
    for start in range(0, len(rows), _CHUNK):
        conn.execute(update(commitments).where(or_(*rows[start : start + _CHUNK])).values(salt=None))


def _standing(place: Place, kept: Commitment) -> str:
    if kept.salt is None:
        return kept.commitment
    return commit(kept.salt, canonical(place.value if place.is_taken else None))


def _places(statement: Json) -> Iterator[Place]:
    yield from agent_places(statement)
    yield from word_places(statement)


def _new_rows(statement_id: UUID, payload: bytes) -> Iterator[dict[str, Any]]:
    for place in _places(read_payload(payload)):
        if place.is_taken:
            salt = token_bytes(SALT_BYTES)
            commitment = commit(salt, canonical(place.value))
            yield {"statement_id": statement_id, "place": place.path, "commitment": commitment, "salt": salt}


def _commitments(conn: Connection, ids: Collection[UUID]) -> dict[UUID, dict[str, Commitment]]:
    found: dict[UUID, dict[str, Commitment]] = defaultdict(dict)
    for some in _chunks(ids):
        for row in conn.execute(select(commitments).where(commitments.c.statement_id.in_(some))):
            found[row.statement_id][row.place] = Commitment(row.commitment, row.salt)
    return found


def _payloads(conn: Connection, ids: Collection[UUID]) -> dict[UUID, bytes]:
    found: dict[UUID, bytes] = {}
    for some in _chunks(ids):
        rows = conn.execute(select(statements.c.id, statements.c.payload).where(statements.c.id.in_(some)))
        found.update((row.id, row.payload) for row in rows)
    return found


def _chunks(ids: Collection[UUID]) -> Iterator[Sequence[UUID]]:
    wanted = list(ids)
    return (wanted[start : start + _CHUNK] for start in range(0, len(wanted), _CHUNK))
