from collections.abc import Callable
from typing import Any

import pytest

from base import Invalid, Missing, settle_installation
from people import (
    Account,
    Way,
    accounts_of,
    admit,
    held_accounts,
    holder_of,
    join_persons,
    part_persons,
    person_of_account,
    rename_home_page,
)
from tests.people.makers import MOODLE, arrive
from tests.times import NOW

Do = Callable[..., Any]
NEW = "https://learn.moodle.example"
WHY: dict[str, Any] = {"by": None, "reason": "moved to another address", "now": NOW}


@pytest.fixture(autouse=True)
def _settled(write: Do) -> None:
    write(settle_installation, "https://waymark.example", now=NOW)


def test_everybody_is_known_by_both_names(write: Do) -> None:
    people = {name: write(arrive, name) for name in ("1", "2", "3")}
    assert write(rename_home_page, MOODLE, NEW, **WHY).accounts == 3
    for name, each in people.items():
        assert write(accounts_of, each.id) == [each.opaque, Account(MOODLE, name), Account(NEW, name)]
        assert write(admit, Account(NEW, name), full_name="x", language="en", now=NOW) == each


def test_renaming_again_changes_nothing_more(write: Do) -> None:
    each = write(arrive, "1")
    assert [write(rename_home_page, MOODLE, NEW, **WHY).accounts for _ in range(2)] == [1, 0]
    assert write(rename_home_page, NEW, MOODLE, **WHY).accounts == 0
    assert len(write(accounts_of, each.id)) == 3


def test_who_came_under_the_new_name_already_is_whom_they_were(write: Do) -> None:
    before, doubled = write(arrive, "1"), write(arrive, "1", NEW)
    assert write(rename_home_page, MOODLE, NEW, **WHY).accounts == 1
    assert write(holder_of, doubled.id) == before.id
    assert write(person_of_account, Account(NEW, "1")) == before


def test_twin_of_somebody_with_other_accounts_is_left_and_told(write: Do) -> None:
    before, other = write(arrive, "1"), write(arrive, "1", NEW)
    write(join_persons, write(arrive, "elsewhere", "https://x.example").id, other.id, way=Way.STAFF, **WHY)
    renamed = write(rename_home_page, MOODLE, NEW, **WHY)
    assert (renamed.accounts, renamed.held_by_others) == (0, (Account(NEW, "1"),))
    assert write(person_of_account, Account(NEW, "1")) == other
    assert write(person_of_account, Account(MOODLE, "1")) == before


def test_new_name_of_an_account_is_not_unlinked_alone(write: Do) -> None:
    each = write(arrive, "1")
    write(rename_home_page, MOODLE, NEW, **WHY)
    twin = write(held_accounts, each.id)[1]
    assert (twin.account, twin.way) == (Account(NEW, "1"), Way.RENAMED)
    with pytest.raises(Missing):
        write(part_persons, each.id, twin.act, **WHY)


@pytest.mark.parametrize("new", ["", MOODLE, "https://x.example/" + "x" * 400, "https://x.example\n"])
def test_home_page_that_cannot_be_kept_is_refused(new: str, write: Do) -> None:
    with pytest.raises(Invalid, match="1 to 400"):
        write(rename_home_page, MOODLE, new, **WHY)
