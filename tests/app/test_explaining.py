"""`waymark explain` and its page and JSON: the same answer, for whom, and as of when."""

from datetime import UTC, datetime

import pytest

from app.moments import read_moment
from base import Invalid


def test_a_day_is_meant_whole_and_a_moment_exactly() -> None:
    assert read_moment("as_of", "") is None
    assert read_moment("as_of", "2026-03-31") == datetime(2026, 3, 31, 23, 59, 59, 999999, UTC)
    assert read_moment("as_of", "2026-03-31T10:00:00+04:00") == datetime(2026, 3, 31, 6, tzinfo=UTC)
    assert read_moment("as_of", "2026-03-31T10:00:00 04:00") == datetime(2026, 3, 31, 6, tzinfo=UTC)


@pytest.mark.parametrize("entered", ["31.3.2026", "2026-02-30", "2026-03-31T10:00:00", "yesterday"])
def test_what_is_no_moment_is_refused_with_one_that_would_pass(entered: str) -> None:
    with pytest.raises(Invalid, match="such as 2026-11-22"):
        read_moment("as_of", entered)
