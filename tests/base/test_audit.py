from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from base import record_decision
from base.audit import audit_rows
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
