from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from base import Conflict, Invalid, Missing, settle_installation
from people import (
    Person,
    Way,
    add_address,
    approve_claim,
    ask_claim,
    holder_of,
    invite_to_claim,
    join_persons,
    may_have_been_invited,
    open_claim_of,
    open_claims,
    part_persons,
    refuse_claim,
    unclaimed_persons,
)
from tests.people.makers import arrive, on_paper
from tests.times import NOW

Do = Callable[..., Any]
WORDS = "I was at the workshop in Gəncə"


@pytest.fixture
def coordinator(write: Do) -> Person:
    write(settle_installation, "https://learn.example", now=NOW)
    added: Person = write(arrive, "coordinator")
    return added


def test_claim_is_approved_and_joins_who_asked_to_whom_they_were(coordinator: Person, write: Do) -> None:
    on_list, newcomer = write(on_paper), write(arrive, "42")
    write(ask_claim, newcomer.id, WORDS, now=NOW)
    (asked,) = write(open_claims)
    assert (asked.person_id, asked.full_name, asked.words) == (newcomer.id, "Aygün", WORDS)
    linked = write(approve_claim, asked.id, on_list.id, by=coordinator.id, reason="on the list", now=NOW)
    assert (linked.person_id, linked.before_id) == (on_list.id, newcomer.id)
    assert write(open_claims) == []
    with pytest.raises(Missing, match="decided already"):
        write(refuse_claim, asked.id, by=coordinator.id, reason="changed my mind", now=NOW)
    with pytest.raises(Missing, match="decided already"):
        write(approve_claim, asked.id, write(on_paper).id, by=coordinator.id, reason="them too", now=NOW)


def test_refused_claim_changes_nobody_and_may_be_asked_again(coordinator: Person, write: Do) -> None:
    newcomer = write(arrive, "42")
    write(ask_claim, newcomer.id, WORDS, now=NOW)
    write(refuse_claim, write(open_claim_of, newcomer.id).id, by=coordinator.id, reason="not on the list", now=NOW)
    assert write(open_claim_of, newcomer.id) is None
    assert write(holder_of, newcomer.id) == newcomer.id
    write(ask_claim, newcomer.id, WORDS, now=NOW)
    assert len(write(open_claims)) == 1


def test_asking_again_changes_the_words(coordinator: Person, write: Do) -> None:
    for words in (WORDS, f"  {WORDS}\n in  May "):
        write(ask_claim, coordinator.id, words, now=NOW)
    assert [each.words for each in write(open_claims)] == [f"{WORDS} in May"]


@pytest.mark.parametrize("words", ["", " \n", "x" * 501])
def test_claim_that_says_nothing_or_too_much_is_refused(words: str, coordinator: Person, write: Do) -> None:
    with pytest.raises(Invalid, match="1 to 500"):
        write(ask_claim, coordinator.id, words, now=NOW)


def test_nobody_is_found_to_be_somebody_who_arrived(coordinator: Person, write: Do) -> None:
    newcomer, other = write(arrive, "42"), write(arrive, "13")
    write(ask_claim, newcomer.id, WORDS, now=NOW)
    (asked,) = write(open_claims)
    with pytest.raises(Conflict, match="signed in already"):
        write(approve_claim, asked.id, other.id, by=coordinator.id, reason="same name", now=NOW)
    assert len(write(open_claims)) == 1


def test_unclaimed_are_found_by_part_of_a_name_until_they_are_claimed(coordinator: Person, write: Do) -> None:
    narine, _ = write(on_paper, "Նարինե Ave"), write(on_paper, "Levan")
    assert [each.full_name for each in write(unclaimed_persons)] == ["Levan", "Նարինե Ave"]
    assert write(unclaimed_persons, text="AVE") == [narine]
    assert write(unclaimed_persons, text="%") == []
    how: dict[str, Any] = {"by": None, "reason": "a mistake", "now": NOW}
    linked = write(join_persons, write(arrive, "42").id, narine.id, way=Way.STAFF, **how)
    assert write(unclaimed_persons, text="ave") == []
    write(part_persons, narine.id, linked.act, **how)
    assert write(unclaimed_persons, text="ave") == [narine]
    write(join_persons, narine.id, coordinator.id, way=Way.STAFF, **how)
    assert write(unclaimed_persons, text="ave") == []


def test_newcomer_is_asked_while_somebody_invited_is_missing(coordinator: Person, write: Do) -> None:
    newcomer, on_list = write(arrive, "42"), write(on_paper)

    def asked(now: Any = NOW) -> Any:
        return write(may_have_been_invited, newcomer.id, now=now)

    assert not asked()
    write(invite_to_claim, on_list.id, by=coordinator.id, reason="was there", now=NOW)
    assert asked()
    assert not asked(NOW + timedelta(days=30))
    write(add_address, on_list.id, "n@town.example", now=NOW)
    assert asked(NOW + timedelta(days=29))
    write(add_address, newcomer.id, "a@town.example", now=NOW)
    assert not asked()
    assert not write(may_have_been_invited, on_list.id, now=NOW)
