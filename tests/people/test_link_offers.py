from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from base import Conflict, Missing, settle_installation
from people import (
    Account,
    Person,
    accept_claim,
    accept_offer,
    accounts_of,
    add_address,
    claimed_by,
    forget_expired,
    holder_of,
    invite_to_claim,
    offer_link,
    offered_person,
    part_persons,
    verify_address,
)
from tests.people.makers import MOODLE, arrive, on_paper
from tests.times import NOW

Do = Callable[..., Any]
LATER = NOW + timedelta(minutes=15)


@pytest.fixture(autouse=True)
def _settled(write: Do) -> None:
    write(settle_installation, "https://learn.example", now=NOW)


def invite(write: Do, claimed: Person) -> str:
    token: str = write(invite_to_claim, claimed.id, by=None, reason="was at the workshop", now=NOW)
    return token


@pytest.mark.parametrize("offering_place", [0, 1])
def test_both_sign_ins_are_one_under_the_older(offering_place: int, write: Do) -> None:
    older = write(arrive, "42")
    newer = write(arrive, "a.m", "https://school.example", now=NOW + timedelta(days=1))
    offering, accepting = (older, newer) if offering_place == 0 else (newer, older)
    token = write(offer_link, offering.id, now=NOW)
    assert write(offered_person, token, now=NOW) == offering
    linked = write(accept_offer, token, accepting.id, now=NOW)
    assert (linked.person_id, linked.before_id) == (older.id, newer.id)


def test_offer_is_good_once_and_for_a_quarter_of_an_hour(write: Do) -> None:
    one, two, three = (write(arrive, name) for name in "123")
    expired, spent = write(offer_link, one.id, now=NOW), write(offer_link, one.id, now=NOW)
    write(accept_offer, spent, two.id, now=NOW)
    for token, now in ((expired, LATER), (spent, NOW), ("made-up", NOW)):
        with pytest.raises(Missing, match="Begin again"):
            write(offered_person, token, now=now)
        with pytest.raises(Missing, match="Begin again"):
            write(accept_offer, token, three.id, now=now)


def test_nobody_accepts_their_own_offer(write: Do) -> None:
    one = write(arrive, "1")
    token = write(offer_link, one.id, now=NOW)
    with pytest.raises(Conflict, match="already"):
        write(accept_offer, token, one.id, now=NOW)


def test_person_known_from_paper_is_claimed_by_their_link(write: Do) -> None:
    on_list, newcomer = write(on_paper), write(arrive, "42")
    token = invite(write, on_list)
    assert write(claimed_by, token, now=NOW) == on_list
    linked = write(accept_claim, token, newcomer.id, now=NOW)
    assert write(accounts_of, on_list.id) == [on_list.opaque, newcomer.opaque, Account(MOODLE, "42")]
    with pytest.raises(Missing):
        write(accept_claim, token, write(arrive, "13").id, now=NOW)
    write(part_persons, on_list.id, linked.act, by=None, reason="somebody else opened it", now=NOW)
    write(accept_claim, invite(write, on_list), write(arrive, "13").id, now=NOW)


def test_newer_link_voids_the_older(write: Do) -> None:
    on_list = write(on_paper)
    old, new = invite(write, on_list), invite(write, on_list)
    with pytest.raises(Missing):
        write(claimed_by, old, now=NOW)
    assert write(claimed_by, new, now=NOW) == on_list


def test_one_kind_of_link_is_not_taken_for_the_other(write: Do) -> None:
    on_list, one = write(on_paper), write(arrive, "1")
    with pytest.raises(Missing):
        write(accept_offer, invite(write, on_list), one.id, now=NOW)
    with pytest.raises(Missing):
        write(accept_claim, write(offer_link, one.id, now=NOW), write(arrive, "2").id, now=NOW)


def test_who_has_signed_in_already_is_not_claimed(write: Do) -> None:
    arrived, proven = write(arrive, "1"), write(on_paper)
    write(verify_address, write(add_address, proven.id, "n@town.example", now=NOW).id, now=NOW)
    for each in (arrived, proven):
        with pytest.raises(Conflict, match="signed in already"):
            invite(write, each)
        assert write(holder_of, each.id) == each.id


def test_link_made_before_somebody_was_claimed_otherwise_opens_nothing(write: Do) -> None:
    on_list, first, second = write(on_paper), write(arrive, "1"), write(arrive, "2")
    token = invite(write, on_list)
    write(verify_address, write(add_address, on_list.id, "n@town.example", now=NOW).id, now=NOW)
    for each in (first, second):
        with pytest.raises(Conflict):
            write(accept_claim, token, each.id, now=NOW)


def test_offers_and_links_that_expired_are_forgotten_in_small_batches(write: Do) -> None:
    offering = write(arrive, "42")
    for _ in range(3):
        write(offer_link, offering.id, now=NOW)
    kept = invite(write, write(on_paper))
    assert [write(forget_expired, now=LATER, limit=2) for _ in range(3)] == [2, 1, 0]
    assert write(claimed_by, kept, now=LATER)
    assert write(forget_expired, now=NOW + timedelta(days=30), limit=2) == 1
