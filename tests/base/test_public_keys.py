from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from base import (
    Conflict,
    KeyPurpose,
    Missing,
    PublicKey,
    declare_compromised,
    list_public_keys,
    publish_keys,
    rotate_key,
)
from base.audit import audit_rows
from tests.times import NOW

DAY = timedelta(days=1)


def make_key(name: str, *, purpose: KeyPurpose = KeyPurpose.LTI, made_at: datetime = NOW) -> PublicKey:
    return PublicKey(name, purpose, made_at, made_at, None, b'{"kid":"%s"}' % name.encode(), None)


def uses(keys: list[PublicKey]) -> dict[str, datetime]:
    return {key.id: key.uses_from for key in keys}


def test_the_first_key_signs_since_it_was_made_and_the_next_after_its_wait(write: Callable[..., Any]) -> None:
    first = make_key("first", made_at=NOW - 9 * DAY)
    assert uses(write(publish_keys, [first], now=NOW)) == {"first": NOW - 9 * DAY}
    both = write(publish_keys, [first, make_key("second")], now=NOW)
    assert uses(both) == {"first": NOW - 9 * DAY, "second": NOW + 2 * DAY}


def test_publishing_again_changes_nothing(write: Callable[..., Any], read: Callable[..., Any]) -> None:
    keys = [make_key("a", made_at=NOW - DAY), make_key("b", purpose=KeyPurpose.BADGES)]
    published = write(publish_keys, keys, now=NOW)
    assert write(publish_keys, keys, now=NOW + DAY) == published == read(list_public_keys)
    assert published[1].jwk == b'{"kid":"b"}'


def test_a_rotation_at_once_takes_over_now_and_is_recorded(write: Callable[..., Any], read: Callable[..., Any]) -> None:
    write(publish_keys, [make_key("a", made_at=NOW - DAY)], now=NOW)
    keys = write(rotate_key, [make_key("b")], at_once=True, by=None, reason="a drill", now=NOW)
    assert uses(keys)["b"] == NOW
    (row,) = read(lambda conn: conn.execute(sa.select(audit_rows)).all())
    assert (row.act, row.subject, row.reason) == ("key.rotate", "b", "a drill")


def test_a_compromised_key_hands_over_to_the_one_that_waited(write: Callable[..., Any]) -> None:
    write(publish_keys, [make_key("a", made_at=NOW - DAY)], now=NOW)
    waiting = write(publish_keys, [make_key("b")], now=NOW)[1]
    keys = {
        key.id: key
        for key in write(declare_compromised, "a", [waiting], by=None, reason="stolen", now=NOW + timedelta(hours=1))
    }
    assert keys["a"].compromised_at == keys["b"].uses_from == NOW + timedelta(hours=1)


def test_a_stranger_or_a_key_given_up_before_is_refused(write: Callable[..., Any]) -> None:
    write(publish_keys, [make_key("a")], now=NOW)
    with pytest.raises(Missing, match="waymark keys list"):
        write(declare_compromised, "nobody", [], by=None, reason="x", now=NOW)
    write(declare_compromised, "a", [], by=None, reason="x", now=NOW)
    with pytest.raises(Conflict, match="2026-11-22"):
        write(declare_compromised, "a", [], by=None, reason="x", now=NOW)
