from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from base import Asked, decisions, forget_personal_values, personal, record_decision
from base.audit import audit_personal_values, audit_rows
from base.audit_search import asked_for
from tests.times import NOW


def test_decision_is_kept_with_who_what_and_why(write: Callable[..., Any]) -> None:
    by = uuid4()
    write(
        record_decision,
        by=by,
        act="platform.register",
        subject="platform https://lms.example",
        reason="pilot",
        after={"client_id": "w", "auth": UUID(int=1)},
        now=NOW,
    )
    row = write(lambda conn: conn.execute(sa.select(audit_rows)).one())
    assert (row.at, row.by, row.act, row.subject, row.reason, row.before) == (
        NOW,
        by,
        "platform.register",
        "platform https://lms.example",
        "pilot",
        None,
    )
    assert row.after == b'{"auth":"00000000-0000-0000-0000-000000000001","client_id":"w"}'


def test_equal_values_are_kept_as_equal_bytes(write: Callable[..., Any]) -> None:
    values = ({"a": 1, "b": 2}, {"b": 2, "a": 1})
    for value in values:
        write(record_decision, by=None, act="a.b", subject="s", reason="r", before=value, after=value, now=NOW)
    rows = write(lambda conn: conn.execute(sa.select(audit_rows)).all())
    assert len(rows) == 2
    assert {row.before for row in rows} == {row.after for row in rows} == {b'{"a":1,"b":2}'}


def test_a_personal_value_enters_as_a_salted_commitment(write: Callable[..., Any]) -> None:
    person_id = uuid4()
    for _ in range(2):
        write(
            record_decision,
            by=None,
            act="person.rename",
            subject=f"person {person_id}",
            reason="r",
            before=[personal("Aygün"), 1],
            after={"full_name": personal("Aygün Əliyeva"), "by": personal("Borys", of=UUID(int=7))},
            now=NOW,
        )
    rows = write(lambda conn: conn.execute(sa.select(audit_rows)).all())
    assert all(name not in row.before + row.after for row in rows for name in (b"Ayg", b"Borys"))
    assert rows[0].before != rows[1].before  # equal values are not seen to be equal
    kept = write(lambda conn: conn.execute(sa.select(audit_personal_values)).all())
    assert {(each.concerns, each.value) for each in kept} == {
        (f"person {person_id}", '"Aygün"'.encode()),
        (f"person {person_id}", '"Aygün Əliyeva"'.encode()),
        (f"person {UUID(int=7)}", b'"Borys"'),
    }
    for each in kept:
        assert each.commitment == sha256(each.salt + each.value).hexdigest()
        (row,) = (row for row in rows if row.id == each.row_id)
        assert f'"{each.commitment}"'.encode() in row.before + row.after


def test_decisions_are_found_by_who_what_whom_and_when_the_newest_first(write: Callable[..., Any]) -> None:
    by, subject = uuid4(), f"person {uuid4()}"
    for number in range(6):
        write(
            record_decision,
            by=by if number % 2 else None,
            act=f"role.{'grant' if number < 3 else 'withdraw'}",
            subject=subject if number == 4 else "person x",
            reason=str(number),
            after={"name": personal("Aygün"), "roles": [personal(None)]},
            now=NOW + timedelta(minutes=number),
        )

    def found(**asked: Any) -> list[str]:
        return [each.reason for each in write(decisions, Asked(**asked))]

    assert found() == ["5", "4", "3", "2", "1", "0"]
    assert found(by=by) == ["5", "3", "1"]
    assert found(act="role.grant", by=by) == ["1"]
    assert found(subject=subject) == ["4"]
    assert found(since=NOW + timedelta(minutes=2), until=NOW + timedelta(minutes=4)) == ["3", "2"]
    first = write(decisions, Asked(), limit=4)
    following = (first[-1].at, first[-1].id)
    assert [each.reason for each in write(decisions, Asked(), following=following)] == ["1", "0"]
    assert first[0].after == {"name": "Aygün", "roles": [None]}
    assert set(write(decisions, Asked(), as_sealed=True)[0].after["name"]) == {"commitment"}


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (Asked(), "ix_audit_rows_at"),
        (Asked(since=NOW), "ix_audit_rows_at"),
        (Asked(by=UUID(int=1)), "ix_audit_rows_by"),
        (Asked(by=UUID(int=1), since=NOW, until=NOW + timedelta(days=1)), "ix_audit_rows_by"),
        (Asked(act="role.grant"), "ix_audit_rows_act"),
        (Asked(act="role.grant", until=NOW), "ix_audit_rows_act"),
        (Asked(subject="person x"), "ix_audit_rows_subject"),
    ],
)
@pytest.mark.parametrize("following", [None, (NOW, UUID(int=7))])
def test_whatever_is_asked_for_is_a_range_of_an_index_in_the_order_of_the_answer(
    write: Callable[..., Any], asked: Asked, index: str, following: tuple[datetime, UUID] | None
) -> None:
    plan = write(_plan, asked, following)
    assert index in plan
    assert "B-TREE" not in plan  # SQLite's word for sorting
    assert "Sort" not in plan
    assert "Filter" not in plan  # rows that PostgreSQL reads in vain
    assert " audit_rows USING INDEX" in plan or "Index Scan Backward" in plan


def _plan(conn: sa.Connection, asked: Asked, following: tuple[datetime, UUID] | None) -> str:
    explain = "EXPLAIN QUERY PLAN" if conn.dialect.name == "sqlite" else "EXPLAIN (COSTS OFF)"
    if conn.dialect.name == "postgresql":
        conn.execute(sa.text("SET LOCAL enable_seqscan = off"))  # which is cheaper while there are no rows
        conn.execute(sa.text("SET LOCAL enable_bitmapscan = off"))
    query = asked_for(asked, following).limit(50).compile(conn, compile_kwargs={"literal_binds": True})
    return "\n".join(str(tuple(row)) for row in conn.exec_driver_sql(f"{explain} {query}"))


def test_a_forgotten_value_is_found_as_its_commitment(write: Callable[..., Any]) -> None:
    person_id = uuid4()
    value = personal("Aygün", of=person_id)
    write(record_decision, by=None, act="a.b", subject="s", reason="r", after=value, now=NOW)
    assert write(decisions, Asked())[0].after == "Aygün"
    assert write(forget_personal_values, person_id) == 1
    assert set(write(decisions, Asked())[0].after) == {"commitment"}


def test_what_is_no_json_is_refused(write: Callable[..., Any]) -> None:
    with pytest.raises(NotImplementedError, match="object"):
        write(record_decision, by=None, act="a.b", subject="s", reason="r", after=object(), now=NOW)
