"""What an LMS tells of somebody we know: it fills what they never said, and changes nothing that they did."""

from collections.abc import Callable
from typing import Any

import pytest

from base import Invalid, settle_installation
from people import Account, Person, Purpose, admit, choose_language, follow_language, give_name, name_as_told, person
from people import record_consent as say
from tests.times import NOW

Write = Callable[..., Any]


@pytest.fixture
def nameless(write: Write) -> Person:
    write(settle_installation, "https://learn.example", now=NOW)
    known: Person = write(admit, Account("https://moodle.example", "42"), full_name=None, language="en", now=NOW)
    return known


def test_name_is_filled_once_and_never_changed(nameless: Person, write: Write, read: Write) -> None:
    assert write(name_as_told, nameless, "Nino  Beridze").full_name == "Nino Beridze"
    named = read(person, nameless.id)
    assert named.full_name == "Nino Beridze"
    assert write(name_as_told, named, "Somebody Else") == named
    assert write(name_as_told, nameless, "Read before it was filled") == nameless
    assert read(person, nameless.id) == named


def test_who_would_rather_not_be_named_is_not(nameless: Person, write: Write, read: Write) -> None:
    write(say, nameless.id, Purpose.NAME, given=False, now=NOW)
    assert write(name_as_told, nameless, "Nino Beridze") == nameless
    assert read(person, nameless.id).full_name is None


def test_name_that_somebody_gave_themselves_stays(nameless: Person, write: Write, read: Write) -> None:
    write(give_name, nameless.id, "Nino B.", now=NOW)
    write(name_as_told, read(person, nameless.id), "BERIDZE Nino")
    assert read(person, nameless.id).full_name == "Nino B."


def test_nothing_said_fills_nothing(nameless: Person, write: Write) -> None:
    assert write(name_as_told, nameless, None) == nameless
    assert write(name_as_told, nameless, " \0 ") == nameless


def test_language_follows_until_somebody_chooses_one(nameless: Person, write: Write, read: Write) -> None:
    assert write(follow_language, nameless, "ka").language == "ka"
    followed = read(person, nameless.id)
    assert followed.language == "ka"
    write(choose_language, nameless.id, "hy")
    chosen = read(person, nameless.id)
    assert write(follow_language, chosen, "ru") == chosen
    assert read(person, nameless.id).language == "hy"


def test_language_that_we_lack_is_not_followed(nameless: Person, write: Write) -> None:
    with pytest.raises(Invalid):
        write(follow_language, nameless, "tlh")
