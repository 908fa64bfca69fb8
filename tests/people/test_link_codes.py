from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from base import Conflict, Invalid, TooMany, settle_installation
from people import (
    CodeState,
    Person,
    Way,
    add_address,
    addresses_of,
    ask_link_code,
    awaits_code,
    forget_expired,
    held_accounts,
    holder_of,
    make_link_code,
    part_persons,
    use_link_code,
)
from people.linking_tables import link_codes
from tests.people.makers import arrive, on_paper
from tests.times import NOW

Do = Callable[..., Any]
MAIL = "aygun@town.example"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def newcomer(write: Do) -> Person:
    write(settle_installation, "https://learn.example", now=NOW)
    arrived: Person = write(arrive, "42")
    return arrived


def ask(write: Do, person_id: UUID, address: str = MAIL) -> str:
    """The code that was sent."""
    sent = write(make_link_code, write(ask_link_code, person_id, address, now=NOW), now=NOW)
    assert sent.address == MAIL
    code: str = sent.code
    return code


def wrong(code: str) -> str:
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def test_right_code_makes_one_of_the_newcomer_and_whom_the_address_knows(newcomer: Person, write: Do) -> None:
    invited = write(on_paper)
    write(add_address, invited.id, MAIL, now=NOW)
    use = write(use_link_code, newcomer.id, ask(write, newcomer.id, " Aygun@Town.example "), now=NOW)
    assert use.state is CodeState.RIGHT
    assert (use.linked.before_id, use.linked.person_id) == (newcomer.id, invited.id)
    assert write(holder_of, newcomer.id) == invited.id
    (proven,) = write(addresses_of, invited.id)
    assert proven.verified_at == NOW
    write(part_persons, invited.id, use.linked.act, by=newcomer.id, reason="not me", now=NOW)
    assert write(holder_of, newcomer.id) == newcomer.id


def test_code_is_awaited_from_the_asking_until_it_serves_no_more(newcomer: Person, write: Do) -> None:
    assert not write(awaits_code, newcomer.id, now=NOW)
    asked = write(ask_link_code, newcomer.id, MAIL, now=NOW)
    assert write(awaits_code, newcomer.id, now=NOW)
    assert not write(awaits_code, newcomer.id, now=NOW + 61 * MINUTE)
    sent = write(make_link_code, asked, now=NOW)
    assert write(awaits_code, newcomer.id, now=NOW + 14 * MINUTE)
    assert not write(awaits_code, newcomer.id, now=NOW + 15 * MINUTE)
    write(use_link_code, newcomer.id, sent.code, now=NOW)
    assert not write(awaits_code, newcomer.id, now=NOW)


def test_right_code_for_an_address_that_nobody_has_makes_it_the_persons(newcomer: Person, write: Do) -> None:
    use = write(use_link_code, newcomer.id, ask(write, newcomer.id), now=NOW)
    assert (use.state, use.linked) == (CodeState.RIGHT, None)
    (proven,) = write(addresses_of, newcomer.id)
    assert (proven.address, proven.verified_at) == (MAIL, NOW)


def test_asking_tells_nobody_whether_an_address_is_known(newcomer: Person, write: Do) -> None:
    write(add_address, write(on_paper).id, "known@town.example", now=NOW)
    for minutes, address in enumerate(("known@town.example", MAIL)):
        now = NOW + minutes * MINUTE
        asked = write(ask_link_code, newcomer.id, address, now=now)
        assert write(make_link_code, asked, now=now).address == address


def test_code_has_eight_digits_and_only_its_hash_is_stored(newcomer: Person, write: Do) -> None:
    code = ask(write, newcomer.id)
    assert len(code) == 8
    assert code.isdecimal()
    assert code not in str(write(lambda conn: conn.execute(sa.select(link_codes)).all()))


def test_code_may_be_typed_with_spaces(newcomer: Person, write: Do) -> None:
    code = ask(write, newcomer.id)
    assert write(use_link_code, newcomer.id, f" {code[:4]} {code[4:]}\n", now=NOW).state is CodeState.RIGHT


def test_code_is_good_once(newcomer: Person, write: Do) -> None:
    code = ask(write, newcomer.id)
    states = [write(use_link_code, newcomer.id, code, now=NOW).state for _ in range(2)]
    assert states == [CodeState.RIGHT, CodeState.ENDED]


def test_code_ends_after_a_quarter_of_an_hour(newcomer: Person, write: Do) -> None:
    code = ask(write, newcomer.id)
    assert write(use_link_code, newcomer.id, code, now=NOW + 15 * MINUTE).state is CodeState.ENDED
    assert write(use_link_code, newcomer.id, code, now=NOW + 14 * MINUTE).state is CodeState.RIGHT


def test_five_wrong_codes_end_the_right_one(newcomer: Person, write: Do) -> None:
    code = ask(write, newcomer.id)
    uses = [write(use_link_code, newcomer.id, wrong(code), now=NOW) for _ in range(5)]
    assert [each.tries_left for each in uses] == [4, 3, 2, 1, 0]
    assert [each.state for each in uses] == [CodeState.WRONG] * 4 + [CodeState.ENDED]
    assert write(use_link_code, newcomer.id, code, now=NOW).state is CodeState.ENDED


def test_code_of_another_opens_nothing(newcomer: Person, write: Do) -> None:
    code = ask(write, newcomer.id)
    stranger = write(arrive, "13")
    assert write(use_link_code, stranger.id, code, now=NOW).state is CodeState.ENDED


def test_new_code_replaces_the_old_one(newcomer: Person, write: Do) -> None:
    old = ask(write, newcomer.id)
    asked = write(ask_link_code, newcomer.id, MAIL, now=NOW + MINUTE)
    new = write(make_link_code, asked, now=NOW + MINUTE).code
    assert write(use_link_code, newcomer.id, old, now=NOW + MINUTE).state is CodeState.WRONG
    assert write(use_link_code, newcomer.id, new, now=NOW + MINUTE).state is CodeState.RIGHT


def test_mail_that_is_sent_too_late_or_again_after_use_carries_no_code(newcomer: Person, write: Do) -> None:
    asked = write(ask_link_code, newcomer.id, MAIL, now=NOW)
    assert write(make_link_code, asked, now=NOW + 61 * MINUTE) is None
    code = write(make_link_code, asked, now=NOW).code
    write(use_link_code, newcomer.id, code, now=NOW)
    assert write(make_link_code, asked, now=NOW) is None


def test_asking_is_slowed_down_by_person_and_by_address(newcomer: Person, write: Do) -> None:
    for number in range(5):
        write(ask_link_code, newcomer.id, f"{number}@town.example", now=NOW)
    with pytest.raises(TooMany):
        write(ask_link_code, newcomer.id, MAIL, now=NOW)
    for number in range(5):
        write(ask_link_code, write(arrive, f"other {number}").id, MAIL, now=NOW)
    with pytest.raises(TooMany):
        write(ask_link_code, write(arrive, "sixth").id, MAIL, now=NOW)


def test_address_written_down_for_two_links_neither(newcomer: Person, write: Do) -> None:
    for _ in range(2):
        write(add_address, write(on_paper).id, MAIL, now=NOW)
    code = ask(write, newcomer.id)
    with pytest.raises(Conflict, match="Ask your coordinator"):
        write(use_link_code, newcomer.id, code, now=NOW)
    assert write(holder_of, newcomer.id) == newcomer.id


NO_ADDRESSES = (
    "",
    "aygun",
    "@town.example",
    "a@town",
    "a b@town.example",
    "a@b@town.example",
    "a@town.example\nBcc: x@y.example",
    "<a@town.example>",
    "a" * 250 + "@t.example",
)


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_is_refused(address: str, newcomer: Person, write: Do) -> None:
    with pytest.raises(Invalid, match="no mail address"):
        write(ask_link_code, newcomer.id, address, now=NOW)


def test_way_of_the_link_is_kept(newcomer: Person, write: Do) -> None:
    write(add_address, write(on_paper).id, MAIL, now=NOW)
    use = write(use_link_code, newcomer.id, ask(write, newcomer.id), now=NOW)
    assert [each.way for each in write(held_accounts, use.linked.person_id)] == [Way.CODE]


def test_codes_that_open_nothing_any_more_are_forgotten_in_small_batches(newcomer: Person, write: Do) -> None:
    for _ in range(3):
        write(ask_link_code, newcomer.id, MAIL, now=NOW)
    over = NOW + timedelta(hours=1) + 15 * MINUTE  # sent at the last moment, and then good for a quarter of an hour
    left = lambda conn: conn.scalar(sa.select(sa.func.count()).select_from(link_codes))  # noqa: E731
    assert (write(forget_expired, now=over - MINUTE, limit=2), write(left)) == (2, 3)  # the two counts of tries
    assert [write(forget_expired, now=over, limit=2) for _ in range(3)] == [2, 1, 0]
    assert write(left) == 0
