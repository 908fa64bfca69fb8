from collections.abc import Callable
from typing import Any

from base import new_uuid
from people import holders_of

Do = Callable[..., Any]


def test_more_people_than_a_query_has_room_for_are_looked_up(read: Do) -> None:
    many = [new_uuid() for _ in range(33_000)]  # SQLite takes 32,766 values in a query, PostgreSQL 32,767
    assert read(holders_of, many) == {each: each for each in many}
