from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from base import POLICIES, KeyPurpose, KeyState, PublicKey, due_rotations, key_in_use, standings, waiting_key
from base.key_schedule import first_use, published_keys
from tests.times import NOW

DAY = timedelta(days=1)


def make_key(
    name: str, *, uses_from: datetime, purpose: KeyPurpose = KeyPurpose.LTI, compromised_at: datetime | None = None
) -> PublicKey:
    return PublicKey(name, purpose, uses_from, uses_from, compromised_at, b"{}", None)


def states(keys: list[PublicKey], now: datetime) -> dict[str, KeyState]:
    return {each.key.id: each.state for each in standings(keys, now=now)}


def ids(keys: list[PublicKey]) -> list[str]:
    return [key.id for key in keys]


OLD = make_key("old", uses_from=NOW - 100 * DAY)
NEW = make_key("new", uses_from=NOW + 2 * DAY)


@pytest.mark.parametrize(
    ("days", "old", "new", "published"),
    [
        (0, KeyState.IN_USE, KeyState.PUBLISHED, ["old", "new"]),
        (2, KeyState.RETIRED, KeyState.IN_USE, ["new", "old"]),
        (3, KeyState.RETIRED, KeyState.IN_USE, ["new", "old"]),
        (4, KeyState.WITHDRAWN, KeyState.IN_USE, ["new"]),
    ],
)
def test_a_key_is_published_waits_is_used_and_retires(
    days: int, old: KeyState, new: KeyState, published: list[str]
) -> None:
    now = NOW + days * DAY
    assert states([OLD, NEW], now) == {"old": old, "new": new}
    assert ids(published_keys([OLD, NEW], KeyPurpose.LTI, now=now)) == published
    in_use = key_in_use([OLD, NEW], KeyPurpose.LTI, now=now)
    assert in_use is not None
    assert in_use.id == published[0]


def test_a_key_of_platforms_waits_longer_than_they_remember_our_keys() -> None:
    wait = first_use([OLD], make_key("next", uses_from=NOW), now=NOW) - NOW
    assert wait >= timedelta(hours=24)


def test_what_signs_documents_and_badges_stays_published_for_good() -> None:
    for purpose in (KeyPurpose.BADGES, KeyPurpose.DOCUMENT_SIGNER):
        keys = [make_key(name, uses_from=NOW - age * DAY, purpose=purpose) for name, age in (("b", 2000), ("a", 1000))]
        assert states(keys, NOW) == {"b": KeyState.RETIRED, "a": KeyState.IN_USE}


def test_a_compromised_key_neither_signs_nor_is_published() -> None:
    lost = msgspec.structs.replace(OLD, compromised_at=NOW)
    assert states([lost, NEW], NOW) == {"old": KeyState.COMPROMISED, "new": KeyState.PUBLISHED}
    assert key_in_use([lost, NEW], KeyPurpose.LTI, now=NOW) is None
    assert ids(published_keys([lost, NEW], KeyPurpose.LTI, now=NOW)) == ["new"]


def test_the_key_before_a_compromised_one_does_not_sign_again_once_another_took_over() -> None:
    lost = make_key("lost", uses_from=NOW - DAY, compromised_at=NOW)
    successor = make_key("successor", uses_from=NOW)
    in_use = key_in_use([OLD, lost, successor], KeyPurpose.LTI, now=NOW)
    assert in_use == successor


def test_a_successor_is_due_so_early_that_it_has_waited_when_the_time_of_the_present_one_ends() -> None:
    policy = POLICIES[KeyPurpose.LTI]
    due = OLD.uses_from + policy.use_for - policy.wait
    others = [
        make_key(purpose, uses_from=due, purpose=purpose) for purpose in KeyPurpose if purpose is not KeyPurpose.LTI
    ]
    assert due_rotations([OLD, *others], now=due - timedelta(seconds=1)) == []
    assert due_rotations([OLD, *others], now=due) == [KeyPurpose.LTI]
    successor = make_key("next", uses_from=due + policy.wait)
    assert due_rotations([OLD, successor, *others], now=due + DAY) == []


def test_a_purpose_without_a_sound_key_is_due_at_once() -> None:
    assert set(due_rotations([], now=NOW)) == set(KeyPurpose)


def test_the_key_that_waits_is_the_one_that_comes_next() -> None:
    later = make_key("later", uses_from=NOW + 9 * DAY)
    assert waiting_key([OLD, later, NEW], KeyPurpose.LTI, now=NOW) == NEW
    assert waiting_key([OLD], KeyPurpose.LTI, now=NOW) is None


def test_a_signers_certificate_outlives_its_use_and_its_root_outlives_it() -> None:
    signer, root = POLICIES[KeyPurpose.DOCUMENT_SIGNER], POLICIES[KeyPurpose.DOCUMENT_ROOT]
    assert signer.use_for < timedelta(days=3 * 365)
    assert root.use_for + timedelta(days=3 * 365) <= timedelta(days=20 * 365)


@given(st.lists(st.tuples(st.integers(-400, 400), st.booleans()), min_size=1, max_size=6))
def test_at_most_one_key_is_in_use_at_any_time_and_it_is_published(drawn: list[tuple[int, bool]]) -> None:
    keys = [
        make_key(str(n), uses_from=NOW + days * DAY, compromised_at=NOW if lost else None)
        for n, (days, lost) in enumerate(drawn)
    ]
    in_use = [each.key for each in standings(keys, now=NOW) if each.state is KeyState.IN_USE]
    chosen = key_in_use(keys, KeyPurpose.LTI, now=NOW)
    assert in_use == ([] if chosen is None else [chosen])
    if chosen is not None:
        assert published_keys(keys, KeyPurpose.LTI, now=NOW)[0] == chosen
