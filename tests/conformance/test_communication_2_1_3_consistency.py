"""xAPI-Communication 2.1.3: X-Experience-API-Consistent-Through."""

from datetime import timedelta

from tests.lrs.makers import (
    FIRST,
)
from tests.lrs.service import STATEMENTS, Xapi
from tests.times import NOW

AT_NINE = "2026-11-22T09:00:00Z"


class TestConsistentThrough:
    """2.1.3."""

    async def test_every_answer_says_through_when_it_is_consistent(self, xapi: Xapi) -> None:
        xapi.clock.now = NOW + timedelta(milliseconds=750)
        for path in (STATEMENTS, f"{STATEMENTS}?statementId={FIRST}", f"{STATEMENTS}?unknown=1"):
            assert (await xapi.get(path)).headers["X-Experience-API-Consistent-Through"] == AT_NINE
