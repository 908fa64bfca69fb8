"""Forgetting a registration, once it was seen what goes with it."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from base import Conflict, Missing, new_uuid, settle_installation
from lti import PlatformHoldings, holdings_of, list_platforms, remove_platform
from lti.registering.courses import keep_course
from lti.standard.claims import Context, GradeService
from lti.tables import platforms
from people import Account, admit, person_of_account
from tests.lti.registering.test_deciding import WHY, add
from tests.lti.waymark import URL
from tests.times import NOW

Run = Callable[..., Any]


def test_what_would_be_lost_is_counted_and_people_stay(write: Run, read: Run) -> None:
    write(settle_installation, URL, now=NOW)
    added, _ = write(add), write(add, "def")
    account = Account(added.issuer, "42")
    nino = write(admit, account, full_name="Nino", language="ka", now=NOW)
    course = Context("c-1", title="Economics")
    write(keep_course, added.id, "1", course, grades=GradeService(), roster=None, now=NOW)
    held = read(holdings_of, added.id)
    assert held == PlatformHoldings(
        people=1, siblings=1, deployments=1, courses=1, rosters=0, links=0, grade_lines=0, reported=0
    )
    assert write(remove_platform, added.id, seen=held, **WHY) == added
    assert [each.client_id for each in read(list_platforms)] == ["def"]
    assert read(person_of_account, account) == nino


def test_a_platform_that_has_grown_since_it_was_looked_at_is_not_removed(write: Run, read: Run) -> None:
    added = write(add)
    seen = read(holdings_of, added.id)
    write(keep_course, added.id, "1", Context("c-1"), grades=GradeService(), roster=None, now=NOW)
    with pytest.raises(Conflict, match="More hangs on this platform"):
        write(remove_platform, added.id, seen=seen, **WHY)
    assert read(list_platforms) == [added]
    less = msgspec.structs.replace(read(holdings_of, added.id), courses=5)
    assert write(remove_platform, added.id, seen=less, **WHY) == added


def test_what_is_not_there_cannot_be_removed(write: Run) -> None:
    with pytest.raises(Missing):
        write(remove_platform, new_uuid(), **WHY)


def test_no_row_of_any_part_keeps_a_registration_from_being_removed() -> None:
    pointing = [
        key for table in platforms.metadata.sorted_tables for key in table.foreign_keys if key.column.table is platforms
    ]
    assert len(pointing) > 5
    assert {key.ondelete for key in pointing} <= {"CASCADE", "SET NULL"}
