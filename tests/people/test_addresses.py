from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from base import Conflict, Missing, settle_installation
from people import (
    Person,
    Way,
    add_address,
    address_of,
    addresses_of,
    join_persons,
    mail_address,
    note_bounce,
    remove_address,
    verify_address,
)
from people.addresses import known_with
from tests.people.makers import on_paper
from tests.times import NOW

Do = Callable[..., Any]
LATER = NOW + timedelta(days=1)
MAIL = "nino@town.example"


@pytest.fixture
def nino(write: Do) -> Person:
    write(settle_installation, "https://learn.example", now=NOW)
    added: Person = write(on_paper, "Nino")
    return added


def test_address_is_written_down_once_without_regard_to_case(nino: Person, write: Do) -> None:
    first = write(add_address, nino.id, " Nino@Town.Example", now=NOW)
    assert write(add_address, nino.id, MAIL, now=LATER) == first
    assert (first.address, first.verified_at) == (MAIL, None)
    assert write(mail_address, first.id) == first


def test_proven_address_comes_first_and_a_bouncing_one_gets_no_mail(nino: Person, write: Do) -> None:
    old = write(add_address, nino.id, MAIL, now=NOW)
    new = write(add_address, nino.id, "n@home.example", now=LATER)
    assert write(address_of, nino.id).id == old.id
    write(verify_address, new.id, now=LATER)
    assert [each.id for each in write(addresses_of, nino.id)] == [new.id, old.id]
    write(note_bounce, new.id, now=LATER)
    assert write(address_of, nino.id).id == old.id
    write(note_bounce, old.id, now=LATER)
    assert write(address_of, nino.id) is None


def test_address_that_is_proven_again_gets_mail_again(nino: Person, write: Do) -> None:
    kept = write(add_address, nino.id, MAIL, now=NOW)
    for _ in range(2):
        write(note_bounce, kept.id, now=NOW)
        write(verify_address, kept.id, now=LATER)
        assert write(address_of, nino.id).id == kept.id


def test_proven_address_is_one_persons_until_they_remove_it(nino: Person, write: Do) -> None:
    other = write(on_paper, "Nino's sister")
    mine, hers = (write(add_address, each.id, MAIL, now=NOW) for each in (nino, other))
    assert {each.person_id for each in write(known_with, MAIL)} == {nino.id, other.id}
    write(verify_address, mine.id, now=NOW)
    assert [each.person_id for each in write(known_with, MAIL)] == [nino.id]
    with pytest.raises(Conflict, match="link the two accounts"):
        write(verify_address, hers.id, now=NOW)
    write(remove_address, nino.id, mine.id, now=LATER)
    write(verify_address, hers.id, now=LATER)
    assert [each.person_id for each in write(known_with, MAIL)] == [other.id]


def test_removed_address_is_gone_and_may_be_written_down_again(nino: Person, write: Do) -> None:
    kept = write(add_address, nino.id, MAIL, now=NOW)
    with pytest.raises(Missing):
        write(remove_address, write(on_paper).id, kept.id, now=NOW)
    write(remove_address, nino.id, kept.id, now=NOW)
    with pytest.raises(Missing):
        write(remove_address, nino.id, kept.id, now=NOW)
    with pytest.raises(Missing):
        write(mail_address, kept.id)
    assert write(add_address, nino.id, MAIL, now=LATER).id != kept.id


def test_addresses_of_those_joined_are_the_holders(nino: Person, write: Do) -> None:
    other = write(on_paper)
    kept = write(add_address, other.id, MAIL, now=NOW)
    write(join_persons, other.id, nino.id, way=Way.STAFF, by=None, reason="one", now=NOW)
    assert write(addresses_of, nino.id) == [kept]
    assert write(addresses_of, other.id) == []
