from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from base import Database, Fault, forget_personal_values, personal, record_decision, seal_rows, verify_audit
from base import seals as sealing
from base.audit import audit_personal_values, audit_rows
from base.seals import Seal, audit_seals, contents, leaf_of, newest_seal, root_of
from base.tampering import FaultKind
from tests.times import NOW

AYGUN = UUID("0b9f4f0e-8c5a-4a53-9d7a-2f6f1f1f0001")
LATER = NOW + timedelta(days=1)


@pytest.fixture
def sealed(write: Callable[..., Any]) -> Callable[..., Any]:
    """Five rows in two seals: at the positions 1 to 3 and 4 to 5, a minute apart and in this order."""
    write(_decide, 0, 1, 2)
    write(seal_rows, now=NOW + timedelta(minutes=10))
    write(_decide, 3, 4)
    write(seal_rows, now=NOW + timedelta(minutes=20))
    return write


def _decide(conn: sa.Connection, *numbers: int) -> None:
    for number in numbers:
        after = {"full_name": personal("Aygün Əliyeva"), "language": "az"}
        at = NOW + timedelta(minutes=number)
        record_decision(
            conn, by=AYGUN, act="person.add", subject=f"person {AYGUN}", reason="a test", after=after, now=at
        )


def _at(conn: sa.Connection, position: int) -> str:
    """The id of the row at the position, as faults name it."""
    row_id: UUID = conn.scalars(sa.select(audit_rows.c.id).where(audit_rows.c.position == position)).one()
    return str(row_id)


def _change(conn: sa.Connection, place: int, /, **values: object) -> None:
    done = conn.execute(sa.update(audit_rows).where(audit_rows.c.position == place).values(values))
    assert done.rowcount == 1


def _faults(conn: sa.Connection, **options: Any) -> list[tuple[FaultKind, int | None, str | None]]:
    return [(fault.kind, fault.seal, fault.row) for fault in verify_audit(conn, **options).faults]


def _rehash(conn: sa.Connection, position: int) -> None:
    """Give the row a hash that fits, as whoever can write to the database could."""
    content = conn.execute(sa.select(*contents(conn)).where(audit_rows.c.position == position)).one()
    _change(conn, position, leaf=leaf_of(content))


def test_what_nobody_touched_has_no_fault(sealed: Callable[..., Any]) -> None:
    sealed(_decide, 30)
    heard: list[tuple[int, int]] = []
    found = sealed(verify_audit, told=lambda done, total: heard.append((done, total)))
    assert (found.seals, found.rows, found.unsealed, found.values, found.faults) == (2, 5, 1, 6, ())
    assert heard == [(3, 6), (5, 6)]


def test_nothing_at_all_has_no_fault(write: Callable[..., Any]) -> None:
    assert write(verify_audit).faults == ()


@pytest.mark.parametrize(
    "change",
    [
        {"at": NOW + timedelta(seconds=61)},
        {"by": None},
        {"act": "person.remove"},
        {"subject": "person x"},
        {"reason": "another reason"},
        {"before": b"{}"},
        {"after": None},
        {"leaf": bytes(32)},
        {"leaf": None},
    ],
)
def test_an_altered_row_is_named(sealed: Callable[..., Any], change: dict[str, object]) -> None:
    named = sealed(_at, 2)
    sealed(_change, 2, **change)
    faults = sealed(_faults)
    assert (FaultKind.ALTERED, 1, named) in faults
    assert {row for _, _, row in faults} <= {named, None}
    assert all(seal == 1 for kind, seal, _ in faults if kind is not FaultKind.ALTERED)


def test_a_row_altered_together_with_its_hash_breaks_its_seal(sealed: Callable[..., Any]) -> None:
    sealed(_change, 2, reason="another reason")
    sealed(_rehash, 2)
    assert sealed(_faults) == [(FaultKind.BROKEN, 1, None)]


def _reseal(conn: sa.Connection, number: int) -> None:
    """Give the seal a root that fits its rows."""
    row = conn.execute(sa.select(audit_seals).where(audit_seals.c.number == number)).one()
    within = audit_rows.c.position.between(row.first, row.last)
    leaves = conn.scalars(sa.select(audit_rows.c.leaf).where(within).order_by(audit_rows.c.position)).all()
    root = root_of(Seal(**row._mapping), [leaf or b"" for leaf in leaves])
    conn.execute(sa.update(audit_seals).where(audit_seals.c.number == number).values(root=root))


def test_an_interval_sealed_anew_is_not_the_one_that_the_next_names(sealed: Callable[..., Any]) -> None:
    sealed(_change, 2, reason="another reason")
    sealed(_rehash, 2)
    sealed(_reseal, 1)
    assert sealed(_faults) == [(FaultKind.BROKEN, 2, None)]


def test_a_whole_chain_sealed_anew_does_not_have_the_root_that_was_published(sealed: Callable[..., Any]) -> None:
    published = {2: sealed(newest_seal).root}
    assert sealed(_faults, published=published) == []
    sealed(_change, 5, reason="another reason")
    sealed(_rehash, 5)
    sealed(_reseal, 2)
    assert sealed(_faults) == []
    assert sealed(_faults, published=published) == [(FaultKind.BROKEN, 2, None)]


def _forget_rows(conn: sa.Connection, *positions: int) -> None:
    gone = sa.select(audit_rows.c.id).where(audit_rows.c.position.in_(positions))
    conn.execute(sa.delete(audit_personal_values).where(audit_personal_values.c.row_id.in_(gone)))
    conn.execute(sa.delete(audit_rows).where(audit_rows.c.position.in_(positions)))


@pytest.mark.parametrize(("position", "seal"), [(1, 1), (2, 1), (3, 1), (5, 2)])
def test_a_missing_row_is_named_by_its_position(sealed: Callable[..., Any], position: int, seal: int) -> None:
    sealed(_forget_rows, position)
    (fault,) = sealed(verify_audit).faults
    assert (fault.kind, fault.seal) == (FaultKind.MISSING, seal)
    assert f"position {position} " in fault.message


def test_a_missing_row_whose_place_another_took_breaks_the_seal(sealed: Callable[..., Any]) -> None:
    sealed(_forget_rows, 2)
    sealed(_change, 3, position=2)
    faults = sealed(_faults)
    assert faults == [(FaultKind.MISSING, 1, None)]


def _swap(conn: sa.Connection, one: int, other: int) -> None:
    _change(conn, one, position=1000)
    _change(conn, other, position=one)
    _change(conn, 1000, position=other)


def test_reordered_rows_are_named(sealed: Callable[..., Any]) -> None:
    named = {sealed(_at, 1), sealed(_at, 2)}
    sealed(_swap, 1, 2)
    assert {(kind, row) for kind, _, row in sealed(_faults)} == {(FaultKind.REORDERED, row) for row in named}


def test_rows_moved_to_another_interval_break_both(sealed: Callable[..., Any]) -> None:
    sealed(_swap, 3, 4)
    assert {(kind, seal) for kind, seal, _ in sealed(_faults)} == {(FaultKind.BROKEN, 1), (FaultKind.BROKEN, 2)}


def test_a_row_added_into_the_past_is_named(sealed: Callable[..., Any]) -> None:
    sealed(lambda conn: _decide(conn, -180))  # three hours before the first
    named = {row for _, _, row in sealed(_faults)}
    assert len(named) == 1
    assert [kind for kind, _, _ in sealed(_faults)] == [FaultKind.ADDED]
    sealed(seal_rows, now=LATER)
    assert sealed(_faults) == [(FaultKind.ADDED, 3, sealed(_at, 6))]


def test_a_row_added_beyond_every_interval_is_named(sealed: Callable[..., Any]) -> None:
    sealed(_decide, 30)
    sealed(lambda conn: conn.execute(sa.update(audit_rows).where(audit_rows.c.position.is_(None)).values(position=77)))
    assert sealed(_faults) == [(FaultKind.ADDED, None, sealed(_at, 77))]


def test_a_row_added_into_an_interval_is_named(sealed: Callable[..., Any]) -> None:
    sealed(lambda conn: conn.execute(sa.text("DROP INDEX ix_audit_rows_position")))
    sealed(_decide, 2)
    late = audit_rows.c.position.is_(None)
    named = {sealed(_at, 2), str(sealed(lambda conn: conn.scalars(sa.select(audit_rows.c.id).where(late)).one()))}
    sealed(lambda conn: conn.execute(sa.update(audit_rows).where(late).values(position=2)))
    faults = sealed(verify_audit).faults
    sealed(_forget_rows, 2)
    sealed(_restore_index)
    added = [fault for fault in faults if fault.kind is FaultKind.ADDED]
    assert len(added) == 1
    assert added[0].row in named


def _restore_index(conn: sa.Connection) -> None:
    """The schema is shared by all tests of PostgreSQL."""
    next(index for index in audit_rows.indexes if index.name == "ix_audit_rows_position").create(conn)


@pytest.mark.parametrize(("number", "kind"), [(1, FaultKind.MISSING), (2, FaultKind.ADDED)])
def test_a_missing_seal_is_noticed(sealed: Callable[..., Any], number: int, kind: FaultKind) -> None:
    published = {2: sealed(newest_seal).root}
    sealed(lambda conn: conn.execute(sa.delete(audit_seals).where(audit_seals.c.number == number)))
    assert kind in {found for found, _, _ in sealed(_faults)}
    assert FaultKind.MISSING in {found for found, _, _ in sealed(_faults, published=published)}


@pytest.mark.parametrize("column", ["first", "last", "previous", "sealed_at", "through", "root"])
def test_an_altered_seal_is_named(sealed: Callable[..., Any], column: str) -> None:
    wrong = {"first": 0, "last": 10**9, "previous": bytes(32), "root": bytes(32), "sealed_at": LATER, "through": LATER}
    sealed(
        lambda conn: conn.execute(
            sa.update(audit_seals).where(audit_seals.c.number == 2).values({column: wrong[column]})
        )
    )
    assert (FaultKind.BROKEN, 2, None) in sealed(_faults)


def test_erasing_salt_and_value_leaves_the_proof_standing(sealed: Callable[..., Any]) -> None:
    assert sealed(forget_personal_values, AYGUN) == 5
    found = sealed(verify_audit)
    assert (found.rows, found.values, found.faults) == (5, 0, ())


@pytest.mark.parametrize("column", ["value", "salt"])
def test_a_personal_value_that_was_exchanged_is_named(sealed: Callable[..., Any], column: str) -> None:
    named = sealed(_at, 3)
    mine = audit_personal_values.c.row_id == UUID(named)
    sealed(lambda conn: conn.execute(sa.update(audit_personal_values).where(mine).values({column: b'"Borys"'})))
    assert sealed(_faults) == [(FaultKind.ALTERED, None, named)]


async def test_a_fault_is_told_in_a_whole_sentence(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "ROWS_IN_A_SEAL", 3)
    await db.write(_decide, 1)
    await db.write(seal_rows, now=LATER)
    await db.write(_change, 1, reason="another reason")
    named = await db.read(_at, 1)
    fault = Fault(
        FaultKind.ALTERED,
        1,
        named,
        f"Row {named} (seal 1, position 1) does not match its hash: it was altered.",
    )
    assert (await db.read(verify_audit)).faults == (fault,)
