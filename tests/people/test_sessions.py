from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from base import Missing, settle_installation
from people import (
    Person,
    Way,
    add_person,
    close_session,
    end_other_sessions,
    end_session,
    find_session,
    join_persons,
    note_seen,
    open_session,
    session_of,
    sessions_of,
)
from tests.times import NOW

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def ana(write: Callable[..., Any]) -> Person:
    write(settle_installation, "https://learn.example", now=NOW)
    made: Person = write(add_person, full_name="Ana", language="ro", now=NOW)
    return made


def test_session_that_is_used_lasts_twelve_hours(ana: Person, write: Callable[..., Any]) -> None:
    token = write(open_session, ana.id, frame=None, now=NOW)
    for hours in (3, 6, 9):
        found = write(find_session, token, frame=None, now=NOW + hours * HOUR)
        write(note_seen, found.id, now=NOW + hours * HOUR)
    assert write(session_of, token, frame=None, now=NOW + 12 * HOUR - SECOND) == ana
    assert write(session_of, token, frame=None, now=NOW + 12 * HOUR) is None


def test_session_that_nobody_uses_ends_after_four_hours(ana: Person, write: Callable[..., Any]) -> None:
    token = write(open_session, ana.id, frame=None, now=NOW)
    assert write(session_of, token, frame=None, now=NOW + 4 * HOUR - SECOND) == ana
    assert write(session_of, token, frame=None, now=NOW + 4 * HOUR) is None
    assert write(sessions_of, ana.id, now=NOW + 4 * HOUR) == []


def test_session_is_noted_as_seen_every_five_minutes_at_most(ana: Person, write: Callable[..., Any]) -> None:
    token = write(open_session, ana.id, frame=None, now=NOW)

    def seen_after(minutes: int) -> Any:
        session = write(find_session, token, frame=None, now=NOW)
        write(note_seen, session.id, now=NOW + minutes * MINUTE)
        return write(find_session, token, frame=None, now=NOW).seen_at

    assert [seen_after(minutes) for minutes in (4, 5, 9)] == [NOW, NOW + 5 * MINUTE, NOW + 5 * MINUTE]


def test_session_of_a_frame_is_valid_in_that_frame_alone(ana: Person, write: Callable[..., Any]) -> None:
    framed = write(open_session, ana.id, frame="f1", now=NOW)
    assert write(session_of, framed, frame="f1", now=NOW) == ana
    assert write(session_of, framed, frame="f2", now=NOW) is None
    assert write(session_of, framed, frame=None, now=NOW) is None
    assert write(session_of, framed, frame="f1\x00", now=NOW) is None
    unframed = write(open_session, ana.id, frame=None, now=NOW)
    assert write(session_of, unframed, frame="f1", now=NOW) is None


def test_closed_session_is_nobodys_and_others_stay(ana: Person, write: Callable[..., Any]) -> None:
    closed, other = (write(open_session, ana.id, frame=None, now=NOW) for _ in range(2))
    for _ in range(2):
        write(close_session, closed, now=NOW + HOUR)
    assert write(session_of, closed, frame=None, now=NOW + HOUR) is None
    assert write(session_of, other, frame=None, now=NOW + HOUR) == ana


def test_unknown_token_is_nobodys(ana: Person, read: Callable[..., Any]) -> None:
    assert read(session_of, "made-up", frame=None, now=NOW) is None


def test_open_sessions_are_listed_with_their_devices_the_last_used_first(
    ana: Person, write: Callable[..., Any]
) -> None:
    phone = write(open_session, ana.id, frame=None, device="Chrome, Android", now=NOW)
    write(open_session, ana.id, frame="f1", device=None, now=NOW + MINUTE)
    write(close_session, write(open_session, ana.id, frame=None, now=NOW), now=NOW)
    write(note_seen, write(find_session, phone, frame=None, now=NOW).id, now=NOW + 10 * MINUTE)
    listed = write(sessions_of, ana.id, now=NOW + 10 * MINUTE)
    assert [(each.device, each.frame, each.seen_at) for each in listed] == [
        ("Chrome, Android", None, NOW + 10 * MINUTE),
        (None, "f1", NOW + MINUTE),
    ]


def test_person_ends_one_session_of_their_own_and_none_of_others(ana: Person, write: Callable[..., Any]) -> None:
    stranger = write(add_person, full_name="Levan", language="ka", now=NOW)
    token, kept = (write(open_session, ana.id, frame=None, now=NOW) for _ in range(2))
    session = write(find_session, token, frame=None, now=NOW)
    with pytest.raises(Missing):
        write(end_session, stranger.id, session.id, now=NOW)
    assert write(session_of, token, frame=None, now=NOW) == ana
    for _ in range(2):
        write(end_session, ana.id, session.id, now=NOW)
    assert write(session_of, token, frame=None, now=NOW) is None
    assert write(session_of, kept, frame=None, now=NOW) == ana


def test_all_other_sessions_end_at_once_inside_frames_too(ana: Person, write: Callable[..., Any]) -> None:
    here = write(open_session, ana.id, frame=None, now=NOW)
    write(open_session, ana.id, frame=None, now=NOW)
    framed = write(open_session, ana.id, frame="f1", now=NOW)
    current = write(find_session, here, frame=None, now=NOW)
    assert write(end_other_sessions, ana.id, but=current.id, now=NOW) == 2
    assert write(session_of, framed, frame="f1", now=NOW) is None
    assert write(sessions_of, ana.id, now=NOW) == [current]


def test_sessions_from_before_two_were_joined_are_the_holders_to_see_and_to_end(
    ana: Person, write: Callable[..., Any]
) -> None:
    former = write(add_person, full_name="Ana from the school", language="ro", now=NOW)
    theirs = [write(open_session, former.id, frame=None, now=NOW) for _ in range(2)]
    here = write(open_session, ana.id, frame=None, now=NOW)
    write(join_persons, former.id, ana.id, way=Way.CODE, by=ana.id, reason="a test", now=NOW)
    assert len(write(sessions_of, ana.id, now=NOW)) == 3
    assert write(sessions_of, former.id, now=NOW) == []
    write(end_session, ana.id, write(find_session, theirs[0], frame=None, now=NOW).id, now=NOW)
    current = write(find_session, here, frame=None, now=NOW)
    assert write(end_other_sessions, ana.id, but=current.id, now=NOW) == 1
    assert [write(session_of, each, frame=None, now=NOW) for each in theirs] == [None, None]
    assert write(sessions_of, ana.id, now=NOW) == [current]
