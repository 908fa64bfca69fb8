from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from base import Conflict, Invalid, Missing, new_uuid
from base.audit import audit_rows
from people import Held, Way, join_persons, part_persons, position_spans, positions, positions_of
from people.traits import held_spans
from tests.people.conftest import MakePerson
from tests.times import NOW

DAY = timedelta(days=1)
FACTS: dict[str, Any] = {"by": None, "reason": "a test", "now": NOW}
Do = Callable[..., Any]


def test_a_position_is_held_from_one_day_to_another_and_read_as_it_was_known(
    make_person: MakePerson, write: Do, read: Do
) -> None:
    aygun = make_person()
    write(positions.hold_position, aygun.id, "planner", since=NOW - 90 * DAY, **(FACTS | {"now": NOW - 9 * DAY}))
    write(positions.end_position, aygun.id, "planner", since=NOW - 30 * DAY, **FACTS)
    write(positions.hold_position, aygun.id, "mayor", since=NOW - 30 * DAY, **FACTS)
    assert read(positions_of, aygun.id) == {"mayor"}
    assert read(positions_of, aygun.id, as_of=NOW - 31 * DAY) == {"planner"}
    assert read(positions_of, aygun.id, as_of=NOW - 91 * DAY) == frozenset()
    assert read(positions_of, aygun.id, known_at=NOW - 8 * DAY) == {"planner"}
    assert read(positions_of, aygun.id, as_of=NOW - 31 * DAY, known_at=NOW - 10 * DAY) == frozenset()
    assert read(position_spans, [aygun.id]) == {
        aygun.id: {
            "planner": (Held(NOW - 90 * DAY, NOW - 30 * DAY),),
            "mayor": (Held(NOW - 30 * DAY),),
        }
    }
    assert read(position_spans, [aygun.id], known_at=NOW - 8 * DAY) == {aygun.id: {"planner": (Held(NOW - 90 * DAY),)}}


@pytest.mark.parametrize(
    ("turns", "spans"),
    [
        ([], []),
        ([(1, True)], [(1, None)]),
        ([(1, False)], []),
        ([(1, True), (3, True)], [(1, None)]),
        ([(1, True), (3, False), (4, False), (6, True)], [(1, 3), (6, None)]),
        ([(1, True), (1, False)], []),
        ([(1, True), (2, False), (2, True)], [(1, None)]),
    ],
)
def test_spans_follow_the_register_and_of_two_rows_of_one_moment_the_later(
    turns: list[tuple[int, bool]], spans: list[tuple[int, int | None]]
) -> None:
    wanted = tuple(Held(NOW + start * DAY, None if end is None else NOW + end * DAY) for start, end in spans)
    assert held_spans([(NOW + day * DAY, held) for day, held in turns]) == wanted


def test_a_position_is_written_in_many_ways_and_kept_in_one(make_person: MakePerson, write: Do, read: Do) -> None:
    aygun = make_person()
    for text in ("Project manager", " project_manager ", "project-manager"):
        write(positions.hold_position, aygun.id, text, **FACTS)
    assert read(positions_of, aygun.id) == {"project-manager"}
    for text in ("", "-", "мэр", "a" * 81):
        with pytest.raises(Invalid, match="no position"):
            write(positions.hold_position, aygun.id, text, **FACTS)


def test_what_cannot_be_is_refused(make_person: MakePerson, write: Do) -> None:
    aygun = make_person()
    with pytest.raises(Missing):
        write(positions.hold_position, new_uuid(), "mayor", **FACTS)
    with pytest.raises(Invalid, match="after now"):
        write(positions.hold_position, aygun.id, "mayor", since=NOW + DAY, **FACTS)
    with pytest.raises(Conflict, match="does not hold"):
        write(positions.end_position, aygun.id, "mayor", **FACTS)


def test_each_change_is_on_record(make_person: MakePerson, write: Do, read: Do) -> None:
    aygun, clerk = make_person(), make_person("Nino")
    write(positions.hold_position, aygun.id, "mayor", by=clerk.id, reason="elected", now=NOW)
    write(positions.end_position, aygun.id, "mayor", by=clerk.id, reason="lost the vote", now=NOW + DAY)
    told = sa.select(audit_rows.c.act, audit_rows.c.subject).where(audit_rows.c.act.startswith("position."))
    subject = f"person {aygun.id}"
    assert read(lambda conn: [tuple(row) for row in conn.execute(told.order_by(audit_rows.c.at))]) == [
        ("position.hold", subject),
        ("position.end", subject),
    ]
    rows = read(positions.position_rows, aygun.id)
    assert [(row.word, row.held, row.reason, row.by) for row in rows] == [
        ("mayor", True, "elected", clerk.id),
        ("mayor", False, "lost the vote", clerk.id),
    ]


def test_positions_of_somebody_joined_are_read_as_the_holders_and_given_back(
    make_person: MakePerson, write: Do, read: Do
) -> None:
    aygun, other = make_person(), make_person("Aygün")
    write(positions.hold_position, other.id, "mayor", **FACTS)
    linked = write(join_persons, other.id, aygun.id, way=Way.STAFF, by=None, reason="the same", now=NOW)
    assert (read(positions_of, aygun.id), read(positions_of, other.id)) == ({"mayor"}, frozenset())
    write(part_persons, aygun.id, linked.act, by=None, reason="two people", now=NOW)
    assert (read(positions_of, aygun.id), read(positions_of, other.id)) == (frozenset(), {"mayor"})
